"""The audit, and what is looked for in it."""

import re
import time

import pytest
from playwright.sync_api import expect

from house import address


@pytest.fixture
def acts(house, fresh):
    """What was done, each for another reason, in a tenant of its own."""
    until = 4_000_000_000_000
    for number, (method, path, fields) in enumerate(
        [
            ("PUT", "/v1/limits/user-cost/override", {"user": "ann", "cap": "9"}),
            ("POST", "/v1/suspensions", {"run": "r"}),
            (
                "POST",
                "/v1/limits/user-cost/grants",
                {"user": "bob", "amount": "5", "until_ms": until},
            ),
            ("PUT", "/v1/limits/user-calls/override", {"user": "bob", "cap": 7}),
            ("DELETE", "/v1/suspensions", {"run": "r"}),
        ]
    ):
        house.send(method, path, {**fields, "tenant": fresh, "reason": f"reason {number}"})
    return fresh


def test_the_audit_is_looked_through_by_whom_what_who_and_when(open_as, watch, acts):
    watch.expected.append("400")
    page = open_as("root", "audit", tenant=acts)
    reasons = page.locator("tbody td:last-child")

    def shows(*numbers):
        expect(reasons).to_have_text([f"reason {number}" for number in numbers])

    shows(4, 3, 2, 1, 0)
    page.get_by_text("Look for some of it").press("Enter")
    page.get_by_label("user").fill("bob")
    page.keyboard.press("Enter")
    shows(3, 2)
    page.get_by_label("what").select_option("grant")
    page.get_by_role("button", name="Only these").press("Enter")
    shows(2)
    # It is an address like any other.
    page.reload()
    shows(2)
    expect(page.get_by_label("what")).to_have_value("grant")
    page.go_back()
    shows(3, 2)
    page.get_by_role("link", name="All").click()
    shows(4, 3, 2, 1, 0)
    page.get_by_text("Look for some of it").click()
    page.get_by_label("limit").fill("user-cost")
    page.keyboard.press("Enter")
    shows(2, 0)
    page.get_by_role("link", name="token:root").first.click()
    shows(4, 3, 2, 1, 0)
    expect(page.get_by_label("by", exact=True)).to_have_value("token:root")
    page.get_by_label("by", exact=True).fill("token:nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing was found.")).to_be_visible()
    page.goto(address("audit", tenant=acts))
    page.get_by_text("Look for some of it").click()
    page.get_by_label("from").fill("2026-01-01T00:00")
    page.get_by_label("until").fill("2199-01-01T00:00")
    page.get_by_role("button", name="Only these").click()
    shows(4, 3, 2, 1, 0)
    expect(page.get_by_label("from")).to_have_value("2026-01-01T00:00")
    page.get_by_label("from").fill("2198-01-01T00:00")
    page.get_by_role("button", name="Only these").click()
    expect(page.get_by_text("Nothing was found.")).to_be_visible()
    page.get_by_label("until").fill("2026-01-01T00:00")
    page.get_by_role("button", name="Only these").click()
    expect(page.get_by_role("alert").last).to_contain_text("BADARG")


def test_the_last_so_long_is_looked_for(open_as, acts):
    page = open_as("root", "audit", tenant=acts)
    page.get_by_text("Look for some of it").click()
    last, since = page.get_by_label("in the last"), page.get_by_label("from")
    since.fill("2198-01-01T00:00:30")
    for text, seconds in [("90s", 90), ("15m", 900), ("1h30m", 5400), ("7d", 604_800)]:
        earliest = int(time.time()) - seconds
        last.fill(text)
        expect(since).to_have_value("")
        last.press("Enter")
        # A moment is what is looked for from then on, so that the address goes on meaning it.
        expect(since).not_to_have_value("")
        expect(last).to_have_value("")
        expect(page.locator("tbody tr")).to_have_count(5)
        found = int(re.search(r"since_ms=(\d+)000\b", page.url)[1])
        assert earliest <= found <= time.time() - seconds
    last.fill("2h")
    since.fill("2198-01-01T00:00:30")
    expect(last).to_have_value("")
    page.get_by_role("button", name="Only these").click()
    expect(page.get_by_text("Nothing was found.")).to_be_visible()
    expect(since).to_have_value("2198-01-01T00:00:30")
    there = page.url
    for text in ["90", "2 h", "h", "-2h", "1y"]:
        last.fill(text)
        last.press("Enter")
        assert last.evaluate("input => input.validity.patternMismatch")
    assert page.url == there


def test_a_rare_line_is_looked_for_answer_by_answer(open_as, acts):
    page = open_as("root", "audit", tenant=acts)
    expect(page.locator("tbody tr")).to_have_count(5)
    asked = []

    def give(route):
        asked.append(route.request.url)
        route.fulfill(json={"entries": [], "next": None if len(asked) == 13 else 500 - len(asked)})

    page.route("**/v1/audit?*", give)
    page.goto(address("audit", tenant=acts, user="rare"))
    expect(page.get_by_text("Nothing was found so far")).to_be_visible()
    assert len(asked) == 12
    assert asked[-1].endswith("cursor=489")
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("Nothing was found.", exact=True)).to_be_visible()

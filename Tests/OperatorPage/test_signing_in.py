"""Who gets in, what a role is offered, and what the browser is told to refuse."""

import urllib.request

import pytest
from playwright.sync_api import expect

from house import address


def test_a_wrong_token_is_told_and_the_right_one_stays_in_the_tab(context, house, watch):
    watch.expected.append("401")
    page = context.new_page()
    watch.over(page)
    page.goto("/")
    expect(page.get_by_label("Token")).to_be_focused()
    page.get_by_label("Token").fill("bgt_wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("WRONGPASS")
    page.get_by_label("Token").fill(house.tokens["root"])
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_have_text("token:root, admin")
    page.reload()
    expect(page.locator("#who")).to_have_text("token:root, admin")
    kept = page.evaluate("[JSON.stringify(localStorage), document.cookie, location.href]")
    assert not any("bgt_" in text for text in kept)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize(
    ("name", "views"),
    [
        ("root", ["Budgets", "Spend", "Run", "Subject", "Audit"]),
        ("watcher", ["Budgets", "Spend", "Run", "Subject"]),
        ("agent", ["Subject"]),
        ("boss", ["Budgets", "Spend", "Run", "Subject", "Audit"]),
    ],
)
def test_what_a_role_may_not_do_is_not_offered(open_as, house, watch, fresh, name, views):
    tenant = "acme" if name == "boss" else "default"
    house.charge(user=fresh, run=fresh, tenant=tenant)
    refused = []
    page = open_as(name)
    page.on("response", lambda answer: answer.status >= 400 and refused.append(answer.url))
    expect(page.get_by_role("navigation", name="Views").get_by_role("link")).to_have_text(views)
    for view in views:
        page.get_by_role("navigation", name="Views").get_by_role("link", name=view).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(view)
        watch.settled(page)
        # What a role is not shown leaves nothing in its place.
        expect(page.locator("main")).not_to_contain_text("false")
    page.goto(address("subject", user=fresh))
    expect(page.get_by_text("user-cost")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 call of 200 calls")
    expect(page.locator("main")).not_to_contain_text("false")
    acts = page.get_by_role("button", name="Suspend").or_(page.get_by_role("button", name="Grant"))
    if "Audit" in views:
        expect(acts.first).to_be_visible()
    else:
        expect(acts).to_have_count(0)
        page.goto(address("audit"))
        expect(page.get_by_role("heading", level=1)).to_have_text(views[0])
    watch.settled(page)
    assert refused == []


def test_a_bound_caller_sees_their_tenant_alone(open_as, house, fresh):
    house.charge(user=fresh, tenant="acme")
    page = open_as("boss", "spend")
    expect(page.get_by_label("Tenant")).to_have_value("acme")
    expect(page.get_by_label("Tenant")).not_to_be_editable()
    expect(page.get_by_role("link", name=fresh).first).to_be_visible()
    expect(page.get_by_role("link", name="tenant", exact=True)).to_have_count(0)


def test_the_browser_is_told_to_run_and_ask_nothing_else(house):
    with urllib.request.urlopen(house.url + "/", timeout=20) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy

"""What the views show, against what was spent."""

import json
import re

import pytest
from playwright.sync_api import expect

from house import Refused, address


def test_budgets_near_their_caps_tell_how_long_they_last(open_as, house, context, fresh):
    house.charge("8.25", user=fresh)
    context.clock.install()
    page = open_as("watcher", "budgets")
    row = page.get_by_role("row", name=f"user={fresh} user-cost")
    expect(row).to_contain_text("$8.25 of $10.00 82 %")
    expect(row).to_contain_text("second look to come")
    house.charge("0.5", user=fresh)
    context.clock.run_for(10_000)
    expect(row).to_contain_text("$8.75 of $10.00")
    expect(row).to_contain_text(re.compile(r"\d+ (s|min|h).* for \$1\.25"))
    house.charge("1.25", user=fresh)
    context.clock.run_for(10_000)
    expect(row).to_contain_text("used up")
    row.get_by_role("link").click()
    expect(page.get_by_text("$10.00 of $10.00")).to_be_visible()


def test_spend_by_whom_and_over_time(open_as, house, context, fresh):
    for cost, agent in (("0.2", "small"), ("0.7", "large")):
        house.charge(cost, user=fresh, agent=f"{fresh}-{agent}", tenant=fresh)
    context.clock.install()
    page = open_as("watcher", "spend", by="agent", tenant=fresh)
    day = page.locator(".windows > div", has_text="This day")
    expect(day.locator("tbody tr")).to_have_count(2)
    expect(day.locator("tbody tr").first).to_contain_text(f"{fresh}-large")
    expect(day.locator("tbody tr").first).to_contain_text("$0.70")
    house.charge("0.1", user=fresh, agent=f"{fresh}-small", tenant=fresh)
    context.clock.run_for(10_000)
    expect(page.locator("polyline")).to_have_count(2)
    expect(page.locator(".legend li").last).to_contain_text(re.compile(r"small: \$(?!0\.0000)"))
    page.get_by_role("link", name="tenant", exact=True).click()
    # The agents' rows, which begin with the same name, stand there until the tenants' have come.
    tenant = page.locator(".windows tbody tr", has=page.get_by_text(fresh, exact=True))
    expect(tenant).to_contain_text("$1.00")
    tenant.get_by_role("link").click()
    expect(page.get_by_label("Tenant")).to_have_value(fresh)


def test_a_run_with_its_tasks_and_its_entries(open_as, house, fresh):
    for _ in range(30):
        house.charge("0.01", run=fresh, user=fresh, task="long", agent="a")
    house.charge("0.5", run=fresh, task="dear", tool="search")
    house.charge(None, run=fresh, task="tokens", input_tokens=1000, output_tokens=100)
    page = open_as("watcher", "run")
    page.get_by_label("Run").fill(fresh)
    page.keyboard.press("Enter")
    total = "Total tokens used: 1100 (~$0.802) across 32 steps"
    expect(page.get_by_text(total)).to_be_visible()
    tasks = page.locator("section", has_text="Tasks by cost").locator("tbody tr")
    expect(tasks.locator("td:first-child")).to_have_text(["dear", "long", "tokens"])
    entries = page.locator("section", has_text="Entries by time")
    expect(entries.locator("tbody tr")).to_have_count(25)
    entries.get_by_role("button", name="Next page").press("Enter")
    expect(entries.locator("tbody tr")).to_have_count(7)
    expect(entries.get_by_role("button", name="Next page")).to_be_disabled()
    entries.get_by_role("button", name="First page").click()
    expect(entries.locator("tbody tr")).to_have_count(25)


def test_the_audit_page_by_page(open_as, house, fresh):
    for number in range(55):
        house.send(
            "POST", "/v1/suspensions", {"user": f"{fresh}-{number}", "reason": "r", "tenant": fresh}
        )
    page = open_as("root", "audit", tenant=fresh)
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.locator("tbody tr").first).to_contain_text(f"suspend user={fresh}-54")
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("tbody tr")).to_have_count(5)


def test_limits_that_ask_for_a_label(open_as, house, fresh):
    house.charge("1", user=fresh, **{"label.plan": "free"})
    page = open_as("watcher", "subject")
    page.get_by_label("user", exact=True).fill(fresh)
    page.get_by_text("More fields").click()
    page.get_by_label("labels").fill("plan=free")
    page.get_by_role("button", name="Show").last.click()
    expect(page.get_by_role("row", name="plan-cost")).to_contain_text("$1.00 of $20.00")


def describe(page, house, change):
    """Lets the daemon's description of itself say something else."""
    description = house.send("GET", "/openapi.json")
    change(description["paths"])
    page.route("**/openapi.json", lambda route: route.fulfill(json=description))


def test_events_as_they_come(context, house, watch, fresh):
    page = context.new_page()
    watch.over(page)
    describe(page, house, lambda paths: paths.setdefault("/v1/events", {}))
    deny = {
        "seq": 7,
        "at_ms": 1_790_000_000_000,
        "kind": "deny",
        "reason": "limit_exceeded",
        "user": fresh,
        "run": "<b>r</b>",
        "message": "user has used 3 of 3",
    }
    passed = {
        "seq": 8,
        "at_ms": 1_790_000_000_500,
        "kind": "charge",
        "cost_usd": "0.25",
        "warnings": [{"limit": "user-cost", "scope": "user=u", "threshold": "0.8"}],
    }
    asked = []

    def stream(route):
        asked.append(route.request.headers.get("last-event-id"))
        events = [] if len(asked) > 1 else [deny, passed]
        body = ": hello\n\n" + "".join(
            f"id: {event['seq']}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n"
            for event in events
        )
        route.fulfill(content_type="text/event-stream", body=body)

    page.route("**/v1/events", stream)
    page.goto("/")
    page.get_by_label("Token").fill(house.tokens["watcher"])
    page.keyboard.press("Enter")
    events = page.locator(".events li")
    expect(events).to_have_count(2)
    expect(events.first).to_contain_text("user=u passed 0.8 of user-cost")
    expect(events.last).to_contain_text("deny: limit exceeded")
    expect(events.last).to_contain_text("<b>r</b>")
    expect(events.last).to_contain_text("user has used 3 of 3")
    expect(page.get_by_text("interrupted")).to_be_visible()
    with page.expect_response("**/v1/events"):
        pass
    assert asked[:2] == [None, "8"]


def test_without_events_decisions_are_counted(context, house, watch, fresh):
    house.charge(user=fresh)
    page = context.new_page()
    watch.over(page)
    describe(page, house, lambda paths: paths.pop("/v1/events", None))
    page.goto(address("budgets"))
    page.get_by_label("Token").fill(house.tokens["watcher"])
    page.keyboard.press("Enter")
    expect(page.locator(".live")).to_contain_text("tells no single decisions")
    expect(page.locator(".live .tiles")).to_contain_text("allow")


def test_decisions_appear_as_they_are_made(context, open_as, house, fresh):
    with context.expect_event("response", lambda response: "/v1/events" in response.url) as begun:
        page = open_as("watcher", "budgets")
    assert begun.value.status == 200
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    house.charge("9.5", user=fresh, run=f"{fresh}-run")
    with pytest.raises(Refused):
        house.charge("2", user=fresh)
    events = page.locator(".events li")
    expect(events.filter(has_text=f"{fresh}-run")).to_contain_text("charge")
    expect(events.filter(has_text=f"{fresh}-run")).to_contain_text("$9.50")
    expect(events.filter(has_text=f"user={fresh} passed 0.8 of user-cost")).to_have_count(1)
    expect(events.first).to_contain_text("deny: limit exceeded")
    house.send("POST", "/v1/suspensions", {"user": fresh, "reason": "loops"})
    expect(events.first).to_contain_text(f"suspend user={fresh}")

"""Live decisions."""

import json

import pytest
from playwright.sync_api import expect

from house import Refused, address


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


def give_events(page, *given):
    """Lets the stream tell these events first, and end."""
    body = "".join(f"id: {event['seq']}\ndata: {json.dumps(event)}\n\n" for event in given)
    page.route(
        "**/v1/events",
        lambda route: route.fulfill(content_type="text/event-stream", body=body),
        times=1,
    )


def test_what_cannot_be_told_is_said_and_has_no_time(open_as, house):
    page = open_as("watcher", "subject")
    left_out = {"seq": 4, "kind": "gap", "at_ms": 0, "entries": 1200}
    untold = {"seq": 5, "kind": "gap", "at_ms": 1_790_000_000_000, "denials": 7}
    before = {"seq": 6, "kind": "gap"}
    single = {"seq": 7, "kind": "gap", "at_ms": 0, "denials": 1, "entries": 1}
    give_events(page, left_out, untold, before, single)
    page.goto(address("budgets"))
    rows = page.locator(".events li")
    expect(rows.nth(3)).to_have_text("at a time not known gap 1,200 entries cannot be told here.")
    expect(rows.nth(2)).to_have_text("21 Sept 2026, 16:13:20 gap 7 denials cannot be told here.")
    expect(rows.nth(0)).to_have_text(
        "at a time not known gap 1 denial and 1 entry cannot be told here."
    )
    expect(rows.nth(1)).to_have_text(
        "at a time not known gap What happened before cannot be told here."
    )
    expect(page.get_by_role("main")).not_to_contain_text("1970")


def test_a_flood_of_events_is_shown_some_together(open_as, house, fresh):
    page = open_as("watcher", "subject")
    flood = [
        {"seq": number, "kind": "charge", "at_ms": 1_790_000_000_000, "user": f"{fresh}-{number}"}
        for number in range(5000)
    ]
    give_events(page, *flood)
    page.evaluate(
        """() => {
          window.added = 0;
          new MutationObserver((changes) => {
            for (const { addedNodes } of changes) {
              for (const node of addedNodes) window.added += node.tagName === 'LI';
            }
          }).observe(document.getElementById('main'), { childList: true, subtree: true });
        }"""
    )
    page.goto(address("budgets"))
    expect(page.locator(".events li").first).to_contain_text(f"{fresh}-4999")
    expect(page.locator(".events li")).to_have_count(50)
    # Shown one by one they would be a hundred times as many.
    assert page.evaluate("added") < 1000


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


def test_decisions_of_some_only_and_held_while_they_are_read(context, open_as, house, fresh):
    page = open_as("watcher", "budgets")
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    panel = page.locator("section", has_text="Live decisions")
    panel.get_by_label("user").fill(fresh)
    with page.expect_request(f"**/v1/events?user={fresh}"):
        page.keyboard.press("Enter")
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    house.charge("0.5", user=f"{fresh}-other")
    house.charge("0.25", user=fresh)
    events = panel.locator(".events li")
    expect(events).to_have_count(1)
    expect(events).to_contain_text("$0.25")
    panel.get_by_role("button", name="Pause").press("Enter")
    for _ in range(3):
        house.charge("0.125", user=fresh)
    go_on = panel.get_by_role("button", name="Go on (3 new)")
    expect(go_on).to_be_visible()
    expect(events).to_have_count(1)
    go_on.click()
    expect(events).to_have_count(4)
    expect(events.first).to_contain_text("$0.125")
    expect(events.last).to_contain_text("$0.25")
    panel.get_by_label("user").fill("")
    panel.get_by_label("run").fill(f"{fresh}-run")
    with page.expect_request(f"**/v1/events?run={fresh}-run"):
        panel.get_by_role("button", name="Only these").click()
    expect(events).to_have_count(0)
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    house.charge("0.5", user=fresh, run=f"{fresh}-run")
    expect(events).to_contain_text(f"{fresh}-run")

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
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Used up too").press("Enter")
    expect(row).to_contain_text("used up")
    row.get_by_role("link").click()
    expect(page.get_by_text("$10.00 of $10.00")).to_be_visible()


def test_budgets_near_their_caps_page_by_page(open_as, house, context, fresh):
    for number in range(45):
        house.charge(f"9.{number + 10}", user=f"{fresh}-{number}", tenant=fresh)
    house.charge("10", user=f"{fresh}-out", tenant=fresh)
    context.clock.install()
    page = open_as("watcher", "budgets", tenant=fresh)
    near = page.locator("section", has_text="Near their caps")
    names = near.locator("tbody td:first-child")
    expect(names).to_have_count(20)
    expect(names.first).to_have_text(f"user={fresh}-44")
    near.get_by_role("button", name="Next page").press("Enter")
    expect(names.first).to_have_text(f"user={fresh}-24")
    house.charge("0.01", user=f"{fresh}-24", tenant=fresh)
    context.clock.run_for(10_000)
    expect(near).to_contain_text("$9.35 of $10.00")
    expect(near).to_contain_text("page 2")
    near.get_by_role("button", name="Next page").click()
    expect(names.nth(4)).to_have_text(f"user={fresh}-0")
    expect(names.nth(5)).to_have_text(f"tenant={fresh}")
    # Behind them come their limits on calls, of which less is used.
    for number in (4, 5):
        near.get_by_role("button", name="Next page").click()
        expect(near).to_contain_text(f"page {number}")
    expect(near.get_by_role("button", name="Next page")).to_be_disabled()
    near.get_by_role("button", name="Used up too").click()
    expect(names.first).to_have_text(f"user={fresh}-out")
    expect(near.get_by_role("button", name="Used up too")).to_have_attribute("aria-pressed", "true")


def test_spend_of_the_past_is_there_at_once(open_as, house, fresh):
    for cost, agent in (("0.2", "small"), ("0.7", "large"), ("0.1", "small")):
        house.charge(cost, user=fresh, agent=f"{fresh}-{agent}", tenant=fresh)
    page = open_as("watcher", "spend", by="agent", tenant=fresh)
    past = page.locator("section", has=page.get_by_role("heading", name="Over time"))
    expect(past.get_by_role("img")).to_have_attribute(
        "aria-label", "Cost by hour, the last 24 hours and this one"
    )
    expect(past.locator(".legend li")).to_have_text(
        [f"{fresh}-large: $0.70", f"{fresh}-small: $0.30"]
    )
    # An hour a step; the last one is this one's, to its end.
    points = past.locator("polyline").first.get_attribute("points").split()
    assert len(points) == 51
    assert points[-1] == "600.0,8.0"
    page.get_by_role("navigation", name="Per").get_by_role("link", name="day").click()
    expect(past.get_by_role("img")).to_have_attribute("aria-label", re.compile("14 days"))
    expect(past.locator(".legend li").first).to_have_text(f"{fresh}-large: $0.70")
    page.get_by_role("link", name="tenant", exact=True).click()
    expect(past.locator(".legend")).to_contain_text(re.compile(r": \$\d"))
    page.get_by_role("link", name="run", exact=True).click()
    expect(page.get_by_role("navigation", name="Per").get_by_role("link")).to_have_text(["hour"])
    expect(past).to_contain_text("Nothing was spent.")


def test_a_subjects_ledger_and_what_it_spent(open_as, house, fresh):
    held = {"user": fresh, "run": f"{fresh}-run", "task": "t", "agent": "a", "model": "stand-in"}
    held = house.send("POST", "/v1/reservations", {**held, "input_tokens": 1000})
    spent = {"input_tokens": 2000, "outcome": "error", "attempt": 1}
    house.send("POST", f"/v1/reservations/{held['id']}/commit", spent)
    house.send("POST", "/v1/limits/user-cost/resets", {"user": fresh, "reason": "secret"})
    for number in range(30):
        house.charge("0.25", user=fresh, tool=f"tool-{number}")
        house.charge("9", user=f"{fresh}-other-{number}")
    page = open_as("watcher", "subject", user=fresh)
    ledger = page.locator("section", has=page.get_by_role("heading", name="Ledger"))
    expect(ledger.locator("tbody tr")).to_have_count(25)
    expect(ledger.locator("tbody tr").first).to_contain_text("tool-29")
    expect(ledger.locator("tbody tr").first).to_contain_text("$0.25")
    expect(ledger).not_to_contain_text("other")
    expect(ledger).to_contain_text("there may be older ones")
    ledger.get_by_role("button", name="Next page").press("Enter")
    rows = ledger.locator("tbody tr")
    expect(rows).to_have_count(8)
    expect(rows.nth(5)).to_contain_text(f"resetuser={fresh} user-cost was 0.002 spent, is 0 spent")
    expect(rows.nth(6)).to_contain_text("commiterrorattempt 1")
    expect(rows.nth(6)).to_contain_text(re.compile(r"t · a .*-run.*stand-in.*2,000.*\$0\.002$"))
    expect(rows.nth(7)).to_contain_text(re.compile(r"reserve.*held$"))
    expect(ledger).to_contain_text("These are all.")
    expect(ledger).not_to_contain_text("secret")
    rows.nth(6).get_by_role("link", name=f"{fresh}-run").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Run")
    page.go_back()
    spent = page.locator("section", has_text=f"Spent by user={fresh}")
    expect(spent.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"\$7\.502$"))
    assert spent.locator("rect").count() == 25
    spent.get_by_role("button", name="day").press("Enter")
    expect(spent.get_by_role("img")).to_have_attribute("aria-label", re.compile("today: "))
    spent.get_by_role("button", name="tokens").click()
    expect(spent.get_by_role("img")).to_have_attribute("aria-label", re.compile("2,000 tokens$"))
    spent.get_by_text("As a table").press("Enter")
    expect(spent.locator("tbody tr")).to_have_count(15)
    expect(spent.locator("tbody tr").first).to_contain_text("2,000 tokens")
    page.goto(address("subject"))
    expect(page.get_by_role("heading", name="Spent by tenant=default")).to_be_visible()
    expect(page.locator("section", has_text="Ledger").locator("tbody tr")).to_have_count(25)


def test_who_may_not_read_the_ledger_is_not_offered_it(open_as, house, fresh):
    house.charge("1", user=fresh)
    page = open_as("agent", "subject", user=fresh)
    expect(page.get_by_role("row", name="user-cost")).to_be_visible()
    expect(page.get_by_role("heading", name="Ledger")).to_have_count(0)
    expect(page.get_by_role("heading", name="Spent by")).to_have_count(0)


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
    minute = page.locator("section", has_text="A minute")
    expect(minute.locator("polyline")).to_have_count(2)
    expect(minute.locator(".legend li").last).to_contain_text(re.compile(r"small: \$(?!0\.0000)"))
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
    tasks = page.locator("section", has_text="Tasks by cost").locator(".tree > li > details")
    expect(tasks.locator("> summary .name")).to_have_text(["dear", "long", "tokens"])
    entries = page.locator("section", has_text="Entries by time")
    expect(entries.locator("tbody tr")).to_have_count(25)
    entries.get_by_role("button", name="Next page").press("Enter")
    expect(entries.locator("tbody tr")).to_have_count(7)
    expect(entries.get_by_role("button", name="Next page")).to_be_disabled()
    entries.get_by_role("button", name="First page").click()
    expect(entries.locator("tbody tr")).to_have_count(25)


def test_a_runs_tree_from_tasks_to_calls_by_keyboard(open_as, house, fresh):
    for number in range(60):
        agent = "writer" if number % 3 else "critic"
        house.charge("0.01", run=fresh, task="draft", agent=agent, attempt=int(number == 0))
    house.charge("0.5", run=fresh, task="draft", agent="critic", tool="search")
    house.charge("0.25", run=fresh)
    house.charge("0.001", run=fresh, task="other", agent="writer")
    page = open_as("watcher", "run", run=fresh)
    tree = page.locator("section", has_text="Tasks by cost").get_by_role("list").first
    draft = tree.locator("> li > details").first
    expect(tree.locator("> li > details > summary .name")).to_have_text(
        ["draft", "no task", "other"]
    )
    expect(draft.locator("> summary")).to_contain_text("$1.10")
    expect(draft.locator("> summary")).to_contain_text("61 calls, 1 retry")
    draft.locator("> summary").focus()
    page.keyboard.press("Enter")
    agents = draft.locator("> .below > ul > li > details")
    expect(agents.locator("> summary .name")).to_have_text(["critic", "writer"])
    expect(agents.first.locator("> summary")).to_contain_text("$0.70")
    expect(agents.first.locator("> summary")).to_contain_text("21 calls")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(agents.last.locator("> summary")).to_be_focused()
    page.keyboard.press("Space")
    models = agents.last.locator("> .below > ul > li > details")
    expect(models.locator("> summary .name")).to_have_text(["stand-in"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(models.locator(".leaves > li")).to_have_count(40)
    expect(models.locator(".leaves > li").first).to_contain_text("charge $0.01")
    page.keyboard.press("Enter")
    expect(models.locator(".leaves")).to_be_hidden()
    agents.first.locator("> summary").click()
    expect(agents.first.locator(".below .name")).to_have_text(["stand-in · search", "stand-in"])
    for name in ("no task", "other"):
        task = tree.locator("> li > details", has=page.get_by_text(name, exact=True))
        task.locator("> summary").click()
        expect(task.locator(".below .name")).to_have_text(
            ["no agent" if name == "no task" else "writer"]
        )


def test_a_node_of_many_calls_shows_some_at_a_time(open_as, house, fresh):
    for _ in range(70):
        house.charge("0.01", run=fresh, task="t", agent="a")
    page = open_as("watcher", "run", run=fresh)
    for name in ("t", "a", "stand-in"):
        page.locator("summary", has=page.get_by_text(name, exact=True)).click()
    expect(page.locator(".leaves > li")).to_have_count(50)
    page.get_by_role("button", name="20 more").press("Enter")
    expect(page.locator(".leaves > li")).to_have_count(70)
    expect(page.get_by_role("button", name="more")).to_have_count(0)


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
    house.charge("2.5", **{"label.plan": fresh})
    page.goto(address("subject", **{"label.plan": fresh}))
    spent = page.locator("section", has_text=f"Spent by label.plan={fresh}")
    expect(spent.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"\$2\.50$"))
    ledger = page.locator("section", has_text="Ledger")
    expect(ledger.locator("tbody tr")).to_have_count(1)


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

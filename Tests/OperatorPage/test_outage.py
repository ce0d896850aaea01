"""What the page says and lets people do while budgetd is stopped, held, or without its Redis."""

import re

import pytest
from playwright.sync_api import expect

from house import eventually

AS_OF = re.compile(r"budgetd does not answer.* as of \d\d \w+ 20\d\d, \d\d:\d\d:\d\d")


@pytest.fixture
def stopped(house, watch):
    """Stops the daemon; it runs again after the test, whatever happens."""
    watch.expected += ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "ERR_CONNECTION_RESET"]
    is_stopped = []

    def stop():
        is_stopped.append(True)
        house.stop()

    def start():
        is_stopped.clear()
        house.start()

    yield stop, start
    if is_stopped:
        start()


def test_old_figures_say_as_of_when_and_are_read_anew_by_themselves(open_as, house, stopped, fresh):
    stop, start = stopped
    house.charge("4", user=fresh, tenant=fresh)
    page = open_as("watcher", "budgets", tenant=fresh)
    row = page.locator(".near tbody tr", has_text=f"user={fresh}user-cost")
    expect(row).to_contain_text("$4.00 of $10.00")
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    told = page.locator("body > .outage")
    expect(told).to_be_hidden()
    amount = row.locator("td").nth(2)
    accent = row.get_by_role("link").evaluate("link => getComputedStyle(link).color")
    stop()
    # The stream's end is noticed at once, long before the next look.
    expect(told).to_have_text(AS_OF, timeout=5_000)
    expect(told).to_have_attribute("role", "alert")
    expect(amount).to_contain_text("$4.00 of $10.00")
    dimmed = row.get_by_role("link").evaluate("link => getComputedStyle(link).color")
    assert dimmed != accent
    # It stays in sight.
    page.set_viewport_size({"width": 360, "height": 400})
    page.mouse.wheel(0, 600)
    expect(told).to_be_in_viewport()
    start()
    house.charge("2.5", user=fresh, tenant=fresh)
    expect(row).to_contain_text("$6.50 of $10.00")
    expect(told).to_be_hidden()
    expect(page.locator("#said")).to_have_text("budgetd answers again.")
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    assert row.get_by_role("link").evaluate("link => getComputedStyle(link).color") == accent
    house.charge("0.5", user=fresh, tenant=fresh)
    expect(page.locator(".events li")).to_contain_text("$0.50")


def test_acts_are_locked_with_the_reason(open_as, house, context, stopped, fresh):
    stop, start = stopped
    house.charge("4", user=fresh)
    context.clock.install()
    page = open_as("root", "subject", user=fresh)
    suspend = page.get_by_role("button", name="Suspend")
    expect(suspend).to_be_enabled()
    stop()
    context.clock.run_for(10_000)
    expect(page.locator("body > .outage")).to_have_text(AS_OF)
    for act in page.locator("[data-act]").all():
        expect(act).to_be_disabled()
    suspend.focus()
    expect(suspend).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("nothing can be changed until budgetd answers")
    start()
    context.clock.run_for(10_000)
    expect(page.locator("#said")).to_have_text("budgetd answers again.")
    expect(suspend).to_be_enabled()
    suspend.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_an_open_dialog_is_locked_and_goes_on(open_as, house, context, stopped, fresh):
    stop, start = stopped
    context.clock.install()
    page = open_as("root", "subject", user=fresh)
    page.get_by_role("button", name="Grant: user-cost").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How much").fill("2")
    dialog.get_by_label("Reason").fill("before the outage")
    stop()
    context.clock.run_for(10_000)
    expect(dialog.locator(".outage")).to_have_text(AS_OF)
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    start()
    context.clock.run_for(10_000)
    expect(dialog.locator(".outage")).to_be_hidden()
    assert house.standing("user-cost", user=fresh)["cap"] == "10"
    dialog.get_by_label("Reason").press("Enter")
    expect(dialog).to_be_hidden()
    assert house.newest_act()["reason"] == "before the outage"
    assert house.standing("user-cost", user=fresh)["cap"] == "12"


def test_a_daemon_that_only_hangs_is_away_too(open_as, house, watch, context, fresh):
    house.charge("4", user=fresh)
    context.clock.install()
    page = open_as("watcher", "run", run=fresh)
    expect(page.get_by_text("across 0 steps")).to_be_visible()
    told = page.locator("body > .outage")
    watch.settled(page)
    with house.frozen():
        with page.expect_request("**/v1/runs/*"):
            context.clock.run_for(10_000)
        context.clock.run_for(5_000)
        expect(told).to_be_hidden()
        context.clock.run_for(10_000)
        expect(told).to_have_text(AS_OF)
    house.charge("0.5", run=fresh)
    context.clock.run_for(10_000)
    expect(told).to_be_hidden()
    expect(page.get_by_text("across 1 step")).to_be_visible()


def test_a_stream_that_falls_silent_is_asked_for_again(open_as, house, context, fresh):
    context.clock.install()
    page = open_as("watcher", "budgets", tenant=fresh)
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    with house.frozen():
        context.clock.run_for(39_000)
        expect(page.get_by_text("Waiting for the first one")).to_be_visible()
        context.clock.run_for(3_000)
        expect(page.get_by_text("The stream was interrupted; trying again")).to_be_visible()
    context.clock.run_for(10_000)
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    house.charge("0.5", user=fresh, tenant=fresh)
    eventually(lambda: context.clock.run_for(200) or page.locator(".events li").count() == 1)


def test_without_its_redis_the_figures_are_old_too(open_as, house, watch, context, fresh):
    watch.expected.append("503")
    house.charge("4", user=fresh)
    context.clock.install()
    page = open_as("root", "subject", user=fresh)
    expect(page.get_by_text("$4.00 of $10.00")).to_be_visible()
    refusal = {"code": "UNAVAILABLE", "detail": "Redis is away"}
    page.route(re.compile("/v1/usage"), lambda route: route.fulfill(status=503, json=refusal))
    context.clock.run_for(10_000)
    told = page.locator("body > .outage")
    expect(told).to_contain_text("Redis is away (UNAVAILABLE). What is shown is as of")
    # Another view, which has nothing yet, begins when it can.
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Subject").click()
    expect(page.get_by_label("user", exact=True)).to_have_value("")
    expect(page.locator("main .note")).to_have_text("Looking …")
    page.unroute_all()
    context.clock.run_for(10_000)
    expect(told).to_be_hidden()
    expect(page.get_by_role("row", name="tenant-cost")).to_be_visible()


def test_where_some_reads_are_refused_the_others_are_not_asked_without_a_pause(
    open_as, house, watch, context, fresh
):
    watch.expected.append("503")
    house.charge("4", user=fresh)
    context.clock.install()
    page = open_as("root", "subject", user=fresh)
    expect(page.get_by_text("$4.00 of $10.00")).to_be_visible()
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=503, json={"code": "UNAVAILABLE", "detail": "Redis is away"})

    page.route(f"**/v1/usage?user={fresh}", refuse)
    context.clock.run_for(10_000)
    expect(page.locator("body > .outage")).to_contain_text("Redis is away")
    for _ in range(20):
        context.clock.run_for(1_000)
        watch.settled(page)
    # A second after the first, two after the second, then four, then eight.
    assert 2 < len(asked) < 8


def test_a_token_outlives_an_outage(open_as, house, watch, context, fresh):
    watch.expected.append("ERR_FAILED")
    page = open_as("watcher", "subject")
    page.route("**/v1/caller", lambda route: route.abort())
    page.reload()
    expect(page.locator("#said")).to_contain_text("budgetd does not answer")
    page.unroute("**/v1/caller")
    page.reload()
    expect(page.locator("#who")).to_have_text("token:watcher, ops")

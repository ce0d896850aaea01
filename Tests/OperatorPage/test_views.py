"""What the views of budgets and spending show, against what was spent."""

import re

from playwright.sync_api import expect

from house import address


def test_budgets_near_their_caps_tell_how_long_they_last(open_as, house, context, fresh):
    house.charge("8.25", user=fresh, tenant=fresh)
    context.clock.install()
    page = open_as("watcher", "budgets", tenant=fresh)
    row = page.get_by_role("row", name=f"user={fresh} user-cost")
    expect(row).to_contain_text("$8.25 of $10.00 82 %")
    expect(row).to_contain_text("second look to come")
    house.charge("0.5", user=fresh, tenant=fresh)
    context.clock.run_for(10_000)
    expect(row).to_contain_text("$8.75 of $10.00")
    expect(row).to_contain_text(re.compile(r"\d+ (s|min|h).* for \$1\.25"))
    house.charge("1.25", user=fresh, tenant=fresh)
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

"""A subject's ledger and what it spent, a run and its tree."""

import re

from playwright.sync_api import expect

from house import address


def test_a_subjects_ledger_and_what_it_spent(open_as, house, fresh):
    held = {"user": fresh, "run": f"{fresh}-run", "task": "t", "agent": "a", "model": "stand-in"}
    held = house.send("POST", "/v1/reservations", {**held, "input_tokens": 1000})
    spent = {"input_tokens": 2000, "outcome": "error", "attempt": 1}
    house.send("POST", f"/v1/reservations/{held['id']}/commit", spent)
    house.send("POST", "/v1/limits/user-cost/resets", {"user": fresh, "reason": "secret"})
    for number in range(30):
        house.charge("0.25", user=fresh, tool=f"tool-{number}")
        house.charge("1", user=f"{fresh}-other-{number}")
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
    expect(rows.nth(5)).to_contain_text(
        f"resetuser={fresh} user-cost was $0.002 spent, is $0.00 spent"
    )
    expect(rows.nth(6)).to_contain_text("commiterrorattempt 1")
    expect(rows.nth(6)).to_contain_text(re.compile(r"2,000.*\$0\.002$"))
    whose = ["user", "run", "task", "agent", "model"]
    names = [fresh, f"{fresh}-run", "t", "a", "stand-in"]
    expect(rows.nth(6).locator(".part small")).to_have_text(whose)
    expect(rows.nth(6).locator(".part .name")).to_have_text(names)
    expect(rows.nth(7)).to_contain_text(re.compile(r"reserve.*held$"))
    expect(ledger).to_contain_text("These are all.")
    expect(ledger).not_to_contain_text("secret")
    # The page's own user is named, and leads nowhere else.
    expect(rows.nth(6).get_by_role("link")).to_have_text(names[1:])
    rows.nth(6).get_by_role("link", name="t", exact=True).click()
    expect(page.get_by_label("task")).to_have_value("t")
    expect(page.get_by_label("run", exact=True)).to_have_value(f"{fresh}-run")
    page.go_back()
    ledger.get_by_role("button", name="Next page").press("Enter")
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
    entries = page.locator("section", has_text="Entries, the newest first")
    expect(entries.locator("tbody tr")).to_have_count(25)
    expect(entries.locator("tbody tr").first).to_contain_text("tokens")
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
    means = agents.first.locator(".below .title")
    expect(means).to_have_text(["stand-in · search", "stand-in"])
    expect(means.locator(".name")).to_have_text(["stand-in", "search", "stand-in"])
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


def test_a_tree_that_could_not_be_read_is_read_when_it_is_opened_again(
    open_as, house, watch, fresh
):
    watch.expected.append("503")
    house.charge("0.01", run=fresh, task="t", agent="a")
    page = open_as("watcher", "run", run=fresh)
    refusal = {"code": "UNAVAILABLE", "detail": "Redis is away"}
    page.route("**/v1/runs/*count=1000*", lambda route: route.fulfill(status=503, json=refusal))
    summary = page.locator(".tree summary").first
    summary.click()
    expect(page.locator(".tree").get_by_role("alert")).to_have_text("Redis is away (UNAVAILABLE)")
    page.unroute("**/v1/runs/*count=1000*")
    summary.click()
    summary.click()
    expect(page.locator(".tree .below .name")).to_have_text(["a"])


def test_of_a_very_long_run_the_tree_has_the_first_calls(open_as, house, fresh):
    house.charge("0.01", run=fresh, task="t", agent="a")
    entry = house.send("GET", f"/v1/runs/{fresh}", {"by": "time"})["entries"][0]
    asked = []

    def give(route):
        asked.append(route.request.url)
        route.fulfill(json={"entries": [entry] * 1000, "next": 1000 * len(asked)})

    page = open_as("watcher", "run", run=fresh)
    page.route("**/v1/runs/*count=1000*", give)
    page.locator(".tree summary").first.click()
    expect(page.locator(".tree")).to_contain_text("Of the first 10,000 entries of this run.")
    expect(page.locator(".tree .below summary")).to_contain_text("$100.00")
    assert len(asked) == 10


def test_a_name_that_is_rare_is_looked_for_answer_by_answer(open_as, house, fresh):
    asked = []

    def give(route):
        asked.append(route.request.url)
        answer = {"entries": [], "reached_ms": 1_790_000_000_000, "trimmed": 1}
        last = len(asked) == 13
        route.fulfill(json={**answer, "next": None if last else 5000 - len(asked)})

    page = open_as("watcher", "budgets")
    page.route("**/v1/entries?*", give)
    page.goto(address("subject", user=fresh))
    ledger = page.locator("section", has_text="Ledger")
    expect(ledger).to_contain_text("Looked back to 21 Sept 2026, 16:13:20; there may be older")
    expect(ledger).to_contain_text("Nothing was found.")
    assert len(asked) == 12
    assert asked[-1].endswith("cursor=4989")
    ledger.get_by_role("button", name="Next page").click()
    expect(ledger).to_contain_text("Nothing was found. The journal is kept from 21 Sept 2026")
    assert asked[-1].endswith("cursor=4988")

"""A store with a hundred thousand users: what the page asks for, and what it holds, stays small."""

import pytest
from playwright.sync_api import expect

from house import House, address, eventually

USERS = 100_000
POLICY = """
version: 1
limits:
  - {name: user-cost, per: [user], window: day, measure: cost, cap: 10, warn_at: [0.8]}
prices: [prices.yaml]
"""
LOOKS = 5
# Of one look: answers, their bytes together, and the elements of the page.
MOST_ANSWERS = 6
MOST_BYTES = 32 * 1024
MOST_ELEMENTS = 1_500
# What is asked for once: a view of its own, and what each of its parts begins with.
AT_FIRST = 4


@pytest.fixture(scope="module")
def crowd():
    own = House(POLICY)
    try:
        # The rankings are asked for now and then, as people do.
        for first in range(0, USERS, 10_000):
            own.record(spent(number) for number in range(first, first + 10_000))
            own.send("GET", "/v1/top/user/cost/day")
        assert own.send("GET", "/v1/top/user/cost/day")["rows"][0] == LARGEST
        yield own
    finally:
        own.close()


LARGEST = {"name": "user-99999", "value": "9.9999"}


def spent(number):
    """What a user spent: nobody as much as another. Every hundredth had a run."""
    run = {"run": f"run-{number}"} if number % 100 == 0 else {}
    return {"user": f"user-{number}", **run, "cost_usd": f"{number / 10_000:.4f}"}


class Asked:
    """The API's answers to a page."""

    def __init__(self, page):
        self._finished = []
        page.on("requestfinished", lambda request: self._finished.append(request))

    def sizes(self):
        """Of what was answered since this was asked last."""
        finished, self._finished[:] = self._finished[:], []
        own = [request for request in finished if "/page/" not in request.url]
        return [request.sizes()["responseBodySize"] for request in own]


@pytest.fixture
def opened(browser, crowd, watch):
    context = browser.new_context(base_url=crowd.url, locale="en-GB")
    context.clock.install()
    page = context.new_page()
    watch.over(page)
    page.goto("/")
    page.get_by_label("Token").fill(crowd.tokens["root"])
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_contain_text("root")
    try:
        yield context, page
    finally:
        context.close()
        watch.hosts.clear()


VIEWS = [
    ("budgets", {}, ".near tbody tr", "user-99999"),
    ("spend", {"by": "user"}, ".windows tbody tr", "user-99999"),
    ("spend", {"by": "run"}, ".windows tbody tr", "run-99900"),
    ("subject", {"user": "user-50000"}, "section tbody tr", "$5.00 of $10.00"),
    ("run", {"run": "run-50000"}, "section tbody tr", "$5.00"),
    ("subject", {}, "section tbody tr", "user-99999"),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("view", "fields", "rows", "shows"), VIEWS)
def test_a_view_asks_for_little_and_holds_little(opened, watch, view, fields, rows, shows):
    context, page = opened
    watch.settled(page)
    asked = Asked(page)
    page.goto(address(view, **fields))
    expect(page.locator(rows).filter(has_text=shows).first).to_be_visible()
    watch.settled(page)
    elements = "document.querySelectorAll('*').length"
    first, held = asked.sizes(), page.evaluate(elements)
    assert 0 < len(first) <= MOST_ANSWERS + AT_FIRST
    assert sum(first) < MOST_BYTES
    assert held < MOST_ELEMENTS
    for _ in range(LOOKS):
        with page.expect_request("**/v1/**"):
            context.clock.run_for(10_000)
        watch.settled(page)
        sizes = asked.sizes()
        assert 0 < len(sizes) <= MOST_ANSWERS
        assert sum(sizes) < MOST_BYTES
    # Plots of the last minutes are one more.
    assert page.evaluate(elements) <= held + 50


def test_the_crowd_is_turned_page_by_page(opened, watch):
    _, page = opened
    near = page.locator(".near")
    expect(near.get_by_role("link").first).to_have_text("user=user-99999")
    asked = Asked(page)
    for number in range(2, 6):
        near.get_by_role("button", name="Next page").click()
        expect(near).to_contain_text(f"page {number}")
        expect(near.get_by_role("link").first).to_have_text(
            f"user=user-{100_000 - 20 * number + 19}"
        )
        expect(near.get_by_role("link")).to_have_count(20)
        watch.settled(page)
        assert 0 < sum(asked.sizes()) < MOST_BYTES


def test_a_crowd_of_events_is_followed(opened, crowd):
    _, page = opened
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    crowd.record({"user": f"user-{number}", "cost_usd": "0.0001"} for number in range(3000))
    crowd.record([{"user": "the-last", "cost_usd": "0.0001"}])
    context = page.context
    last = page.locator(".events li", has_text="the-last")
    eventually(lambda: context.clock.run_for(500) or last.count() == 1)
    expect(page.locator(".events li")).to_have_count(50)
    assert page.evaluate("document.querySelectorAll('*').length") < MOST_ELEMENTS

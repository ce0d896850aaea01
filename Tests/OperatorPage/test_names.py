"""Names of any length and direction: they are cut, what stands beside them is not."""

import pytest
from playwright.sync_api import expect

from house import address
from views import spend_as, views_of

LONG = "customer-" + "abcdefghij" * 20
FAMILY = "\U0001f469\u200d\U0001f467\u200d\U0001f466"
# Of each more than is shown, within the 256 bytes that a name may have.
NAMES = [LONG, "\u0645\u0633\u062a\u062e\u062f\u0645-" * 18, FAMILY * 14]

# What is wrong with how names and amounts are laid out.
LAYOUT = """() => {
  const wrong = [];
  const told = (what, element) => wrong.push(`${what}: ${element.textContent.slice(0, 60)}`);
  const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
  for (const name of [...document.querySelectorAll('.name')].filter(seen)) {
    const line = parseFloat(getComputedStyle(name).fontSize) * 2;
    if (name.getBoundingClientRect().height > line) told('more than a line', name);
    if (name.title !== name.textContent) told('not whole in its title', name);
  }
  for (const whole of [...document.querySelectorAll('.whole, .tiles strong')].filter(seen)) {
    whole.scrollIntoView({ block: 'center' });
    const { left, right, top, bottom, height } = whole.getBoundingClientRect();
    if (height > 2 * parseFloat(getComputedStyle(whole).fontSize)) told('broken', whole);
    if (left < 0 || right > innerWidth) told('out of sight', whole);
    for (const x of [left + 2, right - 2]) {
      const there = document.elementFromPoint(x, (top + bottom) / 2);
      if (!whole.contains(there) && !there?.contains(whole)) told('covered', whole);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > innerWidth);
    wrong.push(...wide.map((element) => `too wide: ${element.tagName} ${element.className}`));
  }
  return wrong;
}"""


@pytest.mark.parametrize("width", [360, 840, 1024, 1280])
def test_long_names_are_cut_and_amounts_never(open_as, house, watch, fresh, width):
    for name in NAMES:
        spend_as(house, name, tenant=fresh)
    page = open_as("root")
    page.set_viewport_size({"width": width, "height": 800})
    for view in views_of(page, watch, LONG, tenant=fresh):
        assert page.evaluate(LAYOUT) == [], view
    page.goto(address("spend", by="agent", tenant=fresh))
    for name in NAMES:
        rows = page.locator(".windows tbody tr", has=page.get_by_role("link", name=name))
        expect(rows).to_have_count(4)
        expect(rows.first).to_contain_text("$0.01")
        assert rows.first.bounding_box()["height"] < 70
    assert page.evaluate(LAYOUT) == []


def test_a_cut_name_is_whole_to_who_asks_for_it(open_as, house, context, fresh):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    name = f"{fresh}-{LONG}"
    house.charge("1", user=name, tenant=fresh)
    page = open_as("watcher", "budgets", tenant=fresh)
    link = page.get_by_role("link", name=f"user={name}").first
    before = link.bounding_box()
    assert before["width"] < 300
    # Its end is seen too: names of one house begin alike.
    last = """link => {
      const range = document.createRange();
      range.selectNodeContents(link.querySelector('bdi').lastChild);
      return [range.getBoundingClientRect().right, link.getBoundingClientRect().right];
    }"""
    ends, edge = link.evaluate(last)
    assert ends <= edge
    # To a screen reader it is one word.
    expect(link).to_have_accessible_name(f"user={name}")
    # To the keyboard it opens.
    page.get_by_role("button", name="Used up too").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert link.bounding_box()["height"] > 2 * before["height"]
    assert link.evaluate("element => element.scrollWidth <= element.clientWidth")
    page.keyboard.press("Tab")
    assert link.bounding_box() == before
    # Copied it is whole.
    link.evaluate("element => getSelection().selectAllChildren(element)")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == f"user={name}"


def test_a_name_from_right_to_left_turns_nothing_beside_it(open_as, house, fresh):
    name = NAMES[1].removesuffix("-")
    house.charge("1.25", user=name, tenant=fresh)
    page = open_as("watcher", "spend", tenant=fresh)
    row = page.locator(".legend li").first
    expect(row).to_contain_text("$1.25")
    ends = row.evaluate(
        """row => [row.querySelector('.name'), row.querySelector('.whole')].map(
             part => part.getBoundingClientRect()).map(({left, right}) => [left, right])"""
    )
    # The name stands before its amount, and the dollar before its digits.
    assert ends[0][1] < ends[1][0]
    sign, digit = row.locator(".whole").evaluate(
        """whole => [0, 1].map((at) => {
             const range = document.createRange();
             range.setStart(whole.firstChild, at);
             range.setEnd(whole.firstChild, at + 1);
             return range.getBoundingClientRect().left;
           })"""
    )
    assert sign < digit

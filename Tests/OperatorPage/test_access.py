"""For who uses no mouse, sees little, or wants nothing to move."""

import pytest
from playwright.sync_api import expect

from house import address
from views import spend_as, views_of

# Texts whose colour is too near to what is behind them. What cannot be used need not be read.
PALE = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3]));
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    return over(parse(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  };
  const light = (colour) => colour.map((part) => part / 255).map((part) =>
    (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const elements = new Set(document.querySelectorAll('input, select'));
  while (texts.nextNode()) {
    if (texts.currentNode.data.trim()) elements.add(texts.currentNode.parentElement);
  }
  const pale = [];
  let seen = 0;
  for (const element of elements) {
    const style = getComputedStyle(element);
    const { width } = element.getBoundingClientRect();
    if (!element.checkVisibility() || width <= 1 || style.fontSize === '0px') continue;
    if (element.closest(':disabled, [aria-disabled]')) continue;
    seen += 1;
    let opacity = 1;
    for (let it = element; it; it = it.parentElement) opacity *= getComputedStyle(it).opacity;
    const ground = behind(element);
    const colours = [style.color];
    if (element.placeholder) colours.push(getComputedStyle(element, '::placeholder').color);
    for (const colour of colours) {
      const [red, green, blue, alpha] = parse(colour);
      const found = contrast(over([red, green, blue, alpha * opacity], ground), ground);
      if (found < 4.5) pale.push(`${found.toFixed(2)} ${element.tagName} ${element.textContent}`);
    }
  }
  return { seen, pale };
}"""

# What a mouse could use, in the order in which it stands.
USABLE = """() => [...document.querySelectorAll(
    'a[href], button, input, select, summary, [tabindex="0"]')]
  .filter((element) => element.checkVisibility() && !element.disabled)
  .map((element, at) => { element.dataset.at = at; return at; })"""


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_text_can_be_read(open_as, house, watch, colours):
    spend_as(house, colours)
    house.charge("0.01", user=colours, run=colours, outcome="error", attempt=1)
    page = open_as("root")
    page.emulate_media(color_scheme=colours)
    for view in views_of(page, watch, colours):
        if view == "subject":
            page.get_by_text("More fields").click()
        found = page.evaluate(PALE)
        assert found["pale"] == [], view
        assert found["seen"] > 20, view
        page.evaluate("document.getElementById('main').classList.add('old')")
        page.locator("body > .outage").evaluate("place => { place.textContent = 'away'; }")
        assert page.evaluate(PALE)["pale"] == [], view
        page.locator("body > .outage").evaluate("place => { place.textContent = ''; }")
    page.goto(address("subject", user=colours))
    page.get_by_role("button", name="Grant: user-cost").click()
    assert page.evaluate(PALE)["pale"] == []


def test_whatever_a_mouse_can_use_the_keyboard_reaches_in_its_order(open_as, house, watch, fresh):
    spend_as(house, fresh)
    page = open_as("root")
    page.emulate_media(reduced_motion="reduce")
    for view in views_of(page, watch, fresh):
        # Two views look again by themselves, which would take the marks away.
        page.evaluate("document.getElementById('dialog').open = true")
        usable = page.evaluate(USABLE)
        assert len(usable) > 8, view
        page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
        page.locator("#skip").focus()
        reached = [0]
        while len(reached) < len(usable):
            page.keyboard.press("Tab")
            at = page.evaluate("Number(document.activeElement.dataset.at ?? -1)")
            assert at in {reached[-1], len(reached)}, view
            # A time has several parts.
            if at == reached[-1]:
                assert page.evaluate("document.activeElement.type") == "datetime-local", view
            else:
                reached.append(at)
            width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert width == "3px", view
        assert page.evaluate("document.getAnimations().length") == 0
        page.evaluate("document.getElementById('dialog').open = false")


def test_a_dialog_gives_back_where_one_was(open_as, house, fresh):
    spend_as(house, fresh)
    house.send("PUT", "/v1/limits/user-cost/override", {"user": fresh, "cap": "50", "reason": "r"})
    page = open_as("root", "subject", user=fresh)
    dialog = page.get_by_role("dialog")
    for name in ("Suspend", "Grant: user-cost", "Remove: user-cost"):
        button = page.get_by_role("button", name=name)
        for way in ("Escape", "Cancel"):
            button.press("Enter")
            expect(dialog).to_have_accessible_name(f"{dialog.locator('h2').inner_text()}")
            if way == "Escape":
                page.keyboard.press("Escape")
            else:
                dialog.get_by_role("button", name="Cancel").press("Enter")
            expect(dialog).to_be_hidden()
            expect(button).to_be_focused()
    # Nothing behind it is reached meanwhile.
    button.press("Enter")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog, body').tagName") in {
            "DIALOG",
            "BODY",
        }
    # A button that is gone with what it did leaves people in the content.
    dialog.get_by_label("Reason").fill("no longer")
    dialog.get_by_label("Reason").press("Enter")
    expect(page.get_by_role("button", name="Remove: user-cost")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()
    # And the look that comes by itself takes nobody away from where they are.
    suspend = page.get_by_role("button", name="Suspend")
    suspend.focus()
    suspend.evaluate("button => { button.dataset.before = true; }")
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-before]")).to_have_count(0)
    expect(suspend).to_be_focused()

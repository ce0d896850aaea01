"""Names that are markup or long, phones, light and dark."""

import pytest
from playwright.sync_api import expect

from house import address
from views import spend_as, views_of

MARKUP = "<img src=x onerror=alert(1)>"


def test_a_name_that_is_markup_is_text(open_as, house, watch):
    spend_as(house, MARKUP)
    page = open_as("root")
    for view in views_of(page, watch, MARKUP):
        assert page.locator("img").count() == 0, view
    page.goto(address("run", run=MARKUP))
    for _ in range(3):
        page.locator("details:not([open]) > summary", has_text=MARKUP).first.click()
    expect(page.locator(".leaves > li")).to_have_count(1)
    assert page.locator("img").count() == 0
    page.goto(address("subject", user=MARKUP))
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"No call of user={MARKUP}")
    page.get_by_label("Reason").fill(MARKUP)
    page.get_by_role("dialog").get_by_role("button", name="Suspend").click()
    expect(page.locator("#said")).to_contain_text(f"Suspended: user={MARKUP}")
    expect(page.locator(".state")).to_contain_text("suspended")
    assert house.newest_act()["reason"] == MARKUP
    assert page.locator("img").count() == 0
    house.send("DELETE", "/v1/suspensions", {"user": MARKUP, "reason": "after the test"})


def test_a_name_that_turns_text_is_shown_by_its_number(open_as, house):
    name = "eve\u202eevil"
    spend_as(house, name)
    page = open_as("root")
    page.goto(address("subject", user=name))
    expect(page.get_by_role("main")).to_contain_text("eve\\u{202e}evil")
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("dialog")).to_contain_text("No call of user=eve\\u{202e}evil")
    assert "\u202e" not in page.locator("body").inner_text()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen(open_as, house, watch, context, colours):
    name = (colours + "w" * 256)[:256]
    spend_as(house, name)
    page = open_as("root")
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme=colours)
    wide = "document.documentElement.scrollWidth"
    for view in views_of(page, watch, name):
        assert page.evaluate(wide) == 360, view
    page.goto(address("subject", user=name))
    page.get_by_role("button", name="Override: user-cost").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New cap").fill("12")
    expect(dialog.locator("#sentence")).to_contain_text("$12.00")
    assert page.evaluate(wide) == 360
    assert dialog.evaluate("element => element.scrollWidth <= element.clientWidth")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(16, 22, 21)") == (colours == "dark")

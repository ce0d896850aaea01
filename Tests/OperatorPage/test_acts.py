"""Every act, done through the page as people do it, and then found in the audit and in effect."""

import pytest
from playwright.sync_api import expect

from house import Refused, address


def do(page, button, values, confirm, says):
    """Opens an act's dialog, fills it in, reads the sentence, confirms."""
    page.get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog")
    for label, value in values.items():
        dialog.get_by_label(label).fill(value)
    for part in says:
        expect(dialog.locator("#sentence")).to_contain_text(part)
    dialog.get_by_label("Reason").fill(f"because of {confirm}")
    dialog.get_by_role("button", name=confirm, exact=True).click()
    expect(dialog).to_be_hidden()


ACTS = [
    (
        "Grant: user-cost",
        {"How much": "2.5"},
        "Grant more",
        ["from $10.00 to $12.50", "$4.00"],
        "grant",
        {"cap": "12.5"},
    ),
    (
        "Override: user-cost",
        {"New cap": "50"},
        "Override the cap",
        ["$50.00", "for good", "$10.00"],
        "set",
        {"cap": "50", "overridden": 1},
    ),
    (
        "Reset: user-cost",
        {},
        "Reset what is spent",
        ["$4.00", "count as nothing"],
        "reset",
        {"spent": "0"},
    ),
]


@pytest.mark.parametrize(("button", "values", "confirm", "says", "action", "then"), ACTS)
def test_an_act_on_a_limit(open_as, house, fresh, button, values, confirm, says, action, then):
    house.charge("4", user=fresh)
    page = open_as("root", "subject", user=fresh)
    do(page, button, values, confirm, [*says, f"user={fresh}"])
    act = house.newest_act()
    assert (act["action"], act["subject"], act["limit"]) == (action, f"user={fresh}", "user-cost")
    assert (act["reason"], act["actor"]) == (f"because of {confirm}", "token:root")
    standing = house.standing("user-cost", user=fresh)
    assert {name: standing[name] for name in then} == then
    expect(page.locator("#said")).to_contain_text(f"user={fresh}")
    history = page.locator("section", has_text="History")
    expect(history).to_contain_text(f"because of {confirm}")
    page.goto(address("audit"))
    expect(page.get_by_role("row").nth(1)).to_contain_text(f"{action} user={fresh} user-cost")
    # What was said of one view is not said above the next.
    expect(page.locator("#said")).to_be_empty()
    page.get_by_role("row").nth(1).get_by_role("link", name=f"user={fresh}").click()
    expect(page.get_by_label("user", exact=True)).to_have_value(fresh)


def test_an_override_is_removed(open_as, house, fresh):
    house.send("PUT", "/v1/limits/user-cost/override", {"user": fresh, "cap": "50", "reason": "r"})
    page = open_as("root", "subject", user=fresh)
    expect(page.locator("section", has_text="Set beside")).to_contain_text("$50.00 for good")
    do(page, "Remove: user-cost", {}, "Remove override and grants", ["own cap", "$50.00"])
    assert house.newest_act()["action"] == "unset"
    assert house.standing("user-cost", user=fresh)["cap"] == "10"


def test_suspending_and_resuming(open_as, house, fresh):
    house.charge(user=fresh)
    page = open_as("root", "subject", user=fresh)
    do(page, "Suspend", {}, "Suspend", [f"No call of user={fresh}"])
    expect(page.locator(".state")).to_contain_text("suspended")
    assert house.newest_act()["action"] == "suspend"
    with pytest.raises(Refused) as refused:
        house.charge(user=fresh)
    assert refused.value.status == 403
    do(page, "Resume", {}, "Resume", [f"Calls of user={fresh}"])
    assert house.newest_act()["action"] == "resume"
    house.charge(user=fresh)
    expect(page.locator("section", has_text="History").get_by_role("row")).to_have_count(3)


def test_a_run_is_suspended_where_it_is_seen_to_burn(open_as, house, context, fresh):
    for _ in range(3):
        house.charge("0.5", run=fresh, task="loop")
    context.clock.install()
    page = open_as("root", "spend", by="run")
    page.locator(".windows").get_by_role("link", name=fresh, exact=True).first.click()
    expect(page.get_by_text("across 3 steps")).to_be_visible()
    house.charge("0.5", run=fresh, task="loop")
    context.clock.run_for(10_000)
    expect(page.get_by_text("across 4 steps")).to_be_visible()
    expect(page.locator(".tree summary")).to_contain_text("$2.00")
    # What is opened stays open while the sums above it go on.
    page.locator(".tree summary").click()
    expect(page.locator(".tree .below .name")).to_be_visible()
    house.charge("0.5", run=fresh, task="loop")
    context.clock.run_for(10_000)
    expect(page.get_by_text("across 5 steps")).to_be_visible()
    expect(page.locator(".tree .below .name")).to_be_visible()
    do(page, "Suspend", {}, "Suspend", [f"No call of run={fresh}"])
    expect(page.locator(".state")).to_contain_text("suspended")
    with pytest.raises(Refused):
        house.charge(run=fresh)
    do(page, "Resume", {}, "Resume", [f"Calls of run={fresh}"])
    house.charge(run=fresh)


def test_a_tenant_is_suspended_by_its_own_admin(open_as, house):
    page = open_as("boss", "subject")
    do(page, "Suspend", {}, "Suspend", ["No call of tenant=acme"])
    with pytest.raises(Refused):
        house.charge(tenant="acme", user="u")
    house.charge(user="u")
    do(page, "Resume", {}, "Resume", ["tenant=acme"])
    assert house.newest_act("acme")["actor"] == "token:boss"


def test_a_refusal_is_shown_with_its_sentence(open_as, house, watch, fresh):
    watch.expected.append("400")
    before = house.newest_act()["seq"]
    page = open_as("root", "subject", user=fresh)
    page.get_by_role("button", name="Grant: user-calls").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How much").fill("1.5")
    dialog.get_by_label("Reason").fill("half a call")
    dialog.get_by_role("button", name="Grant more").click()
    expect(dialog.get_by_role("alert")).to_contain_text("BADARG")
    assert house.newest_act()["seq"] == before
    dialog.get_by_label("How much").fill("3")
    dialog.get_by_role("button", name="Grant more").click()
    expect(dialog).to_be_hidden()
    assert house.standing("user-calls", user=fresh)["cap"] == 203


def test_without_a_reason_nothing_is_sent(open_as, house, fresh):
    before = house.newest_act()["seq"]
    page = open_as("root", "subject", user=fresh)
    page.get_by_role("button", name="Suspend").click()
    page.get_by_role("dialog").get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert house.newest_act()["seq"] == before


def test_a_lost_answer_is_repeated_and_done_once(open_as, house, watch, fresh):
    watch.expected.append("ERR_FAILED")
    page = open_as("root", "subject", user=fresh)
    keys = []

    def lose_the_first(route):
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        if len(keys) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/grants", lose_the_first)
    page.get_by_role("button", name="Grant: user-cost").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How much").fill("5")
    dialog.get_by_label("Reason").fill("twice?")
    dialog.get_by_role("button", name="Grant more").click()
    expect(dialog.get_by_role("alert")).to_contain_text("may have been done")
    expect(dialog.get_by_label("How much")).not_to_be_editable()
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog).to_be_hidden()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert house.standing("user-cost", user=fresh)["cap"] == "15"


def test_an_act_by_keyboard_alone(open_as, house, fresh):
    house.charge("1", user=fresh)
    page = open_as("root", "subject", user=fresh)
    expect(page.get_by_role("button", name="Grant: user-cost")).to_be_visible()

    def tab_to(label):
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.innerText"
                " ?? document.activeElement.innerText"
            )
            if (focused or "").startswith(label):
                return
        raise AssertionError(f"no way to {label} by Tab")

    page.locator("#main").focus()
    tab_to("Grant: user-cost")
    page.keyboard.press("Enter")
    expect(page.get_by_label("How much")).to_be_focused()
    page.keyboard.type("7")
    tab_to("Reason")
    page.keyboard.type("keys only")
    tab_to("Grant more")
    page.keyboard.press("Enter")
    # The limits were read anew, and shown.
    expect(page.locator("section", has_text="History")).to_contain_text("keys only")
    expect(page.get_by_role("button", name="Grant: user-cost")).to_be_focused()
    assert house.newest_act()["reason"] == "keys only"
    assert house.standing("user-cost", user=fresh)["cap"] == "17"

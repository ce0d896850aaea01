"""Every view of somebody, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from house import House, address

VIEWS = ["budgets", "spend", "run", "subject", "audit"]


def spend_as(house: House, name: str, **tenant: str) -> None:
    """Spends under a name in all fields, and suspends an agent of it."""
    fields = ["user", "session", "run", "agent", "task", "tool"]
    house.charge("0.01", **dict.fromkeys(fields, name), **tenant)
    house.charge("9", user=name, **tenant)
    house.send("POST", "/v1/suspensions", {"agent": name, "reason": name, **tenant})


def views_of(page: Page, watch: Any, name: str, **tenant: str) -> Iterator[str]:
    """Every view, each when it has shown what it has."""
    for view in VIEWS:
        asked = {"agent": name} if view == "audit" else {"user": name, "run": name}
        page.goto(address(view, **asked, **tenant))
        expect(page.get_by_role("heading", level=1)).to_have_text(view.title())
        watch.settled(page)
        if view == "run":
            page.locator(".tree summary").first.click()
            expect(page.locator(".tree .below .name").first).to_be_visible()
        else:
            expect(page.get_by_role("main").get_by_text(name).first).to_be_visible()
        yield view

"""Every view of somebody, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from house import House, address

VIEWS = ["budgets", "spend", "run", "subject", "audit"]


def spend_as(house: House, name: str) -> None:
    """Spends under a name in all fields, and suspends an agent of it."""
    house.charge("0.01", user=name, session=name, run=name, agent=name, task=name, tool=name)
    house.charge("9", user=name)
    house.send("POST", "/v1/suspensions", {"agent": name, "reason": name})


def views_of(page: Page, watch: Any, name: str) -> Iterator[str]:
    """Every view, each when it has shown what it has."""
    for view in VIEWS:
        page.goto(address(view, user=name, run=name))
        expect(page.get_by_role("heading", level=1)).to_have_text(view.title())
        watch.settled(page)
        if view == "run":
            page.locator(".tree summary").first.click()
            expect(page.locator(".tree .below .name").first).to_be_visible()
        else:
            expect(page.get_by_role("main").get_by_text(name).first).to_be_visible()
        yield view

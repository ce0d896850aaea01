"""Fixtures: a daemon, a real Chromium, and pages that may not complain."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from house import House, address

_names = itertools.count()
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    own = House()
    try:
        yield own
    finally:
        own.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        try:
            yield chromium
        finally:
            chromium.close()


@pytest.fixture
def fresh() -> str:
    """A name that no other test uses."""
    return f"t{next(_names)}"


class Watch:
    """What a page says that it should not say, and whom it asks."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        # Requests that are not answered yet; a stream of events never is.
        self.open: set[Any] = set()
        # Chromium logs every refusal itself; a test that provokes one says so.
        self.expected: list[str] = []

    def over(self, page: Page) -> None:
        page.set_default_timeout(20_000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", self._on_request)
        for event in ("requestfinished", "requestfailed"):
            page.on(event, lambda request: self.open.discard(request))

    def _on_request(self, request: Any) -> None:
        self.hosts.add(request.url.split("/")[2])
        if "/v1/events" not in request.url:
            self.open.add(request)

    def settled(self, page: Page) -> None:
        """Waits until a page has asked nothing for half a second, but for its events."""
        quiet = 0
        while quiet < 10:
            page.wait_for_timeout(50)
            quiet = 0 if self.open else quiet + 1

    def _on_console(self, message: Any) -> None:
        known = any(part in message.text for part in self.expected)
        if message.type in {"error", "warning"} and not known:
            self.complaints.append(message.text)


@pytest.fixture
def watch(house: House) -> Iterator[Watch]:
    own = Watch()
    yield own
    assert own.complaints == []
    assert own.hosts <= {f"127.0.0.1:{house.port}"}


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    own = browser.new_context(base_url=house.url, locale="en-GB", timezone_id="Europe/Berlin")
    try:
        yield own
    finally:
        own.close()


@pytest.fixture
def open_as(context: BrowserContext, house: House, watch: Watch) -> Callable[..., Page]:
    """Signs in by typing a token, and goes to a view."""

    def open_page(name: str, view: str = "", **fields: str) -> Page:
        page = context.new_page()
        watch.over(page)
        page.goto(address(view, **fields))
        page.get_by_label("Token").fill(house.tokens[name])
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#who")).to_contain_text(name)
        return page

    return open_page

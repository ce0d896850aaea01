"""Fixtures: a daemon for the session, one for tests that hurt it, and both clients as one."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest

from budgetd import AsyncBudgetClient, BudgetClient
from daemon import ROOT, Daemon
from proxy import Proxy

_names = itertools.count()
# For the processes that tests start.
os.environ["PYTHONPATH"] = str(ROOT / "Sources" / "PythonClient" / "src")


@pytest.fixture(scope="session")
def daemon() -> Iterator[Daemon]:
    """Shared by all tests that leave it alone; names from `fresh` keep them apart."""
    own = Daemon()
    try:
        yield own.start()
    finally:
        own.remove()


@pytest.fixture
def own_daemon() -> Iterator[Daemon]:
    """For tests that stop it, freeze it or want other rules: `start` it."""
    own = Daemon()
    try:
        yield own
    finally:
        own.remove()


@pytest.fixture
def fresh() -> str:
    """A name that no other test uses."""
    return f"t{next(_names)}"


@pytest.fixture
def client(daemon: Daemon) -> Iterator[BudgetClient]:
    with BudgetClient(daemon.url, deadline=30) as client:
        yield client


class Both:
    """A client whose kind a test does not see: `do` runs an `async` body with either.

    The body awaits what may be awaitable, by `both.of`, and enters holds by `async with both.hold`.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def client(self, url: str, **options: Any) -> Any:
        made = AsyncBudgetClient if self.kind == "asyncio" else BudgetClient
        return made(url, **options)

    async def of(self, answer: Any) -> Any:
        return await answer if self.kind == "asyncio" else answer

    def hold(self, client: Any, **call: Any) -> Any:
        return client.reserve(**call) if self.kind == "asyncio" else _Entered(client, call)

    def do(self, body: Any) -> Any:
        return asyncio.run(body)


class _Entered:
    """A synchronous hold's block, written as an asynchronous one."""

    def __init__(self, client: BudgetClient, call: dict[str, Any]) -> None:
        self._client = client
        self._call = call

    async def __aenter__(self) -> Any:
        self._hold = self._client.reserve(**self._call)
        return self._hold.__enter__()

    async def __aexit__(self, *error: Any) -> Any:
        return self._hold.__exit__(*error)


@pytest.fixture(params=["sync", "asyncio"])
def both(request: pytest.FixtureRequest) -> Both:
    return Both(request.param)


@pytest.fixture
def proxy(daemon: Daemon) -> Iterator[Proxy]:
    """Stands before the shared daemon."""
    own = Proxy(daemon.socket)
    try:
        yield own
    finally:
        own.close()

"""A daemon with rules for agents: a small session budget, and runs whose calls are counted."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from budgetd import BudgetClient
from daemon import Daemon

# A call of the stand-in model, of 100 tokens in and 10 out, costs $0.0002.
POLICY = """
version: 1
limits:
  - {name: session-cost, per: [session], window: lifetime, idle: 24h, measure: cost, cap: 0.001}
  - {name: run-calls, per: [run], window: lifetime, measure: calls, cap: 1000}
  - {name: run-in-flight, per: [run], window: lifetime, measure: in_flight, cap: 64}
  - {name: same-action, per: [run, fingerprint], window: lifetime, measure: calls, cap: 3}
reservations: {ttl: 2s, grace: 0s, max_ttl: 1h}
default_estimate: {chat: {input_tokens: 100, output_tokens: 10}}
unknown_model: deny
prices: [prices.yaml]
"""


@pytest.fixture(scope="session")
def daemon() -> Iterator[Daemon]:
    own = Daemon(POLICY)
    try:
        yield own.start()
    finally:
        own.remove()


class Books:
    """What the daemon's books say of one run and session."""

    def __init__(self, client: BudgetClient, name: str) -> None:
        self.client = client
        self.name = name

    @property
    def entries(self) -> list[Any]:
        return list(self.client.run(self.name, by="time", count=1000).entries)

    @property
    def models(self) -> list[Any]:
        return [entry for entry in self.entries if entry.tool is None]

    @property
    def tools(self) -> list[Any]:
        return [entry for entry in self.entries if entry.tool is not None]

    @property
    def held(self) -> int:
        """Open reservations of the run."""
        return int(self.client.usage(run=self.name).limit("run-in-flight").held)

    def session(self) -> Any:
        return self.client.usage(session=self.name).limit("session-cost")

    def leave(self, usd: str) -> None:
        """Spends the session's budget but for `usd`."""
        from decimal import Decimal

        left = self.session().remaining - Decimal(usd)
        if left > 0:
            self.client.record(session=self.name, cost_usd=left)


@pytest.fixture
def books(client: BudgetClient, fresh: str) -> Books:
    return Books(client, fresh)


class Ways:
    """Runs a graph or a model synchronously or not, as a test's parameter says."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def invoke(self, what: Any, given: Any, config: Any = None, **more: Any) -> Any:
        if self.kind == "sync":
            return what.invoke(given, config, **more)
        return asyncio.run(what.ainvoke(given, config, **more))

    def stream(self, what: Any, given: Any, config: Any = None, **more: Any) -> list[Any]:
        if self.kind == "sync":
            return list(what.stream(given, config, **more))

        async def collect() -> list[Any]:
            return [item async for item in what.astream(given, config, **more)]

        return asyncio.run(collect())


# LangGraph tells asynchronous nodes no configuration, and so no callbacks and no interrupts.
BLIND = sys.version_info < (3, 11)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs_config: asynchronously from Python 3.11 on")


@pytest.fixture(params=["sync", "async"])
def ways(request: pytest.FixtureRequest) -> Ways:
    if BLIND and request.param == "async" and request.node.get_closest_marker("needs_config"):
        pytest.skip("LangGraph tells asynchronous nodes no configuration on Python 3.10")
    return Ways(request.param)

"""The client for asyncio, method for method like `budgetd.client`."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from budgetd import requests
from budgetd.desk import Desk, OnUnavailable
from budgetd.ending import Reservation
from budgetd.endpoint import Address
from budgetd.errors import OutcomeUnknown, Unavailable, denial
from budgetd.fields import Call, Usage
from budgetd.holds import AsyncHold
from budgetd.lines import AsyncLine
from budgetd.requests import Request
from budgetd.results import Decision, RunLedger, Settlement, Standing

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

T = TypeVar("T")


class AsyncBudgetClient:
    """`BudgetClient` for asyncio; one may be used by any number of event loops.

    Arguments and errors are those of `BudgetClient`.
    """

    def __init__(
        self,
        url: Address | None = None,
        *,
        deadline: float = 3.0,
        on_unavailable: OnUnavailable = "policy",
        connections: int = 1000,
    ) -> None:
        self._desk = Desk(url, deadline, on_unavailable)
        self._line = AsyncLine(self._desk.url, deadline, connections)

    def reserve(
        self,
        *,
        idempotency_key: str | None = None,
        ttl_ms: int | None = None,
        not_sent: tuple[type[BaseException], ...] = (),
        **call: Unpack[Call],
    ) -> AsyncHold:
        """A hold to be awaited or entered: `async with client.reserve(…) as hold:`.

        Nothing is asked before that. Arguments and errors are those of `BudgetClient.reserve`.
        """
        return AsyncHold(
            self._desk, self._line, Reservation(call, idempotency_key, ttl_ms, not_sent)
        )

    async def charge(self, *, idempotency_key: str | None = None, **call: Unpack[Call]) -> Decision:
        """Spends in one step, if all limits allow it. Raises as `reserve`."""
        key = idempotency_key or requests.new_key()
        request = requests.charge(key, asked := requests.in_context(call))
        try:
            decision = await self._send(request, self._desk.deadline_now())
        except (Unavailable, OutcomeUnknown) as error:
            return self._desk.charge_without_daemon(key, asked, error)
        if not decision.allowed:
            raise denial(decision)
        return decision

    async def record(
        self, *, idempotency_key: str | None = None, **call: Unpack[Call]
    ) -> Settlement:
        """Enters what is spent already; never denied."""
        key = idempotency_key or requests.new_key()
        return await self._send(requests.record(key, requests.in_context(call)))

    async def commit(self, id: str, **used: Unpack[Usage]) -> Settlement:
        """Settles a reservation; what is left out is taken from its estimate."""
        return await self._send(requests.commit(id, used))

    async def release(self, id: str) -> Settlement:
        """Gives a hold back: the call was not sent."""
        return await self._send(requests.release(id))

    async def extend(self, id: str, ttl_ms: int) -> Settlement:
        """Sets a hold's deadline to `ttl_ms` milliseconds from now."""
        return await self._send(requests.extend(id, ttl_ms))

    async def check(self, **call: Unpack[Call]) -> Decision:
        """The decision that `reserve` would get, without effect; a denial is returned."""
        return await self._send(requests.check(requests.in_context(call)))

    async def usage(self, **call: Unpack[Call]) -> Standing:
        """What every limit that applies stands at."""
        return await self._send(requests.usage(requests.in_context(call)))

    async def status(
        self,
        id: str | None = None,
        *,
        idempotency_key: str | None = None,
        tenant: str | None = None,
    ) -> Settlement:
        """What became of a reservation, charge or record, by its id or by its key."""
        return await self._send(requests.status(id, idempotency_key, tenant))

    async def run(
        self,
        run: str,
        *,
        tenant: str | None = None,
        by: Literal["cost", "time", "newest"] | None = None,
        count: int | None = None,
        cursor: int | None = None,
    ) -> RunLedger:
        """A page of a run's ledger: tasks by cost, entries by time, without `by` both.

        Args:
            by: what is listed; `newest` is entries by time, the newest first.
            count: lines of a page, 1 to 1000.
            cursor: the `next` of the page before.
        """
        return await self._send(requests.run(run, tenant, by, count, cursor))

    async def execute(self, *words: str | int) -> Any:
        """Any other command, like `execute("SUBJECT", "SHOW", "user", "alice")`, as it answers."""
        return await self._send(requests.raw(words))

    async def drain(self, timeout: float = 3.0) -> bool:
        """Waits, at most `timeout` seconds, until nothing is left to be entered afterwards."""
        return await asyncio.to_thread(self._desk.office.clerk.drain, timeout)

    async def close(self, timeout: float = 3.0) -> None:
        """Enters what is still owed, for at most `timeout` seconds, and ends the connections."""
        await self.drain(timeout)
        await self._line.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _send(self, request: Request[T], deadline: float | None = None) -> T:
        answer = await self._line.send(request, deadline)
        self._desk.office.answered(answer)
        return answer

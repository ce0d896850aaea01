"""The synchronous client. `budgetd.aio` is its twin for asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from budgetd import requests
from budgetd.desk import Desk, OnUnavailable
from budgetd.ending import Reservation
from budgetd.endpoint import Address
from budgetd.errors import OutcomeUnknown, Unavailable, denial
from budgetd.fields import Call, Usage
from budgetd.holds import Hold
from budgetd.lines import Line
from budgetd.requests import Request
from budgetd.results import Decision, RunLedger, Settlement, Standing

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from budgetd.aio import AsyncBudgetClient

T = TypeVar("T")


class BudgetClient:
    """Asks budgetd before calls and tells it afterwards. Safe for threads; survives a fork.

    Args:
        url: the daemon's unix socket as a path or `unix:///path`, or `redis://host:port`; by
            default the environment's BUDGETD_URL, else the system's socket.
        deadline: seconds that a command may take, with all its tries. A try that has begun may
            outlive it by a third.
        on_unavailable: what happens where the daemon can't be asked. "policy", the default, is what
            the daemon's policy said when it was last heard, and "deny" before; "deny" raises; an
            `Allow`, or "allow" for its defaults, lets reservations and charges through, within
            bounds of amount and time for the process, and enters them afterwards, with the label
            `cut_off`.
        connections: the most that are open at a time, 1 or more.

    Every method raises a `BudgetdError`: see `budgetd.errors`. Subjects are completed from
    `budget_context`.
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
        self._line = Line(self._desk.url, deadline, connections)

    def reserve(
        self,
        *,
        idempotency_key: str | None = None,
        ttl_ms: int | None = None,
        not_sent: tuple[type[BaseException], ...] = (),
        **call: Unpack[Call],
    ) -> Hold:
        """Holds an estimate on all limits that apply.

        Args:
            idempotency_key: names this attempt at one provider call; by default a new one.
            ttl_ms: milliseconds until it expires, by default the policy's.
            not_sent: exceptions that prove, within the block, that the call was not sent.
            call: the subject and the estimate.

        Raises:
            BudgetDenied: the budget says no.
            Unavailable, OutcomeUnknown: nobody could be asked in time.
        """
        return Hold(
            self._desk, self._line, Reservation(call, idempotency_key, ttl_ms, not_sent)
        ).decide()

    def charge(self, *, idempotency_key: str | None = None, **call: Unpack[Call]) -> Decision:
        """Spends in one step, if all limits allow it. Raises as `reserve`."""
        key = idempotency_key or requests.new_key()
        request = requests.charge(key, asked := requests.in_context(call))
        try:
            decision = self._send(request, self._desk.deadline_now())
        except (Unavailable, OutcomeUnknown) as error:
            return self._desk.charge_without_daemon(key, asked, error)
        if not decision.allowed:
            raise denial(decision)
        return decision

    def record(self, *, idempotency_key: str | None = None, **call: Unpack[Call]) -> Settlement:
        """Enters what is spent already; never denied."""
        key = idempotency_key or requests.new_key()
        return self._send(requests.record(key, requests.in_context(call)))

    def owe_record(self, key: str, call: Mapping[str, Any], error: BaseException) -> None:
        """Enters what is spent already as soon as the daemon answers; nobody waits for it."""
        given = requests.in_context(call)
        self._desk.owe_settlement(lambda said: requests.record(key, said), given, error)

    def commit(self, id: str, **used: Unpack[Usage]) -> Settlement:
        """Settles a reservation; what is left out is taken from its estimate."""
        return self._send(requests.commit(id, used))

    def release(self, id: str) -> Settlement:
        """Gives a hold back: the call was not sent."""
        return self._send(requests.release(id))

    def extend(self, id: str, ttl_ms: int) -> Settlement:
        """Sets a hold's deadline to `ttl_ms` milliseconds from now."""
        return self._send(requests.extend(id, ttl_ms))

    def check(self, **call: Unpack[Call]) -> Decision:
        """The decision that `reserve` would get, without effect; a denial is returned."""
        return self._send(requests.check(requests.in_context(call)))

    def usage(self, **call: Unpack[Call]) -> Standing:
        """What every limit that applies stands at."""
        return self._send(requests.usage(requests.in_context(call)))

    def status(
        self,
        id: str | None = None,
        *,
        idempotency_key: str | None = None,
        tenant: str | None = None,
    ) -> Settlement:
        """What became of a reservation, charge or record, by its id or by its key."""
        return self._send(requests.status(id, idempotency_key, tenant))

    def run(
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
        return self._send(requests.run(run, tenant, by, count, cursor))

    def asynchronous(self) -> AsyncBudgetClient:
        """A client for asyncio with the same address, deadline and rule."""
        from budgetd.aio import AsyncBudgetClient

        desk = self._desk
        return AsyncBudgetClient(
            desk.url, deadline=desk.deadline, on_unavailable=desk.on_unavailable
        )

    def execute(self, *words: str | int) -> Any:
        """Any other command, like `execute("SUBJECT", "SHOW", "user", "alice")`, as it answers."""
        return self._send(requests.raw(words))

    def drain(self, timeout: float = 3.0) -> bool:
        """Waits, at most `timeout` seconds, until nothing is left to be entered afterwards."""
        return self._desk.office.clerk.drain(timeout)

    def close(self, timeout: float = 3.0) -> None:
        """Enters what is still owed, for at most `timeout` seconds, and ends the connections."""
        self.drain(timeout)
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _send(self, request: Request[T], deadline: float | None = None) -> T:
        answer = self._line.send(request, deadline)
        self._desk.office.answered(answer)
        return answer

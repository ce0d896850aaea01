"""A hold in the caller's hands: around a call as a block, or settled by word."""

from __future__ import annotations

from collections.abc import Generator
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

from budgetd import requests
from budgetd.cleaning import more_plainly
from budgetd.desk import Desk, said_plainly, send_plainly
from budgetd.ending import Reservation
from budgetd.errors import BadArgument, BudgetdError, OutcomeUnknown, Unavailable
from budgetd.fields import Usage
from budgetd.lines import AsyncLine, Line
from budgetd.pulse import Beat
from budgetd.results import Decision, Settlement
from budgetd.steps import stack, without

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class _Hold:
    """What both kinds know and say."""

    def __init__(self, desk: Desk, reservation: Reservation) -> None:
        self._desk = desk
        self._reservation = reservation
        self._let_through: Decimal | None = None
        self._beat: Beat | None = None

    @property
    def decision(self) -> Decision:
        """The decision that permits the call."""
        return self._reservation.decision

    @property
    def id(self) -> str | None:
        """The reservation's id; None where the call was let through without the daemon."""
        return self._reservation.id

    @property
    def idempotency_key(self) -> str:
        """The key that names this attempt."""
        return self._reservation.key

    @property
    def is_let_through(self) -> bool:
        """Whether the call goes ahead without the daemon, and is entered afterwards."""
        return self._let_through is not None

    def used(self, **used: Unpack[Usage]) -> None:
        """Says what the call really used; may be said again, and later words win.

        Raises:
            BadArgument: for a name that is no field of a usage.
        """
        self._reservation.used(used)

    def not_sent(self) -> None:
        """Says that the call certainly never left: the hold goes back when the block is left."""
        self._reservation.not_sent()

    def keep(self) -> None:
        """Keeps it alive, without a block, until it is settled or let go."""
        if self._beat is None:
            self._beat = self._desk.started(self._reservation)

    def let_go(self) -> None:
        """Keeps it alive no longer: it expires if nobody settles it."""
        self._desk.ended(self._beat)
        self._beat = None

    def _decide_without_daemon(self, error: BudgetdError) -> None:
        try:
            decision, self._let_through = self._desk.let_through(self._reservation.call, error)
        except OutcomeUnknown:
            self._desk.abandon(self._reservation)
            raise
        self._reservation.decided(decision)

    def _taken(self, decision: Decision) -> None:
        self._desk.office.answered(decision)
        self._reservation.decided(decision)

    def _struck(self, used: Any, by: BaseException) -> None:
        # Stopped in the middle of settling: the clerk's thread goes on with it.
        if not self._reservation.settled:
            self._reservation.settled = True
            self._desk.owe_settlement(self._reservation.settlement, used, by)

    def _settle_without_daemon(self, used: Any) -> None:
        if self._reservation.settled:
            return
        self._reservation.settled = True
        usd = self._let_through or Decimal(0)
        if used is None:
            self._desk.office.clerk.forget(usd)
        else:
            self._desk.owe_spending(self._reservation, used, usd)

    def _entered(self) -> None:
        self._beat = self._desk.started(self._reservation)
        _holds.set((*_holds.get(), self))

    def _left(self) -> None:
        self._desk.ended(self._beat)
        _holds.set(without(_holds.get(), self))


class Hold(_Hold):
    """An amount that is held for a call, as a block around the call:

        with client.reserve(model="gpt-4o", input_tokens=4000, output_tokens=600) as hold:
            answer = call()
            hold.used(input_tokens=answer.usage.input, output_tokens=answer.usage.output)

    Leaving the block settles it; `budgetd.ending` says how. Without a block, `commit` or `release`
    it; what is not settled expires.
    """

    def __init__(self, desk: Desk, line: Line, reservation: Reservation) -> None:
        super().__init__(desk, reservation)
        self._line = line

    def decide(self) -> Self:
        """Asks the daemon. `reserve` has done so already. Stopped meanwhile, by a signal or a time
        limit, it gives back what it may have got.
        """
        try:
            self._taken(self._line.send(self._reservation.request, self._desk.deadline_now()))
        except (Unavailable, OutcomeUnknown) as error:
            self._decide_without_daemon(error)
        except BudgetdError:
            raise
        except BaseException:
            self._desk.abandon(self._reservation)
            raise
        return self

    def commit(self, **used: Unpack[Usage]) -> Settlement | None:
        """Settles with what was used; what is left out is taken from the estimate.

        What makes no sense of it is logged and left out.

        Returns:
            None where the call was let through: it is entered when the daemon is back.

        Raises:
            BadArgument: for a name that is no field of a usage; the others are entered.
            BudgetdError: where it could not be done; it may be repeated.
        """
        try:
            self._reservation.used(used)
        except BadArgument:
            self._settle(self._reservation.ending(None))
            raise
        return self._settle(self._reservation.ending(None))

    def release(self) -> Settlement | None:
        """Gives the hold back: the call was not sent. Raises as `commit`."""
        return self._settle(None)

    def settle(self, error: BaseException | None = None) -> Settlement | None:
        """Settles as leaving the block does, with `error` as what was raised; once.

        Returns:
            None where it was settled before, or is entered later.
        """
        self.let_go()
        if self._reservation.settled:
            return None
        used = self._reservation.ending(error)
        try:
            return self._settle(used)
        except BudgetdError as failure:
            self._desk.failed_settlement(self._reservation, used, failure, error)
            return None
        except BaseException as struck:
            self._struck(used, struck)
            raise

    def extend(self, ttl_ms: int) -> Settlement:
        """Sets the deadline to `ttl_ms` milliseconds from now. Raises as `commit`."""
        return self._line.send(requests.extend(self.id or "", ttl_ms))

    def _settle(self, used: Any) -> Settlement | None:
        if self._let_through is not None:
            self._settle_without_daemon(used)
            return None
        settlement: Settlement = send_plainly(self._line.send, self._reservation.settlement, used)
        self._reservation.settled = True
        return settlement

    def __enter__(self) -> Self:
        self._entered()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left()
        self.settle(error)


class AsyncHold(_Hold):
    """A `Hold` for asyncio: `async with client.reserve(…) as hold:`, or `await` it."""

    def __init__(self, desk: Desk, line: AsyncLine, reservation: Reservation) -> None:
        super().__init__(desk, reservation)
        self._line = line
        self._decided = False

    def __await__(self) -> Generator[Any, None, Self]:
        return self.decide().__await__()

    async def decide(self) -> Self:
        """Asks the daemon, once. Cancelled meanwhile, it gives back what it may have got."""
        if self._decided:
            return self
        try:
            self._taken(await self._line.send(self._reservation.request, self._desk.deadline_now()))
        except (Unavailable, OutcomeUnknown) as error:
            self._decide_without_daemon(error)
        except BudgetdError:
            raise
        except BaseException:
            self._desk.abandon(self._reservation)
            raise
        self._decided = True
        return self

    async def commit(self, **used: Unpack[Usage]) -> Settlement | None:
        """As `Hold.commit`."""
        try:
            self._reservation.used(used)
        except BadArgument:
            await self._settle(self._reservation.ending(None))
            raise
        return await self._settle(self._reservation.ending(None))

    async def release(self) -> Settlement | None:
        """As `Hold.release`."""
        return await self._settle(None)

    async def settle(self, error: BaseException | None = None) -> Settlement | None:
        """As `Hold.settle`."""
        self.let_go()
        if self._reservation.settled:
            return None
        used = self._reservation.ending(error)
        try:
            return await self._settle(used)
        except BudgetdError as failure:
            self._desk.failed_settlement(self._reservation, used, failure, error)
            return None
        except BaseException as struck:
            self._struck(used, struck)
            raise

    def settle_later(self, error: BaseException) -> None:
        """As `settle`, where nothing can be awaited: the clerk's thread enters it."""
        self.let_go()
        used = self._reservation.ending(error)
        if self.is_let_through:
            self._settle_without_daemon(used)
        else:
            self._struck(used, error)

    async def extend(self, ttl_ms: int) -> Settlement:
        """As `Hold.extend`."""
        return await self._line.send(requests.extend(self.id or "", ttl_ms))

    async def _settle(self, used: Any) -> Settlement | None:
        if self._let_through is not None:
            self._settle_without_daemon(used)
            return None
        settlement = await self._sent_plainly(used)
        self._reservation.settled = True
        return settlement

    async def _sent_plainly(self, used: Any) -> Settlement:
        *firsts, last = more_plainly(used)
        for said in firsts:
            try:
                return await self._line.send(self._reservation.settlement(said))
            except BadArgument as fault:
                said_plainly(fault)
        return await self._line.send(self._reservation.settlement(last))

    async def __aenter__(self) -> Self:
        await self.decide()
        self._entered()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left()
        await self.settle(error)


AnyHold: TypeAlias = "Hold | AsyncHold"
_holds = stack("budgetd_hold")


def current_hold() -> AnyHold | None:
    """The hold whose block is being executed here, if any.

    A block with a `yield` in it is being executed until it is left, its caller included;
    `@budgeted` and `carry` around a generator keep them apart.
    """
    return next(reversed(_holds.get()), None)

"""What the clients of one process share for one daemon, and what both kinds decide alike."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any, Literal, TypeAlias

from budgetd import requests
from budgetd.cleaning import more_plainly
from budgetd.clerk import LAST_WORDS, Allow, Clerk, Owed, Send
from budgetd.ending import Reservation, cut_off
from budgetd.endpoint import Address, address
from budgetd.errors import BadArgument, BudgetdError, Conflict, OutcomeUnknown, Unavailable
from budgetd.lines import Line
from budgetd.pulse import Beat, Pulse
from budgetd.requests import Request
from budgetd.results import WITHOUT_DAEMON, Decision
from budgetd.threads import started

log = logging.getLogger("budgetd")

OnUnavailable: TypeAlias = Literal["policy", "deny", "allow"] | Allow


class Office:
    """A process's books and heartbeat with one daemon, over a line of their own.

    `rule` is what the policy lets a process do without the daemon, as it was last told; None is
    nothing, also before it was. It is asked for anew when an answer names another policy.
    """

    def __init__(self, url: str) -> None:
        self._line = Line(url, deadline=3.0, connections=4)
        self.clerk = Clerk(self._line.send)
        self.pulse = Pulse(self._line.send)
        self.rule: Allow | None = None
        self._policy: str | None = None

    def answered(self, answer: Any) -> None:
        """The daemon is there, and this is what it said."""
        self.clerk.answered()
        policy = getattr(answer, "policy", None)
        if policy is not None and policy != self._policy:
            self._policy = policy
            if started(self._learn, "budgetd-rule") is None:
                self._policy = None

    def _learn(self) -> None:
        try:
            self.rule = outage_rule(self._line.send(requests.raw(("INFO", "policy"))))
        except BudgetdError as error:
            log.warning("budgetd: its rule for outages is not known: %s", error)
            self._policy = None


def outage_rule(info: str) -> Allow | None:
    """What `INFO policy` says of `on_unavailable`."""
    said = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    if said.get("on_unavailable") != "allow":
        return None
    within = float(said["on_unavailable_within_ms"]) / 1000
    return Allow(usd=Decimal(said["on_unavailable_cap_usd"]), seconds=within)


_offices: dict[str, Office] = {}
_lock = threading.Lock()


def _office(url: str) -> Office:
    with _lock:
        return _offices.setdefault(url, Office(url))


def _forked() -> None:
    # Threads do not survive a fork, and what the parent owes is the parent's.
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    _offices.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


@atexit.register
def _last_words() -> None:
    for office in list(_offices.values()):
        office.clerk.drain(LAST_WORDS)


def said_plainly(fault: BadArgument) -> None:
    """Tells the programmer of a usage that is about to be said more plainly."""
    log.error("budgetd: a usage that makes no sense is entered without what is wrong: %s", fault)


def send_plainly(send: Send, make: Callable[[Any], Request[Any]], used: Any) -> Any:
    """The answer to what `make` makes of `used`, or of what of it makes sense."""
    *firsts, last = more_plainly(used)
    for said in firsts:
        try:
            return send(make(said))
        except BadArgument as fault:
            said_plainly(fault)
    return send(make(last))


class Desk:
    """The rules of one client: its address, its deadline, and what happens without the daemon."""

    def __init__(self, url: Address | None, deadline: float, on_unavailable: OnUnavailable) -> None:
        self.url = address(url)
        self.deadline = deadline
        if on_unavailable not in ("policy", "deny", "allow") and not isinstance(
            on_unavailable, Allow
        ):
            raise BadArgument(
                f"on_unavailable {on_unavailable!r}: expected 'policy', 'deny', 'allow' or Allow(…)"
            )
        self.on_unavailable = on_unavailable

    @property
    def _rule(self) -> Allow | None:
        if isinstance(self.on_unavailable, Allow):
            return self.on_unavailable
        if self.on_unavailable == "policy":
            return self.office.rule
        return Allow() if self.on_unavailable == "allow" else None

    @property
    def office(self) -> Office:
        """The process's; after a fork, the child's."""
        return _offices.get(self.url) or _office(self.url)

    def deadline_now(self) -> float:
        """Seconds for a decision: while cut off, one try, where calls may go on without it."""
        may_go_on = self.office.clerk.is_cut_off and self._rule is not None
        return 0.0 if may_go_on else self.deadline

    def let_through(self, call: Mapping[str, Any], error: BudgetdError) -> tuple[Decision, Decimal]:
        """A decision without the daemon, and the US dollars it is taken for.

        Raises:
            BudgetdError: the error, where the rule does not allow it, or no more of it.
        """
        cost = call.get("cost_usd")
        usd, rule = None, self._rule
        if rule is not None:
            usd = self.office.clerk.admit(rule, None if cost is None else Decimal(str(cost)))
        if usd is None:
            raise error
        log.warning("budgetd: a call was let through without a decision: %s", error)
        return WITHOUT_DAEMON, usd

    def owe_spending(self, reservation: Reservation, used: Mapping[str, Any], usd: Decimal) -> None:
        """A call that was let through was made: it is entered when the daemon is back."""

        def enter(send: Send) -> None:
            try:
                send_plainly(send, reservation.afterwards, used)
            except Conflict:
                # RESERVE had arrived after all, only its answer was lost.
                known = requests.status(None, reservation.key, reservation.call.get("tenant"))
                id = send(known).id
                send_plainly(send, lambda told: requests.commit(id, told or {}), used)

        self.office.clerk.owe(Owed("RECORD", usd, enter))

    def charge_without_daemon(
        self, key: str, call: Mapping[str, Any], error: BudgetdError
    ) -> Decision:
        """A charge that is let through, and entered by RECORD when the daemon is back.

        Raises:
            BudgetdError: as `let_through`.
        """
        decision, usd = self.let_through(call, error)

        def enter(send: Send) -> None:
            # A conflict: CHARGE had arrived after all.
            with suppress(Conflict):
                send(requests.record(key, cut_off(call)))

        self.office.clerk.owe(Owed("RECORD", usd, enter))
        return decision

    def owe_settlement(
        self, make: Callable[[Any], Request[Any]], used: Any, error: BaseException
    ) -> None:
        """A settlement whose answer did not come: it is repeated until it does."""
        log.warning("budgetd: a settlement is entered later: %s", error)
        enter = partial(send_plainly, make=make, used=used)
        self.office.clerk.owe(Owed("a settlement", Decimal(0), enter))

    def abandon(self, reservation: Reservation) -> None:
        """Nobody waits for the answer to RESERVE any more: what it holds is given back.

        RESERVE is repeated with its key, which finds the hold or makes one, and that is released:
        however late the first one arrives, it finds it released. Not where the caller made the key:
        then it may be repeated by the caller.
        """
        if not reservation.has_own_key:
            return

        def enter(send: Send) -> None:
            decision = send(reservation.request)
            if decision.allowed and decision.state == "held":
                send(requests.release(decision.id))

        self.office.clerk.owe(Owed("RELEASE", Decimal(0), enter))

    def failed_settlement(
        self,
        reservation: Reservation,
        used: Any,
        failure: BudgetdError,
        error: BaseException | None,
    ) -> None:
        """Decides about a settlement that failed when a hold's block was left with `error`.

        Raises:
            BudgetdError: the failure, where repeating does not help and nothing else was raised.
        """
        if isinstance(failure, (Unavailable, OutcomeUnknown)):
            return self.owe_settlement(reservation.settlement, used, failure)
        if error is None:
            raise failure
        return log.error("budgetd: %s was not settled: %s", reservation.id, failure)

    def started(self, reservation: Reservation) -> Beat | None:
        """The call begins: its hold is kept alive."""
        if reservation.id is None or reservation.settled:
            return None
        return self.office.pulse.start(reservation.id, reservation.ttl_ms)

    def ended(self, beat: Beat | None) -> None:
        """The call is over."""
        if beat is not None:
            self.office.pulse.stop(beat)

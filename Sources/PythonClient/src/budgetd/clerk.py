"""What a process still owes the books of one daemon, and what it may let through without asking.

Settlements whose answer did not come, and calls that were let through while the daemon was cut off,
are kept here and entered by a thread as soon as the daemon answers: nobody's call waits for it. The
bounds are the process's, whatever number of clients it has: money that was let through counts until
it is entered, time from the first failure on. What a dying process owes is lost, except that its
holds expire.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from budgetd.errors import OutcomeUnknown, Unavailable
from budgetd.fields import Money
from budgetd.requests import Request
from budgetd.threads import started

Send: TypeAlias = Callable[[Request[Any]], Any]
log = logging.getLogger("budgetd")

PAUSE = 0.2
# How long a process that ends waits for what it owes, in seconds.
LAST_WORDS = 2.0
# A settlement is some 500 bytes; past this the process is in deeper trouble than its books.
MOST_OWED = 100_000


@dataclass(frozen=True)
class Allow:
    """How far a process may go without the daemon, as `on_unavailable`.

    Args:
        usd: US dollars that may be let through and not yet entered.
        seconds: for how long since the daemon was first missed.
        usd_per_call: what a call counts for that states no `cost_usd`.
    """

    usd: Money = Decimal(1)
    seconds: float = 60.0
    usd_per_call: Money = Decimal("0.05")


@dataclass(frozen=True, eq=False)
class Owed:
    """Something to be entered, by steps that may be repeated, and the dollars that wait for it."""

    what: str
    usd: Decimal
    enter: Callable[[Send], Any]


class Clerk:
    """The books of one process with one daemon."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._changed = threading.Condition()
        self._owed: deque[Owed] = deque()
        self._let_through = Decimal(0)
        self._missed_since: float | None = None
        self._thread: threading.Thread | None = None

    @property
    def is_cut_off(self) -> bool:
        """Whether the daemon was missed and has not answered since."""
        return self._missed_since is not None

    def answered(self) -> None:
        """The daemon is there."""
        if self._missed_since is not None:
            self._missed_since = None

    def admit(self, rule: Allow, usd: Decimal | None) -> Decimal | None:
        """The US dollars to let through now, or None where the rule is used up."""
        amount = Decimal(str(rule.usd_per_call)) if usd is None else usd
        now = time.monotonic()
        with self._changed:
            if self._missed_since is None:
                self._missed_since = now
            if now - self._missed_since > rule.seconds:
                return None
            if self._let_through + amount > Decimal(str(rule.usd)):
                return None
            self._let_through += amount
            return amount

    def forget(self, usd: Decimal) -> None:
        """A call that was let through was not made after all."""
        with self._changed:
            self._let_through -= usd

    def owe(self, owed: Owed) -> None:
        """Enters it as soon as possible."""
        with self._changed:
            if len(self._owed) >= MOST_OWED:
                log.error("budgetd: too much is owed; %s is lost", owed.what)
                return
            self._owed.append(owed)
            if self._thread is None:
                self._thread = started(self._run, "budgetd")
            alone = self._thread is None
        if alone:
            # The last words of a process: there is nobody else to say them.
            self._run(time.monotonic() + LAST_WORDS)

    def drain(self, timeout: float) -> bool:
        """Waits until nothing is owed, at most `timeout` seconds; False where something is."""
        if self._owed and self._thread is None:
            self._run(time.monotonic() + timeout)
        with self._changed:
            return self._changed.wait_for(lambda: not self._owed, timeout)

    def _run(self, until: float = math.inf) -> None:
        while time.monotonic() < until:
            with self._changed:
                if not self._owed:
                    self._thread = None
                    self._changed.notify_all()
                    return
                owed = self._owed[0]
            if not self._entered(owed):
                time.sleep(PAUSE)
                continue
            with self._changed:
                # Somebody else may have entered it meanwhile: that changes nothing.
                if owed in self._owed:
                    self._owed.remove(owed)
                    self._let_through -= owed.usd

    def _entered(self, owed: Owed) -> bool:
        try:
            owed.enter(self._send)
        except (Unavailable, OutcomeUnknown):
            return False
        except Exception as error:
            # Whatever it is, the others that wait are not to wait for it.
            log.error("budgetd: %s was not entered: %s", owed.what, error)
        else:
            log.info("budgetd: %s was entered afterwards", owed.what)
        self.answered()
        return True

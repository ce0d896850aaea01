"""Extends the holds of calls that last, by one thread for the process and the daemon.

A hold is extended at a third of its time to live, by the same time again, as long as its block is
being executed, and for an hour at most: what was forgotten must expire. No clock is started for a
call that is over sooner: entering and leaving costs a set's entry.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from budgetd import requests
from budgetd.errors import BudgetdError, OutcomeUnknown, Unavailable
from budgetd.requests import Request
from budgetd.threads import started

log = logging.getLogger("budgetd")

LONGEST = 3600.0


@dataclass(eq=False)
class Beat:
    """One hold that is kept alive."""

    id: str
    ttl_ms: int
    began: float = field(default_factory=time.monotonic)
    due: float = 0.0

    def later(self, now: float) -> None:
        """Sets when it is extended next."""
        self.due = now + self.ttl_ms / 3000


class Pulse:
    """The holds of one process that are being used now."""

    def __init__(self, send: Callable[[Request[Any]], Any]) -> None:
        self._send = send
        self._changed = threading.Condition()
        self._beats: set[Beat] = set()
        self._wakes = float("inf")
        self._thread: threading.Thread | None = None

    def start(self, id: str, ttl_ms: int) -> Beat:
        """Keeps the hold alive until `stop`; without a thread, as long as it was held for."""
        beat = Beat(id, ttl_ms)
        beat.later(beat.began)
        with self._changed:
            self._beats.add(beat)
            if self._thread is None:
                self._thread = started(self._run, "budgetd-pulse")
            if beat.due < self._wakes:
                self._changed.notify()
        return beat

    def stop(self, beat: Beat) -> None:
        """Lets it end by itself."""
        with self._changed:
            self._beats.discard(beat)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._wakes = min((beat.due for beat in self._beats), default=float("inf"))
                wait = self._wakes - time.monotonic()
                if wait > 0:
                    self._changed.wait(None if wait == float("inf") else wait)
                now = time.monotonic()
                due = [beat for beat in self._beats if beat.due <= now]
            for beat in due:
                if beat in self._beats and not self._beaten(beat):
                    self.stop(beat)

    def _beaten(self, beat: Beat) -> bool:
        now = time.monotonic()
        beat.later(now)
        if now - beat.began > LONGEST:
            log.warning("budgetd: %s is extended no more after %s s", beat.id, LONGEST)
            return False
        try:
            self._send(requests.extend(beat.id, beat.ttl_ms))
        except (Unavailable, OutcomeUnknown) as error:
            log.warning("budgetd: %s was not extended: %s", beat.id, error)
        except BudgetdError as error:
            # It is over by now: settled by another thread, or expired.
            log.info("budgetd: %s was not extended: %s", beat.id, error)
            return False
        return True

"""When a request is repeated, and what it is called when it is given up. Pure: time is handed in.

A failure before anything was sent, or an error reply that says so, certainly had no effect. A lost
answer may have had one. Both are repeated, with the same key, until the deadline; after it, one
doubtful try among them makes the whole `OutcomeUnknown`.
"""

from __future__ import annotations

import random

import redis.exceptions as wire

from budgetd.errors import BudgetdError, OutcomeUnknown, Unavailable, from_code

FIRST_PAUSE = 0.005
LONGEST_PAUSE = 0.25

# redis-py takes the first word off the messages of these.
_STRIPPED: tuple[tuple[type[wire.RedisError], str], ...] = (
    (wire.NoPermissionError, "NOPERM"),
    (wire.ExecAbortError, "EXECABORT"),
    (wire.AuthenticationError, "NOAUTH"),
)


def reply_error(error: wire.RedisError) -> BudgetdError | None:
    """The daemon's error reply as ours; None where it is no reply but a broken connection."""
    for kind, code in _STRIPPED:
        if isinstance(error, kind):
            return from_code(code, str(error))
    if not isinstance(error, wire.ResponseError):
        return None
    word, _, rest = str(error).partition(" ")
    if word.isupper() and word.replace("_", "").isalnum():
        return from_code(word, rest)
    return from_code("ERR", str(error))


class Tries:
    """The tries at one request. `now` is a monotonic clock in seconds."""

    def __init__(self, verb: str, deadline: float, now: float) -> None:
        self._verb = verb
        self._ends = now + deadline
        self._doubtful = False
        self._failures = 0

    def failed(self, error: wire.RedisError, sent: bool, now: float) -> float:
        """How many seconds to wait before the next try.

        Args:
            error: what redis-py raised.
            sent: whether any of the request may have reached the daemon.
            now: the moment of it.

        Raises:
            BudgetdError: where repeating does not help, or no more in time.
        """
        told = reply_error(error)
        if told is not None and not isinstance(told, (Unavailable, OutcomeUnknown)):
            raise told from error
        self._doubtful |= isinstance(told, OutcomeUnknown) if told is not None else sent
        self._failures += 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(self._failures - 1, 10))
        pause *= random.uniform(0.5, 1)
        if now + pause < self._ends:
            return pause
        kind = OutcomeUnknown if self._doubtful else Unavailable
        what = told.message if told is not None else str(error)
        raise kind(f"{self._verb} was tried {self._failures} times: {what}") from error

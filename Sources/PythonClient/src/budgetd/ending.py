"""One reservation: what was asked, what is said about the call, and how it ends. Pure.

How a hold ends, when its block is left:

| what happened | how it ends |
|---|---|
| `not_sent()` was said, or an exception of the kinds named by `not_sent=` | RELEASE |
| nothing was raised | COMMIT of what `used` said, else of the estimate |
| raised, and `used` was said | COMMIT of that, with the outcome |
| the provider answered with an error status | COMMIT of nothing used, outcome error |
| time-out, cancellation, or whatever else | COMMIT of the input: it may have been billed |

A usage that the daemon does not take is said more plainly (`budgetd.cleaning`) and, where that is
not enough, the estimate is committed: money that is spent is never refused.

The last two rows differ because a provider that answers with an error does not bill, while nobody
knows what became of a call whose answer never came. An estimate in US dollars can't be parted into
input and output, so there the whole is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from budgetd import requests
from budgetd.errors import BadArgument, Finalized, denial
from budgetd.fields import COUNTED, INPUT, USAGE, Usage, check
from budgetd.requests import Request
from budgetd.results import Decision, Settlement

# Answers that say that the provider gave up waiting for itself: it may have billed.
_TIMEOUT_STATUS = (408, 504, 524)


def outcome_of(error: BaseException) -> str:
    """ok, error, timeout or cancelled, by the exception's type and its HTTP status."""
    if isinstance(error, (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt)):
        return "cancelled"
    timely = isinstance(error, (TimeoutError, asyncio.TimeoutError))
    # httpx.ReadTimeout, openai.APITimeoutError, billiard's TimeLimitExceeded are no TimeoutError.
    named = any(
        "Timeout" in kind.__name__ or "TimeLimit" in kind.__name__ for kind in type(error).__mro__
    )
    return "timeout" if timely or named or _status(error) in _TIMEOUT_STATUS else "error"


def refused(error: BaseException) -> bool:
    """Whether the provider answered, and with an error: it has not billed."""
    status = _status(error)
    return status is not None and 400 <= status < 600 and status not in _TIMEOUT_STATUS


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def cut_off(call: Mapping[str, Any]) -> Mapping[str, Any]:
    """The call with the label of what went ahead without the daemon."""
    return {**call, "labels": {**(call.get("labels") or {}), "cut_off": "1"}}


class Reservation:
    """What is known of one reservation. Its kinds carry out what it says."""

    def __init__(
        self,
        call: Mapping[str, Any],
        key: str | None,
        ttl_ms: int | None,
        not_sent: tuple[type[BaseException], ...],
    ) -> None:
        self.has_own_key = key is None
        self.key = requests.new_key() if key is None else key
        self.call = requests.in_context(call)
        self.request = requests.reserve(self.key, self.call, ttl_ms)
        self._not_sent_errors = not_sent
        self._used: dict[str, Any] = {}
        self._misnamed = False
        self._sent = True
        self._decision: Decision | None = None
        self.settled = False

    def decided(self, decision: Decision) -> None:
        """Takes the daemon's answer.

        Raises:
            BudgetDenied: where it is no.
            Finalized: where it was allowed under this key before, and has ended since.
        """
        if not decision.allowed:
            raise denial(decision)
        if decision.state not in ("held", None):
            raise Finalized(f"{decision.id} is {decision.state}: only held permits the call")
        self._decision = decision

    @property
    def decision(self) -> Decision:
        """The answer that permits the call."""
        if self._decision is None:
            raise RuntimeError("the reservation has not been decided: await it, or enter it")
        return self._decision

    @property
    def id(self) -> str | None:
        """The reservation's id; None where the call was let through without the daemon."""
        return self.decision.id

    @property
    def ttl_ms(self) -> int:
        """For how long it was held, in milliseconds, from the moment of the decision."""
        return (self.decision.expires_at_ms or 0) - self.decision.now_ms

    def used(self, used: Usage) -> None:
        """Notes what was really used; later words win over earlier ones.

        Raises:
            BadArgument: for a name that is no field of a usage; the others are noted.
        """
        self._used.update({name: used[name] for name in used if name in USAGE})  # type: ignore[literal-required]
        try:
            check(used, USAGE)
        except BadArgument:
            self._misnamed = True
            raise

    def not_sent(self) -> None:
        """Notes that the call certainly never left: everything goes back."""
        self._sent = False

    def ending(self, error: BaseException | None) -> Mapping[str, Any] | None:
        """What to commit, or None to release."""
        if not self._sent or (error is not None and isinstance(error, self._not_sent_errors)):
            return None
        if error is None:
            return self._used
        if self._misnamed and isinstance(error, BadArgument):
            # The call was made and answered, and only then wrongly told of.
            return self._used
        said = {"outcome": outcome_of(error), **self._used}
        # What was said of the outcome or the model alone tells nothing of amounts.
        if self._misnamed or any(name in self._used for name in (*COUNTED, "cost_usd")):
            return said
        return {**(self._nothing() if refused(error) else self._input()), **said}

    def _nothing(self) -> dict[str, Any]:
        stated = {name: 0 for name in (*COUNTED, "cost_usd") if self.call.get(name) is not None}
        return {"input_tokens": 0, "output_tokens": 0, **stated}

    def _input(self) -> dict[str, Any]:
        # Token counts go together: one that is left out beside others is 0. Where the input is the
        # policy's default estimate, that stands.
        if self.call.get("cost_usd") is not None or self.call.get("input_tokens") is None:
            return {}
        known = {name: self.call[name] for name in INPUT if self.call.get(name) is not None}
        return {**known, "output_tokens": 0}

    def settlement(self, used: Mapping[str, Any] | None) -> Request[Settlement]:
        """The request that ends it: COMMIT of `used`, or RELEASE for None."""
        id = self.decision.id
        if id is None:
            return self.afterwards(used or {})
        return requests.release(id) if used is None else requests.commit(id, used)

    def afterwards(self, used: Mapping[str, Any]) -> Request[Settlement]:
        """The RECORD of a call that was let through. It has the reservation's key: if RESERVE did
        arrive, it is a conflict and changes nothing.
        """
        return requests.record(self.key, cut_off({**self.call, **used}))

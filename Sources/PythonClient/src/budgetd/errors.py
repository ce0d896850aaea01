"""What can go wrong, told apart by what the caller has to do.

- `BudgetDenied` and its kinds: the budget says no. The call is not made; nothing was spent.
- `Unavailable`: nobody could be asked; the request certainly had no effect.
- `OutcomeUnknown`: the request may have had an effect; repeating it with its key is safe.
- the others: the request makes no sense as it is, and repeating it does not help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from budgetd.results import Decision, read


class BudgetdError(Exception):
    """The root of this package's errors. `code` is the daemon's stable word for it."""

    code: str = "INTERNAL"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message, code or type(self).code)
        self.message = message
        self.code = code or type(self).code

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class BadArgument(BudgetdError, ValueError):
    """A field is missing, unknown, repeated or has no valid value; the message names it."""

    code = "BADARG"


class NotPermitted(BudgetdError):
    """The daemon does not know who asks, or the role may not do this."""

    code = "NOPERM"


class Conflict(BudgetdError):
    """The idempotency key was used for another request; nothing changed."""

    code = "CONFLICT"


class UnknownReservation(BudgetdError):
    """No such reservation, or one older than the daemon keeps them."""

    code = "UNKNOWN_RESERVATION"


class Finalized(BudgetdError):
    """The reservation has ended in another way already."""

    code = "FINALIZED"


class Unavailable(BudgetdError):
    """The daemon could not decide within the deadline; certainly nothing happened."""

    code = "UNAVAILABLE"


class OutcomeUnknown(BudgetdError):
    """The answer was lost; something may have happened. The same key repeats it safely."""

    code = "OUTCOME_UNKNOWN"


class BudgetDenied(BudgetdError):
    """The budget says no. Carries every field of the denial, and the whole as `decision`.

    `message` is one sentence fit to show to a person; `retry_after_ms` is in milliseconds, and
    None where waiting does not help; amounts are in the limit's measure (US dollars, tokens, …).
    """

    code = "DENIED"

    def __init__(self, decision: Decision | Mapping[str, Any], code: str | None = None) -> None:
        if not isinstance(decision, Decision):
            decision = read(Decision, decision)
        super().__init__(decision.message or str(decision.reason), code)
        # What it is made of, in plain values: it survives pickle and a JSON result backend.
        self.args = (asdict(decision),)
        self.decision = decision
        self.reason = decision.reason
        self.limit = decision.limit
        self.scope = decision.scope
        self.window = decision.window
        self.cap = decision.cap
        self.spent = decision.spent
        self.held = decision.held
        self.requested = decision.requested
        self.remaining = decision.remaining
        self.resets_at_ms = decision.resets_at_ms
        self.retryable = decision.retryable
        self.retry_after_ms = decision.retry_after_ms
        self.failed = decision.failed

    def __str__(self) -> str:
        return self.message


class BudgetExceeded(BudgetDenied):
    """A limit's cap would be passed."""


class RateLimited(BudgetExceeded):
    """A rate has no room for it now; `retry_after_ms` says when it has."""


class Suspended(BudgetDenied):
    """An administrator stopped the tenant, user, session, run or agent."""


class MissingSubject(BudgetDenied):
    """The policy requires a field of the subject that the request does not have."""


class UnknownModel(BudgetDenied):
    """The policy denies models without a price."""


_DENIALS: dict[str, type[BudgetDenied]] = {
    "limit_exceeded": BudgetExceeded,
    "rate_limited": RateLimited,
    "suspended": Suspended,
    "missing_subject": MissingSubject,
    "unknown_model": UnknownModel,
}

_CODES: dict[str, type[BudgetdError]] = {
    "BADARG": BadArgument,
    "TOOLARGE": BadArgument,
    "NOAUTH": NotPermitted,
    "WRONGPASS": NotPermitted,
    "NOPERM": NotPermitted,
    "CONFLICT": Conflict,
    "UNKNOWN_RESERVATION": UnknownReservation,
    "FINALIZED": Finalized,
    "UNAVAILABLE": Unavailable,
    "OVERLOADED": Unavailable,
    "OUTCOME_UNKNOWN": OutcomeUnknown,
    "INTERNAL": OutcomeUnknown,
}


def denial(decision: Decision) -> BudgetDenied:
    """The error of a decision that denies, by its reason."""
    return _DENIALS.get(decision.reason or "", BudgetDenied)(decision)


def from_code(code: str, message: str) -> BudgetdError:
    """The error of an error reply, by its first word."""
    return _CODES.get(code, BudgetdError)(message, code)

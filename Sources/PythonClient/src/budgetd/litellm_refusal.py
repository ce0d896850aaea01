"""Refusals as HTTP knows them: what a router, a proxy and an OpenAI client do about an exception
depends on its status alone.

402 is repeated by no router, proxy or OpenAI client, 429 by all. So every refusal is 402, also that
of a rate: whoever wants to wait finds `retry_after_ms` on it. Nobody to ask is 503, which may well
be repeated.

The package itself, given `num_retries`, repeats a call that failed for whatever reason, and past
its callbacks: a refused call would be sent after all. Nothing but an ImportError stops it, so these
are.
"""

from __future__ import annotations

from typing import Any

from budgetd.errors import BudgetDenied, BudgetdError


class HTTPRefusal(ImportError):
    """The part that all of them share: what LiteLLM looks for in an exception."""

    status_code = 402
    llm_provider = "budgetd"
    type = "budget_exceeded"
    param = None
    model: str | None = None

    def __reduce__(self) -> Any:
        # Its class is made when it is needed, so it travels as the error that it was made of.
        return _again, (type(self).__mro__[1], self.args, self.model)


def _again(kind: type[BudgetdError], args: tuple[Any, ...], model: str) -> BudgetdError:
    return to_http(kind(*args), model)


_kinds: dict[type[BudgetdError], type[BudgetdError]] = {}


def to_http(error: BudgetdError, model: str) -> BudgetdError:
    """The error as one of its own kind that also has a status."""
    known = type(error)
    if known not in _kinds:
        status = 402 if issubclass(known, BudgetDenied) else 503
        name = f"HTTP{known.__name__}"
        body = {"status_code": status, "__reduce__": HTTPRefusal.__reduce__}
        _kinds[known] = type(name, (known, HTTPRefusal), body)
    made: Any = _kinds[known]
    raised: Any = (
        made(error.decision) if isinstance(error, BudgetDenied) else made(error.message, error.code)
    )
    raised.model = model
    return raised  # type: ignore[no-any-return]

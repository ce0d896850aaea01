"""What messages tell about their budget: the cost of an answer, the decision of a refusal.

It stands in the message's metadata under `budgetd`, so that it goes wherever the message goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import BaseMessage

from budgetd.errors import BudgetDenied
from budgetd.results import Settlement

NAME = "budgetd"


def spent(message: BaseMessage, settled: Settlement) -> None:
    """Notes on the answer what it cost."""
    message.response_metadata[NAME] = {
        "id": settled.id,
        "cost_usd": format(settled.cost_usd, "f"),
        "tokens": settled.tokens,
    }


def refusal(error: BudgetDenied) -> dict[str, Any]:
    """The decision in plain values, for a message, an interrupt or a log."""
    decision = error.decision
    plain = {
        name: getattr(decision, name)
        for name in ("reason", "limit", "scope", "window", "message", "resets_at_ms", "retryable")
    }
    amounts = ("cap", "spent", "held", "requested", "remaining")
    plain.update({name: _plain(getattr(decision, name)) for name in amounts})
    return {"refused": True, "retry_after_ms": decision.retry_after_ms, **plain}


def _plain(amount: Any) -> Any:
    return amount if amount is None or isinstance(amount, int) else format(amount, "f")


def of(message: BaseMessage) -> Mapping[str, Any]:
    """What is noted on a message, if anything."""
    noted = message.response_metadata.get(NAME) or message.additional_kwargs.get(NAME)
    return noted if isinstance(noted, Mapping) else {}


def is_refusal(message: BaseMessage) -> bool:
    """Whether a refusal stands in for an answer."""
    return bool(of(message).get("refused"))

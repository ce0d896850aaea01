"""What is left, for a graph that decides by it where to go.

def route(state):
    return "cheap" if (remaining_budget(client) or 0) < Decimal("0.01") else "thorough"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_config

from budgetd.aio import AsyncBudgetClient
from budgetd.client import BudgetClient
from budgetd.langchain.attribution import subject
from budgetd.langchain.callbacks import BudgetCallbackHandler
from budgetd.results import Amount, Standing


def config_here() -> RunnableConfig | None:
    """The configuration of the node that is being executed; None outside a graph.

    On Python 3.10 LangGraph does not tell it to asynchronous nodes.
    """
    try:
        return get_config()
    except RuntimeError:
        return None


def subject_here(config: RunnableConfig | None = None) -> dict[str, Any]:
    """The subject of calls made in this node."""
    config = config or config_here() or {}
    callbacks = config.get("callbacks")
    parent = getattr(callbacks, "parent_run_id", None)
    handlers = getattr(callbacks, "handlers", None) or callbacks or ()
    roots = (
        handler.root(parent)
        for handler in (handlers if isinstance(handlers, (list, tuple)) else ())
        if isinstance(handler, BudgetCallbackHandler)
    )
    known = next((root for root in roots if root is not None), None)
    metadata = {**(config.get("configurable") or {}), **(config.get("metadata") or {})}
    return subject(_words(metadata), known)


def _words(values: Mapping[str, Any]) -> dict[str, Any]:
    # LangGraph's own entries are objects; names of a subject are plain.
    return {name: value for name, value in values.items() if not name.startswith("__")}


def remaining_budget(
    client: BudgetClient,
    measure: str = "cost",
    config: RunnableConfig | None = None,
    **fields: Any,
) -> Amount | None:
    """The least that is left under any limit of a measure, for calls made in this node.

    Args:
        client: asks the daemon.
        measure: cost (US dollars), tokens, calls, …
        config: the node's, where it is not known by itself.
        fields: of the subject, over what is found; `model` where limits match by it.

    Returns:
        None where no limit of that measure applies.

    Raises:
        BudgetdError: as `BudgetClient.usage`.
    """
    return _least(client.usage(**{**subject_here(config), **fields}), measure)


async def aremaining_budget(
    client: AsyncBudgetClient,
    measure: str = "cost",
    config: RunnableConfig | None = None,
    **fields: Any,
) -> Amount | None:
    """As `remaining_budget`."""
    asked = {**subject_here(config), **fields}
    return _least(await client.usage(**asked), measure)


def _least(standing: Standing, measure: str) -> Amount | None:
    counting = (each for each in standing.limits if each.mode == "enforce")
    return min((each.remaining for each in counting if each.measure == measure), default=None)

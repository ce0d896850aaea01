"""The configuration of a model's node, also where LangGraph does not tell it.

On Python 3.10 an asynchronous node learns its configuration only as a parameter, which a wrapper of
model calls has not. There the middleware keeps the metadata of the invocation in the agent's state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain.agents.middleware.types import ModelRequest
from langchain_core.runnables import RunnableConfig

from budgetd.langchain.routing import config_here


def kept(config: RunnableConfig) -> dict[str, Any]:
    """The plain values of a configuration's metadata, without the place in the graph."""
    metadata = config.get("metadata") or {}
    return {
        name: value
        for name, value in metadata.items()
        if isinstance(value, (str, int, float)) and not name.startswith("langgraph_")
    }


def of(request: ModelRequest[Any]) -> RunnableConfig | None:
    """The configuration of the node that makes the request; None where nothing is known of it."""
    config = config_here()
    known: Any = request.state
    metadata = known.get("budgetd_metadata") if isinstance(known, Mapping) else None
    if config is not None or metadata is None:
        return config
    executed = getattr(request.runtime, "execution_info", None)
    namespace = getattr(executed, "checkpoint_ns", None)
    return {"metadata": {**metadata, "langgraph_checkpoint_ns": namespace}}

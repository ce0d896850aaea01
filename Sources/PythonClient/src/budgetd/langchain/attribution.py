"""Whose call it is, from what LangChain and LangGraph carry along.

A model or tool call happens deep inside a graph. What names its subject travels in three ways:
the run's metadata, which every child inherits; `budget_context`, which code inherits; and the
place in the graph, which LangGraph writes into the metadata. The metadata wins over the context,
since it belongs to this invocation, and the place fills in what neither says:

| field | from the metadata | else |
|---|---|---|
| tenant, user, session, run, agent, task | the first of `KEYS` that is there | the context |
| agent | `lc_agent_name`, the agent that makes the call, before anything else | the node it is |
| session | | the thread |
| run | | the invocation at the root, where a `BudgetCallbackHandler` saw it |
| task | | the path of nodes, as in `research/model` |
| label.node | the path of nodes | |

An outer agent's name is inherited by an agent without a name that it calls: name your agents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from budgetd import context
from budgetd.naming import KEYS, named, text

_AGENTS = ("langchain_create_agent",)


def subject(metadata: Mapping[str, Any] | None, root: object = None) -> dict[str, Any]:
    """The fields of a call's subject.

    Args:
        metadata: of the call or of the node that makes it.
        root: the id of the invocation at the root, where it is known.
    """
    metadata = metadata or {}
    around = context.current()
    of_context = {name: value for name, value in around.items() if name in KEYS}
    found: dict[str, Any] = {**of_context, **named(metadata)}
    if metadata.get("lc_agent_name"):
        found["agent"] = text(metadata["lc_agent_name"])
    derived = {
        "session": metadata.get("thread_id"),
        "run": root,
        "task": node_path(metadata),
        "agent": _node_of_agent(metadata),
    }
    for field, value in derived.items():
        if value is not None:
            found.setdefault(field, text(value))
    return _with_node(found, metadata, around)


def _with_node(
    found: dict[str, Any], metadata: Mapping[str, Any], around: Mapping[str, Any]
) -> dict[str, Any]:
    given = metadata.get("labels")
    labels = {**around.get("labels", {}), **(given if isinstance(given, Mapping) else {})}
    if (path := node_path(metadata)) is not None:
        labels.setdefault("node", path)
    if labels:
        found["labels"] = {str(name): text(value) for name, value in labels.items()}
    return found


def _node_of_agent(metadata: Mapping[str, Any]) -> str | None:
    # An agent without a name, as a node of a graph: `research` in `research/model`.
    path = (node_path(metadata) or "").split("/")
    is_agent = metadata.get("ls_integration") in _AGENTS or path[-1] in ("model", "tools")
    return path[-2] if is_agent and len(path) > 1 and path[-2] != "tools" else None


def node_path(metadata: Mapping[str, Any]) -> str | None:
    """The nodes from the outermost graph to the call, as in `research/model`; None outside."""
    namespace = metadata.get("langgraph_checkpoint_ns") or metadata.get("checkpoint_ns")
    if namespace:
        # "research:4b0c…|model:3c2b…"; a namespace's part without an id counts repeated calls.
        parts = (part.split(":")[0] for part in str(namespace).split("|"))
        names = [name for name in parts if name and not name.isdigit()]
        if names:
            return text("/".join(names))
    node = metadata.get("langgraph_node")
    return None if node is None else text(node)

"""Finds the calls of a graph that no budget would know the owner of.

    report = audit(graph, {"messages": [("user", "hello")]})
    print(report)
    assert report.ok

The graph runs once with a stand-in for every chat model, which calls each tool that it is offered
once. Its nodes and tools are its own and do what they do, so name in `skip_tools` what must not
happen. Nothing is reserved meanwhile, and no daemon is needed.

The subject is named at the root, by metadata or by `budget_context`, and looked for at each call:
what is missing there was lost on the way. Callbacks and metadata are lost on threads of one's own,
and by calls that are handed a configuration of their own; the context on threads.
"""

from __future__ import annotations

import os
import sysconfig
import threading
import traceback
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableConfig

from budgetd.context import budget_context
from budgetd.langchain import attempt, attribution, probe
from budgetd.langchain.callbacks import BudgetCallbackHandler

REQUIRED = ("user", "session", "run")


@dataclass(frozen=True)
class AuditedCall:
    """One call that the graph made.

    `lost` names what is missing of its subject, `reason` says where it was lost, `at` is the line
    of code that made the call, and `is_reserved` says whether a budget would have been asked.
    """

    kind: str
    name: str
    node: str | None
    at: str
    thread: str
    lost: tuple[str, ...]
    reason: str | None
    is_reserved: bool

    def __str__(self) -> str:
        where = f"{self.kind} {self.name} in {self.node or 'no node'}, at {self.at}"
        if not self.lost:
            return where
        return f"{where}: {', '.join(self.lost)} lost: {self.reason}"


@dataclass
class AuditReport:
    """What an audit saw. `error` is what ended the graph early, if anything did."""

    calls: list[AuditedCall] = field(default_factory=list)
    error: Exception | None = None

    @property
    def lost(self) -> list[AuditedCall]:
        """The calls whose attribution is missing."""
        return [call for call in self.calls if call.lost]

    @property
    def ok(self) -> bool:
        """Whether the graph came to its end and every call is attributed."""
        return not self.lost and self.error is None

    def __str__(self) -> str:
        lines = [f"{len(self.calls)} calls, {len(self.lost)} of them without attribution"]
        lines += [f"  {call}" for call in self.lost]
        return "\n".join([*lines, *([f"  ended by {self.error!r}"] if self.error else [])])


class _Watch(BaseCallbackHandler):
    """Knows every chain by its id: its name, its parent and the subject that its metadata names."""

    run_inline = True

    def __init__(self, report: AuditReport, required: Sequence[str]) -> None:
        self.report = report
        self._required = required
        self._chains: dict[UUID, tuple[str, UUID | None, dict[str, Any]]] = {}
        self._handler = BudgetCallbackHandler

    def on_chain_start(
        self,
        serialized: dict[str, Any],
        inputs: dict[str, Any],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Remembers it."""
        found = attribution.subject(metadata)
        self._chains[run_id] = (str(kwargs.get("name")), parent_run_id, found)

    def told(self, kind: str, name: str, manager: Any, metadata: Any) -> None:
        """A call is being made, here and now."""
        handlers = getattr(manager, "handlers", None) or ()
        is_watched = self in handlers
        parent = getattr(manager, "parent_run_id", None)
        metadata = {**(getattr(manager, "metadata", None) or {}), **(metadata or {})}
        found = attribution.subject(metadata, self._root(parent) if is_watched else None)
        lost = tuple(each for each in self._required if each not in found)
        around = attempt.current()
        self.report.calls.append(
            AuditedCall(
                kind=kind,
                name=name,
                node=attribution.node_path(metadata),
                at=_line(),
                thread=threading.current_thread().name,
                lost=lost,
                reason=self._reason(lost, parent, is_watched) if lost else None,
                is_reserved=(around is not None and around.kind == kind)
                or any(isinstance(each, self._handler) for each in handlers),
            )
        )

    def _root(self, run_id: UUID | None) -> UUID | None:
        while run_id in self._chains and self._chains[run_id][1] is not None:
            run_id = self._chains[run_id][1]
        return run_id

    def _reason(self, lost: Sequence[str], parent: UUID | None, is_watched: bool) -> str:
        if not is_watched:
            thread = threading.current_thread()
            if "Executor" in thread.name or thread.name.startswith("Thread-"):
                return (
                    f"the thread {thread.name} has neither the graph's configuration nor the "
                    "context; hand `config` to the call, or run it by `budgetd.carry`"
                )
            return (
                "the call has not the graph's configuration: hand it the node's `config` "
                "(on Python 3.10 also in every asynchronous node)"
            )
        below = "the call itself"
        while parent in self._chains:
            name, above, found = self._chains[parent]
            if all(each in found for each in lost):
                return f"it is known to {name}, and no more to {below}: its metadata was replaced"
            below, parent = name, above
        return "it was not named at the root"


_LIBRARIES = tuple(
    os.path.realpath(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib", "platlib")
)
_HERE = os.path.dirname(os.path.realpath(__file__))


def _line() -> str:
    """The innermost line that belongs to neither a library nor this package."""
    for frame in reversed(traceback.extract_stack()):
        path = os.path.realpath(frame.filename)
        if not path.startswith((*_LIBRARIES, _HERE)) and os.path.exists(path):
            return f"{os.path.relpath(path)}:{frame.lineno} in {frame.name}"
    return "no code of yours"


def _prepared(
    config: RunnableConfig | None, watch: _Watch, by: str
) -> tuple[RunnableConfig, dict[str, str]]:
    marks = {name: f"audit-{name}" for name in watch._required}
    given: dict[str, Any] = {"recursion_limit": 50, **(config or {})}
    metadata = {**(marks if by == "metadata" else {}), **given.get("metadata", {})}
    callbacks = attempt.watching(given.get("callbacks"), watch)
    prepared = {**given, "metadata": metadata, "callbacks": callbacks}
    return prepared, marks if by == "context" else {}  # type: ignore[return-value]


def audit(
    graph: Any,
    input: Any = None,
    *,
    config: RunnableConfig | None = None,
    require: Sequence[str] = REQUIRED,
    by: Literal["metadata", "context"] = "metadata",
    skip_tools: Collection[str] = (),
) -> AuditReport:
    """Runs a graph with stand-in models and reports calls whose attribution is missing.

    Args:
        graph: anything that can be invoked, above all a compiled graph.
        input: what it is invoked with; by default a message.
        config: its configuration, as where a checkpointer needs a thread.
        require: fields of the subject that every call must have.
        by: how the subject is named at the root, as the graph's callers do it.
        skip_tools: tools that are not called.
    """
    watch = _Watch(AuditReport(), require)
    prepared, marks = _prepared(config, watch, by)
    given = {"messages": [("user", "An audit.")]} if input is None else input
    with probe.standing_in(watch.told, skip_tools), budget_context(**marks):  # type: ignore[arg-type]
        try:
            graph.invoke(given, prepared)
        except Exception as error:
            watch.report.error = error
    return watch.report


async def aaudit(
    graph: Any,
    input: Any = None,
    *,
    config: RunnableConfig | None = None,
    require: Sequence[str] = REQUIRED,
    by: Literal["metadata", "context"] = "metadata",
    skip_tools: Collection[str] = (),
) -> AuditReport:
    """As `audit`, for graphs that are invoked asynchronously."""
    watch = _Watch(AuditReport(), require)
    prepared, marks = _prepared(config, watch, by)
    given = {"messages": [("user", "An audit.")]} if input is None else input
    with probe.standing_in(watch.told, skip_tools), budget_context(**marks):  # type: ignore[arg-type]
        try:
            await graph.ainvoke(given, prepared)
        except Exception as error:
            watch.report.error = error
    return watch.report

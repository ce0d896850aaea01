"""One provider attempt that is reserved already, on its way from middleware to the callback.

`BudgetMiddleware` reserves around a call, `BudgetCallbackHandler` sees each attempt start where it
is made. Both may be there at once, and a middleware within ours may make several attempts, or none.
So the middleware puts its hold in a context variable: the first attempt that starts takes it, and
any other reserves for itself. Nothing is counted twice, and no attempt goes without.

The hold may be synchronous or not: the callback only notes what happened, and the middleware, whose
hold it is, settles it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from langchain_core.callbacks import BaseCallbackManager, CallbackManager
from langchain_core.messages import BaseMessage
from langchain_core.runnables.config import RunnableConfig, var_child_runnable_config
from langgraph.errors import GraphInterrupt
from langgraph.runtime import get_runtime

from budgetd.results import Settlement

Kind = Literal["model", "tool"]

# Calls that were made so long ago are not repeated.
MOST_NUMBERED = 10_000


@dataclass
class Attempt:
    """A reserved attempt, and what the callback saw of it."""

    kind: Kind
    call: Mapping[str, Any] = field(default_factory=dict)
    # Whose it is, for attempts within that know less.
    where: Mapping[str, Any] = field(default_factory=dict)
    # The how manieth it is, 0 the first time, and how many more of its kind began within it.
    number: int = 0
    repeats: int = 0
    run_id: object = None
    used: dict[str, Any] = field(default_factory=dict)
    error: BaseException | None = None
    ended: bool = False
    sent: bool = True
    streamed: int = 0
    answer: BaseMessage | None = None
    # What other attempts within it came to; each had a reservation of its own.
    others: list[Settlement] = field(default_factory=list)

    @property
    def model(self) -> str | None:
        """The model that was asked for."""
        return self.call.get("model")

    @property
    def started(self) -> bool:
        """Whether an attempt was seen to start."""
        return self.run_id is not None

    def conclude(self, raised: BaseException | None) -> BaseException | None:
        """What to settle the hold with: None, or what went wrong with this very attempt."""
        if not self.started:
            # Another middleware answered in the model's place, or failed before the call.
            self.sent = False
            return None
        if isinstance(self.error or raised, GraphInterrupt):
            # It waits for a person, and begins anew when it goes on.
            self.sent = False
            return None
        return self.error if self.ended else raised

    def take(self, kind: Kind, run_id: object) -> bool:
        """Whether this hold is for the attempt that starts now."""
        if kind != self.kind or self.started:
            return False
        self.run_id = run_id
        return True


class Numbers:
    """How many attempts were made at each call, by what names the call; bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[object, int] = OrderedDict()

    def of(self, call: object) -> int:
        """How many were made."""
        with self._lock:
            return self._made.get(call, 0)

    def sent(self, call: object, number: int, repeats: int) -> None:
        """An attempt was made, and others within it."""
        with self._lock:
            self._made[call] = max(self._made.get(call, 0), number + 1 + repeats)
            self._made.move_to_end(call)
            if len(self._made) > MOST_NUMBERED:
                self._made.popitem(last=False)


def of_node(executed: Any = None) -> int:
    """The how manieth attempt at its node this is, 0 the first time and outside of nodes."""
    if executed is None:
        try:
            executed = get_runtime().execution_info
        except (RuntimeError, KeyError, AttributeError):
            return 0
    number = getattr(executed, "node_attempt", None)
    return max(0, number - 1) if isinstance(number, int) else 0


_current: ContextVar[Attempt | None] = ContextVar("budgetd_attempt", default=None)


def current() -> Attempt | None:
    """The attempt that is reserved around here, if any."""
    return _current.get()


@contextmanager
def reserved(attempt: Attempt, handler: Any) -> Iterator[None]:
    """Within, the attempt is there to be taken, and `handler` sees everything that starts."""
    token = _current.set(attempt)
    config: RunnableConfig = var_child_runnable_config.get() or {}
    watched = {**config, "callbacks": watching(config.get("callbacks"), handler)}
    config_token = var_child_runnable_config.set(watched)  # type: ignore[arg-type]
    try:
        yield
    finally:
        var_child_runnable_config.reset(config_token)
        _current.reset(token)


def watching(callbacks: Any, handler: Any) -> BaseCallbackManager:
    """The callbacks, and the handler where none of its kind is among them."""
    if isinstance(callbacks, BaseCallbackManager):
        manager = callbacks.copy()
    else:
        manager = CallbackManager(list(callbacks or ()), list(callbacks or ()))
    if not any(isinstance(each, type(handler)) for each in manager.handlers):
        manager.add_handler(handler, inherit=True)
    return manager

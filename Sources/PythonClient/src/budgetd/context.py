"""Whose spending it is, said once and inherited by everything called within.

    with budget_context(tenant="acme", user="alice", run=run_id):
        ...                       # every call in here is alice's, in this run

The subject lives in a context variable: asyncio tasks, `asyncio.gather` and `asyncio.to_thread`
inherit it by themselves. Plain threads and executors don't; `carry` and `CarryingExecutor` take it
there. What is given on a call wins over the context, and an inner context over an outer one.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar, Token
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from budgetd.fields import SUBJECT, Subject, check

if TYPE_CHECKING:
    from typing_extensions import Unpack

P = ParamSpec("P")
R = TypeVar("R")

# What a context may say: the subject, and which attempt at its work this is.
NAMES = SUBJECT | {"attempt"}
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_current: ContextVar[Mapping[str, Any]] = ContextVar("budgetd", default=_NOTHING)


def current() -> Mapping[str, Any]:
    """The fields that calls made here inherit: a read-only mapping, `labels` a mapping in it."""
    return _current.get()


def merged(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    """`inner` over `outer`; labels are merged by name, and None leaves what is there."""
    if not outer:
        return inner
    both = {**outer, **{name: value for name, value in inner.items() if value is not None}}
    if outer.get("labels") and inner.get("labels"):
        both["labels"] = {**outer["labels"], **inner["labels"]}
    return both


class budget_context:  # noqa: N801 - reads as a statement
    """A context manager that sets fields of the subject for everything called within.

    Works in synchronous and asynchronous code alike, with a plain `with`. Contexts nest; each block
    has one of its own.

    Args:
        attempt: which attempt at its work this is; 0, the default, is the first.
        fields: those of `Subject`; `labels` is a mapping. None leaves a field as it is outside.

    Raises:
        BadArgument: for a name that is no field of the subject.
    """

    def __init__(self, *, attempt: int | None = None, **fields: Unpack[Subject]) -> None:
        given = dict(fields)
        if attempt is not None:
            given["attempt"] = attempt
        check(given, NAMES)
        self._fields = given
        self._tokens: list[Token[Mapping[str, Any]]] = []

    def __enter__(self) -> Mapping[str, Any]:
        within = MappingProxyType(dict(merged(_current.get(), self._fields)))
        self._tokens.append(_current.set(within))
        return within

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A generator may be closed in another context, which has nothing to be reset.
        with suppress(ValueError):
            _current.reset(self._tokens.pop())


class _Carried:
    """A function and the context it was carried from; picklable where the function is."""

    def __init__(self, function: Callable[..., Any], fields: Mapping[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._fields = dict(fields)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        token = _current.set(MappingProxyType(self._fields))
        try:
            return self._function(*args, **kwargs)
        finally:
            _current.reset(token)


def carry(function: Callable[P, R]) -> Callable[P, R]:
    """The function with the context of now, wherever and however often at once it is called."""
    if inspect.iscoroutinefunction(function):
        fields = current()

        @functools.wraps(function)
        async def carried(*args: Any, **kwargs: Any) -> Any:
            token = _current.set(fields)
            try:
                return await function(*args, **kwargs)
            finally:
                _current.reset(token)

        return carried  # type: ignore[return-value]
    return _Carried(function, current())


class CarryingExecutor(ThreadPoolExecutor):
    """A thread pool whose functions run in the context they were submitted in."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """As ThreadPoolExecutor's; `map` goes by way of it."""
        return super().submit(carry(fn), *args, **kwargs)

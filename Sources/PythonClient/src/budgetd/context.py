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
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from budgetd import steps
from budgetd.fields import SUBJECT, Subject, plain

if TYPE_CHECKING:
    from typing_extensions import Unpack

P = ParamSpec("P")
R = TypeVar("R")

# What a context may say: the subject, and which attempt at its work this is.
NAMES = SUBJECT | {"attempt"}
_NOTHING: Mapping[str, Any] = MappingProxyType({})
# The blocks that are entered here, each with what it says over those around it.
_blocks = steps.stack("budgetd")


def current() -> Mapping[str, Any]:
    """The fields that calls made here inherit: a read-only mapping, `labels` a mapping in it."""
    blocks = _blocks.get()
    return cast(Mapping[str, Any], blocks[-1].all) if blocks else _NOTHING


def merged(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    """`inner` over `outer`; labels are merged by name, and None leaves what is there."""
    if not outer:
        return inner
    both = {**outer, **{name: value for name, value in inner.items() if value is not None}}
    if outer.get("labels") and inner.get("labels"):
        both["labels"] = {**outer["labels"], **inner["labels"]}
    return both


class _Block:
    """What one block says, and what it comes to over those around it."""

    def __init__(self, own: Mapping[str, Any], outer: Mapping[str, Any] = _NOTHING) -> None:
        self.own = own
        self.all = MappingProxyType(dict(merged(outer, own)))


class budget_context:  # noqa: N801 - reads as a statement
    """A context manager that sets fields of the subject for everything called within.

    Works in synchronous and asynchronous code alike, with a plain `with`. Contexts nest; each block
    has one of its own.

    Args:
        attempt: which attempt at its work this is; 0, the default, is the first.
        fields: those of `Subject`; `labels` is a mapping. None leaves a field as it is outside.

    Raises:
        BadArgument: for a name that is no field of the subject, or a value that has no text.
    """

    def __init__(self, *, attempt: int | None = None, **fields: Unpack[Subject]) -> None:
        given = dict(fields)
        if attempt is not None:
            given["attempt"] = attempt
        self._fields = plain(given, NAMES)
        self._entered: list[Mapping[str, Any]] = []

    def __enter__(self) -> Mapping[str, Any]:
        block = _Block(dict(self._fields), current())
        self._entered.append(block.own)
        _blocks.set((*_blocks.get(), block))
        return block.all

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        own, blocks = self._entered.pop(), _blocks.get()
        # Blocks in generators end in any order, and perhaps where they were never entered.
        place = next((i for i in reversed(range(len(blocks))) if blocks[i].own is own), None)
        if place is None:
            return
        stay = blocks[:place]
        for block in blocks[place + 1 :]:
            stay = (*stay, _Block(block.own, stay[-1].all if stay else _NOTHING))
        _blocks.set(stay)


@contextmanager
def _replaced(fields: Mapping[str, Any]) -> Iterator[None]:
    before = _blocks.get()
    _blocks.set((_Block(fields),))
    try:
        yield
    finally:
        _blocks.set(before)


@asynccontextmanager
async def _replaced_asynchronously(fields: Mapping[str, Any]) -> AsyncIterator[None]:
    with _replaced(fields):
        yield


class _Carried:
    """A function and the context it was carried from; picklable where the function is."""

    def __init__(self, function: Callable[..., Any], fields: Mapping[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._fields = dict(fields)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with _replaced(self._fields):
            return self._function(*args, **kwargs)


def carry(function: Callable[P, R]) -> Callable[P, R]:
    """The function with the context of now, wherever and however often at once it is called.

    A generator has it in its steps; while it waits, its caller has its own.
    """
    fields = current()
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def carried(*args: Any, **kwargs: Any) -> Any:
            with _replaced(fields):
                return await function(*args, **kwargs)

        return carried  # type: ignore[return-value]
    if inspect.isgeneratorfunction(function):
        made: Any = steps.items(function, lambda *_: _replaced(fields))
        return functools.wraps(function)(made)
    if inspect.isasyncgenfunction(function):
        made = steps.asynchronous_items(function, lambda *_: _replaced_asynchronously(fields))
        return functools.wraps(function)(made)
    return _Carried(function, fields)


class CarryingExecutor(ThreadPoolExecutor):
    """A thread pool whose functions run in the context they were submitted in."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """As ThreadPoolExecutor's; `map` goes by way of it."""
        return super().submit(carry(fn), *args, **kwargs)

"""Generators and what is said around them: it holds while they run, and not while they wait.

A context variable that a generator sets stays set where it yields: its caller would see the hold
and the subject of a stream that waits. Whoever drives a generator by `items` or
`asynchronous_items` keeps both apart.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeAlias

See: TypeAlias = Callable[[Any, Any], None]
_stacks: list[ContextVar[tuple[Any, ...]]] = []


def stack(name: str) -> ContextVar[tuple[Any, ...]]:
    """A context variable for what nests; empty at first."""
    variable: ContextVar[tuple[Any, ...]] = ContextVar(name, default=())
    _stacks.append(variable)
    return variable


def without(entries: tuple[Any, ...], entry: object) -> tuple[Any, ...]:
    """The entries without the last that is this one: blocks in generators end in any order."""
    for place in reversed(range(len(entries))):
        if entries[place] is entry:
            return entries[:place] + entries[place + 1 :]
    return entries


class Inside:
    """What the stacks are within a generator, from one step to the next."""

    def __init__(self) -> None:
        self._kept = [variable.get() for variable in _stacks]

    @contextmanager
    def step(self) -> Iterator[None]:
        """Within, the stacks are the generator's; then they are the caller's again."""
        outside = [variable.get() for variable in _stacks]
        _put(self._kept)
        try:
            yield
        finally:
            self._kept = [variable.get() for variable in _stacks]
            _put(outside)


def _put(entries: list[tuple[Any, ...]]) -> None:
    for variable, value in zip(_stacks, entries, strict=False):
        variable.set(value)


class _Within:
    """A block of either kind that is entered and left inside."""

    def __init__(self, inside: Inside, block: Any) -> None:
        self._inside = inside
        self._block = block

    def __enter__(self) -> Any:
        with self._inside.step():
            return self._block.__enter__()

    def __exit__(self, *error: Any) -> Any:
        with self._inside.step():
            return self._block.__exit__(*error)

    async def __aenter__(self) -> Any:
        with self._inside.step():
            return await self._block.__aenter__()

    async def __aexit__(self, *error: Any) -> Any:
        with self._inside.step():
            return await self._block.__aexit__(*error)


def _unseen(block: Any, item: Any) -> None: ...


def items(
    function: Callable[..., Any], block: Callable[[Any, Any], Any], see: See = _unseen
) -> Callable[..., Generator[Any, Any, Any]]:
    """The generator function, each step of it inside a block.

    Args:
        function: what it yields, takes and returns is passed on.
        block: makes the block from the arguments; it is left when the generator is closed.
        see: sees what the block gave, and each item.
    """

    def driven(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        inside = Inside()
        with _Within(inside, block(args, kwargs)) as entered:
            generator = function(*args, **kwargs)
            advance = partial(generator.send, None)
            try:
                while True:
                    with inside.step():
                        try:
                            item = advance()
                        except StopIteration as end:
                            return end.value
                    see(entered, item)
                    try:
                        advance = partial(generator.send, (yield item))
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        advance = partial(generator.throw, error)
            finally:
                with inside.step():
                    generator.close()

    return driven


def asynchronous_items(
    function: Callable[..., Any], block: Callable[[Any, Any], Any], see: See = _unseen
) -> Callable[..., AsyncGenerator[Any, Any]]:
    """As `items`, for an asynchronous generator function and an asynchronous block."""

    async def driven(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        inside = Inside()
        async with _Within(inside, block(args, kwargs)) as entered:
            stream = function(*args, **kwargs)
            advance = partial(stream.asend, None)
            try:
                while True:
                    with inside.step():
                        try:
                            item = await advance()
                        except StopAsyncIteration:
                            return
                    see(entered, item)
                    try:
                        advance = partial(stream.asend, (yield item))
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        advance = partial(stream.athrow, error)
            finally:
                with inside.step():
                    await stream.aclose()

    return driven

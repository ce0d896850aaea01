"""Streams of LiteLLM that tell their end: read to it, failed, closed early, or dropped.

The stream stays what it is, with a class between it and its own: routers and proxies look at its
kind.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, Protocol, cast


class Watch(Protocol):
    """Who is told, once or more often; the first time counts."""

    def ended(self, error: BaseException | None, chunks: list[Any]) -> None:
        """A synchronous stream is over."""

    async def aended(self, error: BaseException | None, chunks: list[Any]) -> None:
        """An asynchronous stream is over."""

    def dropped(self, chunks: list[Any]) -> None:
        """Nobody reads it any more, and nothing can be awaited."""


class _Watched:
    """What is put before a stream's own methods."""

    budgetd_watch: Watch
    budgetd_chunks: list[Any]

    def __next__(self) -> Any:
        try:
            chunk = super().__next__()  # type: ignore[misc]
        except StopIteration:
            self.budgetd_watch.ended(None, self._budgetd_told())
            raise
        except BaseException as error:
            self.budgetd_watch.ended(error, self._budgetd_told())
            raise
        self.budgetd_chunks.append(chunk)
        return chunk

    async def __anext__(self) -> Any:
        try:
            chunk = await super().__anext__()  # type: ignore[misc]
        except StopAsyncIteration:
            await self.budgetd_watch.aended(None, self._budgetd_told())
            raise
        except GeneratorExit:
            self.budgetd_watch.dropped(self._budgetd_told())
            raise
        except BaseException as error:
            await self.budgetd_watch.aended(error, self._budgetd_told())
            raise
        self.budgetd_chunks.append(chunk)
        return chunk

    def close(self) -> None:
        """Ends a synchronous stream early."""
        close = getattr(getattr(self, "completion_stream", None), "close", None)
        try:
            if close is not None:
                close()
        finally:
            self.budgetd_watch.ended(GeneratorExit(), self._budgetd_told())

    async def aclose(self) -> None:
        """Ends an asynchronous stream early."""
        try:
            await super().aclose()  # type: ignore[misc]
        finally:
            await self.budgetd_watch.aended(GeneratorExit(), self._budgetd_told())

    def __del__(self) -> None:
        watch = self.__dict__.get("budgetd_watch")
        if watch is not None:
            watch.dropped(self._budgetd_told())
        own: Callable[[], None] | None = getattr(super(), "__del__", None)
        if own is not None:
            own()

    def _budgetd_told(self) -> list[Any]:
        # Its own list has the usage also where the caller did not ask for it.
        own = getattr(self, "chunks", None)
        return own if isinstance(own, list) and own else self.budgetd_chunks


@cache
def _kind(own: Any) -> Any:
    return type(own.__name__, (_Watched, own), {"__module__": own.__module__})


def watch(stream: Any, by: Watch) -> bool:
    """Has the stream tell its end; False where its kind does not allow it."""
    own = type(stream)
    if not (hasattr(own, "__next__") or hasattr(own, "__anext__")):
        return False
    try:
        stream.__class__ = _kind(cast(Hashable, own))
    except TypeError:
        return False
    stream.budgetd_watch, stream.budgetd_chunks = by, []
    return True

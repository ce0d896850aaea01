"""LiteLLM's functions, with a budget under each call of them where one is among its callbacks.

LiteLLM asks callbacks before asynchronous calls alone, and tells them nothing of a call that is
cancelled or of a stream that is closed. So importing `budgetd.litellm` puts a layer around these
functions of the package; routers and proxies call them by it. Without a budget among
`litellm.callbacks` they are what they were.

Who took a function from the package before that import has the bare one: asynchronously it is
reserved by the callback, synchronously it is only entered afterwards.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Protocol

import litellm

from budgetd.errors import BudgetDenied
from budgetd.litellm_usage import ATTEMPT

BARE = "budgetd_bare"
# Functions by name, and by whose signature their arguments are named.
_SYNCHRONOUS = {name: name for name in ("completion", "embedding", "text_completion")}
_ASYNCHRONOUS = {f"a{name}": name for name in _SYNCHRONOUS}
# Within one of these no other reserves: they call each other.
_within: ContextVar[bool] = ContextVar("budgetd_litellm", default=False)


class Budget(Protocol):
    """What a call is made by."""

    def call(self, function: Any, **kwargs: Any) -> Any:
        """Makes a synchronous call under the budget."""

    async def acall(self, function: Any, **kwargs: Any) -> Any:
        """Makes an asynchronous call, which the callback reserves, and sees its end."""


def bare(function: Any) -> Any:
    """The function without the layer."""
    return getattr(function, BARE, function)


def is_within() -> bool:
    """Whether a call is being made that sees its own end."""
    return _within.get()


def named(function: Any, args: tuple[Any, ...]) -> dict[str, Any]:
    """Positional arguments by their names."""
    name = getattr(function, "__name__", "")
    like = bare(getattr(litellm, _ASYNCHRONOUS.get(name, name), function))
    return dict(inspect.signature(like).bind_partial(*args).arguments) if args else {}


def by_router(kwargs: Mapping[str, Any]) -> bool:
    """Whether a router makes the call; it has retries and fallbacks of its own."""
    metadata = {**(kwargs.get("litellm_metadata") or {}), **(kwargs.get("metadata") or {})}
    return "model_group" in metadata


def fallbacks(kwargs: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The calls that `fallbacks=` stands for, in order; None where there is none.

    Each is one call by itself: LiteLLM's own loop turns a refusal into an exception without a kind,
    and tells the callback of one call more than it makes.
    """
    if by_router(kwargs) or not kwargs.get("fallbacks"):
        return None
    rest = {name: value for name, value in kwargs.items() if name != "fallbacks"}
    rest.pop("litellm_call_id", None)
    more = [each if isinstance(each, Mapping) else {"model": each} for each in kwargs["fallbacks"]]
    return [_nth({**rest, **each}, number) for number, each in enumerate([{}, *more])]


def _nth(kwargs: dict[str, Any], number: int) -> dict[str, Any]:
    """The call as one of several, which says the how manieth it is."""
    return {**kwargs, "metadata": {**(kwargs.get("metadata") or {}), ATTEMPT: number}}


class Failures:
    """Blocks that may fail, one after the other: what is raised where all of them did."""

    def __init__(self) -> None:
        # There is a call at least, so nobody sees this one.
        self.worst: Exception = RuntimeError("no call was made")

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        """Keeps a refusal before anything else, else the last failure."""
        if not isinstance(error, Exception):
            return False
        if not isinstance(self.worst, BudgetDenied):
            self.worst = error
        return True


def install(budgets: Callable[[], list[Any]]) -> None:
    """Puts the layer around the package's functions, once."""
    for name in _SYNCHRONOUS:
        _replace(name, _synchronous, budgets)
    for name in _ASYNCHRONOUS:
        _replace(name, _asynchronous, budgets)


def _replace(name: str, layer: Any, budgets: Callable[[], list[Any]]) -> None:
    function = getattr(litellm, name)
    if bare(function) is function:
        around = layer(function, budgets)
        setattr(around, BARE, function)
        setattr(litellm, name, around)


def _synchronous(function: Any, budgets: Callable[[], list[Any]]) -> Any:
    @functools.wraps(function)
    def around(*args: Any, **kwargs: Any) -> Any:
        found = [] if _within.get() else budgets()
        # An asynchronous function may be made of the synchronous one.
        if not found or any(kwargs.get(name) for name in _ASYNCHRONOUS):
            return function(*args, **kwargs)
        return found[0].call(function, *args, **kwargs)

    return around


def _asynchronous(function: Any, budgets: Callable[[], list[Any]]) -> Any:
    @functools.wraps(function)
    async def around(*args: Any, **kwargs: Any) -> Any:
        found = [] if _within.get() else budgets()
        if not found:
            return await function(*args, **kwargs)
        return await found[0].acall(function, *args, **kwargs)

    return around


class Within:
    """A block in which a call is made that sees its own end."""

    def __enter__(self) -> None:
        self._token = _within.set(True)

    def __exit__(self, *error: object) -> None:
        _within.reset(self._token)

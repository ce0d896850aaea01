"""`@budgeted`: a reservation around every call of a function.

    @budgeted(client, model="gpt-4o", input_tokens=4000, used=lambda answer: answer.usage)
    def ask(question): ...

Each call of the function is an attempt of its own, with a key of its own. What the call used is
what `used` makes of its result, or what the function says by `current_hold().used(…)`. Functions,
coroutines and generators of both kinds; a generator's hold lasts as long as its iteration and is
the current one in its steps only, and `used` sees each item.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from budgetd import steps
from budgetd.aio import AsyncBudgetClient
from budgetd.client import BudgetClient
from budgetd.fields import CALL, Call, check
from budgetd.holds import AsyncHold, Hold

if TYPE_CHECKING:
    from typing_extensions import Unpack

F = TypeVar("F", bound=Callable[..., Any])
Reading = Callable[[Any], Mapping[str, Any] | None]


def budgeted(
    client: BudgetClient | AsyncBudgetClient,
    *,
    estimate: Callable[..., Mapping[str, Any]] | None = None,
    used: Reading | None = None,
    **call: Unpack[Call],
) -> Callable[[F], F]:
    """Puts a budget around a function.

    Args:
        client: a `BudgetClient` for functions, an `AsyncBudgetClient` for coroutines.
        estimate: makes more of the call's fields from the function's arguments.
        used: makes the fields of a usage from the function's result; None says nothing.
        call: fields of the subject and of the estimate.

    Raises:
        BadArgument: for a name that is no field.
        TypeError: where client and function are not of the same kind.
    """
    check(call, CALL)

    def reserve(args: Any, kwargs: Any) -> Any:
        more = estimate(*args, **kwargs) if estimate else {}
        return client.reserve(**cast(Call, {**call, **more}))

    def note(hold: Hold | AsyncHold, result: Any) -> None:
        said = used(result) if used else None
        if said:
            hold.used(**cast(Any, said))

    def decorate(function: F) -> F:
        is_async = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
        if is_async != isinstance(client, AsyncBudgetClient):
            kind = "an AsyncBudgetClient" if is_async else "a BudgetClient"
            raise TypeError(f"client {client!r}: expected {kind} for {function.__qualname__}")
        return cast(F, functools.wraps(function)(_wrapped(function, reserve, note)))

    return decorate


def _wrapped(function: Any, reserve: Any, note: Any) -> Callable[..., Any]:
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        async with reserve(args, kwargs) as hold:
            result = await function(*args, **kwargs)
            note(hold, result)
            return result

    def plain(*args: Any, **kwargs: Any) -> Any:
        with reserve(args, kwargs) as hold:
            result = function(*args, **kwargs)
            note(hold, result)
            return result

    if inspect.iscoroutinefunction(function):
        return coroutine
    if inspect.isasyncgenfunction(function):
        return steps.asynchronous_items(function, reserve, note)
    return steps.items(function, reserve, note) if inspect.isgeneratorfunction(function) else plain

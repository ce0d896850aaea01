"""The fields of a request: their names, their types, and how they are written on the wire.

The daemon checks values; here only what would be lost on the way is refused: unknown names and
types that have no text. One table says which field may be given where.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias, TypedDict

from budgetd.errors import BadArgument

Money: TypeAlias = Decimal | float | int | str
Arguments: TypeAlias = list[str | int]


class Subject(TypedDict, total=False):
    """Whose spending it is. Texts of 1 to 256 bytes without control characters."""

    tenant: str | None
    user: str | None
    session: str | None
    run: str | None
    task: str | None
    agent: str | None
    tool: str | None
    fingerprint: str | None
    labels: Mapping[str, str]


class Usage(TypedDict, total=False):
    """What was or will be used. Counts are whole numbers from 0 to 10^12.

    `input_tokens` includes the cached ones, `output_tokens` the reasoning. `cost_usd` (US dollars)
    wins over the price book; `seconds` are of compute time on `machine`. `attempt` is 0 the first
    time; `outcome` is one of ok, error, timeout, cancelled.
    """

    provider: str | None
    model: str | None
    operation: str | None
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    cache_write_1h_tokens: int | None
    reasoning_tokens: int | None
    input_audio_tokens: int | None
    input_image_tokens: int | None
    output_audio_tokens: int | None
    output_image_tokens: int | None
    images: int | None
    queries: int | None
    characters: int | None
    seconds: Money | None
    machine: str | None
    units: int | None
    service_tier: str | None
    cost_usd: Money | None
    response_id: str | None
    attempt: int | None
    outcome: str | None


class Call(Subject, Usage, total=False):
    """A subject and what its call uses."""


SUBJECT = frozenset(Subject.__annotations__)
USAGE = frozenset(Usage.__annotations__)
CALL = SUBJECT | USAGE
# What is known of a call's tokens before it is sent.
INPUT = tuple(name for name in Usage.__annotations__ if name.startswith(("input_", "cache_")))
COUNTED = (
    *(name for name in Usage.__annotations__ if name.endswith("_tokens")),
    *("images", "queries", "characters", "seconds", "units"),
)


def check(given: Mapping[str, Any], allowed: frozenset[str]) -> None:
    """Refuses names that are no fields.

    Raises:
        BadArgument: naming the field and what was expected.
    """
    for name, value in given.items():
        if name not in allowed:
            raise BadArgument(f"{name} {value!r}: unknown field; expected {sorted(allowed)}")


def arguments(given: Mapping[str, Any], allowed: frozenset[str]) -> Arguments:
    """Pairs of name and value as they are sent; None is left out.

    Raises:
        BadArgument: for an unknown name, or a value that has no text on the wire.
    """
    words: Arguments = []
    for name, value in given.items():
        if name not in allowed:
            check(given, allowed)
        if value is None:
            continue
        if name == "labels":
            for label, text in _labels(value).items():
                words += (f"label.{label}", _text(f"label.{label}", text))
        else:
            words += (name, _text(name, value))
    return words


def plain(given: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    """The fields in the values that are sent; None is left out. Raises as `arguments`."""
    check(given, allowed)
    return {
        name: {label: _text(f"label.{label}", text) for label, text in _labels(value).items()}
        if name == "labels"
        else _text(name, value)
        for name, value in given.items()
        if value is not None
    }


def _labels(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise BadArgument(f"labels {value!r}: expected a mapping of names to texts")
    return value


def _text(name: str, value: Any) -> str | int:
    kind = type(value)
    if kind is str or kind is int:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (float, Decimal)) and math.isfinite(value):
        # The shortest text that means this float, without an exponent.
        return format(Decimal(str(value)), "f")
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    # numpy's integers and their like, but no bool, which Python takes for one.
    if hasattr(value, "__index__") and not isinstance(value, bool):
        return int(value.__index__())
    raise BadArgument(f"{name} {value!r}: expected a text or a finite number, not {kind.__name__}")

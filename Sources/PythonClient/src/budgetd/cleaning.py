"""A usage as the daemon takes it. Pure.

A usage is told after the money is spent. What the daemon would refuse of it (a count that is no
whole number, an empty text, a name that is no field) must not cost the rest of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from budgetd.fields import CALL, COUNTED, SUBJECT
from budgetd.naming import text

_MOST_COUNTED = 10**12
_MOST_ATTEMPTS = 10**6
# In seconds and in US dollars.
_MOST_MEASURED: Mapping[str, Decimal] = {
    "seconds": Decimal(9_007_199_254),
    "cost_usd": Decimal("9007.19925474"),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "service_tier": ("standard", "batch", "flex", "priority"),
    "outcome": ("ok", "error", "timeout", "cancelled"),
}
# Counts that a whole includes. An hour's cache writes are among the cache writes, where those are
# stated.
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cache_write_tokens", ("cache_write_1h_tokens",)),
    ("input_tokens", ("cache_read_tokens", "cache_write_tokens")),
    ("input_tokens", ("input_audio_tokens", "input_image_tokens")),
    ("output_tokens", ("reasoning_tokens", "output_audio_tokens", "output_image_tokens")),
)


def cleaned(usage: Mapping[str, Any]) -> dict[str, Any]:
    """The usage without what the daemon refuses; nothing that is in order is changed.

    Names that are no fields, empty texts, unknown words and negative counts are left out, and so
    stay what the estimate says. A count that is no whole number is the next one. Parts that are
    more than their whole were counted beside it, as some providers do, and are added to it: so
    nothing is entered as less.
    """
    clean = {}
    for name, value in usage.items():
        kept = value if name in SUBJECT else _kept(name, value) if name in CALL else None
        if kept is not None:
            clean[name] = kept
    if usage.get("output_tokens") is not None and "output_tokens" not in clean:
        # Beside an input, an output that is left out is 0: the estimate is better than that.
        clean = {name: value for name, value in clean.items() if not name.endswith("_tokens")}
    for whole, parts in _PARTS:
        _fit(clean, whole, parts)
    return clean


def more_plainly(used: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any] | None]:
    """What to settle with, one after the other until the daemon takes it: last, the estimate."""
    yield used
    if used:
        yield cleaned(used)
        yield {}


def _kept(name: str, value: Any) -> Any:
    if name in _WORDS:
        return value if value in _WORDS[name] else None
    if name in _MOST_MEASURED:
        amount = _number(value)
        return amount if amount is not None and 0 <= amount <= _MOST_MEASURED[name] else None
    if name in COUNTED or name == "attempt":
        amount = _number(value)
        most = _MOST_ATTEMPTS if name == "attempt" else _MOST_COUNTED
        return math.ceil(amount) if amount is not None and 0 <= amount <= most else None
    return text(value) if isinstance(value, str) and value else None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(value.__index__() if hasattr(value, "__index__") else str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _fit(usage: dict[str, Any], whole: str, parts: tuple[str, ...]) -> None:
    if whole not in usage:
        return
    if parts[-1:] == ("cache_write_tokens",) and parts[-1] not in usage:
        parts = (*parts[:-1], "cache_write_1h_tokens")
    together = sum(usage.get(part, 0) for part in parts)
    if together > usage[whole]:
        usage[whole] = min(usage[whole] + together, _MOST_COUNTED)

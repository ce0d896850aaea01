"""Token counts as providers tell them, made into a usage that the daemon takes. Pure.

A cached token is one of the input and a reasoned one of the output; the daemon refuses a usage
whose parts are more than the whole. Not every server counts so, and a call that is paid must be
entered: where the parts are more, the whole is raised to them, since spent money is never recorded
as less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

# A whole, and the parts that are together at most the whole; the innermost first.
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cache_write_tokens", ("cache_write_1h_tokens",)),
    ("input_tokens", ("cache_read_tokens", "cache_write_tokens")),
    ("input_tokens", ("input_audio_tokens", "input_image_tokens")),
    ("output_tokens", ("reasoning_tokens", "output_audio_tokens", "output_image_tokens")),
)


def fitting(told: Mapping[str, Any]) -> dict[str, int]:
    """The counts without what is none, each whole at least as large as its parts.

    A whole that is not told, or told as nothing that can be read, is left out.
    """
    read = {name: _count(value) for name, value in told.items()}
    counts = {name: count for name, count in read.items() if count is not None}
    for whole, parts in _PARTS:
        if whole in counts:
            counts[whole] = max(counts[whole], sum(counts.get(part, 0) for part in parts))
    return counts


def _count(value: Any) -> int | None:
    if isinstance(value, float) and math.isfinite(value):
        value = math.ceil(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

"""A tool call as a reservation. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

from budgetd.naming import text


def counts(tools: bool | Collection[str], name: str) -> bool:
    """Whether calls of this tool are reserved."""
    return tools if isinstance(tools, bool) else name in tools


def fields(name: str, arguments: Any) -> dict[str, Any]:
    """The fields of a tool call; its fingerprint tells the same action again."""
    return {
        "operation": "execute_tool",
        "tool": text(name),
        "fingerprint": fingerprint(name, arguments),
    }


def fingerprint(name: str, arguments: Any) -> str:
    """A hash of an action and its arguments, the same whatever their order."""
    plain = json.dumps([name, arguments], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()[:32]

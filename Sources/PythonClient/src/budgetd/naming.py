"""How the subject is named in other software's metadata, and how a name becomes a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The header that tells a proxy of its caller's hold.
HOLD_HEADER = "x-budgetd-hold"
# The daemon's bound on a field, in bytes.
LONGEST = 256

# Names of the subject in metadata, the most particular first.
KEYS: Mapping[str, tuple[str, ...]] = {
    "tenant": ("tenant", "tenant_id", "cost_center"),
    "user": ("user", "user_id", "end_user", "langgraph_auth_user_id"),
    "session": ("session", "session_id", "conversation_id"),
    "run": ("run", "run_id", "workflow_id"),
    "task": ("task", "task_id"),
    "agent": ("agent", "agent_id", "agent_name"),
}


def named(metadata: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the subject that metadata names."""
    found = {}
    for field, keys in KEYS.items():
        given = (metadata.get(key) for key in keys)
        value = next((value for value in given if value is not None and value != ""), None)
        if value is not None:
            found[field] = text(value)
    return found


def text(value: object) -> str:
    """The value as a field of the subject: bounded, and without control characters."""
    plain = "".join(char if char.isprintable() else " " for char in str(value))
    encoded = plain.encode(errors="replace")
    if len(encoded) <= LONGEST:
        return encoded.decode()
    # The end of a path says more than its beginning.
    return "…" + encoded[len("…".encode()) - LONGEST :].decode(errors="ignore")

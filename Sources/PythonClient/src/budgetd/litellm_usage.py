"""A call through LiteLLM as a reservation, and its answer as a usage. Pure.

LiteLLM hands calls on as keyword arguments, and answers as objects or maps of several shapes: chat
and embeddings count prompt and completion, the responses' interface input and output, and
Anthropic's messages leave cached tokens out of the input.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from budgetd.cleaning import cleaned
from budgetd.naming import HOLD_HEADER, named, text

BYTES_PER_TOKEN = 3
TOKENS_PER_PIECE = 1500

_OPERATIONS = {
    "embedding": "embeddings",
    "aembedding": "embeddings",
    "text_completion": "text_completion",
    "atext_completion": "text_completion",
}
_BOUNDS = ("max_completion_tokens", "max_tokens", "max_output_tokens")
# What a proxy knows of the caller by its key; it goes before what the caller says.
_BY_KEY = {
    "user": ("user_api_key_end_user_id", "user_api_key_user_id"),
    "tenant": ("user_api_key_team_id",),
}

# Whom a proxy names that was called with its master key.
_NOBODY = "default_user_id"


def reservation(model: str, provider: str | None, call: Mapping[str, Any]) -> dict[str, Any]:
    """The estimate of a call, rather too much than too little."""
    bound = next((call[name] for name in _BOUNDS if isinstance(call.get(name), int)), None)
    operation = _OPERATIONS.get(str(call.get("call_type")), "chat")
    fields = {
        "operation": operation,
        "model": model,
        "provider": provider,
        "input_tokens": input_tokens(call),
        "attempt": attempt(call) or None,
        "output_tokens": 0 if operation == "embeddings" else bound and bound * _copies(call),
    }
    return {name: value for name, value in fields.items() if value is not None}


# Where a call's metadata says the how manieth attempt it is; a router has a name of its own for it.
ATTEMPT = "budgetd_attempt"


def attempt(call: Mapping[str, Any]) -> int:
    """The how manieth attempt the call is, 0 the first time."""
    metadata = {**_map(call.get("litellm_metadata")), **_map(call.get("metadata"))}
    counted = [metadata.get(name) for name in (ATTEMPT, "attempted_retries")]
    return sum(each for each in counted if isinstance(each, int) and each > 0)


def identity(used: Mapping[str, Any], answer: Any) -> str:
    """The answer's name: the provider's id of it, when it was made, and what it used."""
    parts = (_of(answer, "created"), used.get("input_tokens"), used.get("output_tokens"))
    told = json.dumps([used["response_id"], *parts], default=str)
    return f"response:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _copies(call: Mapping[str, Any]) -> int:
    return call["n"] if isinstance(call.get("n"), int) else 1


def input_tokens(call: Mapping[str, Any]) -> int:
    """Tokens of everything that is sent."""
    names = ("messages", "input", "prompt", "system", "instructions", "tools", "functions")
    return sum(_tokens(call[name]) for name in names if call.get(name))


def _tokens(value: Any) -> int:
    if isinstance(value, str):
        return -(-len(value.encode(errors="replace")) // BYTES_PER_TOKEN)
    if isinstance(value, Mapping):
        if str(value.get("type")) in ("image_url", "image", "input_image", "input_audio", "file"):
            return TOKENS_PER_PIECE
        return 4 + sum(_tokens(each) for each in value.values() if each is not None)
    if isinstance(value, (list, tuple)):
        # Whole numbers are tokens already.
        return sum(1 if isinstance(each, int) else _tokens(each) for each in value)
    return _tokens(json.dumps(value, default=str))


def subject(call: Mapping[str, Any]) -> dict[str, Any]:
    """Whose call it is, from its metadata, the key it came with, and `user`."""
    metadata = {**_map(call.get("litellm_metadata")), **_map(call.get("metadata"))}
    found: dict[str, Any] = named({"user": call.get("user"), **_said(metadata)})
    for field, keys in _BY_KEY.items():
        value = next((metadata[key] for key in keys if metadata.get(key)), _NOBODY)
        if value != _NOBODY:
            found[field] = text(value)
    return found


def _said(metadata: Mapping[str, Any]) -> dict[str, Any]:
    # A proxy keeps what the caller said apart.
    return {**metadata, **_map(metadata.get("requester_metadata"))}


def announced(call: Mapping[str, Any]) -> str | None:
    """The hold that the caller of a proxy has already, as its request's header says."""
    request = _map(call.get("proxy_server_request"))
    for metadata in (call.get("metadata"), call.get("litellm_metadata"), request):
        for name, value in _map(_map(metadata).get("headers")).items():
            if str(name).lower() == HOLD_HEADER:
                return str(value)
    return None


def used(answer: Any) -> dict[str, Any]:
    """The fields of a usage that an answer tells."""
    fields = _counts(_map(_of(answer, "usage")))
    id, tier = _of(answer, "id"), _of(answer, "service_tier")
    if isinstance(id, str) and id:
        fields["response_id"] = text(id)
    if tier in ("flex", "priority"):
        fields["service_tier"] = tier
    return fields


def _counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    into = _map(usage.get("prompt_tokens_details") or usage.get("input_tokens_details"))
    out = _map(usage.get("completion_tokens_details") or usage.get("output_tokens_details"))
    read, written = usage.get("cache_read_input_tokens"), usage.get("cache_creation_input_tokens")
    tokens = usage.get("prompt_tokens")
    if tokens is None and usage.get("input_tokens") is not None:
        tokens = usage["input_tokens"] + (0 if into else (read or 0) + (written or 0))
    counts = {
        "input_tokens": tokens,
        "output_tokens": _first(usage.get("completion_tokens"), usage.get("output_tokens")),
        "cache_read_tokens": _first(into.get("cached_tokens"), read),
        "cache_write_tokens": written,
        "input_audio_tokens": into.get("audio_tokens"),
        "input_image_tokens": into.get("image_tokens"),
        "reasoning_tokens": out.get("reasoning_tokens"),
        "output_audio_tokens": out.get("audio_tokens"),
    }
    told = cleaned(counts)
    if "input_tokens" in told:
        told.setdefault("output_tokens", 0)
    return told


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _of(answer: Any, name: str) -> Any:
    return answer.get(name) if isinstance(answer, Mapping) else getattr(answer, name, None)


def _map(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if hasattr(value, "model_dump"):
        return value.model_dump()  # type: ignore[no-any-return]
    return {}

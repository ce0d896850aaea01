"""The keyword arguments of a call through LiteLLM: what is read in them, and what is added."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import litellm

from budgetd import litellm_entries as entries
from budgetd.naming import HOLD_HEADER

log = logging.getLogger("budgetd")


def priced(model: str, provider: Any) -> tuple[str, str | None]:
    """The model as a price list names it, and its provider."""
    try:
        bare, known, _, _ = litellm.get_llm_provider(model, custom_llm_provider=provider)
    except Exception:
        return model, provider
    return (model if model in litellm.model_cost else bare), known


def announcing(kwargs: Mapping[str, Any], id: str) -> dict[str, Any]:
    """The call that tells the server it goes to which hold it has."""
    headers = {**(kwargs.get("extra_headers") or {}), HOLD_HEADER: id}
    return {**kwargs, "extra_headers": headers}


def once(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The call without the package's own retries, which no callback sees; a router's are fine."""
    if entries.by_router(kwargs):
        return dict(kwargs)
    if kwargs.get("num_retries") or kwargs.get("retry_policy") or litellm.num_retries:
        log.warning("budgetd: num_retries are past the budget and left out: use a litellm.Router")
    return {**kwargs, "num_retries": 0, "retry_policy": None}


def positional(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What LiteLLM noted of arguments without names, which a callback is not told."""
    noted = kwargs.get("litellm_logging_obj")
    told = {name: getattr(noted, name, None) for name in ("model", "messages")}
    return {name: value for name, value in told.items() if value}


def is_async(kwargs: Mapping[str, Any]) -> bool:
    """Whether a logged call was an asynchronous one."""
    params = kwargs.get("litellm_params") or {}
    return any(params.get(name) for name in ("acompletion", "aembedding", "atext_completion"))

"""What a model call will use and has used, from LangChain's messages. Pure.

The estimate decides what is held, so it leans to the safe side: three bytes of text count as a
token, where English has four and others have one character in three bytes. What the provider says
afterwards replaces it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from budgetd.cleaning import cleaned
from budgetd.naming import text

BYTES_PER_TOKEN = 3
TOKENS_PER_MESSAGE = 4
# A picture or a recording, as far as it can be said without looking into it.
TOKENS_PER_PIECE = 1500

# What follows a model's name where an answer tells its version: nothing, or as in `-2024-08-06`.
_DATED = re.compile(r"([-@:_](latest|v?\d[\d.-]*))?")
_TIERS = {"default": "standard", "standard": "standard", "flex": "flex", "priority": "priority"}


def model_fields(params: Mapping[str, Any]) -> dict[str, Any]:
    """Model, provider and the bound of the answer, from LangSmith's parameters or metadata."""
    fields = {
        "model": params.get("ls_model_name"),
        "provider": params.get("ls_provider"),
        "output_tokens": params.get("ls_max_tokens"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def described(model: BaseChatModel, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a model that will be called with `settings`."""
    params = getattr(_made(model), "_get_ls_params", None)
    fields = model_fields(params(**settings)) if params is not None else {}
    for name in ("max_tokens", "max_completion_tokens", "max_output_tokens"):
        if isinstance(settings.get(name), int):
            fields["output_tokens"] = settings[name]
    return fields


def _made(model: Any) -> Any:
    # `init_chat_model` with configurable fields gives what makes a model of the configuration of
    # each call; before that it has no name and no methods of a model.
    if not isinstance(model, BaseChatModel) and hasattr(type(model), "_model"):
        model = model._model()
    return getattr(model, "bound", model)


def estimate(messages: Iterable[BaseMessage], tools: Sequence[Any] = ()) -> int:
    """Tokens of input, rather too many than too few."""
    tokens = sum(_tokens_of(message) for message in messages)
    return tokens + sum(_bytes(_schema(tool)) // BYTES_PER_TOKEN + 8 for tool in tools)


def _tokens_of(message: BaseMessage) -> int:
    tokens = TOKENS_PER_MESSAGE
    content = message.content
    blocks: Sequence[Any] = [content] if isinstance(content, str) else content
    for block in blocks:
        if isinstance(block, Mapping) and block.get("type", "text") not in _WORDS:
            tokens += TOKENS_PER_PIECE
        else:
            tokens += -(-_bytes(block) // BYTES_PER_TOKEN)
    calls = getattr(message, "tool_calls", None)
    return tokens + (_bytes(calls) // BYTES_PER_TOKEN if calls else 0)


_WORDS = ("text", "reasoning", "thinking", "tool_use", "tool_result", "tool_call", "non_standard")


def _bytes(value: Any) -> int:
    plain = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return len(plain.encode(errors="replace"))


def _schema(tool: Any) -> Any:
    if isinstance(tool, Mapping):
        return tool
    schema: Any = getattr(tool, "tool_call_schema", None)
    parameters = schema.model_json_schema() if hasattr(schema, "model_json_schema") else schema
    return [getattr(tool, "name", ""), getattr(tool, "description", ""), parameters]


def answer_of(result: LLMResult) -> AIMessage | None:
    """The message of a result that one call gave; None for a completion without messages."""
    for generations in result.generations:
        for generation in generations:
            if isinstance(generation, ChatGeneration) and isinstance(generation.message, AIMessage):
                return generation.message
    return None


def used(messages: Sequence[BaseMessage], asked_for: str | None = None) -> dict[str, Any]:
    """The fields of a usage that messages of one answer tell; none where they tell nothing.

    Args:
        messages: all candidates of the answer; the usage is told by the first that has one.
        asked_for: the model that was asked for. A dated version of it keeps its name, since the
            price book may know no other.
    """
    answers = [message for message in messages if isinstance(message, AIMessage)]
    fields: dict[str, Any] = {}
    for answer in answers:
        if answer.usage_metadata is not None:
            fields = _counts(answer.usage_metadata)
            break
    if answers:
        fields.update(_facts(answers[0], asked_for))
    return fields


def from_cache(messages: Sequence[BaseMessage]) -> bool:
    """Whether the answer came from LangChain's cache: nothing was sent."""
    # A cached answer keeps its usage; LangChain marks it by a total cost of nothing.
    told = (getattr(message, "usage_metadata", None) for message in messages)
    return any(usage is not None and usage.get("total_cost") == 0 for usage in told)


def _counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    into = usage.get("input_token_details") or {}
    out = usage.get("output_token_details") or {}
    hour = into.get("ephemeral_1h_input_tokens")
    parts = (into.get("ephemeral_5m_input_tokens") or 0) + (hour or 0)
    counts = {
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cache_read_tokens": _any_tier(into, "cache_read"),
        "cache_write_tokens": max(into.get("cache_creation") or 0, parts) or None,
        "cache_write_1h_tokens": hour,
        "input_audio_tokens": into.get("audio"),
        "reasoning_tokens": _any_tier(out, "reasoning"),
        "output_audio_tokens": out.get("audio"),
    }
    return cleaned(counts)


def _any_tier(details: Mapping[str, Any], name: str) -> int | None:
    # langchain-openai writes `flex_cache_read` where the tier is not the standard one.
    named = [details.get(key) for key in (name, f"flex_{name}", f"priority_{name}")]
    counted = [value for value in named if value is not None]
    return sum(counted) if counted else None


def _facts(answer: AIMessage, asked_for: str | None) -> dict[str, Any]:
    said = answer.response_metadata
    model = said.get("model_name") or said.get("model")
    if asked_for is not None and _DATED.fullmatch(str(model).removeprefix(asked_for)):
        model = None
    facts = {
        "model": model and text(model),
        "response_id": response_id(answer),
        "service_tier": _TIERS.get(str(said.get("service_tier"))),
    }
    return {name: value for name, value in facts.items() if value}


def response_id(answer: AIMessage) -> str | None:
    """The provider's id of the answer; None where LangChain made one up."""
    named = answer.response_metadata.get("id") or answer.id
    if not named or str(named).startswith(("lc_", "run-")):
        return None
    return text(named)

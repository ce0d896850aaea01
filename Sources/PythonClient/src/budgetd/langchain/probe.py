"""The stand-ins of an audit: while one runs, no model of LangChain and no budget is called.

Nothing of this is active but within `audit`. It takes the place of the methods that every chat
model inherits, since a graph's models are hidden in its nodes, and is told of every call where it
is made, with whatever of its configuration has come so far.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

Told = Callable[[str, str, Any, Any], None]

_only_one = threading.Lock()
_active = False


def is_active() -> bool:
    """Whether an audit runs in this process: then nothing is reserved."""
    return _active


class _Answers:
    """Answers that lead through a graph: each tool is called once, then a text is said."""

    def __init__(self) -> None:
        self._called: set[str] = set()
        self._lock = threading.Lock()

    def to(self, kwargs: Mapping[str, Any]) -> AIMessage:
        schemas = [convert_to_openai_tool(tool)["function"] for tool in kwargs.get("tools") or ()]
        forced = kwargs.get("tool_choice") not in (None, "auto", "none", False)
        with self._lock:
            new = [each for each in schemas if each["name"] not in self._called]
            chosen = new or (schemas[:1] if forced else [])
            self._called.update(each["name"] for each in chosen)
        calls = [
            {
                "name": each["name"],
                "args": example(each.get("parameters") or {}),
                "id": f"audit-{number}-{each['name']}",
                "type": "tool_call",
            }
            for number, each in enumerate(chosen)
        ]
        usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
        text = "" if calls else _structured(kwargs.get("response_format"))
        return AIMessage(content=text, tool_calls=calls, usage_metadata=usage)


def _structured(wanted: Any) -> str:
    if not isinstance(wanted, Mapping):
        return "An answer."
    schema = (wanted.get("json_schema") or {}).get("schema") or {}
    return json.dumps(example(schema))


def example(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:
    """The smallest value that a JSON schema allows, as far as it is simple."""
    root = root or schema
    if "$ref" in schema:
        return example(root.get("$defs", {}).get(schema["$ref"].rsplit("/", 1)[-1], {}), root)
    for several in ("anyOf", "oneOf", "allOf"):
        if schema.get(several):
            return example(schema[several][0], root)
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        needed = schema.get("required", ())
        properties = schema.get("properties", {})
        return {name: example(properties[name], root) for name in needed if name in properties}
    if kind == "array":
        return [example(schema.get("items", {}), root)] * int(schema.get("minItems", 0))
    plain = {"string": "audit", "integer": 1, "number": 1.0, "boolean": True, "null": None}
    return plain.get(str(kind), "audit")


@contextmanager
def standing_in(told: Told, skip_tools: Collection[str]) -> Iterator[None]:
    """Within, chat models and skipped tools are stood in for, and `told` hears of every call.

    It is for the whole process, so that calls are seen whose context was lost.
    """
    global _active  # noqa: PLW0603
    answers = _Answers()

    def result(model: BaseChatModel, run_manager: Any, kwargs: Any) -> ChatResult:
        name = str(model._get_ls_params().get("ls_model_name") or type(model).__name__)
        told("model", name, run_manager, getattr(run_manager, "metadata", None))
        return ChatResult(generations=[ChatGeneration(message=answers.to(kwargs))])

    def generate(
        self: Any, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        return result(self, run_manager, kwargs)

    async def agenerate(
        self: Any, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        return result(self, run_manager, kwargs)

    def no(self: Any, *args: Any, **kwargs: Any) -> bool:
        return False

    run, arun = BaseTool.run, BaseTool.arun

    def run_tool(self: BaseTool, tool_input: Any, *args: Any, **kwargs: Any) -> Any:
        told("tool", self.name, kwargs.get("callbacks"), kwargs.get("metadata"))
        if self.name in skip_tools:
            return _skipped(self, kwargs)
        return run(self, tool_input, *args, **kwargs)

    async def arun_tool(self: BaseTool, tool_input: Any, *args: Any, **kwargs: Any) -> Any:
        told("tool", self.name, kwargs.get("callbacks"), kwargs.get("metadata"))
        if self.name in skip_tools:
            return _skipped(self, kwargs)
        return await arun(self, tool_input, *args, **kwargs)

    taken: Sequence[tuple[type, str, Any]] = (
        (BaseChatModel, "_generate_with_cache", generate),
        (BaseChatModel, "_agenerate_with_cache", agenerate),
        (BaseChatModel, "_should_stream", no),
        (BaseTool, "run", run_tool),
        (BaseTool, "arun", arun_tool),
    )
    with _only_one:
        before = [(kind, name, getattr(kind, name)) for kind, name, _ in taken]
        try:
            _active = True
            for kind, name, stand_in in taken:
                setattr(kind, name, stand_in)
            yield
        finally:
            for kind, name, own in before:
                setattr(kind, name, own)
            _active = False


def _skipped(tool: BaseTool, kwargs: Mapping[str, Any]) -> Any:
    id = kwargs.get("tool_call_id")
    said = "skipped by an audit"
    return said if id is None else ToolMessage(content=said, tool_call_id=id, name=tool.name)

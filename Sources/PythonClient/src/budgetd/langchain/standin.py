"""A chat model that needs no provider: for examples, audits and tests.

It counts what it serves, so that a ledger can be held against it. It answers from a script, one
step a call; a step is a text, a list of tool calls, a message, an exception, or a function of the
messages that gives one of these. After the script's end it answers with `otherwise`.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import ConfigDict, Field, PrivateAttr

_answers = itertools.count(1)


class StandInChatModel(BaseChatModel):
    """Answers from a script, and remembers what it served.

    Args:
        model_name: what it is called.
        script: its answers, in order.
        otherwise: its answer after them.
        input_tokens: what each call is said to take in.
        output_tokens: what each call is said to give out.
        details: more of the usage, like `input_token_details`.
        max_tokens: the bound of its answers.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, protected_namespaces=())

    model_name: str = "stand-in"
    script: Sequence[Any] = ()
    otherwise: Any = "done"
    input_tokens: int = 100
    output_tokens: int = 10
    details: dict[str, Any] = Field(default_factory=dict)
    max_tokens: int | None = None
    during: Callable[[list[BaseMessage]], Any] | None = None

    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _served: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def calls(self) -> int:
        """How many calls have reached it."""
        return len(self._served)

    @property
    def served(self) -> list[list[BaseMessage]]:
        """The messages of each call that has reached it."""
        return list(self._served)

    @property
    def _llm_type(self) -> str:
        return "stand-in"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model_name}

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Takes any tools."""
        return self.bind(tools=list(tools), **kwargs)

    def _answer(self, messages: list[BaseMessage]) -> AIMessage:
        with self._lock:
            number = len(self._served)
            self._served.append(list(messages))
        if self.during is not None:
            self.during(messages)
        step = self.script[number] if number < len(self.script) else self.otherwise
        if callable(step) and not isinstance(step, type):
            step = step(messages)
        if isinstance(step, BaseException):
            raise step
        name = f"standin-{next(_answers)}"
        usage: Any = UsageMetadata(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            total_tokens=self.input_tokens + self.output_tokens,
        )
        usage.update(self.details)
        said = {"model_name": self.model_name, "id": name}
        if isinstance(step, AIMessage):
            return step
        if isinstance(step, str):
            return AIMessage(content=step, usage_metadata=usage, response_metadata=said)
        calls = [
            {"type": "tool_call", "id": f"{name}-{number}", **call}
            for number, call in enumerate(step)
        ]
        return AIMessage(content="", tool_calls=calls, usage_metadata=usage, response_metadata=said)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages)
        words = answer.text.split(" ") if answer.text else []
        for number, word in enumerate(words):
            part = word if number == 0 else f" {word}"
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=part, id=answer.id))
            if run_manager is not None:
                run_manager.on_llm_new_token(part, chunk=chunk)
            yield chunk
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                tool_calls=answer.tool_calls,
                usage_metadata=answer.usage_metadata,
                response_metadata=answer.response_metadata,
                chunk_position="last",
            )
        )

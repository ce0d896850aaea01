"""One call of an agent's model, as the middleware decides about it. Pure, but for `interrupt`.

A turn tries its options in order: the model that was asked for, then the cheaper ones. The first
that is admitted makes the call. Where the decision advises to degrade, or to stop, the cheaper ones
are tried first, and the model that was asked for is the last resort. Where all are denied, the
refusal is that of the first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from langchain.agents.middleware.types import ExtendedModelResponse, ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langgraph.types import Command, interrupt

from budgetd.errors import BudgetDenied
from budgetd.langchain import mark, measure
from budgetd.langchain.refusal import in_graph
from budgetd.naming import HOLD_HEADER
from budgetd.results import Decision

OnRefusal: TypeAlias = Literal["end", "raise", "interrupt"]
OnToolRefusal: TypeAlias = Literal["tell", "end", "raise", "interrupt"]
Request: TypeAlias = ModelRequest[Any]
Response: TypeAlias = ModelResponse[Any] | ExtendedModelResponse[Any] | AIMessage
Estimate: TypeAlias = Callable[[Request], Mapping[str, Any]]


@dataclass(frozen=True)
class Option:
    """A model to call, and what the call is estimated at."""

    request: Request
    call: dict[str, Any]


class Turn:
    """The options of one call, and what came of them."""

    def __init__(
        self,
        request: Request,
        cheaper: Sequence[BaseChatModel],
        estimate: Estimate | None,
    ) -> None:
        requests = [request, *(request.override(model=model) for model in cheaper)]
        self._options = deque(Option(each, _estimated(each, estimate)) for each in requests)
        self._mayadvise = len(requests) > 1
        self.refusal: BudgetDenied | None = None

    def next(self) -> Option | None:
        """What to try now; None where all are denied."""
        return self._options.popleft() if self._options else None

    def denied(self, error: BudgetDenied) -> None:
        """The option was denied."""
        self.refusal = self.refusal or error

    def takes(self, option: Option, decision: Decision) -> bool:
        """Whether to make the call; False gives the hold back, and cheaper ones are tried."""
        if not self._mayadvise or decision.advice not in ("degrade", "stop"):
            return True
        self._mayadvise = False
        self._options.append(option)
        return False


def _estimated(request: Request, estimate: Estimate | None) -> dict[str, Any]:
    messages: list[BaseMessage] = list(request.messages)
    if request.system_message is not None:
        messages.append(request.system_message)
    call = {
        "operation": "chat",
        "input_tokens": measure.estimate(messages, request.tools),
        **measure.described(request.model, request.model_settings),
    }
    return {**call, **estimate(request)} if estimate is not None else call


def refused(error: BudgetDenied, how: OnRefusal) -> Response | None:
    """Carries out a refusal: an answer in the model's place, or None to try again.

    Raises:
        Stopped: where it is to be raised.
        GraphInterrupt: where it waits for a person; what it is resumed with, unless it is "end",
            lets it try again.
    """
    if how == "raise":
        raise in_graph(error) from error
    if how == "interrupt" and interrupt(mark.refusal(error)) != "end":
        return None
    return ending(error.message, mark.refusal(error))


def ending(message: str, why: Mapping[str, Any]) -> Response:
    """An answer that ends the agent, also one that is to answer in a structure."""
    answer = AIMessage(content=message, response_metadata={mark.NAME: dict(why)})
    # Without it an agent with a response format would ask the model again, for ever.
    return ExtendedModelResponse(
        model_response=ModelResponse(result=[answer]), command=Command(update={"jump_to": "end"})
    )


def refused_tool(messages: Sequence[BaseMessage]) -> ToolMessage | None:
    """A tool's refusal among the last messages, which the model has not seen yet."""
    for message in reversed(messages):
        if not isinstance(message, ToolMessage):
            return None
        if mark.is_refusal(message):
            return message
    return None


def tool_refused(error: BudgetDenied, call: Mapping[str, Any]) -> ToolMessage:
    """An answer in the tool's place."""
    return ToolMessage(
        content=error.message,
        name=call["name"],
        tool_call_id=call["id"] or "",
        status="error",
        additional_kwargs={mark.NAME: mark.refusal(error)},
    )


def noted(request: Request, note: str) -> Request:
    """The request with a note at the end of its system message."""
    system = request.system_message
    if system is None:
        return request.override(system_message=SystemMessage(content=note))
    content = system.content
    added: Any = (
        f"{content}\n\n{note}"
        if isinstance(content, str)
        else [*content, {"type": "text", "text": note}]
    )
    return request.override(system_message=system.model_copy(update={"content": added}))


def announcing(request: Request, hold: str) -> Request:
    """The request with a header that tells a proxy of its hold."""
    settings = request.model_settings
    headers = {**(settings.get("extra_headers") or {}), HOLD_HEADER: hold}
    return request.override(model_settings={**settings, "extra_headers": headers})


def standard_note(decision: Decision) -> str | None:
    """What a model is told about its budget; None where there is nothing to tell."""
    if decision.advice == "ok" or decision.tightest is None:
        return None
    what = {
        "conserve": "Be brief.",
        "degrade": "Be brief, and call no tool that is not needed.",
        "stop": "Finish now with what you have.",
    }.get(decision.advice, "")
    return f"Budget: {decision.tightest_remaining} left of {decision.tightest}. {what}".strip()

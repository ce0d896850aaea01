"""`BudgetMiddleware`: a budget under an agent of LangChain 1.x.

    agent = create_agent(model, tools, middleware=[BudgetMiddleware(client)], name="researcher")

Each model call and each tool call is reserved before it is made, and settled with what the answer
says it used. Where the budget says no, no call is made, and the agent ends with a message, raises,
waits for a person, or goes on with a cheaper model.

Its place among other middleware does not matter. Further in than one that retries or falls back, it
reserves each attempt; further out, it reserves the first, and the callback handler that it brings
along each other one: see `budgetd.langchain.attempt`. What it raises no middleware swallows: see
`budgetd.langchain.refusal`.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from langchain.agents.middleware.types import (
    AgentMiddleware,
    ExtendedModelResponse,
    ModelRequest,
    ModelResponse,
    ToolCallRequest,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphInterrupt
from langgraph.types import Command

from budgetd.aio import AsyncBudgetClient
from budgetd.client import BudgetClient
from budgetd.errors import BudgetDenied, BudgetdError, Finalized
from budgetd.holds import AsyncHold, Hold
from budgetd.langchain import attempt, mark, measure, place, probe, state, toolcall, turn
from budgetd.langchain.attempt import Attempt
from budgetd.langchain.callbacks import BudgetCallbackHandler
from budgetd.langchain.refusal import in_graph
from budgetd.langchain.routing import subject_here
from budgetd.langchain.turn import OnRefusal, OnToolRefusal, Option, Response, Turn
from budgetd.results import Decision, Settlement

ToolAnswer = ToolMessage | Command[Any]
Handler = Callable[[ModelRequest[Any]], ModelResponse[Any]]
AsyncHandler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


class BudgetMiddleware(AgentMiddleware[Any, Any, Any]):
    """Reserves before each model and tool call, and settles what was used.

    Args:
        client: for synchronous agents; by default one to the default address.
        async_client: for asynchronous agents; by default one like `client`.
        on_refusal: "end" answers with the refusal's message in the model's place; "raise" raises
            `BudgetDenied` to the caller of the graph; "interrupt" waits, and tries again when the
            graph is resumed, except with "end".
        degrade_to: cheaper models to go on with, in order, where the model that was asked for is
            denied, or the budget's advice is to degrade.
        tools: whether tool calls are reserved too, or the names of those that are.
        on_tool_refusal: "tell" hands the refusal to the model as the tool's error; "end" ends the
            agent with it; "raise" and "interrupt" as for models.
        note: whether the model is told what is left where the advice is not ok, or what makes the
            note of a decision.
        announce: whether each call tells its hold, by a header, to the proxy that it goes to: for
            models that take `extra_headers`, and a LiteLLM proxy with a budget, which then settles
            that hold and no other.
        ttl_ms: how long a hold lives when nothing keeps it alive, by default as the policy says.
        estimate: makes more of the reservation's fields from the request, like `output_tokens`.
        fields: of the subject, over what is found: `agent="planner"`. See
            `budgetd.langchain.attribution`.
    """

    state_schema = state.BudgetAgentState

    def __init__(
        self,
        client: BudgetClient | None = None,
        *,
        async_client: AsyncBudgetClient | None = None,
        on_refusal: OnRefusal = "end",
        degrade_to: Sequence[BaseChatModel] = (),
        tools: bool | Collection[str] = True,
        on_tool_refusal: OnToolRefusal = "tell",
        note: bool | Callable[[Decision], str | None] = True,
        announce: bool = False,
        ttl_ms: int | None = None,
        estimate: turn.Estimate | None = None,
        **fields: Any,
    ) -> None:
        super().__init__()
        self.tools = []
        self._client = client or BudgetClient()
        self._async_client = async_client or self._client.asynchronous()
        self._on_refusal = on_refusal
        self._cheaper = tuple(degrade_to)
        self._counted_tools = tools
        self._on_tool_refusal = on_tool_refusal
        self._note = turn.standard_note if note is True else note or (lambda decision: None)
        self._announce = announce
        self._ttl_ms = ttl_ms
        self._estimate = estimate
        self._fields = fields
        self._numbers = attempt.Numbers()
        self._handler = BudgetCallbackHandler(self._client, tools=tools, ttl_ms=ttl_ms, **fields)

    if sys.version_info < (3, 11):
        # LangGraph tells asynchronous nodes no configuration there, but to those that ask for it.

        def before_agent(  # type: ignore[override]
            self, state: Any, runtime: Any, config: RunnableConfig
        ) -> dict[str, Any]:
            """As `abefore_agent`: both are called alike."""
            return {"budgetd_metadata": place.kept(config)}

        async def abefore_agent(  # type: ignore[override]
            self, state: Any, runtime: Any, config: RunnableConfig
        ) -> dict[str, Any]:
            """Keeps the metadata of the invocation for the nodes to come."""
            return {"budgetd_metadata": place.kept(config)}

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> Any:
        """Reserves, calls the model, settles."""
        if probe.is_active():
            with attempt.reserved(Attempt("model"), self._handler):
                return handler(request)
        if (answer := self._ended_by_tool(request)) is not None:
            return answer
        while True:
            options = Turn(request, self._cheaper, self._estimate)
            while (option := options.next()) is not None:
                try:
                    hold = self._client.reserve(**self._reservation(option))
                except BudgetDenied as error:
                    options.denied(error)
                    continue
                except BudgetdError as error:
                    raise in_graph(error) from error
                if options.takes(option, hold.decision):
                    return self._call(option, hold, handler)
                hold.release()
            if (answer := self._refused(options)) is not None:
                return answer

    async def awrap_model_call(self, request: ModelRequest[Any], handler: AsyncHandler) -> Any:
        """As `wrap_model_call`."""
        if probe.is_active():
            with attempt.reserved(Attempt("model"), self._handler):
                return await handler(request)
        if (answer := self._ended_by_tool(request)) is not None:
            return answer
        while True:
            options = Turn(request, self._cheaper, self._estimate)
            while (option := options.next()) is not None:
                try:
                    hold = await self._async_client.reserve(**self._reservation(option))
                except BudgetDenied as error:
                    options.denied(error)
                    continue
                except BudgetdError as error:
                    raise in_graph(error) from error
                if options.takes(option, hold.decision):
                    return await self._acall(option, hold, handler)
                await hold.release()
            if (answer := self._refused(options)) is not None:
                return answer

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolAnswer]
    ) -> ToolAnswer:
        """Reserves, calls the tool, settles."""
        self._watch(request)
        if probe.is_active() or not self._counts(request):
            return handler(request)
        while True:
            try:
                hold = self._client.reserve(**self._tool_reservation(request))
                break
            except BudgetdError as error:
                if (answer := self._tool_refused(error, request)) is not None:
                    return answer
        made = self._tool_attempt(request)
        with hold:
            try:
                with self._made(made, request):
                    result = handler(request)
            except BaseException as error:
                hold.settle(_noting(hold, made, made.conclude(error)))
                raise
            hold.settle(_noting(hold, made, made.conclude(None), _failed(result)))
        return result

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolAnswer]]
    ) -> ToolAnswer:
        """As `wrap_tool_call`."""
        self._watch(request)
        if probe.is_active() or not self._counts(request):
            return await handler(request)
        while True:
            try:
                hold = await self._async_client.reserve(**self._tool_reservation(request))
                break
            except BudgetdError as error:
                if (answer := self._tool_refused(error, request)) is not None:
                    return answer
        made = self._tool_attempt(request)
        async with hold:
            try:
                with self._made(made, request):
                    result = await handler(request)
            except BaseException as error:
                await hold.settle(_noting(hold, made, made.conclude(error)))
                raise
            await hold.settle(_noting(hold, made, made.conclude(None), _failed(result)))
        return result

    def _call(self, option: Option, hold: Hold, handler: Handler) -> Response:
        made = self._attempt(option)
        with hold:
            try:
                with self._made(made, option.request):
                    response = handler(self._sent(option, hold))
            except BaseException as error:
                hold.settle(_noting(hold, made, made.conclude(error)))
                raise
            failed = _noting(hold, made, made.conclude(None), _told(made, response, option))
            try:
                settled = hold.settle(failed)
            except Finalized:
                # By the proxy, to which it was announced.
                settled = None
            return _with_costs(response, made, settled)

    async def _acall(self, option: Option, hold: AsyncHold, handler: AsyncHandler) -> Response:
        made = self._attempt(option)
        async with hold:
            try:
                with self._made(made, option.request):
                    response = await handler(self._sent(option, hold))
            except BaseException as error:
                await hold.settle(_noting(hold, made, made.conclude(error)))
                raise
            failed = _noting(hold, made, made.conclude(None), _told(made, response, option))
            try:
                settled = await hold.settle(failed)
            except Finalized:
                settled = None
            return _with_costs(response, made, settled)

    def _reservation(self, option: Option) -> Any:
        where = subject_here(place.of(option.request))
        number = self._number(option.request)
        return {
            **where, "attempt": number or None, **option.call, **self._fields,
            "ttl_ms": self._ttl_ms,
        }  # fmt: skip

    def _tool_reservation(self, request: ToolCallRequest) -> Any:
        called = request.tool_call
        call = toolcall.fields(called["name"], called["args"])
        where = subject_here(getattr(request.runtime, "config", None))
        number = self._number(request)
        return {
            **where, **call, "attempt": number or None, **self._fields, "ttl_ms": self._ttl_ms,
        }  # fmt: skip

    def _attempt(self, option: Option) -> Attempt:
        where = subject_here(place.of(option.request))
        return Attempt("model", option.call, where, self._number(option.request))

    def _tool_attempt(self, request: ToolCallRequest) -> Attempt:
        called = request.tool_call
        call = toolcall.fields(called["name"], called["args"])
        return Attempt("tool", call, number=self._number(request))

    @contextmanager
    def _made(self, made: Attempt, request: Any) -> Iterator[None]:
        try:
            with attempt.reserved(made, self._handler):
                yield
        finally:
            if made.started and not isinstance(made.error, GraphInterrupt):
                self._numbers.sent(_call_of(request), made.number, made.repeats)

    def _number(self, request: Any) -> int:
        # A middleware further out that retries comes here again within the same node.
        executed = _executed(request)
        return max(attempt.of_node(executed), self._numbers.of(_call_of(request)))

    def _sent(self, option: Option, hold: Hold | AsyncHold) -> ModelRequest[Any]:
        request, note = option.request, self._note(hold.decision)
        if self._announce and hold.id is not None:
            request = turn.announcing(request, hold.id)
        return turn.noted(request, note) if note else request

    def _refused(self, options: Turn) -> Response | None:
        assert options.refusal is not None, "a turn ends by a call or by a refusal"
        return turn.refused(options.refusal, self._on_refusal)

    def _tool_refused(self, error: BudgetdError, request: ToolCallRequest) -> ToolMessage | None:
        if not isinstance(error, BudgetDenied):
            raise in_graph(error) from error
        how = self._on_tool_refusal
        if how in ("raise", "interrupt") and turn.refused(error, how) is None:
            return None
        return turn.tool_refused(error, request.tool_call)

    def _ended_by_tool(self, request: ModelRequest[Any]) -> Response | None:
        if self._on_tool_refusal == "tell":
            return None
        refusal = turn.refused_tool(request.messages)
        if refusal is None:
            return None
        return turn.ending(refusal.text, mark.of(refusal))

    def _counts(self, request: ToolCallRequest) -> bool:
        return toolcall.counts(self._counted_tools, request.tool_call["name"])

    def _watch(self, request: ToolCallRequest) -> None:
        # ToolNode hands the tool this configuration, and not what is in the context.
        config = getattr(request.runtime, "config", None)
        if config is not None:
            config["callbacks"] = attempt.watching(config.get("callbacks"), self._handler)


def _executed(request: Any) -> Any:
    return getattr(request.runtime, "execution_info", None)


def _call_of(request: Any) -> object:
    """What names a call within its node: the task of the graph, and the tool's call."""
    executed, called = _executed(request), getattr(request, "tool_call", None)
    task = getattr(executed, "task_id", None)
    # Without a task nothing tells a repeated call from another.
    return (task if task is not None else object(), called["id"] if called else None)


def _noting(
    hold: Hold | AsyncHold,
    made: Attempt,
    error: BaseException | None,
    told: dict[str, Any] | None = None,
) -> BaseException | None:
    """Says into the hold what is known of the attempt; hands the error on."""
    used = made.used or told or {}
    if not used and error is not None and made.streamed:
        used = {"input_tokens": made.call["input_tokens"], "output_tokens": made.streamed}
    hold.used(**used)
    if not made.sent and not used:
        hold.not_sent()
    return error


def _told(made: Attempt, response: ModelResponse[Any], option: Option) -> dict[str, Any] | None:
    # What the callback saw is about this attempt; the response may be another's.
    if made.started:
        return None
    used = measure.used(response.result, option.call.get("model"))
    return used if "input_tokens" in used else None


def _failed(result: ToolAnswer) -> dict[str, Any] | None:
    failed = isinstance(result, ToolMessage) and result.status == "error"
    return {"outcome": "error"} if failed else None


def _with_costs(
    response: ModelResponse[Any], made: Attempt, settled: Settlement | None
) -> Response:
    costs = [*made.others, *([settled] if settled is not None else [])]
    if settled is not None and isinstance(made.answer, AIMessage):
        mark.spent(made.answer, settled)
    return ExtendedModelResponse(
        model_response=response, command=Command(update=state.settled(costs))
    )

"""`BudgetCallbackHandler`: a budget for graphs, chains and models without middleware.

    graph.invoke(input, {"callbacks": [BudgetCallbackHandler(client)], "metadata": {"user": "al"}})

Each model call and each tool call that starts below is reserved, and settled when it ends. A
refusal is raised out of the call that would have been made. LangChain tells an end event nothing of
the subject, so what a start event carried is kept by its id; the invocation at the root, found
through the chain of parents, names the run where nothing else does.

What never ends, because its task was cancelled or its process died, leaves a hold that expires:
LangChain calls nothing then. So nothing keeps these holds alive; a call that takes longer than its
hold lives is entered as late, in full.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langgraph.errors import GraphInterrupt

from budgetd.cleaning import cleaned
from budgetd.client import BudgetClient
from budgetd.errors import BudgetdError
from budgetd.holds import Hold
from budgetd.langchain import attempt, mark, measure, probe, toolcall
from budgetd.langchain.attempt import Attempt
from budgetd.langchain.attribution import subject
from budgetd.langchain.refusal import in_graph
from budgetd.results import Settlement
from budgetd.underway import Underway


@dataclass
class _Call:
    """A call that started: its own hold, or the attempt that was reserved around it."""

    held: Hold | Attempt
    model: str | None
    input_tokens: int
    streamed: int = 0
    around: Attempt | None = None

    def settle(self, hold: Hold, error: BaseException | None = None) -> Settlement | None:
        """Settles its own hold, and tells the attempt around it."""
        settled = hold.settle(error)
        if settled is not None and self.around is not None:
            self.around.others.append(settled)
        return settled


class BudgetCallbackHandler(BaseCallbackHandler):
    """Reserves each model and tool call below it, and settles what was used.

    Args:
        client: a `BudgetClient`; by default one to the default address.
        tools: whether tool calls are reserved too, or the names of those that are.
        ttl_ms: how long a hold lives, by default as the policy says.
        estimate: makes more of the reservation's fields, from the messages and the invocation's
            parameters.
        fields: fields of the subject that every call has, over what is found.

    One handler serves any number of invocations at once, synchronous and asynchronous ones.
    """

    raise_error = True

    def __init__(
        self,
        client: BudgetClient | None = None,
        *,
        tools: bool | Collection[str] = True,
        ttl_ms: int | None = None,
        estimate: Callable[[Sequence[BaseMessage], Mapping[str, Any]], Mapping[str, Any]]
        | None = None,
        **fields: Any,
    ) -> None:
        self._client = client or BudgetClient()
        self._tools = tools
        self._ttl_ms = ttl_ms
        self._estimate = estimate
        self._fields = fields
        self._roots: Underway[UUID, UUID] = Underway()
        self._calls: Underway[UUID, _Call] = Underway()

    def root(self, run_id: UUID | None) -> UUID | None:
        """The invocation at the root of what runs under this id, where it was seen to start."""
        return self._roots.get(run_id)

    # Chains are followed only for their parents.

    def on_chain_start(
        self,
        serialized: dict[str, Any],
        inputs: dict[str, Any],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Remembers whose child it is."""
        self._roots.put(run_id, self._root_for(run_id, parent_run_id))

    def on_chain_end(self, outputs: dict[str, Any], *, run_id: UUID, **kwargs: Any) -> None:
        """Forgets it."""
        self._roots.pop(run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Forgets it."""
        self._roots.pop(run_id)

    # Models.

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Reserves, or takes what is reserved for it."""
        asked = [message for each in messages for message in each]
        params = kwargs.get("invocation_params") or {}
        tokens = measure.estimate(asked, params.get("tools") or ())
        call = {"input_tokens": tokens, **measure.model_fields(metadata or {})}
        if self._estimate is not None:
            call.update(self._estimate(asked, params))
        self._start("model", run_id, parent_run_id, metadata, {"operation": "chat", **call})

    def on_llm_start(
        self,
        serialized: dict[str, Any],
        prompts: list[str],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """As a chat model, of plain text."""
        tokens = sum(len(prompt.encode()) // measure.BYTES_PER_TOKEN + 1 for prompt in prompts)
        call = {"operation": "text_completion", "input_tokens": tokens}
        call.update(measure.model_fields(metadata or {}))
        self._start("model", run_id, parent_run_id, metadata, call)

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Counts what was streamed, in case the stream is closed before it tells its usage."""
        call = self._calls.get(run_id)
        if call is not None:
            size = len(token.encode()) if isinstance(token, str) else 0
            call.streamed += max(1, -(-size // measure.BYTES_PER_TOKEN))
            if isinstance(call.held, Attempt):
                call.held.streamed = call.streamed

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Settles with the usage that the answer tells."""
        call = self._calls.pop(run_id)
        if call is None:
            return
        flat = [each for generations in response.generations for each in generations]
        answers = [each.message for each in flat if isinstance(each, ChatGeneration)]
        used = measure.used(answers, call.model) or _completion(response)
        if isinstance(call.held, Attempt):
            call.held.ended, call.held.sent = True, not measure.from_cache(answers)
            call.held.used = used if call.held.sent else {}
            call.held.answer = answers[0] if answers else None
            return
        if measure.from_cache(answers):
            call.held.not_sent()
        call.held.used(**used)
        settled = call.settle(call.held)
        if answers and settled is not None:
            mark.spent(answers[0], settled)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Settles a call that failed, or whose stream was closed, with what is known of it."""
        call = self._calls.pop(run_id)
        if call is None:
            return
        used: dict[str, Any] = {}
        if call.streamed:
            used = {"input_tokens": call.input_tokens, "output_tokens": call.streamed}
        if isinstance(call.held, Attempt):
            call.held.ended, call.held.error, call.held.used = True, error, used
            return
        call.held.used(**used)
        call.settle(call.held, error)

    # Tools.

    def on_tool_start(
        self,
        serialized: dict[str, Any],
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Reserves, or takes what is reserved for it."""
        self._roots.put(run_id, self._root_for(run_id, parent_run_id))
        name = str((serialized or {}).get("name") or kwargs.get("name") or "tool")
        if toolcall.counts(self._tools, name):
            call = toolcall.fields(name, inputs if inputs is not None else input_str)
            self._start("tool", run_id, parent_run_id, metadata, call)

    def on_tool_end(self, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Settles it."""
        self._tool_ended(run_id, None)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Settles a tool that failed: it counts too."""
        self._tool_ended(run_id, error)

    def _tool_ended(self, run_id: UUID, error: BaseException | None) -> None:
        self._roots.pop(run_id)
        call = self._calls.pop(run_id)
        if call is None:
            return
        if isinstance(call.held, Attempt):
            call.held.ended, call.held.error = True, error
        elif isinstance(error, GraphInterrupt):
            # It waits for a person, and begins anew when it goes on.
            call.held.not_sent()
            call.held.settle()
        else:
            call.held.settle(error)

    def _root_for(self, run_id: UUID, parent: UUID | None) -> UUID:
        return run_id if parent is None else self._roots.get(parent) or parent

    def _start(
        self,
        kind: attempt.Kind,
        run_id: UUID,
        parent: UUID | None,
        metadata: Mapping[str, Any] | None,
        call: Mapping[str, Any],
    ) -> None:
        if probe.is_active():
            return
        model, tokens = call.get("model"), call.get("input_tokens") or 0
        around = attempt.current()
        if around is not None and around.take(kind, run_id):
            self._calls.put(run_id, _Call(around, model, tokens))
            return
        if around is not None and kind == around.kind and _again(around, call):
            # The same call once more: what was said of its estimate holds again.
            around.repeats += 1
            call = {**call, **around.call, "attempt": around.number + around.repeats}
        elif number := attempt.of_node():
            call = {**call, "attempt": number}
        root = None if parent is None else self._root_for(run_id, parent)
        where = around.where if around is not None and kind == around.kind else {}
        fields = {**where, **subject(metadata, root), **call, **self._fields}
        try:
            hold = self._client.reserve(ttl_ms=self._ttl_ms, **fields)
        except BudgetdError as error:
            raise in_graph(error) from error
        self._calls.put(run_id, _Call(hold, model, tokens, around=around))


def _again(around: Attempt, call: Mapping[str, Any]) -> bool:
    """Whether it is the call that is reserved around it once more: this model, this tool."""
    return all(call.get(name) == around.call.get(name) for name in ("model", "tool"))


def _completion(response: LLMResult) -> dict[str, Any]:
    told = (response.llm_output or {}).get("token_usage") or {}
    counts = {
        "input_tokens": told.get("prompt_tokens"),
        "output_tokens": told.get("completion_tokens"),
    }
    return cleaned(counts)

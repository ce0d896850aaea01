"""What LangChain and LangGraph do by themselves, as far as this package was built around it.

Each test shows the trap as it is, and that the package does not fall into it. Where one fails after
an upgrade, the way around it may go too.
"""

import asyncio

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ExtendedModelResponse,
    ModelRetryMiddleware,
    hook_config,
)
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_config
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, RetryPolicy

from budgetd import BudgetExceeded, Unavailable, client
from budgetd.langchain import BudgetCallbackHandler, BudgetMiddleware
from budgetd.langchain.standin import StandInChatModel

TEXT = "hello" * 58
ASK = {"messages": [("user", TEXT)]}


def model(**how):
    return StandInChatModel(max_tokens=10, **how)


def config(fresh, **more):
    return {"metadata": {"run": fresh, "session": fresh}, **more}


def test_a_jump_without_hook_config_is_ignored_and_refusals_need_none(client, books, fresh):
    class Jumps(AgentMiddleware):
        def before_model(self, state, runtime):
            return {"jump_to": "end", "messages": [AIMessage("refused")]}

    class Allowed(AgentMiddleware):
        @hook_config(can_jump_to=["end"])
        def before_model(self, state, runtime):
            return {"jump_to": "end", "messages": [AIMessage("refused")]}

    llm = model()
    create_agent(llm, middleware=[Jumps()]).invoke(ASK)
    assert llm.calls == 1
    create_agent(llm, middleware=[Allowed()]).invoke(ASK)
    assert llm.calls == 1
    books.leave("0.0001")
    create_agent(llm, middleware=[BudgetMiddleware(client)]).invoke(ASK, config(fresh))
    assert llm.calls == 1


def test_only_one_twin_fails_the_other_way_and_the_budget_has_both():
    class OnlySync(AgentMiddleware):
        def wrap_model_call(self, request, handler):
            return handler(request)

    with pytest.raises(NotImplementedError):
        asyncio.run(create_agent(model(), middleware=[OnlySync()]).ainvoke(ASK))
    for name in ("wrap_model_call", "awrap_model_call", "wrap_tool_call", "awrap_tool_call"):
        assert name in BudgetMiddleware.__dict__


def test_an_ordinary_exception_is_swallowed_by_retries():
    class Refuses(AgentMiddleware):
        asked = 0

        def wrap_model_call(self, request, handler):
            self.asked += 1
            raise RuntimeError("no")

    refuses = Refuses()
    retry = ModelRetryMiddleware(max_retries=2, initial_delay=0, jitter=False)
    result = create_agent(model(), middleware=[retry, refuses]).invoke(ASK)
    assert refuses.asked == 3 and "failed after 3 attempts" in result["messages"][-1].content


def test_a_goto_after_a_call_raises_when_it_is_paid(client, books, fresh):
    class Goes(AgentMiddleware):
        def wrap_model_call(self, request, handler):
            return ExtendedModelResponse(handler(request), command=Command(goto="__end__"))

    llm = model()
    agent = create_agent(llm, middleware=[Goes(), BudgetMiddleware(client)])
    with pytest.raises(NotImplementedError):
        agent.invoke(ASK, config(fresh))
    # It is paid, and booked; the package itself uses no goto.
    assert llm.calls == len(books.models) == 1 and books.held == 0


def test_a_callback_stops_a_call_only_with_raise_error(client, books, fresh):
    class Mild(BaseCallbackHandler):
        def on_chat_model_start(self, *args, **kwargs):
            raise RuntimeError("no")

    llm = model()
    assert llm.invoke("x", {"callbacks": [Mild()]}).content == "done"
    assert BudgetCallbackHandler(client).raise_error is True


def test_ends_get_no_metadata_and_the_handler_needs_none(client, books, fresh):
    ends = []

    class Watching(BaseCallbackHandler):
        def on_llm_end(self, response, **kwargs):
            ends.append(kwargs)

    llm = model()
    llm.invoke(TEXT, config(fresh, callbacks=[Watching(), BudgetCallbackHandler(client)]))
    assert "metadata" not in ends[0] and len(books.models) == 1


def test_a_middleware_knows_no_run_id_and_takes_the_named_one(client, books, fresh):
    seen = []

    class Watching(AgentMiddleware):
        def wrap_model_call(self, request, handler):
            seen.append((get_config().get("run_id"), request.runtime.execution_info.run_id))
            return handler(request)

    agent = create_agent(model(), middleware=[Watching(), BudgetMiddleware(client)])
    outer = StateGraph(MessagesState).add_node("helper", agent).add_edge(START, "helper")
    outer.compile().invoke(ASK, config(fresh))
    assert seen == [(None, None)] and [e.agent for e in books.models] == ["helper"]


def test_the_run_is_the_root_where_a_handler_saw_it(client):
    roots = []

    class Watching(BudgetCallbackHandler):
        def on_chain_start(self, serialized, inputs, *, run_id, parent_run_id=None, **kwargs):
            roots.extend([run_id] if parent_run_id is None else [])
            super().on_chain_start(
                serialized, inputs, run_id=run_id, parent_run_id=parent_run_id, **kwargs
            )

    agent = create_agent(model(), middleware=[BudgetMiddleware(client)], name="inner")
    outer = StateGraph(MessagesState).add_node("helper", agent).add_edge(START, "helper")
    outer.compile().invoke(ASK, {"callbacks": [Watching(client)]})
    assert client.run(str(roots[0])).calls == 1


@pytest.mark.parametrize("error", ["refused", "unavailable"])
def test_a_nodes_retry_policy_leaves_it_alone(client, books, fresh, error):
    llm = model()
    asked = []

    class Counting(BudgetCallbackHandler):
        def on_chat_model_start(self, *args, **kwargs):
            asked.append(1)
            super().on_chat_model_start(*args, **kwargs)

    def node(state):
        return {"messages": [llm.invoke(TEXT)]}

    policy = RetryPolicy(max_attempts=3, initial_interval=0.01, retry_on=Exception)
    graph = StateGraph(MessagesState).add_node("ask", node, retry_policy=policy)
    made = graph.add_edge(START, "ask").compile(checkpointer=InMemorySaver())
    nobody = type(client)("unix:///nowhere/budgetd.sock", deadline=0.05)
    books.leave("0.0001")
    handler = Counting(client if error == "refused" else nobody)
    where = config(fresh, callbacks=[handler], configurable={"thread_id": fresh})
    with pytest.raises(BudgetExceeded if error == "refused" else Unavailable):
        made.invoke(ASK, where)
    assert llm.calls == 0 and len(asked) == 1


def test_without_the_daemon_nothing_is_let_through(fresh, ways):
    llm = model()
    nobody = client.BudgetClient("unix:///nowhere/budgetd.sock", deadline=0.05)
    retry = ModelRetryMiddleware(max_retries=2, initial_delay=0, jitter=False)
    agent = create_agent(llm, middleware=[retry, BudgetMiddleware(nobody)])
    with pytest.raises(Unavailable):
        ways.invoke(agent, ASK, config(fresh))
    assert llm.calls == 0


@pytest.mark.needs_config
def test_a_streamed_agent_is_booked(client, books, fresh, ways):
    llm = model(otherwise="one two three")
    agent = create_agent(llm, middleware=[BudgetMiddleware(client)], name="helper")
    parts = ways.stream(agent, ASK, config(fresh), stream_mode="messages")
    assert "".join(chunk.text for chunk, _ in parts if chunk.type == "AIMessageChunk") == (
        "one two three"
    )
    assert [(e.agent, e.input_tokens, e.output_tokens) for e in books.models] == [
        ("helper", 100, 10)
    ]
    assert books.held == 0


def test_a_streamed_agent_that_is_closed_early_holds_nothing(client, books, fresh):
    llm = model(otherwise="one two three four")
    agent = create_agent(llm, middleware=[BudgetMiddleware(client)], name="helper")

    async def body():
        stream = agent.astream(ASK, config(fresh), stream_mode="messages")
        await anext(stream)
        await stream.aclose()

    asyncio.run(body())
    assert books.held == 0 and llm.calls == len(books.models) == 1

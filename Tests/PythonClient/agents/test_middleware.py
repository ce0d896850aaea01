"""The middleware: what it books, and each of its ways to refuse, with no provider call made."""

import asyncio
from decimal import Decimal

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import (
    ModelFallbackMiddleware,
    ModelRetryMiddleware,
    ToolRetryMiddleware,
)
from langchain_core.caches import InMemoryCache
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, RetryPolicy
from pydantic import BaseModel

from budgetd import BudgetExceeded, Suspended, budget_context
from budgetd.langchain import BudgetCallbackHandler, BudgetMiddleware
from budgetd.langchain.standin import StandInChatModel

# Some hundred tokens, which is what the stand-in says it took in.
ASK = {"messages": [("user", "hello" * 58)]}
COST = Decimal("0.0002")


@tool
def search(query: str) -> str:
    """Searches."""
    return f"found {query}"


def model(**how):
    return StandInChatModel(max_tokens=10, **how)


def agent(llm, client, *tools, around=(), within=(), checkpointer=None, shape=None, **how):
    """An agent named `helper` with a budget, and middleware around it or within it."""
    return create_agent(
        llm, tools, name="helper", checkpointer=checkpointer, response_format=shape,
        middleware=[*around, BudgetMiddleware(client, **how), *within],
    )  # fmt: skip


def config(fresh, **more):
    return {"metadata": {"run": fresh, "session": fresh, "user": "alice"}, **more}


def spend(books):
    """Leaves less than a call needs."""
    books.leave("0.0001")


def test_model_and_tools_are_booked(client, books, fresh, ways):
    llm = model(script=[[{"name": "search", "args": {"query": "x"}}]])
    result = ways.invoke(agent(llm, client, search), ASK, config(fresh))
    assert result["messages"][-1].content == "done" and llm.calls == 2
    assert [(e.agent, e.task, e.user, e.input_tokens, e.output_tokens) for e in books.models] == [
        ("helper", "model", "alice", 100, 10)
    ] * 2
    assert [(e.agent, e.task, e.tool, e.outcome) for e in books.tools] == [
        ("helper", "tools", "search", "ok")
    ]
    ids = [m.response_metadata["id"] for m in result["messages"] if isinstance(m, AIMessage)]
    assert [entry.response_id for entry in books.models] == ids
    assert books.session().spent == 2 * COST and books.held == 0
    assert result["total_cost_usd"] == 2 * COST and result["total_tokens_used"] == 220


@pytest.mark.parametrize("shape", ["plain", "tools", "structured"])
def test_a_refusal_ends_with_a_message(client, books, fresh, ways, shape):
    class Answer(BaseModel):
        text: str

    llm = model()
    spend(books)
    shaped = {
        "plain": agent(llm, client),
        "tools": agent(llm, client, search),
        "structured": agent(llm, client, shape=Answer),
    }
    result = ways.invoke(shaped[shape], ASK, config(fresh, recursion_limit=10))
    last = result["messages"][-1]
    assert llm.calls == 0 and books.models == [] and books.held == 0
    assert last.content.startswith(f"session={fresh} has used")
    assert last.response_metadata["budgetd"]["limit"] == "session-cost"
    assert len(result["messages"]) == 2


def test_a_refusal_is_raised_and_the_checkpoint_stays_resumable(client, books, fresh, ways):
    llm = model()
    saver = InMemorySaver()
    made = agent(llm, client, on_refusal="raise", checkpointer=saver)
    spend(books)
    where = config(fresh, configurable={"thread_id": fresh})
    with pytest.raises(BudgetExceeded) as caught:
        ways.invoke(made, ASK, where)
    assert caught.value.limit == "session-cost" and llm.calls == 0
    assert made.get_state(where).next == ("model",)
    grant(client, fresh)
    assert ways.invoke(made, None, where)["messages"][-1].content == "done"
    assert llm.calls == 1 and books.held == 0


def grant(client, fresh, usd="1"):
    reset = client.usage().now_ms + 3_600_000
    client.execute(
        *("LIMIT", "GRANT", "limit", "session-cost", "session", fresh, "amount", usd),
        *("until_ms", reset, "reason", "test", "idempotency_key", f"{fresh}-{usd}"),
    )


@pytest.mark.needs_config
def test_a_refusal_suspends_and_goes_on_when_resumed(client, books, fresh, ways):
    llm = model()
    made = agent(llm, client, on_refusal="interrupt", checkpointer=InMemorySaver())
    spend(books)
    where = config(fresh, configurable={"thread_id": fresh})
    stopped = ways.invoke(made, ASK, where)
    assert stopped["__interrupt__"][0].value["limit"] == "session-cost" and llm.calls == 0
    # Resumed without more budget, it waits again.
    assert ways.invoke(made, Command(resume="again"), where)["__interrupt__"] and llm.calls == 0
    grant(client, fresh)
    assert ways.invoke(made, Command(resume="again"), where)["messages"][-1].content == "done"
    assert llm.calls == 1 and books.session().held == 0


@pytest.mark.needs_config
def test_resumed_with_end_it_ends(client, books, fresh, ways):
    llm = model()
    made = agent(llm, client, on_refusal="interrupt", checkpointer=InMemorySaver())
    spend(books)
    where = config(fresh, configurable={"thread_id": fresh})
    ways.invoke(made, ASK, where)
    last = ways.invoke(made, Command(resume="end"), where)["messages"][-1]
    assert last.response_metadata["budgetd"]["refused"] and llm.calls == 0


def test_a_refusal_degrades_to_a_cheaper_model(client, books, fresh, ways):
    dear, cheap = model(model_name="other"), model()
    made = agent(dear, client, degrade_to=[cheap])
    result = ways.invoke(made, ASK, config(fresh))
    assert (dear.calls, cheap.calls) == (0, 1) and result["messages"][-1].content == "done"
    assert [entry.model for entry in books.models] == ["stand-in"]
    spend(books)
    last = ways.invoke(made, ASK, config(fresh))["messages"][-1]
    assert last.response_metadata["budgetd"]["refused"]
    assert (dear.calls, cheap.calls) == (0, 1) and books.held == 0


@pytest.mark.parametrize("place", ["around", "within"])
@pytest.mark.parametrize(
    "on_refusal", ["end", "raise", pytest.param("interrupt", marks=pytest.mark.needs_config)]
)
def test_retry_and_fallback_do_not_swallow_it(client, books, fresh, ways, place, on_refusal):
    llm, other = model(), model()
    others = [
        ModelFallbackMiddleware(other),
        ModelRetryMiddleware(max_retries=2, initial_delay=0, jitter=False),
    ]
    made = agent(
        llm, client, on_refusal=on_refusal, checkpointer=InMemorySaver(), **{place: others}
    )
    spend(books)
    before = client.usage(run=fresh).seq
    where = config(fresh, configurable={"thread_id": fresh})
    if on_refusal == "raise":
        with pytest.raises(BudgetExceeded):
            ways.invoke(made, ASK, where)
    else:
        result = ways.invoke(made, ASK, where)
        if on_refusal == "interrupt":
            assert result["__interrupt__"]
        else:
            assert result["messages"][-1].response_metadata["budgetd"]["refused"]
    assert llm.calls == 0 and other.calls == 0 and books.models == []
    assert client.usage(run=fresh).seq == before


@pytest.mark.parametrize("place", ["around", "within"])
def test_each_retried_attempt_is_booked(client, books, fresh, ways, place):
    llm = model(script=[TimeoutError("slow"), TimeoutError("slow")])
    retry = ModelRetryMiddleware(max_retries=2, initial_delay=0, jitter=False)
    result = ways.invoke(agent(llm, client, **{place: [retry]}), ASK, config(fresh))
    assert llm.calls == 3 and result["messages"][-1].content == "done"
    # From further out, the first attempt is entered last.
    assert sorted(e.outcome for e in books.models) == ["ok", "timeout", "timeout"]
    assert sorted(e.output_tokens for e in books.models) == [0, 0, 10]
    assert books.held == 0
    mark = result["messages"][-1].response_metadata["budgetd"]
    assert [e.outcome for e in books.models if e.id == mark["id"]] == ["ok"]
    assert result["total_cost_usd"] >= COST


@pytest.mark.parametrize("place", ["around", "within"])
def test_a_retry_that_no_longer_fits_is_not_made(client, books, fresh, ways, place):
    # The first attempt's input is spent, and leaves no room for a second.
    llm = model(script=[TimeoutError("slow")], input_tokens=600)
    retry = ModelRetryMiddleware(max_retries=2, initial_delay=0, jitter=False)
    made = agent(
        llm, client, on_refusal="raise", estimate=lambda request: {"input_tokens": 600},
        **{place: [retry]},
    )  # fmt: skip
    with pytest.raises(BudgetExceeded):
        ways.invoke(made, ASK, config(fresh))
    assert llm.calls == 1 and books.session().spent == Decimal("0.0006") and books.held == 0


def test_fallback_attempts_are_booked_to_their_models(client, books, fresh, ways):
    broken = model(model_name="other", script=[ValueError("broken")], input_tokens=1)
    made = agent(
        broken, client, within=[ModelFallbackMiddleware(model())],
        estimate=lambda request: {"input_tokens": 2, "output_tokens": 1},
    )  # fmt: skip
    ways.invoke(made, ASK, config(fresh))
    booked = [(e.model, e.outcome) for e in books.models]
    assert sorted(booked) == [("other", "error"), ("stand-in", "ok")]


def test_a_tools_refusal_is_told_to_the_model(client, books, fresh, ways):
    again = [{"name": "search", "args": {"query": "x"}}]
    llm = model(script=[again] * 4)
    grant(client, fresh)
    result = ways.invoke(agent(llm, client, search), ASK, config(fresh))
    told = [m for m in result["messages"] if isinstance(m, ToolMessage)]
    assert [m.status for m in told] == ["success"] * 3 + ["error"]
    assert "same-action" in told[-1].content and len(books.tools) == 3


@pytest.mark.parametrize(
    "how", ["end", "raise", pytest.param("interrupt", marks=pytest.mark.needs_config)]
)
def test_other_ends_of_a_refused_tool(client, books, fresh, ways, how):
    again = [{"name": "search", "args": {"query": "x"}}]
    llm = model(script=[again] * 9)
    grant(client, fresh)
    made = agent(llm, client, search, on_tool_refusal=how, checkpointer=InMemorySaver())
    where = config(fresh, configurable={"thread_id": fresh})
    if how == "raise":
        with pytest.raises(BudgetExceeded):
            ways.invoke(made, ASK, where)
    else:
        result = ways.invoke(made, ASK, where)
        if how == "interrupt":
            assert result["__interrupt__"][0].value["limit"] == "same-action"
        else:
            assert result["messages"][-1].response_metadata["budgetd"]["limit"] == "same-action"
    assert llm.calls == 4 and len(books.tools) == 3 and books.held == 0


def test_a_failing_tool_counts(client, books, fresh, ways):
    @tool
    def breaks() -> str:
        """Breaks."""
        raise OSError("broken")

    llm = model(script=[[{"name": "breaks", "args": {}}]])
    with pytest.raises(OSError, match="broken"):
        ways.invoke(agent(llm, client, breaks), ASK, config(fresh))
    assert [entry.outcome for entry in books.tools] == ["error"] and books.held == 0


def test_a_cached_answer_costs_nothing(client, books, fresh, ways):
    llm = model(cache=InMemoryCache())
    for _ in range(3):
        result = ways.invoke(agent(llm, client), ASK, config(fresh))
    assert result["messages"][-1].content == "done"
    assert llm.calls == len(books.models) == 1 and books.session().spent == COST


def test_a_suspended_subject_gets_no_call(client, books, fresh, ways):
    llm = model()
    act = ("reason", "test", "idempotency_key", fresh)
    client.execute("SUBJECT", "SUSPEND", "run", fresh, *act)
    with pytest.raises(Suspended):
        ways.invoke(agent(llm, client, on_refusal="raise"), ASK, config(fresh))
    assert llm.calls == 0


def test_the_prompt_tells_what_is_left_where_it_is_short(client, books, fresh, ways):
    llm = model()
    made = agent(llm, client)
    ways.invoke(made, ASK, config(fresh))
    assert [m.type for m in llm.served[0]] == ["human"]
    books.leave("0.00025")
    ways.invoke(made, ASK, config(fresh))
    system = llm.served[1][0]
    assert system.type == "system" and "left of session-cost" in system.content


def test_32_parallel_agents_pass_no_more_than_fit(client, books, fresh, ways):
    llm = model()
    made = agent(llm, client)
    inputs = [ASK] * 32
    if ways.kind == "sync":
        results = made.batch(inputs, config(fresh, max_concurrency=32))
    else:
        results = asyncio.run(made.abatch(inputs, config(fresh)))
    refused = sum(
        bool(r["messages"][-1].response_metadata["budgetd"].get("refused")) for r in results
    )
    assert llm.calls == len(books.models) == 32 - refused
    assert 1 <= llm.calls <= 5
    assert books.session().spent == llm.calls * COST <= Decimal("0.001")
    assert books.held == 0 and books.session().held == 0


def test_a_cancelled_call_is_settled(client, books, fresh):
    began = asyncio.Event()

    class Hangs(StandInChatModel):
        async def _agenerate(self, messages, *args, **kwargs):
            began.set()
            await asyncio.sleep(60)

    async def body():
        task = asyncio.create_task(agent(Hangs(max_tokens=10), client).ainvoke(ASK, config(fresh)))
        await asyncio.wait_for(began.wait(), 10)
        assert books.held == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(body())
    assert books.held == 0
    assert [(e.outcome, e.output_tokens) for e in books.models] == [("cancelled", 0)]


def test_the_context_names_what_metadata_does_not(client, books, fresh, ways):
    with budget_context(run=fresh, user="bob", task="report"):
        ways.invoke(agent(model(), client, agent="writer"), ASK)
    assert [(e.user, e.task, e.agent) for e in books.models] == [("bob", "report", "writer")]


@pytest.mark.parametrize(
    ("input", "output", "details"),
    [
        (250, 10, {"input_token_details": {"cache_read": 120, "cache_creation": 30}}),
        (100, 35, {"output_token_details": {"reasoning": 25}}),
    ],
)
def test_parts_above_the_whole_were_counted_beside_it(
    client, books, fresh, ways, input, output, details
):
    """A paid call is entered, however its server counts, and the agent lives on."""
    agent = create_agent(model(details=details), middleware=[BudgetMiddleware(client)])
    assert ways.invoke(agent, ASK, config(fresh))["messages"][-1].content == "done"
    assert [(e.input_tokens, e.output_tokens) for e in books.models] == [(input, output)]
    assert books.held == 0


def test_an_answer_without_names_is_entered(client, books, fresh, ways):
    said = {"model_name": "", "id": "", "service_tier": ""}
    usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
    llm = model(otherwise=lambda _: AIMessage("x", usage_metadata=usage, response_metadata=said))
    agent = create_agent(llm, middleware=[BudgetMiddleware(client)])
    ways.invoke(agent, ASK, config(fresh))
    assert [(e.model, e.input_tokens) for e in books.models] == [("stand-in", 100)]


def test_a_model_that_is_configured_when_it_is_called(client, books, fresh, ways, monkeypatch):
    from langchain.chat_models import base

    def made(name, *, model_provider=None, **kwargs):
        return model(model_name=name)

    monkeypatch.setattr(base, "_init_chat_model_helper", lambda model, **more: made(model))
    llm = base.init_chat_model(configurable_fields=["model", "model_provider"])
    agent = create_agent(llm, middleware=[BudgetMiddleware(client)])
    ways.invoke(agent, ASK, config(fresh, configurable={"model": "stand-in"}))
    assert [(e.model, e.input_tokens) for e in books.models] == [("stand-in", 100)]


def twice_failing():
    return model(script=[ValueError("no"), ValueError("no"), "done"])


@pytest.mark.parametrize("outside", [True, False])
def test_retries_of_a_model_are_attempts(client, books, fresh, ways, outside):
    retry = ModelRetryMiddleware(max_retries=2, initial_delay=0, jitter=False)
    middleware = [retry, BudgetMiddleware(client)]
    agent = create_agent(twice_failing(), middleware=middleware if outside else middleware[::-1])
    ways.invoke(agent, ASK, config(fresh))
    assert sorted(e.attempt for e in books.models) == [0, 1, 2]
    assert books.client.run(fresh).retries == 2
    # The next call of the model, in another run of the node, is no retry.
    ways.invoke(agent, ASK, config(fresh))
    assert sorted(e.attempt for e in books.models) == [0, 0, 1, 2]


@pytest.mark.parametrize("outside", [True, False])
def test_retries_of_a_tool_are_attempts(client, books, fresh, ways, outside):
    tries = []

    @tool
    def fails(query: str) -> str:
        """Fails."""
        tries.append(query)
        if len(tries) < 3:
            raise ValueError("no")
        return "found"

    retry = ToolRetryMiddleware(max_retries=2, initial_delay=0, jitter=False)
    middleware = [retry, BudgetMiddleware(client)]
    llm = model(script=[[{"name": "fails", "args": {"query": "x"}}]])
    agent = create_agent(llm, [fails], middleware=middleware if outside else middleware[::-1])
    ways.invoke(agent, ASK, config(fresh))
    assert sorted(e.attempt for e in books.tools) == [0, 1, 2]
    assert [e.attempt for e in books.models] == [0, 0]


@pytest.mark.needs_config
def test_a_nodes_retries_are_attempts(client, books, fresh, ways):
    llm = twice_failing()
    policy = RetryPolicy(max_attempts=3, initial_interval=0.01, jitter=False, retry_on=Exception)
    graph = StateGraph(MessagesState).add_node(
        "ask", RunnableLambda(lambda _: {"messages": [llm.invoke("x")]}), retry_policy=policy
    )
    made = graph.add_edge(START, "ask").compile()
    ways.invoke(made, ASK, config(fresh, callbacks=[BudgetCallbackHandler(client)]))
    assert [e.attempt for e in books.models] == [0, 1, 2]

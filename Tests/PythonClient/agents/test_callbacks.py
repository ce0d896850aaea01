"""The callback handler: plain models, graphs without middleware, streams, errors, lost ends."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from langchain.agents import create_agent
from langchain_core.caches import InMemoryCache
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import Send

from budgetd import BudgetExceeded
from budgetd.langchain import BudgetCallbackHandler, BudgetMiddleware
from budgetd.langchain.standin import StandInChatModel
from daemon import eventually

TEXT = "hello" * 58
ASK = {"messages": [("user", TEXT)]}


def model(**how):
    return StandInChatModel(max_tokens=10, **how)


def config(client, fresh, **more):
    metadata = {"run": fresh, "session": fresh, **more.pop("metadata", {})}
    return {"callbacks": [BudgetCallbackHandler(client)], "metadata": metadata, **more}


def facts(entries):
    return sorted((e.agent, e.task, e.input_tokens, e.output_tokens, e.outcome) for e in entries)


def test_a_plain_model(client, books, fresh, ways):
    llm = model()
    answer = ways.invoke(llm, TEXT, config(client, fresh))
    entry = books.models[0]
    assert (entry.input_tokens, entry.output_tokens, entry.model) == (100, 10, "stand-in")
    assert entry.response_id == answer.response_metadata["id"]
    assert answer.response_metadata["budgetd"]["cost_usd"] == "0.0002"


def test_a_refusal_makes_no_call(client, books, fresh, ways):
    llm = model()
    books.leave("0.0001")
    with pytest.raises(BudgetExceeded):
        ways.invoke(llm, TEXT, config(client, fresh))
    with pytest.raises(BudgetExceeded):
        ways.stream(llm, TEXT, config(client, fresh))
    # Nor do retries and fallbacks of the model itself.
    with pytest.raises(BudgetExceeded):
        ways.invoke(
            llm.with_retry(stop_after_attempt=3, wait_exponential_jitter=False),
            TEXT,
            config(client, fresh),
        )
    with pytest.raises(BudgetExceeded):
        ways.invoke(llm.with_fallbacks([llm]), TEXT, config(client, fresh))
    assert llm.calls == 0 and books.models == [] and books.held == 0


def test_a_stream_tells_its_usage_at_the_end(client, books, fresh, ways):
    llm = model(otherwise="one two three")
    chunks = ways.stream(llm, TEXT, config(client, fresh))
    assert "".join(chunk.text for chunk in chunks) == "one two three"
    assert [(e.input_tokens, e.output_tokens) for e in books.models] == [(100, 10)]


def test_a_stream_closed_early_is_booked_as_far_as_it_came(client, books, fresh):
    llm = model(otherwise="one two three four five")
    stream = llm.stream(TEXT, config(client, fresh))
    next(stream), next(stream)
    assert books.held == 1
    stream.close()
    entry = books.models[0]
    assert entry.outcome == "cancelled" and entry.input_tokens >= 100
    assert 2 <= entry.output_tokens <= 4 and books.held == 0


def test_an_asynchronous_stream_closed_early(client, books, fresh):
    llm = model(otherwise="one two three four five")

    async def body():
        stream = llm.astream(TEXT, config(client, fresh))
        await anext(stream)
        assert books.held == 1
        await stream.aclose()

    asyncio.run(body())
    eventually(lambda: books.held == 0)
    assert [e.outcome for e in books.models] == ["cancelled"]


def test_an_error_is_booked(client, books, fresh, ways):
    class Overloaded(Exception):
        status_code = 529

    llm = model(script=[Overloaded(), TimeoutError()])
    for kind in (Overloaded, TimeoutError):
        with pytest.raises(kind):
            ways.invoke(llm, TEXT, config(client, fresh))
    # A provider that answered with an error bills nothing; the other may have read the input.
    assert [(e.outcome, e.input_tokens > 0) for e in books.models] == [
        ("error", False), ("timeout", True),
    ]  # fmt: skip
    assert books.held == 0


def test_a_start_without_an_end_frees_its_hold(client, books, fresh):
    class Hangs(StandInChatModel):
        async def _agenerate(self, messages, *args, **kwargs):
            assert books.held == 1
            await asyncio.sleep(60)

    async def body():
        with pytest.raises(asyncio.TimeoutError):
            made = Hangs(max_tokens=10).ainvoke(TEXT, config(client, fresh))
            await asyncio.wait_for(made, 0.2)

    asyncio.run(body())
    # LangChain told no end: two seconds to live, as the policy says, and a sweep.
    assert books.held == 1
    eventually(lambda: books.held == 0, 10)
    assert books.session().held == 0


def test_a_cached_answer_costs_nothing(client, books, fresh, ways):
    llm = model(cache=InMemoryCache())
    for _ in range(3):
        assert ways.invoke(llm, TEXT, config(client, fresh)).content == "done"
    assert llm.calls == len(books.models) == 1 and books.held == 0


def test_the_details_of_a_usage(client, books, fresh, ways):
    llm = model(details={
        "input_token_details": {"cache_read": 60, "cache_creation": 20},
        "output_token_details": {"reasoning": 4},
    })  # fmt: skip
    ways.invoke(llm, TEXT, config(client, fresh))
    # 60 read from the cache at a tenth, 40 others, 10 out at ten times.
    assert books.models[0].cost_usd == Decimal("0.000146")


@pytest.mark.needs_config
def test_the_run_is_found_through_the_parents(client, ways):
    seen = []

    class Watching(BudgetCallbackHandler):
        def on_chain_start(self, serialized, inputs, *, run_id, parent_run_id=None, **kwargs):
            seen.extend([run_id] if parent_run_id is None else [])
            super().on_chain_start(
                serialized, inputs, run_id=run_id, parent_run_id=parent_run_id, **kwargs
            )

    llm = model()
    ways.invoke(outer(llm), ASK, {"callbacks": [Watching(client)]})
    assert client.run(str(seen[0])).calls == llm.calls == 2


def outer(llm):
    """A graph with a plain node and a subgraph with one."""

    def node(state):
        return {"messages": [llm.invoke(state["messages"])]}

    inner = StateGraph(MessagesState).add_node("write", node)
    inner.add_edge(START, "write")
    made = StateGraph(MessagesState).add_node("plan", node).add_node("report", inner.compile())
    made.add_edge(START, "plan")
    made.add_edge("plan", "report")
    return made.compile()


def test_nested_graphs_are_told_apart_by_node(client, books, fresh):
    llm = model()
    outer(llm).invoke(ASK, config(client, fresh))
    assert facts(books.models) == [
        (None, "plan", 100, 10, "ok"), (None, "report/write", 100, 10, "ok"),
    ]  # fmt: skip


def test_parallel_branches(client, books, fresh, ways):
    llm = model()

    def work(state):
        llm.invoke(TEXT)
        return {}

    async def awork(state, config):
        await llm.ainvoke(TEXT, config)
        return {}

    graph = StateGraph(MessagesState)
    graph.add_node("work", RunnableLambda(work, awork))
    graph.add_conditional_edges(START, lambda state: [Send("work", state)] * 4)
    graph.add_edge("work", END)
    ways.invoke(graph.compile(), ASK, config(client, fresh))
    assert llm.calls == len(books.models) == 4 and {e.task for e in books.models} == {"work"}


def test_gather_and_to_thread(client, books, fresh):
    llm = model()

    async def node(state, config):
        await asyncio.gather(*(llm.ainvoke(TEXT, config) for _ in range(2)))
        await asyncio.to_thread(llm.invoke, TEXT, config)
        return {}

    graph = StateGraph(MessagesState).add_node("gather", node)
    graph.add_edge(START, "gather")
    asyncio.run(graph.compile().ainvoke(ASK, config(client, fresh)))
    assert [e.task for e in books.models] == ["gather"] * 3


def test_a_thread_pool_loses_it_and_carries_it_with_a_config(client, books, fresh):
    llm = model()

    def node(state, config):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(llm.invoke, TEXT).result()
            pool.submit(llm.invoke, TEXT, config).result()
        return {}

    graph = StateGraph(MessagesState).add_node("pool", node)
    graph.add_edge(START, "pool")
    graph.compile().invoke(ASK, config(client, fresh))
    # The first call is under no budget: that is what `audit` is for.
    assert llm.calls == 2 and len(books.models) == 1


def test_handler_and_middleware_count_once(client, books, fresh, ways):
    @tool
    def search(query: str) -> str:
        """Searches."""
        return query

    llm = model(script=[[{"name": "search", "args": {"query": "x"}}]])
    agent = create_agent(llm, [search], middleware=[BudgetMiddleware(client)], name="helper")
    ways.invoke(agent, ASK, config(client, fresh))
    assert llm.calls == len(books.models) == 2 and len(books.tools) == 1
    assert books.session().spent == Decimal("0.0004")


@pytest.mark.needs_config
def test_an_agent_without_middleware(client, books, fresh, ways):
    @tool
    def search(query: str) -> str:
        """Searches."""
        return query

    again = [{"name": "search", "args": {"query": "x"}}]
    llm = model(script=[again, again])
    result = ways.invoke(create_agent(llm, [search], name="helper"), ASK, config(client, fresh))
    assert isinstance(result["messages"][-1], AIMessage) and len(books.tools) == 2
    assert {(e.agent, e.task) for e in books.models} == {("helper", "model")}
    assert {(e.agent, e.task, e.tool) for e in books.tools} == {("helper", "tools", "search")}


def test_a_refused_tool_is_not_called(client, books, fresh, ways):
    called = []

    @tool
    def search(query: str) -> str:
        """Searches."""
        called.append(query)
        return query

    for _ in range(3):
        ways.invoke(search, {"query": "x"}, config(client, fresh))
    with pytest.raises(BudgetExceeded, match="same-action"):
        ways.invoke(search, {"query": "x"}, config(client, fresh))
    assert len(called) == len(books.tools) == 3


def test_32_parallel_calls_pass_no_more_than_fit(client, books, fresh, ways):
    llm = model()
    with_handler = config(client, fresh, max_concurrency=32)
    if ways.kind == "sync":
        results = llm.batch([TEXT] * 32, with_handler, return_exceptions=True)
    else:
        results = asyncio.run(llm.abatch([TEXT] * 32, with_handler, return_exceptions=True))
    answered = [each for each in results if isinstance(each, AIMessage)]
    assert all(isinstance(each, (AIMessage, BudgetExceeded)) for each in results)
    assert llm.calls == len(answered) == len(books.models) and 1 <= llm.calls <= 5
    assert books.session().spent == llm.calls * Decimal("0.0002")
    assert books.held == 0 and books.session().held == 0

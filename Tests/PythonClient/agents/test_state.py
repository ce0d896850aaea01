"""Cost state: each call adds once, through branches, subgraphs, replays and checkpoints."""

import asyncio
from decimal import Decimal
from operator import add
from typing import Annotated

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import InvalidUpdateError
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, Send, interrupt

from budgetd.langchain import (
    BudgetCallbackHandler,
    BudgetMiddleware,
    BudgetState,
    ByCall,
    Total,
    aremaining_budget,
    cost_of,
    remaining_budget,
)
from budgetd.langchain.standin import StandInChatModel

TEXT = "hello" * 58
ASK = {"messages": [("user", TEXT)]}
COST = Decimal("0.0002")


class State(MessagesState, BudgetState):
    naive: Annotated[int, add]


def model(**how):
    return StandInChatModel(max_tokens=10, **how)


def config(client, fresh, **more):
    return {
        "callbacks": [BudgetCallbackHandler(client)],
        "metadata": {"run": fresh, "session": fresh}, **more,
    }  # fmt: skip


def asking(llm):
    def node(state):
        answer = llm.invoke(TEXT)
        return {"messages": [answer], "naive": 1, **cost_of(answer)}

    async def anode(state, config):
        answer = await llm.ainvoke(TEXT, config)
        return {"messages": [answer], "naive": 1, **cost_of(answer)}

    return RunnableLambda(node, anode, name="asking")


def test_a_subgraph_that_shares_the_channels_adds_once(client, books, fresh, ways):
    llm = model()
    inner = StateGraph(State).add_node("inner", asking(llm)).add_edge(START, "inner").compile()
    outer = StateGraph(State).add_node("first", asking(llm)).add_node("sub", inner)
    outer.add_edge(START, "first").add_edge("first", "sub")
    result = ways.invoke(outer.compile(), ASK, config(client, fresh))
    assert llm.calls == 2
    assert result["total_cost_usd"] == 2 * COST and result["total_tokens_used"] == 220
    # The trap: what is added up by `operator.add` is counted again on the way out.
    assert result["naive"] == 3


def test_parallel_branches_add_once(client, books, fresh, ways):
    llm = model()
    graph = StateGraph(State).add_node("work", asking(llm))
    graph.add_conditional_edges(START, lambda state: [Send("work", state)] * 4)
    result = ways.invoke(graph.compile(), ASK, config(client, fresh))
    assert result["total_cost_usd"] == 4 * COST == books.session().spent


def test_nested_agents_add_once(client, books, fresh, ways):
    llm = model()
    inner = create_agent(llm, [], middleware=[BudgetMiddleware(client)], name="inner")
    outer = StateGraph(State).add_node("one", inner).add_node("two", inner)
    outer.add_edge(START, "one").add_edge("one", "two")
    given = {"metadata": {"run": fresh, "session": fresh}}
    result = ways.invoke(outer.compile(), ASK, given)
    assert result["total_cost_usd"] == llm.calls * COST == books.session().spent
    assert sorted(e.task for e in books.models) == ["one/model", "two/model"]


@pytest.mark.needs_config
def test_it_survives_a_checkpoint_and_a_replay(client, books, fresh, ways):
    llm = model()

    def ask(state):
        answer = interrupt("go on?")
        return {"messages": [("user", answer)]}

    graph = StateGraph(State).add_node("first", asking(llm)).add_node("ask", ask)
    graph.add_node("second", asking(llm))
    graph.add_edge(START, "first").add_edge("first", "ask").add_edge("ask", "second")
    made = graph.compile(checkpointer=InMemorySaver())
    where = config(client, fresh, configurable={"thread_id": fresh})
    stopped = ways.invoke(made, ASK, where)
    assert stopped["__interrupt__"] and stopped["total_cost_usd"] == COST
    assert made.get_state(where).values["total_cost_usd"] == COST
    result = ways.invoke(made, Command(resume="yes"), where)
    assert result["total_cost_usd"] == 2 * COST
    # Back to before the second call: the first counts once still, and so does the new one.
    before = next(s for s in made.get_state_history(where) if s.next == ("second",))
    replay = {**where, "configurable": before.config["configurable"]}
    assert ways.invoke(made, None, replay)["total_cost_usd"] == 2 * COST
    assert books.session().spent == 3 * COST


def test_a_crashed_attempt_is_in_the_ledger_alone(client, books, fresh, ways):
    llm = model(script=[TimeoutError()])
    graph = StateGraph(State).add_node("work", asking(llm)).add_edge(START, "work")
    made = graph.compile(checkpointer=InMemorySaver())
    where = config(client, fresh, configurable={"thread_id": fresh})
    with pytest.raises(TimeoutError):
        ways.invoke(made, ASK, where)
    result = ways.invoke(made, None, where)
    assert result["total_cost_usd"] == COST < books.session().spent
    assert [e.outcome for e in books.models] == ["timeout", "ok"]


def test_a_total_is_a_number():
    total = Total({"a": "0.1", "b": "0.2"})
    assert total == Decimal("0.3") and total > 0.2 and total <= 0.3 and total >= 0 and total != 1
    assert (float(total), int(total), str(total), f"{total:.2f}") == (0.3, 0, "0.3", "0.30")
    assert total < Total({"c": 1}) and not Total() and bool(total) and total != "0.3"
    assert total == {"a": "0.1", "b": "0.2"}


def test_a_bare_number_is_refused():
    channel = ByCall()
    assert channel.get() == 0 and channel.update([{"a": 1}, None, {"a": 1}]) and channel.get() == 1
    with pytest.raises(InvalidUpdateError, match="cost_of"):
        channel.update([0.5])


@pytest.mark.needs_config
def test_remaining_budget_routes(client, books, fresh, ways):
    llm = model()
    seen = []

    def route(state):
        left = remaining_budget(client)
        seen.append(left)
        return "work" if left >= COST * 2 else "__end__"

    graph = StateGraph(State).add_node("work", asking(llm))
    graph.add_conditional_edges(START, route, ["work", "__end__"])
    graph.add_conditional_edges("work", route, ["work", "__end__"])
    ways.invoke(graph.compile(), ASK, config(client, fresh))
    assert seen == [Decimal("0.001") - COST * number for number in range(5)]
    assert llm.calls == 4


def test_remaining_budget_elsewhere(client, books, fresh):
    assert remaining_budget(client) is None
    assert remaining_budget(client, session=fresh) == Decimal("0.001")
    assert remaining_budget(client, "calls", run=fresh) == 1000

    async def body():
        twin = client.asynchronous()
        left = await aremaining_budget(twin, session=fresh)
        await twin.close()
        return left

    assert asyncio.run(body()) == Decimal("0.001")


def test_messages_without_a_cost_add_nothing():
    assert cost_of(AIMessage("x")) == {"total_tokens_used": {}, "total_cost_usd": {}}


def test_an_agent_in_a_tool_is_added_where_the_tool_hands_it_on(client, books, fresh):
    where = {"metadata": {"run": fresh, "session": fresh}}
    helper = create_agent(model(), middleware=[BudgetMiddleware(client)], name="helper")

    @tool
    def ask(query: str, id: Annotated[str, InjectedToolCallId]) -> Command:
        """Asks the helper."""
        said = helper.invoke(ASK, where)
        totals = {name: said[name] for name in ("total_cost_usd", "total_tokens_used")}
        message = ToolMessage(said["messages"][-1].text, tool_call_id=id)
        return Command(update={"messages": [message], **totals})

    llm = model(script=[[{"name": "ask", "args": {"query": "x"}}]])
    boss = create_agent(llm, [ask], middleware=[BudgetMiddleware(client)], name="boss")
    result = boss.invoke(ASK, where)
    assert len(books.models) == 3 and result["total_cost_usd"] == client.run(fresh).cost_usd
    assert result["total_tokens_used"] == 330

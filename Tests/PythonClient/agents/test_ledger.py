"""The ledger by agent, node and run equals what the model served, however the graph is made.

The model knows nothing of budgets: whose call it serves stands in the system prompt that the agent
was made with, and in the request that the run began with.
"""

import asyncio
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from langchain.agents import create_agent
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Send

from budgetd import budget_context
from budgetd.langchain import BudgetCallbackHandler, BudgetMiddleware
from budgetd.langchain.standin import StandInChatModel

COST = Decimal("0.0002")
RUNS = 4


@tool
def search(query: str) -> str:
    """Searches."""
    return "found"


def of_agent(messages):
    """Whose call it is, as the model sees it."""
    return messages[0].content


def of_run(messages):
    return next(m.content.split()[0] for m in messages if m.type == "human")


class Truth:
    """A model, and who it served."""

    def __init__(self):
        self.model = StandInChatModel(otherwise=self.answer, max_tokens=10)

    @staticmethod
    def answer(messages):
        tools_done = sum(message.type == "tool" for message in messages)
        steps = {"worker": 1, "boss": 2}.get(of_agent(messages), 0)
        if tools_done >= steps:
            return "done"
        if of_agent(messages) == "boss":
            return [{"name": "ask_worker", "args": {"task": of_run(messages)}}]
        return [{"name": "search", "args": {"query": "x"}}]

    def served(self):
        return Counter((of_run(each), of_agent(each)) for each in self.model.served)


class Shapes:
    """The same two agents, nested in several ways."""

    def __init__(self, model, middleware):
        def agent(name, *tools):
            return create_agent(
                model, list(tools), system_prompt=name, name=name, middleware=middleware()
            )

        worker = agent("worker", search)

        @tool
        async def ask_worker_async(task: str) -> str:
            """Asks."""
            result = await worker.ainvoke({"messages": [("user", task)]})
            return result["messages"][-1].text

        @tool
        def ask_worker(task: str) -> str:
            """Asks."""
            return worker.invoke({"messages": [("user", task)]})["messages"][-1].text

        ask_worker_async.name = "ask_worker"
        ask_worker.coroutine = ask_worker_async.coroutine
        boss = agent("boss", ask_worker)
        parallel = StateGraph(MessagesState).add_node("worker_node", worker)
        parallel.add_conditional_edges(START, lambda state: [Send("worker_node", state)] * 3)
        inner = StateGraph(MessagesState).add_node("deep", worker).add_edge(START, "deep")
        nested = StateGraph(MessagesState).add_node("outer", inner.compile())
        nested.add_edge(START, "outer")
        self.made = {
            "agent": (worker, {"worker": 2}, {"model": 2}),
            "tools": (boss, {"boss": 3, "worker": 4}, None),
            "parallel": (parallel.compile(), {"worker": 6}, {"worker_node/model": 6}),
            "nested": (nested.compile(), {"worker": 2}, {"outer/deep/model": 2}),
        }


@pytest.mark.parametrize("by", ["middleware", "handler", "both"])
@pytest.mark.parametrize("shape", ["agent", "tools", "parallel", "nested"])
def test_the_ledger_is_what_was_served(client, fresh, ways, shape, by):
    if (
        sys.version_info < (3, 11)
        and ways.kind == "async"
        and (by == "handler" or shape == "tools")
    ):
        pytest.skip("LangGraph tells asynchronous nodes no configuration on Python 3.10")
    truth = Truth()

    def middleware():
        return [BudgetMiddleware(client)] if by != "handler" else []

    graph, agents, nodes = Shapes(truth.model, middleware).made[shape]
    runs = [f"{fresh}-{number}" for number in range(RUNS)]
    callbacks = [BudgetCallbackHandler(client)] if by != "middleware" else []

    def asked(run):
        text = {"messages": [("user", f"{run} {'hello' * 50}")]}
        return text, {"metadata": {"run": run}, "callbacks": callbacks}

    if ways.kind == "sync":
        with ThreadPoolExecutor(RUNS) as pool:
            list(pool.map(lambda run: graph.invoke(*asked(run)), runs))
    else:

        async def all_at_once():
            await asyncio.gather(*(graph.ainvoke(*asked(run)) for run in runs))

        asyncio.run(all_at_once())

    booked, tasks = Counter(), Counter()
    for run in runs:
        ledger = client.run(run, by="time", count=1000)
        models = [entry for entry in ledger.entries if entry.tool is None]
        booked.update((run, entry.agent) for entry in models)
        tasks.update(entry.task for entry in models)
        whole = client.run(run)
        assert whole.cost_usd == len(models) * COST and whole.tokens == len(models) * 110
        assert client.usage(run=run).limit("run-in-flight").held == 0
    assert booked == truth.served()
    expected = {(run, agent): count for run in runs for agent, count in agents.items()}
    assert booked == Counter(expected)
    if nodes is not None:
        assert tasks == Counter({node: count * RUNS for node, count in nodes.items()})


def test_contexts_of_parallel_runs_stay_apart(client, fresh):
    truth = Truth()
    agent = create_agent(
        truth.model, [search], system_prompt="worker", name="worker",
        middleware=[BudgetMiddleware(client)],
    )  # fmt: skip

    async def one(run):
        with budget_context(run=run, user=run):
            await agent.ainvoke({"messages": [("user", f"{run} {'hello' * 50}")]})

    async def body():
        await asyncio.gather(*(one(f"{fresh}-{number}") for number in range(8)))

    asyncio.run(body())
    for number in range(8):
        run = f"{fresh}-{number}"
        models = [e for e in client.run(run, by="time").entries if e.tool is None]
        assert [(e.user, e.agent) for e in models] == [(run, "worker")] * 2
        assert truth.served()[(run, "worker")] == 2

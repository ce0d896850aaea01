"""The audit: it finds each way to lose a subject, names the place, and touches nothing."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import BaseModel

from budgetd import BudgetClient, carry
from budgetd.langchain import BudgetCallbackHandler, BudgetMiddleware, aaudit, audit
from budgetd.langchain.standin import StandInChatModel

# Nobody listens there: an audit needs no daemon.
NOBODY = BudgetClient("unix:///nowhere/budgetd.sock", deadline=0.05)


class Expensive(StandInChatModel):
    """Must not be called."""


def one_node(node):
    return StateGraph(MessagesState).add_node("work", node).add_edge(START, "work").compile()


@pytest.mark.needs_config
def test_a_sound_agent_passes(ways):
    done = []

    @tool
    def search(query: str, limit: int) -> str:
        """Searches."""
        done.append((query, limit))
        return "found"

    @tool
    def send_mail(to: str) -> str:
        """Sends."""
        raise AssertionError("must not be called")

    llm = Expensive()
    agent = create_agent(
        llm, [search, send_mail], middleware=[BudgetMiddleware(NOBODY)], name="helper"
    )
    check = audit if ways.kind == "sync" else lambda *a, **k: asyncio.run(aaudit(*a, **k))
    report = check(agent, skip_tools={"send_mail"})
    assert report.ok and llm.calls == 0 and done == [("audit", 1)]
    made = [(call.kind, call.name, call.node) for call in report.calls]
    assert made[0] == made[-1] == ("model", "stand-in", "model")
    assert sorted(made[1:-1]) == [("tool", "search", "tools"), ("tool", "send_mail", "tools")]
    assert all(call.is_reserved for call in report.calls if call.kind == "model")


def test_a_thread_pool_loses_it_all():
    llm = Expensive()

    def node(state):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(llm.invoke, "x").result()
        llm.invoke("x")
        return {}

    report = audit(one_node(node))
    assert llm.calls == 0 and len(report.calls) == 2 and len(report.lost) == 1
    lost = report.lost[0]
    assert lost.lost == ("user", "session", "run") and "ThreadPoolExecutor" in lost.reason
    assert not lost.is_reserved and "1 of them" in str(report)


def test_the_line_that_makes_the_call_is_named():
    llm = Expensive()

    def plan():
        return llm.invoke("x")

    def node(state):
        thread = threading.Thread(target=plan)
        thread.start()
        thread.join()
        return {}

    lost = audit(one_node(node)).lost
    assert len(lost) == 1 and "test_audit.py" in lost[0].at and lost[0].at.endswith("in plan")


def test_the_context_is_lost_on_threads_and_carried():
    llm = Expensive()

    def node(state):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(llm.invoke, "x").result()
            pool.submit(carry(llm.invoke), "x").result()
        return {}

    report = audit(one_node(node), by="context")
    assert [bool(call.lost) for call in report.calls] == [True, False]


def test_replaced_metadata_is_told_with_its_place():
    llm = Expensive()

    def node(state, config):
        for key in ("user", "session", "run"):
            config["metadata"].pop(key, None)
        manager = config["callbacks"].copy()
        manager.metadata, manager.inheritable_metadata = {}, {}
        llm.invoke("x", {"callbacks": manager, "metadata": {}})
        return {}

    report = audit(one_node(node), require=("user",))
    assert [call.lost for call in report.calls] == [("user",)]
    assert "it is known to" in report.lost[0].reason


def test_what_is_not_named_at_the_root():
    llm = Expensive()

    def node(state):
        llm.invoke("x")
        return {}

    report = audit(one_node(node), require=("user", "session", "run"), by="context")
    assert report.ok
    handler = BudgetCallbackHandler(NOBODY)
    report = audit(one_node(node), config={"callbacks": [handler]})
    assert report.ok and all(call.is_reserved for call in report.calls)


def test_nested_agents_and_structures_are_led_through():
    class Answer(BaseModel):
        text: str
        score: int

    llm = Expensive()
    inner = create_agent(llm, [], response_format=Answer, name="inner")

    @tool
    def delegate(task: str) -> str:
        """Delegates."""
        inner.invoke({"messages": [("user", task)]})
        return "done"

    report = audit(create_agent(llm, [delegate], name="outer"))
    assert report.error is None and report.ok
    assert {call.node for call in report.calls if call.kind == "model"} >= {"model"}
    assert len(report.calls) >= 4


def test_an_error_of_the_graph_is_reported_and_all_is_put_back():
    own = BaseChatModel._generate_with_cache

    def node(state):
        raise ValueError("broken")

    report = audit(one_node(node))
    assert not report.ok and "broken" in str(report)
    assert BaseChatModel._generate_with_cache is own
    llm = StandInChatModel()
    assert llm.invoke("x").content == "done" and llm.calls == 1


@pytest.mark.parametrize("kind", ["lost", "given"])
def test_asynchronous_nodes(kind):
    llm = Expensive()

    async def node(state, config):
        if kind == "given":
            await llm.ainvoke("x", config)
        else:
            await asyncio.get_running_loop().run_in_executor(None, llm.invoke, "x")
        return {}

    report = asyncio.run(aaudit(one_node(node)))
    assert report.ok == (kind == "given") and len(report.calls) == 1

"""Attribution: every call carries the context it was made in, on whatever thread or task."""

import asyncio
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from budgetd import AsyncBudgetClient, BadArgument, CarryingExecutor, budget_context, carry, context

CALL = {"model": "stand-in", "input_tokens": 10, "output_tokens": 0}


def test_nested_contexts_and_the_call_itself(client, fresh):
    with budget_context(run=fresh, user="alice", labels={"tier": "free"}):
        with budget_context(user="bob", task="inner", agent=None, labels={"team": "a"}) as inner:
            assert inner == {
                "run": fresh, "user": "bob", "task": "inner",
                "labels": {"tier": "free", "team": "a"},
            }  # fmt: skip
            client.charge(**CALL)
            client.charge(user="carol", **CALL)
        client.charge(**CALL)
    assert context.current() == {}
    seen = [(entry.user, entry.task) for entry in client.run(fresh, by="time").entries]
    assert sorted(seen, key=str) == sorted(
        [("alice", None), ("bob", "inner"), ("carol", "inner")], key=str
    )


def test_tenant_and_attempt(client, fresh):
    with budget_context(tenant="acme", run=fresh, task="t", attempt=2):
        client.charge(**CALL)
        client.charge(attempt=0, **CALL)
        with client.reserve(**CALL):
            pass
        assert client.usage().limit("task-retries").spent == 2
    ledger = client.run(fresh, tenant="acme")
    assert (ledger.calls, ledger.retries) == (3, 2)


def test_gather_to_thread_and_tasks_keep_it(daemon, client, fresh):
    async def body():
        asynchronous = AsyncBudgetClient(daemon.url)

        async def branch(name):
            with budget_context(task=name):
                await asyncio.sleep(0)
                async with asynchronous.reserve(**CALL):
                    await asyncio.to_thread(client.charge, **CALL)

        with budget_context(run=fresh, user="alice"):
            await asyncio.gather(*(branch(f"b{number}") for number in range(8)))
        await asynchronous.close()

    asyncio.run(body())
    ledger = client.run(fresh, by="cost")
    assert {task.task: task.calls for task in ledger.tasks} == {f"b{n}": 2 for n in range(8)}


def test_a_plain_executor_loses_it_and_a_carrying_one_does_not(client, fresh):
    def who(_=None):
        return context.current().get("run")

    with ThreadPoolExecutor(2) as plain, CarryingExecutor(2) as carrying:
        with budget_context(run=fresh):
            assert plain.submit(who).result() is None
            assert plain.submit(carry(who)).result() == fresh
            assert carrying.submit(who).result() == fresh
            assert list(carrying.map(who, range(4))) == [fresh] * 4
        # The pool's threads keep nothing.
        assert carrying.submit(who).result() is None


def test_one_carried_function_runs_on_many_threads_at_once(fresh):
    together = threading.Barrier(8, timeout=10)

    def who():
        together.wait()
        return context.current()["run"]

    with budget_context(run=fresh):
        carried = carry(who)
    with ThreadPoolExecutor(8) as pool:
        assert [each.result() for each in [pool.submit(carried) for _ in range(8)]] == [fresh] * 8


def test_a_carried_coroutine_function(fresh):
    async def who():
        return context.current()["run"]

    with budget_context(run=fresh):
        carried = carry(who)
    assert asyncio.run(carried()) == fresh


def test_an_error_leaves_the_context(fresh):
    with pytest.raises(RuntimeError), budget_context(run=fresh):
        raise RuntimeError
    assert context.current() == {}


def test_an_unknown_field_is_refused():
    with pytest.raises(BadArgument, match="usr 'alice'"):
        budget_context(usr="alice")


def test_blocks_in_generators_end_in_any_order(fresh):
    def stream(**fields):
        with budget_context(**fields):
            yield

    first, second = stream(user="alice"), stream(run="r")
    next(first), next(second)
    first.close()
    assert context.current() == {"run": "r"}
    second.close()
    assert context.current() == {}


def test_generators_are_carried(fresh):
    def items():
        yield context.current()["run"]
        with budget_context(user="alice"):
            yield context.current()["user"]

    async def asynchronous_items():
        for item in items():
            yield item

    with budget_context(run=fresh):
        carried, asynchronous = carry(items), carry(asynchronous_items)

    async def body():
        return [(item, dict(context.current())) async for item in asynchronous()]

    for found in ([(item, dict(context.current())) for item in carried()], asyncio.run(body())):
        assert found == [(fresh, {}), ("alice", {})]


def test_a_context_is_made_of_texts_or_refused_at_once(client, fresh):
    number = uuid.uuid4()
    with budget_context(run=number, user=fresh, labels={"job": number}) as fields:
        assert dict(fields) == {"run": str(number), "user": fresh, "labels": {"job": str(number)}}
        client.charge(**CALL)
    assert client.run(str(number)).calls == 1
    client.charge(run=(other := uuid.uuid4()), **CALL)
    assert client.run(str(other)).calls == 1
    with pytest.raises(BadArgument, match="user"):
        budget_context(user=["alice"])

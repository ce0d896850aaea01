"""`@budgeted`: one reservation for each call of the function, whatever kind of function it is."""

import asyncio
import inspect

import pytest

from budgetd import (
    AsyncBudgetClient,
    BadArgument,
    BudgetExceeded,
    budget_context,
    budgeted,
    context,
    current_hold,
)

CALL = {"model": "stand-in", "input_tokens": 100, "output_tokens": 10}


def entries(client, run):
    lines = client.run(run, by="time").entries
    return [(line.outcome or "ok", line.input_tokens, line.output_tokens) for line in lines]


def test_a_function(client, fresh):
    @budgeted(client, used=lambda answer: {"input_tokens": answer, "output_tokens": 1}, **CALL)
    def ask(question):
        """Asks."""
        return len(question)

    assert (ask.__name__, ask.__doc__) == ("ask", "Asks.")
    with budget_context(run=fresh):
        assert ask("abc") == 3
        assert ask("abcd") == 4
    assert sorted(entries(client, fresh)) == [("ok", 3, 1), ("ok", 4, 1)]


def test_an_estimate_from_the_arguments_and_a_word_from_within(client, fresh):
    @budgeted(client, estimate=lambda text: {"input_tokens": len(text)}, run=fresh, **CALL)
    def ask(text):
        assert current_hold().decision.allowed
        current_hold().used(input_tokens=len(text) + 1, output_tokens=2)

    ask("abc")
    assert entries(client, fresh) == [("ok", 4, 2)]


def test_a_refusal_makes_no_call(client, fresh):
    calls = []

    @budgeted(client, session=fresh, model="stand-in", input_tokens=5000)
    def ask():
        calls.append(1)

    with pytest.raises(BudgetExceeded):
        ask()
    assert calls == []


def test_a_retry_is_another_attempt_and_a_failure_counts(client, fresh):
    keys = set()

    @budgeted(client, run=fresh, **CALL)
    def ask():
        keys.add(current_hold().idempotency_key)
        raise ValueError("no")

    for _ in range(3):
        with pytest.raises(ValueError, match="no"):
            ask()
    assert len(keys) == 3
    assert entries(client, fresh) == [("error", 100, 0)] * 3


def test_a_coroutine(daemon, client, fresh):
    async def body():
        asynchronous = AsyncBudgetClient(daemon.url)

        @budgeted(asynchronous, run=fresh, used=lambda answer: answer, **CALL)
        async def ask():
            await asyncio.sleep(0)
            return {"input_tokens": 5, "output_tokens": 6}

        assert asyncio.iscoroutinefunction(ask)
        await ask()
        await asynchronous.close()

    asyncio.run(body())
    assert entries(client, fresh) == [("ok", 5, 6)]


def last_chunk(chunk):
    return {"input_tokens": 9, "output_tokens": chunk} if chunk == 3 else None


def test_a_generator_and_one_closed_early(client, fresh):
    @budgeted(client, run=fresh, used=last_chunk, **CALL)
    def stream():
        yield from (1, 2, 3)

    assert list(stream()) == [1, 2, 3]
    assert entries(client, fresh) == [("ok", 9, 3)]
    early = stream()
    assert next(early) == 1
    assert client.usage(run=fresh).limit("run-in-flight").held == 1
    early.close()
    assert client.usage(run=fresh).limit("run-in-flight").held == 0
    assert sorted(entries(client, fresh))[0] == ("cancelled", 100, 0)


def test_an_asynchronous_generator_and_one_closed_early(daemon, client, fresh):
    async def body():
        asynchronous = AsyncBudgetClient(daemon.url)

        @budgeted(asynchronous, run=fresh, used=last_chunk, **CALL)
        async def stream():
            for number in (1, 2, 3):
                yield number

        assert [chunk async for chunk in stream()] == [1, 2, 3]
        early = stream()
        assert await anext(early) == 1
        await early.aclose()
        await asynchronous.close()

    asyncio.run(body())
    assert sorted(entries(client, fresh)) == [("cancelled", 100, 0), ("ok", 9, 3)]
    assert client.usage(run=fresh).limit("run-in-flight").held == 0


def test_a_stream_that_is_closed_by_another_task(daemon, client, fresh):
    """Its context variables are not to be reset there; its hold is to be settled."""

    async def body():
        asynchronous = AsyncBudgetClient(daemon.url)

        @budgeted(asynchronous, run=fresh, **CALL)
        async def stream():
            with budget_context(task="inner"):
                yield 1
                yield 2

        early = stream()
        await asyncio.create_task(anext(early))
        await asyncio.create_task(early.aclose())
        await asynchronous.close()

    asyncio.run(body())
    assert entries(client, fresh) == [("cancelled", 100, 0)]
    assert client.usage(run=fresh).limit("run-in-flight").held == 0


def test_a_stream_is_closed_while_it_is_held(daemon, client, fresh):
    """Its provider still streams as long as nobody has closed it."""
    held = []

    def note():
        held.append(client.usage(run=fresh).limit("run-in-flight").held)

    @budgeted(client, run=fresh, **CALL)
    def stream():
        try:
            yield 1
        finally:
            note()

    async def body():
        asynchronous = AsyncBudgetClient(daemon.url)

        @budgeted(asynchronous, run=fresh, **CALL)
        async def asynchronous_stream():
            try:
                yield 1
            finally:
                # A provider takes its time to close.
                await asyncio.sleep(0.2)
                note()

        async for _ in (early := asynchronous_stream()):
            break
        await early.aclose()
        await asynchronous.close()

    early = stream()
    next(early)
    early.close()
    asyncio.run(body())
    assert held == [1, 1]


def test_a_client_of_the_other_kind_is_refused(client, daemon):
    with pytest.raises(TypeError, match="AsyncBudgetClient"):

        @budgeted(client)
        async def ask(): ...

    with pytest.raises(TypeError, match="a BudgetClient"):

        @budgeted(AsyncBudgetClient(daemon.url))
        def ask_too(): ...

    with pytest.raises(BadArgument, match="modle"):
        budgeted(client, modle="x")


def test_generators_that_overlap_keep_their_holds_apart(client, fresh):
    seen = []

    @budgeted(client, run=fresh, **CALL)
    def stream(name):
        for number in range(2):
            with budget_context(agent=name):
                current_hold().used(input_tokens=number, output_tokens=0)
                yield current_hold()
                seen.append((name, context.current()["agent"]))

    first, second = stream("a"), stream("b")
    holds = [next(first), next(second)]
    assert current_hold() is None and not context.current()
    assert holds[0] is not holds[1]
    assert [next(first), next(second)] == holds
    first.close()
    assert current_hold() is None
    second.close()
    assert current_hold() is None and not context.current()
    assert seen == [("a", "a"), ("b", "b")]
    assert [line[1:] for line in entries(client, fresh)] == [(1, 0)] * 2


def test_asynchronous_generators_that_overlap_keep_their_holds_apart(daemon, fresh):
    async def body():
        asynchronous = AsyncBudgetClient(daemon.url)

        @budgeted(asynchronous, run=fresh, **CALL)
        async def stream(name):
            with budget_context(agent=name):
                yield current_hold()
                assert context.current()["agent"] == name
                got = yield current_hold()
                yield got

        assert inspect.isasyncgenfunction(stream)
        first, second = stream("a"), stream("b")
        holds = [await anext(first), await anext(second)]
        assert current_hold() is None and not context.current()
        assert [await anext(first), await anext(second)] == holds
        assert await first.asend("said") == "said"
        await first.aclose()
        await second.aclose()
        assert current_hold() is None
        await asynchronous.close()

    asyncio.run(body())


def test_a_generator_takes_and_returns(client, fresh):
    @budgeted(client, run=fresh, **CALL)
    def talk():
        said = yield "first"
        try:
            yield said
        except KeyError:
            yield "caught"
        return "done"

    talking = talk()
    assert inspect.isgeneratorfunction(talk)
    assert [next(talking), talking.send("second"), talking.throw(KeyError())] == [
        "first", "second", "caught"
    ]  # fmt: skip
    with pytest.raises(StopIteration) as end:
        next(talking)
    assert end.value.value == "done"
    assert entries(client, fresh) == [("ok", 100, 10)]

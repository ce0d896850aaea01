"""How a block ends, for every way to leave it, and that nothing stays held."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from budgetd import AsyncBudgetClient, BadArgument, BudgetClient, current_hold
from budgetd.ending import outcome_of
from daemon import eventually

CALL = {"model": "stand-in", "input_tokens": 100, "output_tokens": 10}


def held(client, run):
    return client.usage(run=run).limit("run-in-flight").held


class ReadTimeout(Exception):
    """As httpx's: no TimeoutError."""


class StatusError(Exception):
    def __init__(self, status):
        self.status_code = status


class Wrapped(Exception):
    def __init__(self, status):
        self.response = StatusError(status)


ENDINGS = [
    # raised, what the entry says: outcome, input, output, micro-dollars
    (None, "ok", 100, 10, 200),
    (ValueError("parsing"), "error", 100, 0, 100),
    (StatusError(429), "error", 0, 0, 0),
    (Wrapped(500), "error", 0, 0, 0),
    (StatusError(504), "timeout", 100, 0, 100),
    (TimeoutError(), "timeout", 100, 0, 100),
    (ReadTimeout(), "timeout", 100, 0, 100),
    (asyncio.CancelledError(), "cancelled", 100, 0, 100),
    (GeneratorExit(), "cancelled", 100, 0, 100),
    (KeyboardInterrupt(), "cancelled", 100, 0, 100),
]


@pytest.mark.parametrize(
    ("error", "outcome", "input_tokens", "output_tokens", "micro"),
    ENDINGS, ids=[type(row[0]).__name__ + row[1] for row in ENDINGS],
)  # fmt: skip
def test_the_table_of_endings(
    daemon, client, both, fresh, error, outcome, input_tokens, output_tokens, micro
):
    async def body():
        other = both.client(daemon.url)
        try:
            async with both.hold(other, run=fresh, **CALL):
                if error is not None:
                    raise error
        except BaseException as raised:
            assert raised is error

    # Some of these would end the event loop itself; a step by hand does not.
    loop = asyncio.new_event_loop()
    loop.run_until_complete(asyncio.wait_for(body(), 60))
    loop.close()
    [entry] = [line for line in client.run(fresh).entries if line.kind == "commit"]
    assert (entry.outcome or "ok") == outcome
    assert (entry.input_tokens, entry.output_tokens) == (input_tokens, output_tokens)
    assert entry.cost_usd * 1_000_000 == micro
    assert held(client, fresh) == 0
    assert client.run(fresh).calls == 1


@pytest.mark.parametrize("how", ["said", "raised"])
def test_what_was_not_sent_goes_back(daemon, client, both, fresh, how):
    async def body():
        other = both.client(daemon.url)
        with pytest.raises(ConnectionRefusedError):
            async with both.hold(
                other, run=fresh, not_sent=(ConnectionRefusedError,) if how == "raised" else (),
                **CALL,
            ) as hold:  # fmt: skip
                if how == "said":
                    hold.not_sent()
                raise ConnectionRefusedError

    both.do(body())
    assert client.run(fresh).calls == 0
    assert held(client, fresh) == 0


def test_what_was_said_is_committed_though_it_failed(daemon, client, both, fresh):
    async def body():
        with pytest.raises(ValueError, match="late"):
            async with both.hold(both.client(daemon.url), run=fresh, **CALL) as hold:
                hold.used(input_tokens=7)
                hold.used(output_tokens=1, response_id="r")
                raise ValueError("late")

    both.do(body())
    entry = client.run(fresh, by="time").entries[0]
    assert (entry.input_tokens, entry.output_tokens, entry.outcome) == (7, 1, "error")


def test_an_estimate_in_dollars_stands_when_the_outcome_is_unknown(client, fresh):
    with pytest.raises(TimeoutError), client.reserve(run=fresh, cost_usd="0.25"):
        raise TimeoutError
    with pytest.raises(StatusError), client.reserve(run=fresh, cost_usd="0.25"):
        raise StatusError(400)
    assert str(client.run(fresh).cost_usd) in ("0.25", "0.250000000")


def test_a_block_that_was_settled_within_is_left_alone(daemon, client, both, fresh):
    async def body():
        async with both.hold(both.client(daemon.url), run=fresh, **CALL) as hold:
            assert current_hold() is hold
            await both.of(hold.commit(input_tokens=1, output_tokens=0))
        assert current_hold() is None

    both.do(body())
    assert client.run(fresh).tokens == 1


def test_a_long_call_keeps_its_hold_and_a_forgotten_one_expires(daemon, client, both, fresh):
    async def body():
        other = both.client(daemon.url)
        async with both.hold(other, run=fresh, ttl_ms=900, **CALL) as hold:
            first = hold.decision.expires_at_ms
            # Beyond its time to live, its grace of a second and a sweep.
            eventually(lambda: client.status(hold.id).expires_at_ms > first + 2000)
            assert client.status(hold.id).state == "held"
        assert client.status(hold.id).state == "committed"
        forgotten = await both.of(other.reserve(run=fresh, ttl_ms=100, **CALL))
        eventually(lambda: held(client, fresh) == 0)
        assert client.status(forgotten.id).state == "expired"
        # Its call was made after all.
        late = await both.of(forgotten.commit())
        assert late.late and late.state == "late_committed"

    both.do(body())


def test_a_killed_process_leaves_nothing_held(daemon, client, fresh):
    text = f"""
import sys, time
from budgetd import BudgetClient
with BudgetClient({daemon.url!r}).reserve(run={fresh!r}, ttl_ms=300, model="stand-in"):
    print("held", flush=True)
    sys.stdin.read()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"held\n"
    assert held(client, fresh) == 1
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    eventually(lambda: held(client, fresh) == 0)
    assert client.run(fresh).calls == 0


def test_a_cancelled_task_settles(daemon, client, fresh):
    async def body():
        other = AsyncBudgetClient(daemon.url)
        entered = asyncio.Event()

        async def call():
            async with other.reserve(run=fresh, **CALL):
                entered.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(call())
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(call(), 0.05)
        await other.close()

    asyncio.run(body())
    assert held(client, fresh) == 0
    assert [entry.outcome for entry in client.run(fresh, by="time").entries] == ["cancelled"] * 2


def test_cancelled_again_while_it_settles(daemon, proxy, client, fresh):
    async def body():
        other = AsyncBudgetClient(proxy.url, deadline=30)
        entered = asyncio.Event()

        async def call():
            async with other.reserve(run=fresh, **CALL):
                entered.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(call())
        await entered.wait()
        proxy.lose("COMMIT", 10_000, silently=True, arrives=False)
        task.cancel()
        while "COMMIT" not in proxy.seen:
            await asyncio.sleep(0.001)
        task.cancel()
        proxy.heal()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await other.drain(40)

    asyncio.run(body())
    assert held(client, fresh) == 0
    assert client.run(fresh).calls == 1


def test_cancelled_while_it_reserves(proxy, client, fresh):
    async def body():
        other = AsyncBudgetClient(proxy.url, deadline=30)
        # Each copy of it: however late the loop is, none is answered before it is cancelled.
        proxy.lose("RESERVE", 10_000, silently=True)
        task = asyncio.ensure_future(other.reserve(run=fresh, **CALL).decide())
        while await asyncio.to_thread(held, client, fresh) == 0:
            pass
        task.cancel()
        proxy.heal()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await other.drain(40)

    asyncio.run(body())
    assert held(client, fresh) == 0
    assert client.run(fresh).calls == 0


class SoftTimeLimit(Exception):
    """As Celery's: raised by a signal, wherever the program is."""


@contextmanager
def struck_when(proxy, verb, error):
    """The block is struck by `error` while it waits for the answer to `verb`."""

    def strike(*_):
        raise error

    before = signal.signal(signal.SIGUSR1, strike)

    def watch():
        eventually(lambda: verb in proxy.seen)
        time.sleep(0.05)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with pytest.raises(type(error)):
            yield
    finally:
        watcher.join()
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("error", [SoftTimeLimit(), KeyboardInterrupt()], ids=repr)
def test_struck_while_it_settles(proxy, client, fresh, error):
    other = BudgetClient(proxy.url, deadline=30)
    proxy.lose("COMMIT", 1, silently=True, arrives=False)
    with struck_when(proxy, "COMMIT", error), other.reserve(run=fresh, **CALL) as hold:
        hold.used(input_tokens=7, output_tokens=1)
    assert other.drain(40)
    [entry] = client.run(fresh, by="time").entries
    assert (entry.input_tokens, entry.output_tokens) == (7, 1)
    assert held(client, fresh) == 0


@pytest.mark.parametrize("error", [SoftTimeLimit(), KeyboardInterrupt()], ids=repr)
def test_struck_while_it_reserves(proxy, client, fresh, error):
    other = BudgetClient(proxy.url, deadline=30)
    proxy.lose("RESERVE", 1, silently=True)
    with struck_when(proxy, "RESERVE", error):
        other.reserve(run=fresh, **CALL)
    assert other.drain(40)
    assert held(client, fresh) == 0
    assert client.run(fresh).calls == 0


def test_one_client_in_several_loops_and_after_a_fork(daemon, fresh):
    asynchronous = AsyncBudgetClient(daemon.url)

    async def body():
        async with asynchronous.reserve(run=fresh, **CALL):
            pass

    asyncio.run(body())
    asyncio.run(body())
    text = f"""
import os
from budgetd import BudgetClient
client = BudgetClient({daemon.url!r})
def once():
    with client.reserve(run={fresh!r}, ttl_ms=300, model="stand-in") as hold:
        first = hold.decision.expires_at_ms
        while client.status(hold.id).expires_at_ms == first: pass
once()
if os.fork() == 0:
    once()
    os._exit(0)
assert os.wait()[1] == 0
once()
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", text], check=True, timeout=90)
    assert BudgetClient(daemon.url).run(fresh).calls == 5


def test_outcomes_of_types_that_only_name_themselves():
    class SoftTimeLimitExceeded(Exception): ...

    class APITimeoutError(Exception): ...

    assert outcome_of(SoftTimeLimitExceeded()) == "timeout"
    assert outcome_of(APITimeoutError()) == "timeout"
    assert outcome_of(StatusError("teapot")) == "error"


@pytest.mark.parametrize(
    ("said", "entered"),
    [
        # input, output, micro-dollars
        ({"input_tokens": 10, "output_tokens": 5, "cache_read_tokens": 50}, (60, 5, 65)),
        ({"input_tokens": 10, "output_tokens": 5, "reasoning_tokens": 6}, (10, 11, 120)),
        ({"input_tokens": 10, "output_tokens": 5, "cache_write_tokens": 20}, (30, 5, 80)),
        ({"input_tokens": 10.0, "output_tokens": 5}, (10, 5, 60)),
        ({"input_tokens": 10, "output_tokens": 5, "response_id": ""}, (10, 5, 60)),
        ({"input_tokens": 10, "output_tokens": 5, "model": ""}, (10, 5, 60)),
        ({"input_tokens": 10, "output_tokens": 5, "outcome": "failed"}, (10, 5, 60)),
        ({"input_tokens": [10], "output_tokens": 5}, (100, 5, 150)),
        ({"input_tokens": -1, "output_tokens": -1}, (100, 10, 200)),
    ],
    ids=str,
)
@pytest.mark.parametrize("how", ["block", "word"])
def test_a_usage_that_makes_no_sense_is_spent_all_the_same(
    daemon, client, both, fresh, caplog, said, entered, how
):
    async def body():
        other = both.client(daemon.url)
        if how == "word":
            hold = await both.of(other.reserve(run=fresh, **CALL))
            await both.of(hold.commit(**said))
        else:
            async with both.hold(other, run=fresh, **CALL) as hold:
                hold.used(**said)

    both.do(body())
    [entry] = client.run(fresh, by="time").entries
    assert (entry.input_tokens, entry.output_tokens) == entered[:2]
    assert entry.cost_usd * 1_000_000 == entered[2]
    assert (entry.outcome or "ok") == "ok"
    assert held(client, fresh) == 0
    assert "makes no sense" in caplog.text


@pytest.mark.parametrize(
    ("said", "entered"),
    [({"prompt_tokens": 3}, (100, 10)), ({"prompt_tokens": 3, "input_tokens": 7}, (7, 0))],
    ids=str,
)
@pytest.mark.parametrize("how", ["block", "word"])
def test_a_name_that_is_no_field_is_raised_and_the_rest_is_spent(
    daemon, client, both, fresh, said, entered, how
):
    async def body():
        other = both.client(daemon.url)
        with pytest.raises(BadArgument, match="prompt_tokens"):
            if how == "word":
                hold = await both.of(other.reserve(run=fresh, **CALL))
                await both.of(hold.commit(**said))
            else:
                async with both.hold(other, run=fresh, **CALL) as hold:
                    hold.used(**said)

    both.do(body())
    [entry] = client.run(fresh, by="time").entries
    assert (entry.input_tokens, entry.output_tokens) == entered
    assert (entry.outcome or "ok") == "ok"
    assert held(client, fresh) == 0


@pytest.fixture
def no_threads(monkeypatch):
    """As an interpreter that shuts down, from Python 3.12 on; the proxy still has its threads."""
    real = threading.Thread.start

    def start(self):
        if self.name.startswith("budgetd"):
            raise RuntimeError("can't create new thread at interpreter shutdown")
        real(self)

    return lambda: monkeypatch.setattr(threading.Thread, "start", start)


def test_no_thread_can_be_started(proxy, client, both, fresh, no_threads):
    async def body():
        # Of its own address, and so without the threads that others started.
        other = both.client(proxy.url)
        no_threads()
        async with both.hold(other, run=fresh, **CALL) as hold:
            hold.used(input_tokens=7, output_tokens=1)

    both.do(body())
    [entry] = client.run(fresh, by="time").entries
    assert (entry.input_tokens, entry.output_tokens) == (7, 1)
    assert held(client, fresh) == 0


def test_what_is_owed_is_entered_without_a_thread(daemon, proxy, client, fresh, no_threads):
    other = BudgetClient(proxy.url, deadline=0.6)
    other.usage()
    no_threads()
    with other.reserve(run=fresh, **CALL) as hold:
        hold.used(input_tokens=7, output_tokens=1)
        proxy.lose("COMMIT", 3)
    assert other.drain(40)
    [entry] = client.run(fresh, by="time").entries
    assert (entry.input_tokens, entry.output_tokens) == (7, 1)
    assert held(client, fresh) == 0


def test_pools_end_with_their_loops(daemon, fresh):
    other = AsyncBudgetClient(daemon.url)

    async def body():
        await other.usage(run=fresh)

    for _ in range(20):
        asyncio.run(body())
    assert len(other._line._pools) == 1

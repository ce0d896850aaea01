"""Lost answers, slow and absent daemons: one effect at most, and it is told which."""

import socket
import time

import pytest

from budgetd import BudgetClient, OutcomeUnknown, Unavailable
from daemon import eventually

CALL = {"model": "stand-in", "input_tokens": 100, "output_tokens": 10}
DEADLINE = 1.5


def held(client, run):
    return client.usage(run=run).limit("run-in-flight").held


@pytest.mark.parametrize("silently", [False, True])
@pytest.mark.parametrize("verb", ["RESERVE", "COMMIT", "RELEASE", "EXTEND", "CHARGE", "RECORD"])
def test_one_lost_reply_has_one_effect(both, proxy, client, fresh, verb, silently):
    async def body():
        through = both.client(proxy.url, deadline=DEADLINE)
        proxy.lose(verb, 1, silently)
        for _ in range(2):
            hold = await both.of(through.reserve(run=fresh, **CALL))
            assert (await both.of(hold.extend(90_000))).state == "held"
            await both.of(hold.release() if verb == "RELEASE" else hold.commit())
        await both.of(through.charge(run=fresh, **CALL))
        await both.of(through.record(run=fresh, **CALL))

    both.do(body())
    expected = {
        "RESERVE": 2,
        "COMMIT": 2,
        "RELEASE": 2,
        "EXTEND": 2,
        "CHARGE": 1,
        "RECORD": 1,
    }
    assert proxy.seen.count(verb) > expected[verb]
    ledger = client.run(fresh)
    assert ledger.calls == (2 if verb == "RELEASE" else 4)
    assert ledger.cost_usd * 5000 == ledger.calls
    assert held(client, fresh) == 0


def test_a_silent_daemon_gets_no_flood_of_copies(both, proxy, client, fresh):
    """redis-py by itself would send eleven; a third of the deadline each makes it three."""

    async def body():
        through = both.client(proxy.url, deadline=DEADLINE)
        proxy.lose("CHARGE", 100, silently=True)
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown, match="CHARGE"):
            await both.of(through.charge(idempotency_key=fresh, run=fresh, **CALL))
        assert time.monotonic() - began < DEADLINE * 10
        proxy.heal()
        again = await both.of(through.charge(idempotency_key=fresh, run=fresh, **CALL))
        assert again.replayed

    both.do(body())
    assert 2 <= proxy.seen.count("CHARGE") <= 5
    assert client.run(fresh).calls == 1


def test_a_reservation_whose_answers_are_all_lost_is_given_back(both, proxy, client, fresh):
    async def body():
        through = both.client(proxy.url, deadline=1.5)
        proxy.lose("RESERVE", 10_000)
        calls = 0
        with pytest.raises(OutcomeUnknown):
            async with both.hold(through, run=fresh, **CALL):
                calls += 1
        assert calls == 0
        assert held(client, fresh) == 1
        proxy.heal()
        # Long before its minute is over.
        eventually(lambda: held(client, fresh) == 0)

    both.do(body())
    assert client.run(fresh).calls == 0


def test_a_settlement_that_can_not_be_told_does_not_cost_the_answer(both, proxy, client, fresh):
    async def body():
        through = both.client(proxy.url, deadline=1.5)
        async with both.hold(through, run=fresh, **CALL) as hold:
            hold.used(input_tokens=50, output_tokens=5)
            proxy.lose("COMMIT", 10_000)
        assert not await both.of(through.drain(0.05))
        proxy.heal()
        assert await both.of(through.drain(40))

    both.do(body())
    ledger = client.run(fresh)
    assert (ledger.calls, ledger.tokens) == (1, 55)
    assert held(client, fresh) == 0


def test_nobody_listens(both, tmp_path):
    async def body():
        for url in (str(tmp_path / "nothing"), f"redis://127.0.0.1:{free_port()}"):
            client = both.client(url, deadline=0.2)
            began = time.monotonic()
            calls = 0
            with pytest.raises(Unavailable, match="RESERVE"):
                async with both.hold(client, **CALL):
                    calls += 1
            assert calls == 0
            assert time.monotonic() - began < 10

    both.do(body())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_comes_back_within_the_deadline(own_daemon, both, fresh):
    async def body():
        own_daemon.start()
        client = both.client(own_daemon.url, deadline=20)
        await both.of(client.charge(run=fresh, **CALL))
        own_daemon.stop()
        own_daemon.start()
        # The pool's connection is dead; nothing is to be seen of it.
        await both.of(client.charge(run=fresh, **CALL))
        assert (await both.of(client.run(fresh))).calls == 2

    both.do(body())


def test_redis_pys_own_retries_are_off(daemon):
    client = BudgetClient(daemon.url)
    client.usage()
    pool = client._line._pool
    assert pool.connection_kwargs["retry"]._retries == 0
    assert pool.make_connection().protocol == 3

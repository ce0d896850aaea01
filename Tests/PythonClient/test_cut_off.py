"""Without the daemon: closed by default, open within bounds where that is wanted."""

import time

import pytest

from budgetd import Allow, BadArgument, BudgetClient, OutcomeUnknown, Unavailable
from daemon import eventually

DOLLARS = {"cost_usd": "0.3"}
# A connection that died unseen leaves a doubt.
CLOSED = (Unavailable, OutcomeUnknown)
OTHER = "on_unavailable: { cap: 5, within: 20s }"


def books(daemon):
    """Asks with patience: the tests' own clients have little."""
    return BudgetClient(daemon.url, deadline=60)


def let_through(client, run):
    return client.usage(run=run, labels={"cut_off": "1"}).limit("cut-off").spent


def test_closed_by_default(own_daemon, both):
    async def body():
        client = both.client(own_daemon.url, deadline=0.1)
        with pytest.raises(Unavailable):
            await both.of(client.reserve(run="r", **DOLLARS))
        with pytest.raises(Unavailable):
            await both.of(client.charge(run="r", **DOLLARS))

    both.do(body())


def test_no_more_than_the_amount_and_entered_afterwards(own_daemon, both):
    async def body():
        client = both.client(own_daemon.url, deadline=2, on_unavailable=Allow(usd=1))
        served = 0
        for _ in range(5):
            try:
                async with both.hold(client, run="r", user="u", **DOLLARS) as hold:
                    assert hold.is_let_through and hold.id is None
                    served += 1
                    hold.used(cost_usd="0.25")
            except Unavailable:
                pass
        # A fourth would have been 1.2 dollars; what was used in truth is known to nobody yet.
        assert served == 3
        own_daemon.start()
        assert await both.of(client.drain(40))
        ledger = books(own_daemon).run("r")
        assert (ledger.calls, float(ledger.cost_usd)) == (3, 0.75)
        assert [entry.kind for entry in ledger.entries] == ["record"] * 3
        assert let_through(books(own_daemon), "r") == 3
        # And the next is decided by the daemon again.
        async with both.hold(client, run="r", **DOLLARS) as hold:
            assert not hold.is_let_through
        # The bound is for what is not entered yet.
        own_daemon.stop()
        async with both.hold(client, run="r", **DOLLARS) as hold:
            assert hold.is_let_through

    both.do(body())


def test_no_longer_than_the_time(own_daemon, both):
    async def body():
        rule = Allow(usd=9_000_000, seconds=0.05)
        client = both.client(own_daemon.url, deadline=0.2, on_unavailable=rule)
        served, ends = 0, time.monotonic() + 20
        with pytest.raises(Unavailable):
            while time.monotonic() < ends:
                async with both.hold(client, run="r", **DOLLARS):
                    served += 1
        assert served >= 1

    both.do(body())


def test_what_was_let_through_and_not_sent_costs_nothing(own_daemon, both):
    async def body():
        client = both.client(own_daemon.url, deadline=0.1, on_unavailable=Allow(usd="0.5"))
        for _ in range(3):
            async with both.hold(client, run="r", **DOLLARS) as hold:
                hold.not_sent()
        own_daemon.start()
        assert await both.of(client.drain(40))
        assert books(own_daemon).run("r").calls == 0

    both.do(body())


def test_a_call_without_a_price_counts_for_something(own_daemon, both):
    async def body():
        rule = Allow(usd=1, usd_per_call="0.5")
        client = both.client(own_daemon.url, deadline=0.1, on_unavailable=rule)
        served = 0
        with pytest.raises(Unavailable):
            for _ in range(5):
                async with both.hold(client, run="r", model="stand-in", input_tokens=10):
                    served += 1
        assert served == 2

    both.do(body())


def test_the_reservation_had_arrived_after_all(both, proxy, client, fresh):
    """RESERVE holds, its answers are lost, the call is let through: it is one call in the end."""

    async def body():
        other = both.client(proxy.url, deadline=1.5, on_unavailable="allow")
        proxy.lose("RESERVE", 10_000)
        async with both.hold(other, run=fresh, model="stand-in", input_tokens=10) as hold:
            assert hold.is_let_through
            hold.used(input_tokens=20, output_tokens=1)
        proxy.heal()
        assert await both.of(other.drain(40))

    both.do(body())
    ledger = client.run(fresh)
    assert (ledger.calls, ledger.tokens) == (1, 21)
    assert client.usage(run=fresh).limit("run-in-flight").held == 0


def test_charges_are_let_through_too(own_daemon, both):
    async def body():
        client = both.client(own_daemon.url, deadline=2, on_unavailable=Allow(usd=1))
        allowed = 0
        with pytest.raises(Unavailable):
            for _ in range(5):
                allowed += (await both.of(client.charge(run="r", **DOLLARS))).allowed
        assert allowed == 3
        own_daemon.start()
        assert await both.of(client.drain(40))
        assert books(own_daemon).run("r").calls == 3
        assert let_through(books(own_daemon), "r") == 3

    both.do(body())


def test_the_charge_had_arrived_after_all(both, proxy, client, fresh, caplog):
    async def body():
        other = both.client(proxy.url, deadline=1.5, on_unavailable="allow")
        proxy.lose("CHARGE", 10_000)
        assert (await both.of(other.charge(run=fresh, cost_usd=1))).id is None
        proxy.heal()
        assert await both.of(other.drain(40))

    both.do(body())
    assert client.run(fresh).calls == 1
    # That RECORD finds its key used is as it should be.
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("said", "served"), [("deny", 0), ("{ cap: 0.7, within: 10m }", 2)], ids=["deny", "allow"]
)
def test_the_policys_rule_is_the_default(own_daemon, both, said, served):
    policy = own_daemon.directory / "policy.yaml"
    policy.write_text(policy.read_text() + f"on_unavailable: {said}\n")
    own_daemon.start()

    async def body():
        client = both.client(own_daemon.url, deadline=2)
        await both.of(client.usage())
        office = client._desk.office
        eventually(lambda: said == "deny" or office.rule is not None)
        # Its own word wins over the policy's.
        closed = both.client(own_daemon.url, deadline=0.5, on_unavailable="deny")
        own_daemon.stop()
        passed = 0
        with pytest.raises(CLOSED):
            for _ in range(5):
                async with both.hold(client, run="r", **DOLLARS):
                    passed += 1
        assert passed == served
        with pytest.raises(CLOSED):
            await both.of(closed.reserve(run="r", cost_usd="0.01"))
        # Back with another rule: it is heard with the next answer.
        policy.write_text(policy.read_text().replace(f"on_unavailable: {said}", OTHER))
        own_daemon.start()
        assert await both.of(client.drain(40))
        await both.of(client.usage())
        eventually(lambda: office.rule == Allow(usd=5, seconds=20.0))

    both.do(body())


def test_a_wrong_rule_is_refused(tmp_path):
    with pytest.raises(BadArgument, match="on_unavailable 'maybe'"):
        BudgetClient(str(tmp_path), on_unavailable="maybe")


def test_a_usage_that_makes_no_sense_is_entered_afterwards_all_the_same(own_daemon, both):
    async def body():
        client = both.client(own_daemon.url, deadline=0.3, on_unavailable=Allow(usd=1))
        async with both.hold(client, run="r", model="stand-in", input_tokens=9) as hold:
            hold.used(input_tokens=10, output_tokens=5, cache_read_tokens=50)
        own_daemon.start()
        assert await both.of(client.drain(40))
        await both.of(client.close())

    both.do(body())
    [entry] = BudgetClient(own_daemon.url).run("r", by="time").entries
    assert (entry.input_tokens, entry.output_tokens) == (60, 5)


def test_what_is_settled_twice_frees_the_bound_once(tmp_path):
    rule = Allow(usd=1, usd_per_call="0.5")
    client = BudgetClient(f"{tmp_path}/nobody.sock", deadline=0.1, on_unavailable=rule)
    with client.reserve(model="stand-in") as hold:
        for _ in range(5):
            hold.release()
    for _ in range(2):
        client.reserve(model="stand-in")
    with pytest.raises(Unavailable):
        client.reserve(model="stand-in")

"""Every command: its typed answer, and its effect as the daemon's books tell it."""

from decimal import Decimal

import pytest

from budgetd import (
    BadArgument,
    BudgetExceeded,
    Conflict,
    Finalized,
    MissingSubject,
    RateLimited,
    Suspended,
    UnknownModel,
    UnknownReservation,
)

CALL = {"model": "stand-in", "input_tokens": 100, "output_tokens": 10}


def test_reserve_commit_and_the_run(daemon, both, fresh):
    async def body():
        client = both.client(daemon.url)
        hold = await both.of(client.reserve(run=fresh, task="plan", **CALL))
        assert hold.decision.allowed and hold.decision.state == "held" and not hold.is_let_through
        assert 59_000 <= hold.decision.expires_at_ms - hold.decision.now_ms <= 60_000
        held = await both.of(client.usage(run=fresh))
        assert held.limit("run-in-flight").held == 1
        assert held.limit("run-calls").held == 1
        done = await both.of(hold.commit(input_tokens=90, output_tokens=5, response_id="r"))
        assert (done.state, done.cost_usd, done.tokens) == (
            "committed",
            Decimal("0.00014"),
            95,
        )
        ledger = await both.of(client.run(fresh))
        assert (ledger.calls, ledger.tokens, ledger.cost_usd) == (
            1,
            95,
            Decimal("0.00014"),
        )
        assert ledger.tasks[0].task == "plan"
        assert ledger.entries[0].response_id == "r"
        assert "95" in ledger.total
        now = await both.of(client.usage(run=fresh))
        assert now.limit("run-in-flight").held == 0
        assert now.limit("run-calls").spent == 1
        await both.of(client.close())

    both.do(body())


def test_release_extend_and_status(daemon, both, fresh):
    async def body():
        client = both.client(daemon.url)
        hold = await both.of(client.reserve(run=fresh, **CALL))
        longer = await both.of(client.extend(hold.id, 120_000))
        assert longer.expires_at_ms - longer.now_ms == 120_000
        assert (await both.of(client.status(hold.id))).state == "held"
        assert (await both.of(client.release(hold.id))).state == "released"
        by_key = await both.of(client.status(idempotency_key=hold.idempotency_key))
        assert (by_key.id, by_key.state) == (hold.id, "released")
        with pytest.raises(Finalized):
            await both.of(client.commit(hold.id))
        with pytest.raises(UnknownReservation):
            await both.of(client.status("default." + "A" * 22))

    both.do(body())


def test_charge_record_and_check(daemon, both, fresh):
    async def body():
        client = both.client(daemon.url)
        asked = await both.of(client.check(session=fresh, model="stand-in", input_tokens=2000))
        assert (asked.allowed, asked.reason, asked.limit) == (
            False, "limit_exceeded", "session-cost",
        )  # fmt: skip
        assert asked.cap == Decimal("0.001")
        spent = await both.of(client.charge(session=fresh, run=fresh, **CALL))
        assert spent.state == "committed"
        entered = await both.of(client.record(session=fresh, run=fresh, cost_usd="0.5"))
        assert entered.cost_usd == Decimal("0.5")
        standing = (await both.of(client.usage(session=fresh))).limit("session-cost")
        assert standing.spent == Decimal("0.5002")
        with pytest.raises(BudgetExceeded):
            await both.of(client.charge(session=fresh, run=fresh, **CALL))
        assert (await both.of(client.run(fresh))).calls == 2

    both.do(body())


def test_a_denial_carries_every_field(daemon, both, fresh):
    async def body():
        client = both.client(daemon.url)
        with pytest.raises(BudgetExceeded) as caught:
            await both.of(
                client.reserve(session=fresh, model="stand-in", input_tokens=2000, output_tokens=0)
            )
        error = caught.value
        assert (error.reason, error.limit, error.scope) == (
            "limit_exceeded", "session-cost", f"session={fresh}",
        )  # fmt: skip
        assert (error.cap, error.spent, error.held) == (Decimal("0.001"), 0, 0)
        assert error.requested == Decimal("0.002")
        assert error.remaining == Decimal("0.001")
        assert error.retryable is False and error.retry_after_ms is None
        assert error.failed == ("session-cost",)
        assert error.window and error.message and str(error) == error.message
        assert error.decision.policy

    both.do(body())


def test_reasons_have_kinds(client, fresh):
    with pytest.raises(UnknownModel):
        client.reserve(user=fresh, model="never-heard-of", input_tokens=1)
    client.charge(agent=fresh, **CALL)
    client.charge(agent=fresh, **CALL)
    with pytest.raises(RateLimited) as caught:
        client.charge(agent=fresh, **CALL)
    assert caught.value.retryable and 0 < caught.value.retry_after_ms <= 1000
    suspend = ("reason", "test", "idempotency_key", fresh)
    client.execute("SUBJECT", "SUSPEND", "user", fresh, *suspend)
    with pytest.raises(Suspended) as stopped:
        client.reserve(user=fresh, **CALL)
    assert stopped.value.scope == f"user={fresh}"


def test_a_required_subject(own_daemon):
    policy = own_daemon.directory / "policy.yaml"
    policy.write_text(policy.read_text() + "require: [user]\n")
    from budgetd import BudgetClient

    with pytest.raises(MissingSubject, match="user"):
        BudgetClient(own_daemon.start().url).reserve(**CALL)


def test_another_body_under_the_key_is_a_conflict(daemon, both, fresh):
    async def body():
        client = both.client(daemon.url)
        await both.of(client.charge(idempotency_key=fresh, run=fresh, **CALL))
        again = await both.of(client.charge(idempotency_key=fresh, run=fresh, **CALL))
        assert again.replayed
        with pytest.raises(Conflict):
            await both.of(client.charge(idempotency_key=fresh, run=fresh, model="other"))
        assert (await both.of(client.run(fresh))).calls == 1

    both.do(body())


def test_a_hold_that_was_settled_permits_no_second_call(daemon, both, fresh):
    async def body():
        client = both.client(daemon.url)
        hold = await both.of(client.reserve(idempotency_key=fresh, run=fresh, **CALL))
        same = await both.of(client.reserve(idempotency_key=fresh, run=fresh, **CALL))
        assert same.id == hold.id and same.decision.replayed
        await both.of(hold.commit())
        with pytest.raises(Finalized, match="committed"):
            await both.of(client.reserve(idempotency_key=fresh, run=fresh, **CALL))

    both.do(body())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"modle": "x"}, "modle"),
        ({"input_tokens": True}, "input_tokens True"),
        ({"input_tokens": -1}, "-1"),
        ({"cost_usd": float("nan")}, "cost_usd nan"),
        ({"cost_usd": object}, "cost_usd"),
        ({"labels": "free"}, "labels 'free'"),
        ({"user": ""}, "user"),
        ({"outcome": "fine"}, "outcome"),
    ],
)
def test_bad_input_names_field_and_value(client, fresh, given, says):
    with pytest.raises(BadArgument, match=says):
        client.reserve(run=fresh, **given)
    with pytest.raises(ValueError, match=says):
        client.check(run=fresh, **given)
    assert client.usage(run=fresh).limit("run-in-flight").held == 0


@pytest.mark.parametrize(
    ("given", "cost"),
    [
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (Decimal("1E-5"), "0.00001"),
        (2, "2"),
        ("1", "1"),
    ],
)
def test_money_in_any_type(client, fresh, given, cost):
    assert client.record(run=fresh, cost_usd=given).cost_usd == Decimal(cost)


def test_labels_are_fields(client, fresh):
    client.record(run=fresh, labels={"tier": "free", "team": "a"}, cost_usd=1)
    with pytest.raises(Conflict):
        client.record(idempotency_key=fresh, labels={"tier": "free"}, cost_usd=1)
        client.record(idempotency_key=fresh, labels={"tier": "paid"}, cost_usd=1)

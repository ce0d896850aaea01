"""Addresses, errors as values, and fields of answers that are not known yet."""

import json
import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from budgetd import (
    BadArgument,
    BudgetClient,
    BudgetExceeded,
    OutcomeUnknown,
    Unavailable,
)
from budgetd.cleaning import cleaned
from budgetd.endpoint import DEFAULT, address
from budgetd.errors import from_code
from budgetd.naming import named
from budgetd.results import Decision, read
from budgetd.tries import Tries


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("/a/b.sock", "unix:///a/b.sock"),
        ("unix:/a/b.sock", "unix:///a/b.sock"),
        ("unix:///a/b.sock", "unix:///a/b.sock"),
        ("redis://127.0.0.1:7000", "redis://127.0.0.1:7000"),
        ("rediss://u:p@host:1", "rediss://u:p@host:1"),
    ],
)
def test_addresses(given, url):
    assert address(given) == url


def test_the_environment_names_the_address(monkeypatch, daemon):
    monkeypatch.delenv("BUDGETD_URL", raising=False)
    assert address(None) == f"unix://{DEFAULT}"
    monkeypatch.setenv("BUDGETD_URL", str(daemon.socket))
    assert BudgetClient().usage().seq >= 0


@pytest.mark.parametrize("wrong", ["http://x", "localhost", "unix:", "redis:/x"])
def test_a_wrong_address_is_named(wrong):
    with pytest.raises(BadArgument, match=f"url '{wrong}'"):
        address(wrong)


@pytest.mark.parametrize("deadline", [0, -1, float("nan")])
def test_a_wrong_deadline_is_named(deadline):
    with pytest.raises(BadArgument, match="deadline"):
        BudgetClient("/x", deadline=deadline)


def test_errors_survive_pickle_and_the_plain_values_of_a_result_backend():
    reply = {
        "decision": "deny",
        "reason": "limit_exceeded",
        "cap": "0.5",
        "message": "no",
    }
    error = BudgetExceeded(read(Decision, reply))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is BudgetExceeded
    assert again.decision == error.decision
    [fields] = error.args
    plain = BudgetExceeded(json.loads(json.dumps(fields, default=str)))
    assert plain.decision == error.decision and str(plain) == "no"
    gone = pickle.loads(pickle.dumps(Unavailable("gone", "OVERLOADED")))
    assert (gone.code, gone.message, str(gone)) == (
        "OVERLOADED",
        "gone",
        "OVERLOADED: gone",
    )


def test_codes():
    assert isinstance(from_code("OVERLOADED", ""), Unavailable)
    assert isinstance(from_code("INTERNAL", ""), OutcomeUnknown)
    assert from_code("SOMETHING_NEW", "x").code == "SOMETHING_NEW"


def test_replies_with_more_and_fewer_fields_than_known():
    decision = read(Decision, {"decision": "allow", "new_field": 1, "tightest_remaining": "0.1"})
    assert decision.allowed and decision.failed == () and decision.warnings == ()


def wire(text):
    import redis.exceptions as errors

    return errors.ResponseError(text)


def test_tries_are_told_apart_by_what_may_have_happened():
    import redis.exceptions as errors

    lost = errors.ConnectionError("lost")
    rows = [
        # (failures: error, sent), what it is in the end
        ([(lost, False)], Unavailable),
        ([(lost, True)], OutcomeUnknown),
        ([(lost, True), (lost, False)], OutcomeUnknown),
        ([(wire("UNAVAILABLE redis is gone"), True)], Unavailable),
        ([(wire("OVERLOADED too many"), False)], Unavailable),
        (
            [(wire("UNAVAILABLE x"), True), (wire("OUTCOME_UNKNOWN x"), True)],
            OutcomeUnknown,
        ),
        ([(wire("INTERNAL x"), True), (wire("UNAVAILABLE x"), True)], OutcomeUnknown),
        ([(wire("BADARG x"), True)], BadArgument),
        ([(wire("LOADING Redis is loading"), True)], Exception),
    ]
    for failures, kind in rows:
        tries = Tries("CHARGE", 10, now=0)
        for error, sent in failures[:-1]:
            assert 0 < tries.failed(error, sent, now=1) <= 0.25
        error, sent = failures[-1]
        with pytest.raises(kind):
            tries.failed(error, sent, now=10)


@pytest.mark.parametrize(
    ("said", "clean"),
    [
        ({"input_tokens": 10, "output_tokens": 0, "cost_usd": Decimal("0.1")}, None),
        ({"input_tokens": 10, "cache_read_tokens": 50}, {"input_tokens": 60}),
        ({"input_tokens": 9, "cache_read_tokens": 5, "cache_write_tokens": 5},
         {"input_tokens": 19}),
        ({"input_tokens": 9, "cache_write_tokens": 2, "cache_write_1h_tokens": 3},
         {"cache_write_tokens": 5}),
        ({"input_tokens": 1, "cache_write_1h_tokens": 3}, {"input_tokens": 4}),
        ({"output_tokens": 5, "reasoning_tokens": 9}, {"output_tokens": 14}),
        ({"input_tokens": 10.0, "output_tokens": 4.5}, {"input_tokens": 10, "output_tokens": 5}),
        ({"input_tokens": -1, "output_tokens": 4}, {"input_tokens": None}),
        ({"input_tokens": 4, "output_tokens": float("nan")},
         {"input_tokens": None, "output_tokens": None}),
        ({"response_id": "", "model": "", "provider": "a\nb"},
         {"response_id": None, "model": None, "provider": "a b"}),
        ({"outcome": "failed", "service_tier": "default", "cost_usd": -1, "attempt": True},
         {"outcome": None, "service_tier": None, "cost_usd": None, "attempt": None}),
        ({"prompt_tokens": 3, "user": "alice"}, {"prompt_tokens": None}),
    ],
)  # fmt: skip
def test_a_usage_is_cleaned_of_what_makes_no_sense(said, clean):
    expected = {**said, **(clean or {})}
    found = cleaned(said)
    assert found == {name: value for name, value in expected.items() if value is not None}
    assert not any(isinstance(value, float) for value in found.values())
    assert cleaned(found) == found


def test_an_address_may_be_a_path(tmp_path, monkeypatch):
    assert address(tmp_path / "s") == f"unix://{tmp_path}/s"
    monkeypatch.chdir(tmp_path)
    assert address(Path("s")) == f"unix://{tmp_path}/s"
    BudgetClient(tmp_path / "s")


def test_an_empty_name_does_not_hide_the_next():
    assert named({"user": "", "user_id": "bob", "run": None, "run_id": 7}) == {
        "user": "bob",
        "run": "7",
    }

"""Every command as a value: the words that are sent and how the answer is read.

Each of them may be repeated: RESERVE, CHARGE and RECORD by their key, COMMIT and RELEASE by the id
they settle, EXTEND because its deadline is absolute, and the rest because they change nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from budgetd import context
from budgetd.fields import CALL, USAGE, arguments
from budgetd.results import Decision, RunLedger, Settlement, Standing, read

T = TypeVar("T")
A = TypeVar("A")


@dataclass(frozen=True)
class Request(Generic[T]):
    """A command that can be sent any number of times and has its effect once."""

    words: tuple[str | int, ...]
    read: Callable[[Any], T]

    @property
    def verb(self) -> str:
        """The command's name."""
        return str(self.words[0])


def new_key() -> str:
    """A new idempotency key, for one attempt at one provider call."""
    return uuid.uuid4().hex


def _answer(kind: type[A]) -> Callable[[Any], A]:
    return lambda reply: read(kind, reply)


_decision, _settlement = _answer(Decision), _answer(Settlement)
_standing, _ledger = _answer(Standing), _answer(RunLedger)


def _keyed(verb: str, key: str, call: Mapping[str, Any]) -> tuple[str | int, ...]:
    return (verb, "idempotency_key", key, *arguments(call, CALL))


def in_context(call: Mapping[str, Any]) -> Mapping[str, Any]:
    """The call's fields over those of the context."""
    return context.merged(context.current(), call)


def reserve(key: str, call: Mapping[str, Any], ttl_ms: int | None) -> Request[Decision]:
    """RESERVE: holds an estimate."""
    words = _keyed("RESERVE", key, call)
    return Request(words if ttl_ms is None else (*words, "ttl_ms", ttl_ms), _decision)


def charge(key: str, call: Mapping[str, Any]) -> Request[Decision]:
    """CHARGE: spends if allowed."""
    return Request(_keyed("CHARGE", key, call), _decision)


def record(key: str, call: Mapping[str, Any]) -> Request[Settlement]:
    """RECORD: enters what is spent."""
    return Request(_keyed("RECORD", key, call), _settlement)


def commit(id: str, used: Mapping[str, Any]) -> Request[Settlement]:
    """COMMIT: settles."""
    return Request(("COMMIT", id, *arguments(used, USAGE)), _settlement)


def release(id: str) -> Request[Settlement]:
    """RELEASE: gives back."""
    return Request(("RELEASE", id), _settlement)


def extend(id: str, ttl_ms: int) -> Request[Settlement]:
    """EXTEND: a new deadline."""
    return Request(("EXTEND", id, "ttl_ms", ttl_ms), _settlement)


def check(call: Mapping[str, Any]) -> Request[Decision]:
    """CHECK: the decision that RESERVE would give."""
    return Request(("CHECK", *arguments(call, CALL)), _decision)


def usage(call: Mapping[str, Any]) -> Request[Standing]:
    """USAGE: what the limits stand at."""
    # Which attempt it is tells nothing of the limits that apply.
    asked = {name: value for name, value in call.items() if name != "attempt"}
    return Request(("USAGE", *arguments(asked, CALL)), _standing)


def status(id: str | None, key: str | None, tenant: str | None) -> Request[Settlement]:
    """STATUS: by id, or by key and tenant."""
    if id is not None:
        return Request(("STATUS", id), _settlement)
    words: tuple[str | int, ...] = ("STATUS", "idempotency_key", key or "")
    if tenant is not None:
        words = (*words, "tenant", tenant)
    return Request(words, _settlement)


def run(
    name: str, tenant: str | None, by: str | None, count: int | None, cursor: int | None
) -> Request[RunLedger]:
    """RUN: a page of a run's ledger."""
    pairs = {"tenant": tenant, "by": by, "count": count, "cursor": cursor}
    return Request(("RUN", name, *arguments(pairs, frozenset(pairs))), _ledger)


def raw(words: tuple[str | int, ...]) -> Request[Any]:
    """Any other command, with its answer as it comes."""
    return Request(words, lambda reply: reply)

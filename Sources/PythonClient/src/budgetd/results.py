"""The daemon's answers as frozen values.

Amounts are in the measure of their limit: a `Decimal` of US dollars or seconds, or an `int` of
tokens, calls or tasks. Names that end in `_ms` are milliseconds; points in time count from 1970
UTC. Fields that the daemon adds later are ignored here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

Amount: TypeAlias = Decimal | int
T = TypeVar("T")


def _amount(value: Any) -> Amount | None:
    return Decimal(value) if isinstance(value, str) else value


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(value or ())


def _as(convert: Callable[[Any], Any], **more: Any) -> Any:
    return field(metadata={"as": convert}, **more)


def _many(kind: type[T]) -> Any:
    return _as(lambda values: tuple(read(kind, each) for each in values or ()))


@cache
def _readers(kind: Any) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    return tuple((each.name, each.metadata.get("as")) for each in fields(kind))


def read(kind: type[T], reply: Mapping[str, Any]) -> T:
    """A value of `kind` from a reply's map."""
    get = reply.get
    readers = _readers(cast(Hashable, kind))
    return kind(**{name: convert(get(name)) if convert else get(name) for name, convert in readers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What every answer says: as of which entry of the tenant's history, when, which policy."""

    seq: int
    now_ms: int
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitWarning:
    """A share of a limit's cap (`threshold`, like 0.8) that this operation passed first."""

    limit: str
    scope: str
    threshold: Decimal = _as(_decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Answer):
    """Whether a call may be made, why, and what is left."""

    decision: str
    id: str | None
    state: str | None
    expires_at_ms: int | None
    advice: str
    tightest: str | None
    tightest_remaining: Amount | None = _as(_amount)
    replayed: bool = _as(bool)
    warnings: tuple[LimitWarning, ...] = _many(LimitWarning)
    reason: str | None
    limit: str | None
    scope: str | None
    window: str | None
    cap: Amount | None = _as(_amount)
    spent: Amount | None = _as(_amount)
    held: Amount | None = _as(_amount)
    requested: Amount | None = _as(_amount)
    remaining: Amount | None = _as(_amount)
    resets_at_ms: int | None
    retryable: bool = _as(bool)
    retry_after_ms: int | None
    message: str | None
    failed: tuple[str, ...] = _as(_texts)

    @property
    def allowed(self) -> bool:
        """True where the call may be made."""
        return self.decision == "allow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement(Answer):
    """What became of a reservation, charge or record."""

    id: str
    state: str
    cost_usd: Decimal = _as(_decimal)
    tokens: int
    late: bool = _as(bool)
    over_estimate: bool = _as(bool)
    unpriced: bool = _as(bool)
    expires_at_ms: int | None
    warnings: tuple[LimitWarning, ...] = _many(LimitWarning)
    replayed: bool = _as(bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitStanding:
    """What one limit stands at for one scope."""

    limit: str
    scope: str
    window: str
    measure: str
    mode: str
    cap: Amount = _as(_amount)
    spent: Amount = _as(_amount)
    held: Amount = _as(_amount)
    remaining: Amount = _as(_amount)
    resets_at_ms: int | None
    overridden: bool = _as(bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Answer):
    """What every limit that applies stands at."""

    limits: tuple[LimitStanding, ...] = _many(LimitStanding)
    advice: str
    tightest: str | None
    tightest_remaining: Amount | None = _as(_amount)

    def limit(self, name: str) -> LimitStanding:
        """The standing of the limit of that name; KeyError where none applies."""
        for each in self.limits:
            if each.limit == name:
                return each
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTask:
    """One task of a run and what it used."""

    task: str | None
    cost_usd: Decimal = _as(_decimal)
    tokens: int
    calls: int
    retries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """One line of a run's ledger."""

    id: str | None
    kind: str
    seq: int
    at_ms: int
    user: str | None
    session: str | None
    task: str | None
    agent: str | None
    tool: str | None
    model: str | None
    outcome: str | None
    price: str | None
    response_id: str | None
    tokens: int
    input_tokens: int
    output_tokens: int
    attempt: int
    cost_usd: Decimal = _as(_decimal)
    seconds: Decimal = _as(_decimal)
    unpriced: bool = _as(bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLedger(Answer):
    """A page of a run's ledger; `total` is a sentence and, like the sums, of the whole run."""

    run: str
    tenant: str
    total: str
    cost_usd: Decimal = _as(_decimal)
    tokens: int
    calls: int
    retries: int
    tasks: tuple[RunTask, ...] = _many(RunTask)
    entries: tuple[RunEntry, ...] = _many(RunEntry)
    next: int | None


# The decision of a client that could not ask: no id, no state, and as of no entry.
WITHOUT_DAEMON: Decision = read(
    Decision, {"decision": "allow", "advice": "conserve", "seq": 0, "now_ms": 0, "policy": ""}
)

"""Celery: one line puts a budget under an application's tasks.

    from budgetd.celery import install

    install(app)                                   # BUDGETD_URL, or the system's socket

What it does:

- The context of whoever publishes a task travels in a header, and so reaches children, chains,
  groups and chords; the worker restores it and adds `task` (the task's id), `run` (the root task's
  id, unless the context has one) and `attempt`. Calls in the body are accounted to the task.
- A task with an estimate (`@app.task(budget={"cost_usd": "0.01"})`, or a function of its arguments)
  is reserved before its body and settled after it; without one, the calls in the body are.
- A refusal, in front of the body or from a call in it, goes where `on_refusal` says.

Each execution of a body has keys of its own, also of a message that is delivered again: the hold of
a worker that was killed expires. `attempt` is `request.retries`, and one more when redelivered.
"""

from __future__ import annotations

import json
import logging
import weakref
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from inspect import getattr_static, isfunction, signature
from typing import Any, Literal, cast

from celery import Celery, Task, signals
from celery.app.registry import TaskRegistry
from celery.exceptions import Ignore, Reject, Retry

from budgetd.clerk import LAST_WORDS
from budgetd.client import BudgetClient
from budgetd.context import NAMES, budget_context, current
from budgetd.endpoint import Address
from budgetd.errors import BadArgument, BudgetDenied, BudgetdError, OutcomeUnknown, Unavailable
from budgetd.fields import CALL, Call, check

log = logging.getLogger("budgetd.celery")

# The context, and how often a refused task has waited; on dead letters, why they are dead.
CONTEXT_HEADER = "budgetd"
WAITS_HEADER = "budgetd-waits"
DECISION_HEADER = "budgetd-decision"

Refusal = Literal["reject", "retry", "raise"]
Estimate = Mapping[str, Any] | Callable[..., Mapping[str, Any]]
# A task's own: inherited by nobody.
_OWN = ("task", "attempt")


@dataclass(frozen=True)
class Installation:
    """What `install` was told."""

    client: BudgetClient
    on_refusal: Refusal
    most_waits: int
    wait: float
    dead_letters: tuple[str, str] | None


_installed: weakref.WeakKeyDictionary[Celery, Installation] = weakref.WeakKeyDictionary()


def install(
    app: Celery,
    client: BudgetClient | Address | None = None,
    *,
    on_refusal: Refusal = "reject",
    most_waits: int = 20,
    wait: float = 10.0,
    dead_letters: tuple[str, str] | None = None,
) -> Installation:
    """Puts a budget under the tasks of an application. Call it before tasks are declared.

    Args:
        app: the application; its tasks become `BudgetTask`s.
        client: a client, or the daemon's address; see `BudgetClient`.
        on_refusal: what becomes of a task that is refused. "reject" publishes it to the queue's
            dead-letter exchange with the decision in the header `budgetd-decision`, and it fails;
            "retry" publishes it again to run after the decision's `retry_after_ms`, and rejects it
            where waiting does not help; "raise" lets it fail. A daemon that can't be asked is a
            refusal for which waiting helps.
        most_waits: how often a refused task is published again before it is rejected.
        wait: seconds to wait where the decision does not say.
        dead_letters: exchange and routing key of dead letters, by default what the queue is
            declared with (`x-dead-letter-exchange`, `x-dead-letter-routing-key`).

    Raises:
        BadArgument: for a word that is none of these, or tasks that are too old for it. A task that
            has a `budget` and another base than `BudgetTask` raises it when it is registered.
    """
    if on_refusal not in ("reject", "retry", "raise"):
        raise BadArgument(f"on_refusal {on_refusal!r}: expected 'reject', 'retry' or 'raise'")
    late = [
        name
        for name, task in (app.tasks.items() if app.finalized else ())
        if not name.startswith("celery.") and not isinstance(task, BudgetTask)
    ]
    if late:
        raise BadArgument(f"app {app.main!r}: expected no tasks before install; it has {late}")
    own = client if isinstance(client, BudgetClient) else BudgetClient(client)
    installation = Installation(own, on_refusal, most_waits, wait, dead_letters)
    _installed[app] = installation
    if not issubclass(app.Task, BudgetTask):
        app.Task = type("Task", (BudgetTask, app.Task), {"__module__": __name__, "abstract": True})
    if not isinstance(app._tasks, _Registry):
        app._tasks = _Registry(app._tasks)
    # Connecting twice is once.
    signals.before_task_publish.connect(_publish)
    signals.task_prerun.connect(_begin)
    signals.task_postrun.connect(_end)
    signals.worker_process_shutdown.connect(_leave)
    return installation


class _Registry(TaskRegistry):  # type: ignore[misc]
    """An application's tasks: none has a budget that nobody keeps."""

    def __setitem__(self, name: str, task: Task) -> None:
        if getattr(task, "budget", None) and not isinstance(task, BudgetTask):
            bases = [base.__qualname__ for base in type(task).__bases__]
            raise BadArgument(
                f"task {name!r} has a budget and the base {', '.join(bases)}: "
                "expected a base that inherits budgetd.celery.BudgetTask"
            )
        super().__setitem__(name, task)


class BudgetTask(Task):  # type: ignore[misc]
    """The base of an application's tasks. A base of your own inherits it.

    `budget` is the estimate: fields of a call, or a function of the task's arguments that gives
    them, on a base of your own also a method with `self`. None reserves nothing for the task
    itself. The body tells what it used by `current_hold().used(…)`; called directly it is no task,
    and `current_hold()` is None.
    """

    abstract = True
    budget: Estimate | None = None
    # `autoretry_for=(Exception,)` would ask again and again, at once.
    dont_autoretry_for = (BudgetDenied,)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the body within its budget; a plain call of the function is left alone."""
        installation = _installed.get(self.app)
        if installation is None or self.request.called_directly:
            return super().__call__(*args, **kwargs)
        try:
            with self._hold(installation, args, kwargs):
                return super().__call__(*args, **kwargs)
        except (BudgetDenied, Unavailable, OutcomeUnknown) as refusal:
            if self.request.is_eager:
                raise
            _refuse(self, installation, refusal)
            raise

    def _hold(
        self, installation: Installation, args: Any, kwargs: Any
    ) -> AbstractContextManager[Any]:
        budget = getattr_static(self, "budget")
        # A function set on a class would be bound to the task.
        if not isfunction(budget) or next(iter(signature(budget).parameters), None) == "self":
            budget = self.budget
        estimate = budget(*args, **kwargs) if callable(budget) else budget
        if not estimate:
            return nullcontext()
        check(estimate, CALL)
        return installation.client.reserve(**cast(Call, estimate))


def _refuse(task: Task, installation: Installation, refusal: BudgetdError) -> None:
    """Publishes the task again, or to the dead letters; returns where it just fails."""
    if installation.on_refusal == "raise":
        return
    waits = int((task.request.headers or {}).get(WAITS_HEADER, 0))
    if installation.on_refusal == "retry" and waits < installation.most_waits:
        seconds = _seconds_to_wait(refusal, installation.wait)
        if seconds is not None:
            _publish_again(task, refusal, seconds, waits + 1)
    letters = installation.dead_letters or _dead_letters(task)
    if letters is None:
        log.warning("%s has no dead-letter exchange; it fails: %s", task.name, refusal)
        return
    _publish_dead(task, refusal, *letters)
    if task.acks_late and not _is_acknowledged_when_failing(task):
        # The broker would make it a dead letter once more, without the decision.
        task.backend.mark_as_failure(task.request.id, refusal, request=task.request)
        raise Ignore


def _is_acknowledged_when_failing(task: Task) -> bool:
    # Older Celery has one word for failures and time limits.
    on_failure = getattr(task, "acks_on_failure", None)
    return bool(task.acks_on_failure_or_timeout if on_failure is None else on_failure)


def _seconds_to_wait(refusal: BudgetdError, otherwise: float) -> float | None:
    if not isinstance(refusal, BudgetDenied):
        return otherwise
    if not refusal.retryable:
        return None
    return otherwise if refusal.retry_after_ms is None else refusal.retry_after_ms / 1000


def _publish_again(task: Task, refusal: BudgetdError, seconds: float, waits: int) -> None:
    # Not `task.retry`: a body that never ran, or was stopped by the budget, has not failed, and
    # keeps its number of retries.
    headers = {**(task.request.headers or {}), WAITS_HEADER: waits}
    again = task.signature_from_request(
        countdown=seconds, retries=task.request.retries, headers=headers
    )
    try:
        again.apply_async()
    except Exception as error:
        raise Reject(error, requeue=True) from error
    raise Retry(exc=refusal, when=seconds, sig=again)


def _publish_dead(task: Task, refusal: BudgetdError, exchange: str, routing_key: str) -> None:
    decision: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if isinstance(refusal, BudgetDenied):
        decision.update(refusal.args[0])
    headers = {
        **(task.request.headers or {}),
        DECISION_HEADER: json.dumps(decision, default=str),
    }
    dead = task.signature_from_request(retries=task.request.retries, headers=headers)
    dead.options.pop("queue", None)
    try:
        dead.apply_async(exchange=exchange, routing_key=routing_key, countdown=None, eta=None)
    except Exception as error:
        # With `acks_late` the broker makes it a dead letter itself; the decision is in the log.
        log.exception("%s could not be published as a dead letter: %s", task.name, decision)
        raise Reject(error, requeue=False) from error


def _dead_letters(task: Task) -> tuple[str, str] | None:
    """Where the queue that the task came from sends its dead letters, as it is declared here."""
    info = task.request.delivery_info or {}
    exchange, routing_key = info.get("exchange") or "", info.get("routing_key") or ""
    for queue in task.app.amqp.queues.values():
        bound = (queue.exchange.name or "") == exchange and queue.routing_key == routing_key
        if bound or (exchange == "" and queue.name == routing_key):
            arguments = queue.queue_arguments or {}
            name = arguments.get("x-dead-letter-exchange")
            if name is not None:
                return name, arguments.get("x-dead-letter-routing-key") or routing_key
    return None


def _publish(headers: dict[str, Any] | None = None, **_: Any) -> None:
    fields = {name: value for name, value in current().items() if name not in _OWN}
    if fields and headers is not None:
        labels = fields.get("labels")
        if labels:
            fields["labels"] = dict(labels)
        headers.setdefault(CONTEXT_HEADER, json.dumps(fields))


def _begin(task: Task, **_: Any) -> None:
    request = task.request
    fields: dict[str, Any] = _inherited((request.headers or {}).get(CONTEXT_HEADER))
    redelivered = bool((request.delivery_info or {}).get("redelivered"))
    fields.update(task=request.id, attempt=request.retries + redelivered)
    if "run" not in fields and "run" not in current():
        fields["run"] = request.root_id or request.id
    context = budget_context(**fields)
    context.__enter__()
    request.budgetd_context = context


def _inherited(header: Any) -> dict[str, Any]:
    if header is None:
        return {}
    try:
        fields = json.loads(header)
        check(fields, NAMES)
    except (TypeError, ValueError, AttributeError) as error:
        # A call without its subject is for the policy to refuse (`require`).
        log.error("header %s %r: expected the fields of a context: %s",
                  CONTEXT_HEADER, header, error)  # fmt: skip
        return {}
    return cast(dict[str, Any], fields)


def _end(task: Task, **_: Any) -> None:
    context = vars(task.request).pop("budgetd_context", None)
    if context is not None:
        context.__exit__(None, None, None)


def _leave(**_: Any) -> None:
    # A child of the pool ends without Python's own farewell.
    for installation in list(_installed.values()):
        installation.client.drain(LAST_WORDS)

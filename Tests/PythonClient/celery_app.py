"""The application that the Celery tests publish to and their workers run."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from celery import Celery, chain, chord, group
from kombu import Exchange, Queue

from budgetd import BudgetClient, current_hold
from budgetd.celery import install

REFUSAL = os.environ.get("TEST_REFUSAL", "reject")
CALL = {"model": "stand-in", "input_tokens": 50, "output_tokens": 5}
DEAD = {
    "x-dead-letter-exchange": "dead",
    "x-dead-letter-routing-key": f"dead-{REFUSAL}",
}


def make_app(broker: str, results: str, refusal: str, url: str) -> Celery:
    """An application with one queue, whose dead letters go to the queue `dead-<refusal>`."""
    app = Celery("celery_app", broker=broker, backend=results, set_as_current=True)
    queue = Queue(f"work-{refusal}", Exchange(""), f"work-{refusal}", queue_arguments=DEAD)
    app.conf.update(
        task_queues=[queue],
        task_default_queue=queue.name,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        result_chord_retry_interval=0.1,
    )
    install(
        app,
        BudgetClient(url, deadline=20),
        on_refusal=refusal,
        wait=0.05,
        most_waits=8,
    )
    return app


app = make_app(
    os.environ.get("TEST_BROKER", "memory://"),
    os.environ.get("TEST_RESULTS", "cache+memory://"),
    REFUSAL,
    os.environ.get("BUDGETD_URL", "/none"),
)
client = BudgetClient(os.environ.get("BUDGETD_URL", "/none"), deadline=20)


def served(name: str) -> None:
    """A call at the stand-in provider: one line in the file of that name."""
    with (Path(os.environ["TEST_SERVED"]) / name).open("a") as file:
        file.write("served\n")


@app.task
def ask(name: str) -> str:
    with client.reserve(**CALL) as hold:
        served(name)
        hold.used(input_tokens=50, output_tokens=5)
    return "asked"


@app.task
def ask_nobody(name: str) -> None:
    with BudgetClient("/nobody/listens/here", deadline=0.1).reserve(**CALL):
        served(name)


@app.task(budget=CALL)
def metered(name: str) -> str:
    served(name)
    current_hold().used(input_tokens=10, output_tokens=1)
    return "metered"


@app.task(budget=lambda name, tokens: {"model": "stand-in", "input_tokens": tokens})
def sized(name: str, tokens: int) -> None:
    served(name)


@app.task(budget=CALL, acks_late=True)
def late(name: str) -> None:
    served(name)


@app.task(budget=CALL, acks_late=True, acks_on_failure_or_timeout=False)
def late_and_rejected_when_failing(name: str) -> None:
    served(name)


@app.task(budget=CALL, autoretry_for=(Exception,), default_retry_delay=0)
def eager_to_retry(name: str) -> None:
    served(name)


@app.task(bind=True, autoretry_for=(Exception,), default_retry_delay=0)
def eager_to_retry_within(self, name: str) -> None:
    served(f"{name}-bodies")
    ask.run(name)


@app.task
def parent(name: str) -> None:
    """Children in every way that Celery knows: eight calls, its own included."""
    ask.run(name)
    ask.delay(name)
    chain(ask.si(name), ask.si(name))()
    group(ask.si(name), ask.si(name))()
    chord([ask.si(name)], ask.si(name))()


@app.task(bind=True, budget=CALL, max_retries=5)
def flaky(self, name: str) -> None:
    served(name)
    if self.request.retries < 2:
        raise self.retry(countdown=0)


@app.task(bind=True, acks_late=True, reject_on_worker_lost=True)
def killed_the_first_time(self, name: str) -> None:
    with client.reserve(ttl_ms=300, **CALL):
        served(name)
        if not self.request.delivery_info["redelivered"]:
            os.kill(os.getpid(), signal.SIGKILL)


@app.task(time_limit=1)
def hard_limit(name: str) -> None:
    with client.reserve(ttl_ms=300, **CALL):
        served(name)
        threading.Event().wait()


@app.task(soft_time_limit=1, budget=CALL)
def soft_limit(name: str) -> None:
    served(name)
    while True:
        time.sleep(0.01)

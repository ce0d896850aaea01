"""Celery on a RabbitMQ of the test's own: what tasks inherit, spend, and leave behind."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from celery import Celery, Task, group, signals
from celery.exceptions import TimeLimitExceeded
from kombu import Connection, Exchange, Queue

import celery_app as tasks
from broker import Broker
from budgetd import BadArgument, BudgetClient, BudgetExceeded, Unavailable, budget_context, context
from budgetd.celery import BudgetTask, _installed, install
from daemon import Daemon, eventually

HERE = Path(__file__).parent
WAIT = 120


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    own = Broker()
    try:
        own.start()
        with Connection(own.url) as connection:
            for kind in ("reject", "retry"):
                name = f"dead-{kind}"
                Queue(name, Exchange("dead"), name, channel=connection.channel()).declare()
        yield own
    finally:
        own.remove()


class World:
    """A worker, the application as a publisher, and the stand-in provider's files."""

    def __init__(self, broker: Broker, daemon: Daemon, refusal: str, directory: Path) -> None:
        self.broker, self.daemon, self.refusal = broker, daemon, refusal
        self.directory = directory
        (directory / "results").mkdir()
        self.results = f"file://{directory / 'results'}"
        self.books = BudgetClient(daemon.url, deadline=20)
        self.dead_letters: list[dict] = []

    def start(self) -> subprocess.Popen:
        environment = {
            **os.environ,
            "TEST_BROKER": self.broker.url,
            "TEST_RESULTS": self.results,
            "TEST_REFUSAL": self.refusal,
            "TEST_SERVED": str(self.directory),
            "BUDGETD_URL": self.daemon.url,
            "PYTHONPATH": f"{os.environ['PYTHONPATH']}:{HERE}",
        }
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "celery_app",
            "worker",
            "-c",
            "4",
        ]
        command += ["-P", "prefork", "-n", f"{self.refusal}@localhost", "-l", "WARNING"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.log = self.directory / "worker.log"
        with self.log.open("wb") as log:
            return subprocess.Popen(
                command, env=environment, cwd=self.directory, stdout=log, stderr=log
            )

    def served(self, name: str) -> int:
        file = self.directory / name
        return file.read_text().count("served") if file.exists() else 0

    def held(self, run: str) -> int:
        return self.books.usage(run=run).limit("run-in-flight").held

    def dead(self, run: str) -> list[dict]:
        """Headers of the dead letters of a run, so far."""
        with Connection(self.broker.url) as connection:
            queue = Queue(f"dead-{self.refusal}", Exchange("dead"), channel=connection.channel())
            while (message := queue.get(no_ack=True)) is not None:
                self.dead_letters.append(message.headers)
        return [each for each in self.dead_letters if json.loads(each["budgetd"])["run"] == run]


def running(broker, daemon, refusal, directory) -> Iterator[World]:
    world = World(broker, daemon, refusal, directory)
    # The publisher is the same application, with the same tasks.
    os.environ |= {"TEST_BROKER": broker.url, "TEST_RESULTS": world.results}
    os.environ |= {"TEST_REFUSAL": refusal, "BUDGETD_URL": daemon.url}
    importlib.reload(tasks)
    worker = world.start()
    try:
        yield world
    finally:
        worker.terminate()
        try:
            worker.wait(30)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        for name in ("TEST_BROKER", "TEST_RESULTS", "TEST_REFUSAL", "BUDGETD_URL"):
            os.environ.pop(name, None)


@pytest.fixture(scope="module")
def world(broker, daemon, tmp_path_factory):
    yield from running(broker, daemon, "reject", tmp_path_factory.mktemp("reject"))


@pytest.fixture
def patient(broker, daemon, tmp_path_factory):
    """A world whose refused tasks wait."""
    yield from running(broker, daemon, "retry", tmp_path_factory.mktemp("retry"))


def test_children_inherit_whose_spending_it_is(world, fresh):
    """Celery itself hands no header on to children, nor to later links of a chain."""
    with budget_context(user=fresh, tenant="acme", labels={"team": "a"}):
        root = tasks.parent.delay(fresh)
    eventually(lambda: world.served(fresh) == 8, WAIT)
    eventually(lambda: world.books.run(root.id, tenant="acme").calls == 8)
    ledger = world.books.run(root.id, tenant="acme", by="time")
    assert {entry.user for entry in ledger.entries} == {fresh}
    by_task = {task.task: task.calls for task in world.books.run(root.id, tenant="acme").tasks}
    assert by_task[root.id] == 1 and list(by_task.values()) == [1] * 8


def test_a_run_of_the_context_stays(world, fresh):
    with budget_context(run=fresh):
        task = tasks.ask.delay(fresh)
    assert task.get(WAIT) == "asked"
    [line] = world.books.run(fresh).tasks
    assert line.task == task.id


def test_a_plain_call_is_no_task(monkeypatch, tmp_path, fresh):
    monkeypatch.setenv("TEST_SERVED", str(tmp_path))
    assert tasks.metered.run.__name__ == "metered"
    with pytest.raises(AttributeError):
        # No hold: the body is on its own, as Celery means it to be.
        tasks.metered(fresh)


def test_a_task_is_reserved_before_its_body_and_settled_after_it(world, fresh):
    with budget_context(run=fresh):
        assert tasks.metered.delay(fresh).get(WAIT) == "metered"
        tasks.sized.delay(fresh, tokens=30).get(WAIT)
    entries = world.books.run(fresh, by="time").entries
    assert sorted((entry.input_tokens, entry.kind) for entry in entries) == [
        (10, "commit"), (30, "commit"),
    ]  # fmt: skip
    assert world.held(fresh) == 0


@pytest.mark.parametrize(
    "name",
    ["ask", "metered", "late", "late_and_rejected_when_failing", "eager_to_retry"],
)
def test_a_refusal_is_one_dead_letter_with_the_decision(world, fresh, name):
    task = getattr(tasks, name)
    world.books.record(session=fresh, cost_usd="0.001")
    with budget_context(session=fresh, run=fresh):
        result = task.delay(fresh)
    with pytest.raises(BudgetExceeded) as caught:
        result.get(WAIT)
    assert (caught.value.limit, caught.value.cap) == ("session-cost", Decimal("0.001"))
    eventually(lambda: world.dead(fresh))
    # Another task through the same worker: whatever the first one left would be there by now.
    with budget_context(run=fresh):
        tasks.ask.delay(f"{fresh}-after").get(WAIT)
    [letter] = world.dead(fresh)
    decision = json.loads(letter["budgetd-decision"])
    assert decision["reason"] == "limit_exceeded"
    assert decision["remaining"] in ("0", "0.000000000")
    assert letter["id"] == result.id and letter["task"] == task.name
    assert world.served(fresh) == 0
    assert world.books.run(fresh).calls == 1
    assert world.held(fresh) == 0


def test_a_daemon_that_can_not_be_asked_lets_no_task_through(world, fresh):
    with budget_context(run=fresh):
        result = tasks.ask_nobody.delay(fresh)
    with pytest.raises(Unavailable):
        result.get(WAIT)
    [letter] = eventually(lambda: world.dead(fresh))
    assert json.loads(letter["budgetd-decision"])["code"] == "UNAVAILABLE"
    assert world.served(fresh) == 0


def test_retries_by_themselves_do_not_ask_again(world, fresh):
    """autoretry_for=(Exception,) would run the body four times for one refusal."""
    world.books.record(session=fresh, cost_usd="0.001")
    with budget_context(session=fresh, run=fresh):
        result = tasks.eager_to_retry_within.delay(fresh)
    with pytest.raises(BudgetExceeded):
        result.get(WAIT)
    assert (world.served(f"{fresh}-bodies"), world.served(fresh)) == (1, 0)


def test_thirty_two_tasks_on_a_tenth_of_a_cent(world, fresh):
    with budget_context(session=fresh, run=fresh):
        results = group(tasks.late.si(fresh) for _ in range(32)).apply_async()
    eventually(results.ready, WAIT)
    assert world.served(fresh) == 10
    assert sum(each.successful() for each in results) == 10
    eventually(lambda: len(world.dead(fresh)) == 22)
    standing = world.books.usage(session=fresh).limit("session-cost")
    assert (standing.spent, standing.held) == (Decimal("0.001"), 0)


def test_retries_are_attempts(world, fresh):
    with budget_context(run=fresh):
        tasks.flaky.delay(fresh).get(WAIT)
    assert world.served(fresh) == 3
    ledger = world.books.run(fresh, by="time")
    assert sorted(entry.attempt for entry in ledger.entries) == [0, 1, 2]
    assert (ledger.calls, ledger.retries) == (3, 2)


def test_a_killed_worker_is_another_attempt_and_its_hold_expires(world, fresh):
    """Delivered again, it comes with retries=0: task and retries are no key."""
    with budget_context(run=fresh):
        tasks.killed_the_first_time.delay(fresh)
    eventually(lambda: world.served(fresh) == 2, WAIT)
    eventually(lambda: world.books.run(fresh).calls == 1, WAIT)
    eventually(lambda: world.held(fresh) == 0)
    kinds = {entry.kind: entry for entry in world.books.run(fresh, by="time").entries}
    assert kinds["commit"].attempt == 1
    assert kinds["commit"].id != getattr(kinds.get("expire"), "id", None)


def test_a_hard_time_limit_leaves_nothing_held(world, fresh):
    with budget_context(run=fresh):
        result = tasks.hard_limit.delay(fresh)
    with pytest.raises(TimeLimitExceeded):
        result.get(WAIT)
    assert world.served(fresh) == 1
    eventually(lambda: world.held(fresh) == 0)


def test_a_soft_time_limit_is_a_timeout(world, fresh):
    with budget_context(run=fresh):
        result = tasks.soft_limit.delay(fresh)
    eventually(lambda: result.failed(), WAIT)
    [entry] = world.books.run(fresh, by="time").entries
    assert (entry.outcome, entry.input_tokens, entry.output_tokens) == (
        "timeout",
        50,
        0,
    )
    assert world.held(fresh) == 0


def test_a_malformed_header_is_no_context_and_no_crash(world, fresh):
    headers = {"budgetd": "{not json"}
    task = tasks.ask.apply_async((fresh,), headers=headers)
    assert task.get(WAIT) == "asked"
    assert world.books.run(task.id).calls == 1
    assert "expected the fields of a context" in world.log.read_text()


def test_refused_tasks_wait_where_waiting_helps(patient, fresh):
    """A rate of one a second with a burst of two: all four run, and none counts as a retry."""
    with budget_context(agent=fresh, run=fresh):
        results = group(tasks.metered.si(fresh) for _ in range(4)).apply_async()
    eventually(lambda: patient.served(fresh) == 4, WAIT)
    eventually(lambda: all(each.successful() for each in results.results), WAIT)
    ledger = patient.books.run(fresh)
    assert (ledger.calls, ledger.retries) == (4, 0)
    # Where it doesn't help, it is a dead letter at once.
    patient.books.record(session=fresh, cost_usd="0.001")
    with budget_context(session=fresh, run=fresh):
        result = tasks.metered.delay(fresh)
    with pytest.raises(BudgetExceeded):
        result.get(WAIT)
    eventually(lambda: len(patient.dead(fresh)) == 1)
    assert patient.served(fresh) == 4
    # Where it never helps, it waits as often as it may.
    full = f"{fresh}-full"
    holds = [patient.books.reserve(run=full, **tasks.CALL) for _ in range(64)]
    with budget_context(run=full):
        result = tasks.metered.delay(full)
    with pytest.raises(BudgetExceeded):
        result.get(WAIT)
    [letter] = eventually(lambda: patient.dead(full))
    assert (letter["budgetd-waits"], letter["retries"]) == (8, 0)
    assert patient.served(full) == 0
    for hold in holds:
        hold.release()


def local_app(url, **options):
    """An application of one process, whose tasks run where they are called."""
    app = Celery("local", broker="memory://", backend="cache+memory://", set_as_current=False)
    app.conf.update(task_always_eager=True, task_store_eager_result=True)
    install(app, BudgetClient(url, deadline=20), **options)
    return app


@pytest.mark.parametrize("on_refusal", ["reject", "retry", "raise"])
def test_eager_tasks_are_within_their_callers_context(daemon, client, fresh, on_refusal):
    app = local_app(daemon.url, on_refusal=on_refusal)
    bodies = []

    @app.task(budget=tasks.CALL)
    def inner():
        bodies.append(dict(context.current()))

    @app.task
    def outer():
        inner.delay()
        bodies.append(dict(context.current()))

    with budget_context(run=fresh, user="alice"):
        outer.delay()
        assert context.current() == {"run": fresh, "user": "alice"}
    assert [body["task"] for body in bodies] == [client.run(fresh).tasks[0].task, bodies[1]["task"]]
    assert {body["user"] for body in bodies} == {"alice"} and {body["run"] for body in bodies} == {
        fresh
    }
    client.record(session=fresh, cost_usd="0.001")
    with budget_context(session=fresh), pytest.raises(BudgetExceeded):
        inner.delay().get()
    assert len(bodies) == 2


def test_a_child_of_the_pool_enters_what_it_owes_before_it_ends(proxy, client, fresh, monkeypatch):
    monkeypatch.setattr("budgetd.celery.LAST_WORDS", 60)
    app = local_app(proxy.url)
    [installation] = [_installed[app]]
    hold = BudgetClient(proxy.url, deadline=0.5).reserve(run=fresh, **tasks.CALL)
    proxy.lose("COMMIT", 10_000)
    with hold:
        pass
    proxy.heal()
    signals.worker_process_shutdown.send(sender=None, pid=0, exitcode=0)
    assert installation.client.drain(0)
    assert client.run(fresh).calls == 1


# Celery shares tasks between applications, and the test's own were loaded more than once.
@pytest.mark.filterwarnings("ignore::celery.exceptions.CeleryWarning")
def test_tasks_that_were_made_before_are_named(daemon):
    app = Celery("early", set_as_current=False)

    @app.task(name="early.work")
    def work(): ...

    app.finalize()
    with pytest.raises(BadArgument, match=r"early\.work"):
        install(app, daemon.url)


def test_a_wrong_word_is_refused():
    with pytest.raises(BadArgument, match="on_refusal 'drop'"):
        install(tasks.app, "/none", on_refusal="drop")


@pytest.mark.filterwarnings("ignore::celery.exceptions.CeleryWarning")
@pytest.mark.parametrize("how", ["function", "class"])
def test_a_budget_that_nobody_would_keep_is_refused(daemon, how):
    app = local_app(daemon.url)

    class Foreign(Task):
        name = "foreign.task"
        budget = tasks.CALL

        def run(self): ...

    if how == "class":
        with pytest.raises(BadArgument, match=r"foreign\.task.*BudgetTask"):
            app.register_task(Foreign())
        return

    @app.task(base=Task, budget=tasks.CALL, name="foreign.function", shared=False)
    def work(): ...

    with pytest.raises(BadArgument, match=r"foreign\.function.*base Task.*BudgetTask"):
        app.finalize()
    with pytest.raises(BadArgument, match=r"foreign\.function"):
        work.delay()
    assert "foreign.function" not in app.tasks


def by_arguments(name):
    return {**tasks.CALL, "agent": name}


class Function(BudgetTask):
    budget = by_arguments


class Static(BudgetTask):
    budget = staticmethod(by_arguments)


class Method(BudgetTask):
    def budget(self, name):
        return by_arguments(name)


@pytest.mark.parametrize("base", [Function, Static, Method])
def test_a_budget_may_be_a_function_on_a_base(daemon, client, fresh, base):
    app = local_app(daemon.url)

    @app.task(base=base, bind=True)
    def work(self, name): ...

    with budget_context(run=fresh):
        work.delay(fresh).get()
    assert [entry.agent for entry in client.run(fresh, by="time").entries] == [fresh]

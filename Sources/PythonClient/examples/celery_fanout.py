"""A fan-out of Celery tasks that never has more calls in flight than its run may have.

    deploy/run                                        # in another terminal: the example policy
    python examples/celery_fanout.py [address of budgetd]

One task reads a pile of documents and starts a task for each. The policy lets a run have 8 calls at
the same time (`run-in-flight`), so the others are refused, wait and come again; none is lost, and
none counts as a retry. It runs offline: broker, worker and model are in this process. It exits with
0 when all documents were read, with never more than 8 at once.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid

from celery import Celery, group
from celery.contrib.testing.worker import start_worker

from budgetd import BudgetClient, budget_context, current_hold
from budgetd.celery import install

DOCUMENTS, AT_ONCE = 24, 8
ESTIMATE = {"model": "gpt-4o-mini", "input_tokens": 800, "output_tokens": 100, "agent": "reader"}


class StandInModel:
    """Takes its time, and knows how many asked it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = self.most = self.calls = 0

    def read(self, document: int) -> dict[str, int]:
        """Tokens that the document took."""
        with self._lock:
            self._now += 1
            self.calls += 1
            self.most = max(self.most, self._now)
        time.sleep(0.1)
        with self._lock:
            self._now -= 1
        return {"input_tokens": 600 + 10 * document, "output_tokens": 80}


model = StandInModel()
app = Celery("fanout", broker="memory://", backend="cache+memory://")
client = BudgetClient(sys.argv[1] if len(sys.argv) > 1 else None)
install(app, client, on_refusal="retry", most_waits=1000, wait=0.05)


@app.task(budget=ESTIMATE)
def read(document: int) -> int:
    """Reads one document; its budget is held before this begins."""
    used = model.read(document)
    if hold := current_hold():
        hold.used(**used)
    return used["output_tokens"]


@app.task
def read_all(documents: int) -> None:
    """Starts a task for each document; they belong to the same run."""
    group(read.s(number) for number in range(documents))()


def main() -> int:
    """Runs it and prints the run's ledger."""
    run = f"fanout-{uuid.uuid4().hex[:8]}"
    with start_worker(
        app, pool="threads", concurrency=DOCUMENTS, perform_ping_check=False, loglevel="ERROR"
    ):
        with budget_context(user="alice", run=run):
            read_all.delay(DOCUMENTS)
        ends = time.monotonic() + 60
        while client.run(run).calls < DOCUMENTS and time.monotonic() < ends:
            time.sleep(0.05)
    ledger = client.run(run, count=100)
    for entry in ledger.entries:
        print(f"{entry.agent:8} {entry.model:12} {entry.tokens:6} tokens  ${entry.cost_usd:f}")
    print(ledger.total)
    print(f"{model.calls} documents were read, at most {model.most} at once")
    held = client.usage(user="alice", run=run).limit("run-in-flight").held
    done = ledger.calls == model.calls == DOCUMENTS and held == 0 and ledger.retries == 0
    return 0 if done and model.most <= AT_ONCE else 1


if __name__ == "__main__":
    sys.exit(main())

"""32 calls at once on a budget of a tenth of a cent: no more pass than fit."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from budgetd import AsyncBudgetClient, BudgetClient, BudgetExceeded, budgeted

# $0.0001 each: ten fit into $0.001.
CALL = {"model": "stand-in", "input_tokens": 50, "output_tokens": 5}
CALLS, FIT = 32, 10


def books(client, session):
    standing = client.usage(session=session).limit("session-cost")
    return standing.spent, standing.held


def test_threads(daemon, client, fresh):
    served = []
    together = threading.Barrier(CALLS)

    def worker(_):
        together.wait()
        try:
            with client.reserve(session=fresh, **CALL):
                served.append(1)
        except BudgetExceeded:
            return 1
        return 0

    with ThreadPoolExecutor(CALLS) as pool:
        refused = sum(pool.map(worker, range(CALLS)))
    assert (len(served), refused) == (FIT, CALLS - FIT)
    assert books(client, fresh) == (Decimal("0.001"), 0)


def test_tasks(daemon, client, fresh):
    served = []

    async def body():
        asynchronous = AsyncBudgetClient(daemon.url)

        @budgeted(asynchronous, session=fresh, **CALL)
        async def call():
            await asyncio.sleep(0)
            served.append(1)

        done = await asyncio.gather(*(call() for _ in range(CALLS)), return_exceptions=True)
        assert sum(isinstance(each, BudgetExceeded) for each in done) == CALLS - FIT
        await asynchronous.close()

    asyncio.run(body())
    assert len(served) == FIT
    assert books(client, fresh) == (Decimal("0.001"), 0)


def test_processes(daemon, client, fresh):
    text = f"""
import sys
from budgetd import BudgetClient, BudgetExceeded
client = BudgetClient({daemon.url!r})
sys.stdin.read()
for _ in range(8):
    try:
        with client.reserve(session={fresh!r}, **{CALL!r}):
            print("served", flush=True)
    except BudgetExceeded:
        pass
"""
    workers = [
        subprocess.Popen([sys.executable, "-c", text], stdin=-1, stdout=-1) for _ in range(4)
    ]
    for each in workers:
        each.stdin.close()
    served = sum(each.stdout.read().count(b"served") for each in workers)
    for each in workers:
        each.stdout.close()
        assert each.wait(60) == 0
    assert served == FIT
    assert books(client, fresh) == (Decimal("0.001"), 0)


def test_one_charge_each(daemon, fresh):
    client = BudgetClient(daemon.url)

    def charge(_):
        try:
            return client.charge(session=fresh, **CALL).allowed
        except BudgetExceeded:
            return False

    with ThreadPoolExecutor(CALLS) as pool:
        assert sum(pool.map(charge, range(CALLS))) == FIT

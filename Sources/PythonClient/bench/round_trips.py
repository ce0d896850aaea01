"""What a reservation around a call costs, in redis-py round trips.

    python bench/round_trips.py unix:///run/budgetd/budgetd.sock

Each round measures, one after the other, on one connection and one thread: a PING, a RESERVE and a
COMMIT as bare commands of redis-py, and the same as a block of this package; all but the PING also
for asyncio. A round trip is half of the two bare commands of the same kind. Printed are the medians
over the rounds and their ratios, which the machine's load moves less than the times.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable

import redis
import redis.asyncio

from budgetd import AsyncBudgetClient, BudgetClient

SYNCHRONOUS, ASYNCIO = "redis-py", "redis.asyncio"
ROUNDS, EACH = 30, 100
CALL = {"user": "bench", "model": "gpt-4o", "input_tokens": 400, "output_tokens": 60}


def timed(work: Callable[[], object]) -> float:
    """Microseconds of one execution, over a round."""
    began = time.perf_counter()
    for _ in range(EACH):
        work()
    return (time.perf_counter() - began) / EACH * 1e6


def main(url: str) -> None:
    """Measures and prints."""
    bare = redis.Redis.from_url(url, protocol=3, decode_responses=True)
    bare_asyncio = redis.asyncio.Redis.from_url(url, protocol=3, decode_responses=True)
    client = BudgetClient(url)
    asynchronous = AsyncBudgetClient(url)
    loop = asyncio.new_event_loop()
    words = [word for pair in CALL.items() for word in pair]

    def ping() -> None:
        bare.ping()

    def two_commands() -> None:
        key = uuid.uuid4().hex
        reply = bare.execute_command("RESERVE", "idempotency_key", key, *words)
        bare.execute_command("COMMIT", reply["id"], "input_tokens", 390, "output_tokens", 41)

    def block() -> None:
        with client.reserve(**CALL) as hold:
            hold.used(input_tokens=390, output_tokens=41)

    async def two_commands_asyncio() -> None:
        key = uuid.uuid4().hex
        reply = await bare_asyncio.execute_command("RESERVE", "idempotency_key", key, *words)
        await bare_asyncio.execute_command(
            "COMMIT", reply["id"], "input_tokens", 390, "output_tokens", 41
        )

    async def one_block() -> None:
        async with asynchronous.reserve(**CALL) as hold:
            hold.used(input_tokens=390, output_tokens=41)

    async def many(work: Callable[[], Awaitable[None]]) -> None:
        for _ in range(EACH):
            await work()

    def timed_asyncio(work: Callable[[], Awaitable[None]]) -> float:
        began = time.perf_counter()
        loop.run_until_complete(many(work))
        return (time.perf_counter() - began) / EACH * 1e6

    measures: dict[str, Callable[[], float]] = {
        "PING by redis-py": lambda: timed(ping),
        SYNCHRONOUS: lambda: timed(two_commands),
        f"a block, {SYNCHRONOUS}": lambda: timed(block),
        ASYNCIO: lambda: timed_asyncio(two_commands_asyncio),
        f"a block, {ASYNCIO}": lambda: timed_asyncio(one_block),
    }
    rounds: dict[str, list[float]] = {name: [] for name in measures}
    for measure in measures.values():
        measure()
    for _ in range(ROUNDS):
        for name, measure in measures.items():
            rounds[name].append(measure())
    medians = {name: statistics.median(times) for name, times in rounds.items()}
    ping_trip = medians["PING by redis-py"]
    print(f"{'':32} {'µs':>8} {'round trips':>12} {'PINGs':>8}")
    for kind in (SYNCHRONOUS, ASYNCIO):
        trip = medians[kind] / 2
        for name in (kind, f"a block, {kind}"):
            median = medians[name]
            print(f"{name:32} {median:8.1f} {median / trip:12.2f} {median / ping_trip:8.2f}")


if __name__ == "__main__":
    main(sys.argv[1])

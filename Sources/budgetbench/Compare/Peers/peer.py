"""One peer of `budgetbench compare`: asks for decisions as Python programs do.

Its only argument is an order as JSON: which peer it is, the address, a file of commands as Redis
reads them, how many workers, the cap of a user's tokens, and the processes whose CPU to look at.
With one worker it measures, with more it plays the contest over the cap: every worker makes calls
until it is refused. It prints one line of JSON.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import redis

HIGH = 9_000_000_000_000_000
COST, TOKENS = 16_000_000, 4600
#: How long a call of the contest takes that was let through.
CALL_SECONDS = 0.001
MONTH, DAY = 2_764_800, 172_800


def commands(path: str) -> Iterator[list[bytes]]:
    """The commands of a file, each as its words."""
    with open(path, "rb") as file:
        while header := file.readline():
            words = []
            for _ in range(int(header[1:])):
                length = int(file.readline()[1:])
                words.append(file.read(length))
                file.read(2)
            yield words


def fields(words: list[bytes]) -> dict[str, str]:
    """The subject of a RESERVE."""
    pairs = zip(words[1::2], words[2::2], strict=True)
    return {name.decode(): value.decode() for name, value in pairs}


def counters(words: list[bytes], cap: int) -> list[tuple[str, int, int, int]]:
    """The four counters of a call: key, amount, cap, seconds to live."""
    call = fields(words)
    return [
        (f"tenant:{call['tenant']}:cost:month", COST, HIGH, MONTH),
        (f"user:{call['user']}:tokens:day", TOKENS, cap, DAY),
        (f"session:{call['session']}:cost", COST, HIGH, DAY),
        (f"run:{call['run']}:calls", 1, HIGH, DAY),
    ]


class Sent:
    """Sends the command as it is: a RESERVE to budgetd, or a script's EVALSHA to Redis."""

    looks_afterwards = False

    def __init__(self, order: dict[str, Any], allows: Callable[[Any], bool]) -> None:
        self.client = redis.Redis(unix_socket_path=order["address"])
        self.allows = allows

    def prepared(self, words: list[bytes]) -> list[bytes]:
        return words

    def ping(self) -> None:
        self.client.ping()

    def decide(self, words: list[bytes]) -> bool:
        return self.allows(self.client.execute_command(*words))


class Incrby:
    """Adds up what was spent, and looks whether it was too much."""

    looks_afterwards = True

    def __init__(self, order: dict[str, Any]) -> None:
        self.client = redis.Redis(unix_socket_path=order["address"])
        self.cap = order["cap"]

    def prepared(self, words: list[bytes]) -> list[tuple[str, int, int, int]]:
        return counters(words, self.cap)

    def ping(self) -> None:
        self.client.ping()

    def decide(self, call: list[tuple[str, int, int, int]]) -> bool:
        pipeline = self.client.pipeline(transaction=False)
        for key, amount, _, life in call:
            pipeline.incrby(key, amount)
            pipeline.expire(key, life)
        used = pipeline.execute()[::2]
        return all(now <= cap for now, (_, _, cap, _) in zip(used, call, strict=True))


class Limits:
    """The package `limits`: a fixed window for each limit, hit one after the other."""

    looks_afterwards = False

    def __init__(self, order: dict[str, Any]) -> None:
        import limits
        import limits.storage

        storage = limits.storage.storage_from_string("redis+unix://" + order["address"])
        self.limiter = limits.strategies.FixedWindowRateLimiter(storage)
        month, day = limits.RateLimitItemPerMonth, limits.RateLimitItemPerDay
        self.items = [month(HIGH), day(order["cap"]), day(HIGH), day(HIGH)]

    def prepared(self, words: list[bytes]) -> list[tuple[Any, str, int]]:
        call = counters(words, 0)
        return [
            (item, key, amount)
            for item, (key, amount, _, _) in zip(self.items, call, strict=True)
        ]

    def ping(self) -> None:
        self.limiter.storage.check()

    def decide(self, call: list[tuple[Any, str, int]]) -> bool:
        return all(
            self.limiter.hit(item, key, cost=amount) for item, key, amount in call
        )


class Proxy:
    """LiteLLM's proxy: the mocked call itself, answered or refused."""

    looks_afterwards = False
    CALL = json.dumps(
        {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}
    )

    def __init__(self, order: dict[str, Any]) -> None:
        self.port = int(order["address"])
        self.headers = {
            "Authorization": "Bearer " + order["key"],
            "Content-Type": "application/json",
        }
        self.threads = threading.local()
        self.wait()

    def wait(self) -> None:
        """Until it serves; it takes ten seconds and more to start."""
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=5
                )
                connection.request("GET", "/health/liveliness")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("LiteLLM's proxy does not start")

    def ping(self) -> None:
        self.decide([])

    def prepared(self, words: list[bytes]) -> list[bytes]:
        return words

    def decide(self, words: list[bytes]) -> bool:
        if not hasattr(self.threads, "connection"):
            self.threads.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=60
            )
        connection = self.threads.connection
        connection.request("POST", "/v1/chat/completions", self.CALL, self.headers)
        response = connection.getresponse()
        text = response.read()
        if response.status != 200 and b"udget" not in text:
            raise RuntimeError(f"{response.status}: {text[:500]!r}")
        return response.status == 200


def peer_of(order: dict[str, Any]) -> Sent | Incrby | Limits | Proxy:
    """The peer that the order names."""
    match order["peer"]:
        case "redis_py_budgetd":
            return Sent(order, lambda reply: reply[b"decision"] == b"allow")
        case "redis_py_direct":
            # Three numbers for a step that was done, an array for one that was not.
            return Sent(
                order, lambda reply: isinstance(reply[0], int) or reply[0][0] == 1
            )
        case "redis_py_lua":
            return Sent(order, lambda reply: reply == 1)
        case "redis_py_incrby":
            return Incrby(order)
        case "limits":
            return Limits(order)
        case "litellm":
            return Proxy(order)
    raise SystemExit(f"no such peer: {order['peer']}")


def process_micros(process: int) -> float:
    """The CPU of another process so far; the number is its clock's, as Linux counts them."""
    return time.clock_gettime_ns((~process << 3) | 2) / 1000


def measure(peer: Any, calls: list[Any], processes: list[int]) -> dict[str, Any]:
    """One call after the other."""
    for _ in range(10):
        # Connected, and the interpreter warm.
        peer.ping()
    latencies = []
    allowed = 0
    before = [process_micros(process) for process in processes]
    own, began = time.process_time(), time.perf_counter()
    for call in calls:
        begin = time.perf_counter_ns()
        allowed += peer.decide(call)
        latencies.append(time.perf_counter_ns() - begin)
    seconds, micros = time.perf_counter() - began, (time.process_time() - own) * 1e6
    after = [process_micros(process) for process in processes]
    return {
        "allowed": allowed,
        "seconds": seconds,
        "latencies_ns": latencies,
        "client_micros": micros,
        "process_micros": [now - then for then, now in zip(before, after, strict=True)],
    }


def contest(peer: Any, calls: list[Any], workers: int) -> dict[str, Any]:
    """All at once, each until it is refused; says how many calls were made."""
    start = threading.Barrier(workers)
    made = [0] * workers
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            start.wait(30)
            for call in calls[number::workers]:
                if not peer.looks_afterwards and not peer.decide(call):
                    return
                made[number] += 1
                time.sleep(CALL_SECONDS)
                if peer.looks_afterwards and not peer.decide(call):
                    return
        except Exception as fault:  # noqa: BLE001 - told by the main thread
            faults.append(fault)

    threads = [
        threading.Thread(target=work, args=(number,)) for number in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return {
        "allowed": sum(made),
        "seconds": 0.0,
        "latencies_ns": [],
        "client_micros": 0.0,
        "process_micros": [],
    }


def main() -> None:
    """Does what the order says."""
    order = json.loads(sys.argv[1])
    peer = peer_of(order)
    calls = [peer.prepared(words) for words in commands(order["commands"])]
    if order["workers"] == 1:
        answer = measure(peer, calls, order["processes"])
    else:
        answer = contest(peer, calls, order["workers"])
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

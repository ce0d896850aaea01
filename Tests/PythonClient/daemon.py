"""A budgetd of a test's own: its process, directory, socket and policy, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

POLICY = """
version: 1
limits:
  - {name: session-cost, per: [session], window: lifetime, idle: 24h, measure: cost, cap: 0.001}
  - {name: user-tokens, per: [user], window: day, measure: tokens, cap: 1000000}
  - {name: run-calls, per: [run], window: lifetime, measure: calls, cap: 1000}
  - {name: run-in-flight, per: [run], window: lifetime, measure: in_flight, cap: 64}
  - {name: task-retries, per: [run, task], window: lifetime, measure: retries, cap: 1000}
  - {name: agent-rate, per: [agent], window: bucket, rate: 60/m, burst: 2, measure: calls}
  - {name: cut-off, per: [run], window: lifetime, measure: calls, cap: 99,
     match: {label.cut_off: "1"}}
reservations: {ttl: 60s, grace: 1s, max_ttl: 1h}
default_estimate: {chat: {input_tokens: 2000, output_tokens: 500}}
unknown_model: deny
prices: [prices.yaml]
"""

# One token of input is a millionth of a dollar, one of output ten: sums can be done in the head.
PRICES = """
prices:
  - {model: stand-in, from: 2026-01-01, per_million: {input: 1, output: 10, cache_read: 0.1}}
  - {model: other, from: 2026-01-01, per_million: {input: 100, output: 100}}
"""


def binary() -> Path:
    """The daemon to test: BUDGETD_BINARY, else what the checkout has built."""
    named = os.environ.get("BUDGETD_BINARY")
    if named:
        return Path(named)
    for kind in ("debug", "release"):
        built = ROOT / ".build" / kind / "budgetd"
        if built.exists():
            return built
    raise RuntimeError("no budgetd: build it, or name one in BUDGETD_BINARY")


def eventually(what: Callable[[], object], seconds: float = 40.0) -> object:
    """Asks until it is true, and returns that; fails when it does not come true in time."""
    ends = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < ends, f"not true within {seconds} s: {what}"
        time.sleep(0.01)


class Daemon:
    """A budgetd that can be stopped, killed and started again over the same books."""

    def __init__(self, policy: str = POLICY) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="budgetd-py-"))
        self.socket = self.directory / "budgetd.sock"
        self.url = f"unix://{self.socket}"
        (self.directory / "policy.yaml").write_text(policy)
        (self.directory / "prices.yaml").write_text(PRICES)
        self._log = self.directory / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Daemon:
        command = [
            binary(),
            "--policy",
            self.directory / "policy.yaml",
            "--socket",
            self.socket,
        ]
        command += ["--state", self.directory / "state", "--durability", "everysec"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(self._serves, 60)
        return self

    def _serves(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        from budgetd import BudgetClient, BudgetdError

        try:
            BudgetClient(self.url, deadline=3).usage()
        except BudgetdError:
            return False
        return True

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        """In order: what was acknowledged is in its books."""
        if self._process is not None:
            self.signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(40)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

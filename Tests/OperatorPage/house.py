"""A budgetd of the tests' own with its HTTP listener: process, directory, tokens, and the API."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parents[2]

POLICY = """
version: 1
limits:
  - {name: user-cost, per: [user], window: day, measure: cost, cap: 10, warn_at: [0.8]}
  - {name: user-calls, per: [user], window: hour, measure: calls, cap: 200}
  - {name: session-cost, per: [session], window: lifetime, measure: cost, cap: 5}
  - {name: run-calls, per: [run], window: lifetime, measure: calls, cap: 100}
  - {name: run-in-flight, per: [run], window: lifetime, measure: in_flight, cap: 8}
  - {name: agent-month, per: [agent], window: month, measure: tokens, cap: 1000000, mode: shadow}
  - {name: tenant-cost, per: [tenant], window: month, measure: cost, cap: 1000}
  - {name: plan-cost, per: [user], window: month, measure: cost, cap: 20, match: {label.plan: free}}
unknown_model: deny
prices: [prices.yaml]
"""

# A token of input is a millionth of a dollar, one of output ten: sums can be done in the head.
PRICES = """
prices:
  - {model: stand-in, from: 2026-01-01, per_million: {input: 1, output: 10}}
  - {model: other, from: 2026-01-01, per_million: {input: 100, output: 100}}
"""

# A name, its role, and the tenant that it is bound to.
TOKENS = [
    ("root", "admin", "*"),
    ("watcher", "ops", "*"),
    ("agent", "worker", "*"),
    ("boss", "admin", "acme"),
]


def zone_at_noon() -> str:
    """A time zone where no day ends while tests run; its sign is POSIX's: +5 is west."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def binary() -> Path:
    """The daemon to test: BUDGETD_BINARY, else what the checkout has built."""
    named = os.environ.get("BUDGETD_BINARY")
    return Path(named) if named else ROOT / ".build" / "debug" / "budgetd"


def eventually(what: Callable[[], object], seconds: float = 40.0) -> object:
    """Asks until it is true, and returns that; fails when it does not come true in time."""
    ends = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < ends, f"not true within {seconds} s: {what}"
        time.sleep(0.01)


def _command(*words: str) -> bytes:
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in parts)


def _is_entered(own: socket.socket, answers: BinaryIO, commands: bytes) -> bool:
    """Sends commands; whether none of them was refused for now."""
    own.sendall(commands + _command("ECHO", "entered"))
    is_entered = True
    while (line := answers.readline()) != b"entered\r\n":
        assert line, "the daemon hung up"
        refused = line.startswith(b"-")
        assert not refused or line.split()[0] in {b"-OUTCOME_UNKNOWN", b"-UNAVAILABLE"}, line
        is_entered = is_entered and not refused
    return is_entered


def _flat(fields: dict[str, str]) -> list[str]:
    return [word for pair in fields.items() for word in pair]


class Refused(Exception):
    """A problem document."""

    def __init__(self, status: int, document: dict) -> None:
        super().__init__(f"{status} {document}")
        self.status = status


class House:
    """A running budgetd."""

    def __init__(self, policy: str = POLICY) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="budgetd-page-"))
        self.tokens = {name: f"bgt_{name}_{os.urandom(16).hex()}" for name, _, _ in TOKENS}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._keys = 0
        self._write("policy.yaml", f"timezone: {zone_at_noon()}\n{policy}")
        self._write("prices.yaml", PRICES)
        self._write(
            "tokens",
            "".join(
                f"{name} {role} {tenant} never sha256:{self._hash(name)}\n"
                for name, role, tenant in TOKENS
            ),
        )
        self._write(
            "budgetd.yaml",
            (
                "policy: policy.yaml\nstate: state\nsocket: budgetd.sock\ndurability: everysec\n"
                f'http: {{ address: "127.0.0.1:{self.port}", tokens: tokens }}\n'
            ),
        )
        self._log = self.directory / "log"
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        """Starts it, and waits until it decides; what was stopped goes on where it was."""
        with self._log.open("ab") as log:
            command = [binary(), "--config", self.directory / "budgetd.yaml"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(self._is_ready, 60)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Holds it for a while: it answers nothing, and closes nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _hash(self, name: str) -> str:
        return hashlib.sha256(self.tokens[name].encode()).hexdigest()

    def _write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o600)

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, self._log.read_text()
        try:
            return urllib.request.urlopen(self.url + "/readyz", timeout=3).status == 200
        except OSError:
            return False

    def send(self, method: str, path: str, fields: dict | None = None, name: str = "root") -> dict:
        """A request with a token, and a new key."""
        self._keys += 1
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        body = None
        if method in {"POST", "PUT"}:
            body = json.dumps(fields or {}).encode()
            headers["Content-Type"] = "application/json"
        elif fields:
            path += "?" + urlencode(fields)
        if method != "GET":
            headers["Idempotency-Key"] = f"test-{self._keys}"
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.load(error)) from None

    def charge(self, cost: str | None = "0.01", **fields: object) -> dict:
        """Spends a cost, or what the tokens cost."""
        given = {"cost_usd": cost} if cost else {}
        return self.send("POST", "/v1/charges", {"model": "stand-in", **given, **fields})

    def record(self, calls: Iterable[dict[str, str]]) -> None:
        """Enters calls through the socket, many at a time; what is not known is sent again."""
        with socket.socket(socket.AF_UNIX) as own, own.makefile("rb") as answers:
            own.settimeout(60)
            own.connect(str(self.directory / "budgetd.sock"))
            rest = iter(calls)
            while together := list(itertools.islice(rest, 500)):
                self._keys += len(together)
                sent = b"".join(
                    _command("RECORD", "idempotency_key", f"r{key}", *_flat(call))
                    for key, call in enumerate(together, self._keys - len(together))
                )
                eventually(lambda sent=sent: _is_entered(own, answers, sent), 60)

    def standing(self, limit: str, **subject: str) -> dict:
        """A limit's row of USAGE."""
        rows = self.send("GET", "/v1/usage", subject)["limits"]
        return next(row for row in rows if row["limit"] == limit)

    def newest_act(self, tenant: str = "default") -> dict:
        """The last entry of the audit; an empty one where there is none."""
        entries = self.send("GET", "/v1/audit", {"tenant": tenant, "count": 1})["entries"]
        return entries[0] if entries else {"seq": 0}

    def stop(self) -> None:
        """Stops it; what it keeps stays."""
        self._process.terminate()
        try:
            self._process.wait(40)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Stops it; nothing stays."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


def address(view: str, **fields: str) -> str:
    """A view's address, behind the page's own."""
    query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in fields.items())
    return f"/#/{view}" + (f"?{query}" if query else "")

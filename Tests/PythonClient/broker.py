"""A RabbitMQ of a test run's own: its node, ports, directory and name service, on loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from kombu import Connection

from daemon import eventually

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Broker:
    """Debian's rabbitmq-server as a child of this process."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="budgetd-rabbit-"))
        self._processes: list[subprocess.Popen[bytes]] = []
        amqp, distribution, names = free_ports(3)
        self.url = f"amqp://guest:guest@127.0.0.1:{amqp}//"
        self._log = self._directory / "log"
        (self._directory / "enabled_plugins").write_text("[].\n")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._directory),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"budgetd{os.getpid()}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(amqp),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none"
            ),
            "RABBITMQ_MNESIA_BASE": str(self._directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._directory),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(self._directory / "none"),
            "RABBITMQ_CONF_ENV_FILE": str(self._directory / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._directory / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self._directory / "pid"),
            # The script then becomes the server, instead of waiting beside it.
            "RUNNING_UNDER_SYSTEMD": "1",
        }
        self._names = names

    def start(self) -> Broker:
        # Erlang's name service would be left behind, were it started by the server.
        self._spawn("epmd", "-port", str(self._names), "-address", "127.0.0.1")
        eventually(self._finds_names, 30)
        self._spawn(SERVER)
        eventually(self._answers, 90)
        return self

    def _spawn(self, *command: str | Path) -> None:
        with self._log.open("ab") as log:
            self._processes.append(
                subprocess.Popen(
                    command, env=self._environment, cwd=self._directory,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )
            )  # fmt: skip

    def _finds_names(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._names)) == 0

    def _answers(self) -> bool:
        assert self._processes[-1].poll() is None, self._log.read_text()
        with suppress(OSError), Connection(self.url, connect_timeout=5) as connection:
            connection.connect()
            return True
        return False

    def remove(self) -> None:
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

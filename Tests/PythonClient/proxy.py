"""A proxy between client and daemon that loses answers: the requests arrive, the replies don't."""

from __future__ import annotations

import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path


class Proxy:
    """Forwards between a socket of its own and the daemon's.

    `lose(verb, times)` cuts the connection in place of the reply to the next requests of that verb;
    with `silently` it stays open and the reply never comes; without `arrives` the daemon does not
    get the request either.
    """

    def __init__(self, upstream: Path) -> None:
        self._upstream = str(upstream)
        self._directory = tempfile.TemporaryDirectory(prefix="budgetd-proxy-")
        path = Path(self._directory.name) / "s"
        self.url = f"unix://{path}"
        self._lock = threading.Lock()
        self._losing: dict[str, int] = {}
        self._silently = False
        self._arrives = True
        self.seen: list[str] = []
        self._sockets: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(128)
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self, verb: str, times: int = 1, silently: bool = False, arrives: bool = True) -> None:
        with self._lock:
            self._arrives = arrives
            self._losing[verb] = times
            self._silently = silently

    def heal(self) -> None:
        with self._lock:
            self._losing.clear()

    def close(self) -> None:
        for each in [self._listener, *self._sockets]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._directory.cleanup()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                daemon = socket.socket(socket.AF_UNIX)
                daemon.connect(self._upstream)
                self._sockets |= {client, daemon}
                fate: dict[str, bool] = {}
                for pump in (self._requests, self._replies):
                    args = (client, daemon, fate)
                    threading.Thread(target=pump, args=args, daemon=True).start()

    def _requests(self, client: socket.socket, daemon: socket.socket, fate: dict) -> None:
        with suppress(OSError):
            while chunk := client.recv(65536):
                # A request is one array; its verb is the first bulk string: *n $len VERB.
                verb = chunk.split(b"\r\n")[2].decode()
                with self._lock:
                    self.seen.append(verb)
                    if self._losing.get(verb, 0) > 0:
                        self._losing[verb] -= 1
                        fate["lost"] = True
                        if not self._arrives:
                            continue
                daemon.sendall(chunk)
        self._cut(client, daemon)

    def _replies(self, client: socket.socket, daemon: socket.socket, fate: dict) -> None:
        with suppress(OSError):
            while chunk := daemon.recv(65536):
                if fate.get("lost"):
                    if self._silently:
                        return
                    break
                client.sendall(chunk)
        self._cut(client, daemon)

    def _cut(self, *sockets: socket.socket) -> None:
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

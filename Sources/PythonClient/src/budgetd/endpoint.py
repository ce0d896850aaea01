"""Where the daemon is, and what a connection to it is made of."""

from __future__ import annotations

import os
from typing import Any, TypeAlias

from redis.backoff import NoBackoff

from budgetd.errors import BadArgument

# Where the daemon is, as a client takes it.
Address: TypeAlias = "str | os.PathLike[str]"

DEFAULT = "/run/budgetd/budgetd.sock"


def address(url: Address | None) -> str:
    """The URL that redis-py reads: of `url`, else of BUDGETD_URL, else the system's socket.

    Args:
        url: a path of a unix socket, a text or a `Path`, `unix:///path`,
            `redis://[user:password@]host:port` or `rediss://…`.

    Raises:
        BadArgument: for anything else.
    """
    if isinstance(url, os.PathLike):
        return f"unix://{os.path.abspath(url)}"
    text = url or os.environ.get("BUDGETD_URL") or DEFAULT
    if text.startswith(("redis://", "rediss://", "unix:///")):
        return text
    path = text.removeprefix("unix:")
    if path.startswith(("/", "./", "../")):
        return f"unix://{os.path.abspath(path)}"
    raise BadArgument(f"url {text!r}: expected a socket's path, unix:///path or redis://host:port")


def connection_options(deadline: float, connections: int, retry: Any) -> dict[str, Any]:
    """Options for redis-py's pools, synchronous and asynchronous.

    redis-py's own retries (ten of them, by default) are off: this package repeats requests itself,
    with the same key and within the deadline. A try gets a third of it, so that a lost answer is
    asked for again in time.
    """
    if not deadline > 0:
        raise BadArgument(f"deadline {deadline!r}: expected seconds above 0")
    return {
        "protocol": 3,
        "decode_responses": True,
        "socket_timeout": deadline / 3,
        "socket_connect_timeout": deadline / 3,
        "retry": retry(NoBackoff(), 0),
        "max_connections": connections,
        "client_name": "budgetd-python",
    }

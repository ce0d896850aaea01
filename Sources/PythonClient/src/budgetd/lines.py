"""The wire, synchronous and asynchronous: a pool of connections, and a request sent until answered.

Both send by the pool's own connections and not by redis-py's client, because only there is it known
whether a request that failed was sent. What to do about a failure is decided in `tries`.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from typing import Any, TypeVar

import redis
import redis.asyncio
import redis.asyncio.retry
import redis.retry
from redis.exceptions import RedisError, ResponseError

from budgetd.endpoint import connection_options
from budgetd.requests import Request
from budgetd.tries import Tries

T = TypeVar("T")


class Line:
    """A synchronous connection to the daemon, for any number of threads."""

    def __init__(self, url: str, deadline: float, connections: int) -> None:
        self._deadline = deadline
        options = connection_options(deadline, connections, redis.retry.Retry)
        self._pool: Any = redis.ConnectionPool.from_url(url, **options)

    def send(self, request: Request[T], deadline: float | None = None) -> T:
        """The request's answer; it is repeated until the deadline, in seconds.

        Raises:
            BudgetdError: see `tries`.
        """
        deadline = self._deadline if deadline is None else deadline
        tries = Tries(request.verb, deadline, time.monotonic())
        while True:
            sent = False
            try:
                connection = self._pool.get_connection()
                try:
                    sent = True
                    connection.send_packed_command(connection.pack_command(*request.words))
                    reply = connection.read_response()
                except BaseException as error:
                    # An answer that nobody reads must not be taken for the next one's.
                    if not isinstance(error, ResponseError):
                        connection.disconnect()
                    raise
                finally:
                    self._pool.release(connection)
            except RedisError as error:
                pause = tries.failed(error, sent, time.monotonic())
            else:
                return request.read(reply)
            time.sleep(pause)

    def close(self) -> None:
        """Ends the connections."""
        self._pool.disconnect()


class AsyncLine:
    """An asynchronous connection to the daemon; each event loop has a pool of its own."""

    def __init__(self, url: str, deadline: float, connections: int) -> None:
        self._url = url
        self._deadline = deadline
        self._options = connection_options(deadline, connections, redis.asyncio.retry.Retry)
        self._pools: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = (
            weakref.WeakKeyDictionary()
        )

    def _pool(self) -> Any:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            self._forget_what_is_closed()
            pool = redis.asyncio.ConnectionPool.from_url(self._url, **self._options)
            self._pools[loop] = pool
        return pool

    def _forget_what_is_closed(self) -> None:
        # A pool's connections hold their loop: nothing else frees them.
        for loop in [each for each in list(self._pools) if each.is_closed()]:
            self._pools.pop(loop, None)

    async def send(self, request: Request[T], deadline: float | None = None) -> T:
        """As `Line.send`."""
        deadline = self._deadline if deadline is None else deadline
        tries = Tries(request.verb, deadline, time.monotonic())
        pool = self._pool()
        while True:
            sent = False
            try:
                connection = await pool.get_connection()
                try:
                    sent = True
                    await connection.send_packed_command(connection.pack_command(*request.words))
                    reply = await connection.read_response()
                except BaseException as error:
                    if not isinstance(error, ResponseError):
                        await connection.disconnect(nowait=True)
                    raise
                finally:
                    await pool.release(connection)
            except RedisError as error:
                pause = tries.failed(error, sent, time.monotonic())
            else:
                return request.read(reply)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Ends the connections of the running loop."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await pool.disconnect()

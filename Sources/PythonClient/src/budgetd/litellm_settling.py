"""How a call through LiteLLM ends in the books: by its hold, or under its answer's id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import litellm

from budgetd import litellm_usage as shape
from budgetd import requests
from budgetd.aio import AsyncBudgetClient
from budgetd.client import BudgetClient
from budgetd.errors import Conflict, Finalized, OutcomeUnknown, Unavailable, UnknownReservation
from budgetd.holds import AsyncHold, Hold
from budgetd.underway import Underway

log = logging.getLogger("budgetd")

# Answers that this process has entered, by their key, and by whose call: a server that counts its
# answers from 1 each time it starts gives an id again.
_entered: Underway[str, str] = Underway()


@dataclass
class Call:
    """A call under way: its hold, or the id of the caller's hold."""

    hold: AsyncHold | Hold | None
    fields: dict[str, Any]
    adopted: str | None = None
    is_announced: bool = False

    def by_response(self, used: Mapping[str, Any]) -> bool:
        """Whether it is entered under the answer's id, and its hold is given back."""
        if self.is_announced or self.hold is None or self.hold.is_let_through:
            return False
        return "response_id" in used and "input_tokens" in used


def response_key(used: Mapping[str, Any], answer: Any, id: str) -> str:
    """The same for one answer wherever it is entered, another for another answer of that id."""
    if "response_id" not in used:
        return requests.new_key()
    key = shape.identity(used, answer)
    return key if _entered.first(key, id) == id else f"{key}:{id}"


class Settling:
    """Settles and enters, each by the client of its kind."""

    def __init__(self, client: BudgetClient, async_client: AsyncBudgetClient) -> None:
        self._client = client
        self._async_client = async_client

    async def asettle(self, call: Call | None, answer: Any, id: str) -> None:
        """Settles an asynchronous call; without an answer it failed."""
        used = shape.used(answer) if answer is not None else {"outcome": "error"}
        if call is not None and call.adopted is not None:
            await self._acommit(call.adopted, used)
        if call is None or not isinstance(call.hold, AsyncHold):
            return
        if not call.by_response(used):
            call.hold.used(**used)
        else:
            await self.arecord(call.fields, used, answer, id)
            call.hold.not_sent()
        try:
            await call.hold.settle()
        except Finalized:
            log.debug("budgetd: settled by the proxy")

    async def _acommit(self, id: str, used: dict[str, Any]) -> None:
        try:
            await self._async_client.commit(id, **used)
        except (Finalized, UnknownReservation) as error:
            log.debug("budgetd: settled by the caller: %s", error)

    async def arecord(
        self, fields: dict[str, Any], used: dict[str, Any], answer: Any, id: str
    ) -> None:
        """Enters an answer under its own id, once."""
        key = response_key(used, answer, id)
        try:
            await self._async_client.record(idempotency_key=key, **{**fields, **used})
        except Conflict:
            log.debug("budgetd: %s was entered before", key)
        except (Unavailable, OutcomeUnknown) as error:
            self._client.owe_record(key, {**fields, **used}, error)

    def settle(self, call: Call, answer: Any, id: str) -> None:
        """Settles a synchronous call."""
        hold, used = call.hold, shape.used(answer)
        assert isinstance(hold, Hold), "a synchronous call has a hold of its own"
        if not call.by_response(used):
            hold.used(**used)
        else:
            self.record(call.fields, used, answer, id)
            hold.not_sent()
        try:
            hold.settle()
        except Finalized:
            log.debug("budgetd: settled by the proxy")

    def record(self, fields: dict[str, Any], used: dict[str, Any], answer: Any, id: str) -> None:
        """As `arecord`."""
        key = response_key(used, answer, id)
        try:
            self._client.record(idempotency_key=key, **{**fields, **used})
        except Conflict:
            log.debug("budgetd: %s was entered before", key)
        except (Unavailable, OutcomeUnknown) as error:
            self._client.owe_record(key, {**fields, **used}, error)


@dataclass
class StreamEnd:
    """Settles a stream when it is over, once.

    A synchronous one has its call with it; an asynchronous one's is among those under way.
    """

    settling: Settling
    calls: Underway[str, Call]
    id: str
    kwargs: Mapping[str, Any]
    call: Call | None = None

    def ended(self, error: BaseException | None, chunks: list[Any]) -> None:
        """Settles a synchronous stream."""
        call, self.call = self.call, None
        if call is None or not isinstance(call.hold, Hold):
            return
        answer = self._whole(chunks)
        if error is None:
            self.settling.settle(call, answer, self.id)
            return
        call.hold.used(**shape.used(answer))
        call.hold.settle(error)

    async def aended(self, error: BaseException | None, chunks: list[Any]) -> None:
        """Settles an asynchronous stream."""
        call = self.calls.pop(self.id)
        if call is None:
            return
        if error is None:
            await self.settling.asettle(call, self._whole(chunks) or {}, self.id)
        elif isinstance(call.hold, AsyncHold):
            call.hold.used(**shape.used(self._whole(chunks)))
            await call.hold.settle(error)

    def dropped(self, chunks: list[Any]) -> None:
        """Settles a stream that nobody reads to its end."""
        self.ended(GeneratorExit(), chunks)
        call = self.calls.pop(self.id) if self.call is None else None
        if call is not None and isinstance(call.hold, AsyncHold):
            call.hold.used(**shape.used(self._whole(chunks)))
            call.hold.settle_later(GeneratorExit())

    def _whole(self, chunks: list[Any]) -> Any:
        if not chunks:
            return None
        # LiteLLM counts what the provider did not tell.
        return litellm.stream_chunk_builder(chunks, messages=self.kwargs.get("messages"))

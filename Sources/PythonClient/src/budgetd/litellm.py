"""A budget under LiteLLM: its Python package and its proxy.

    budget = LiteLLMBudget(BudgetClient())
    litellm.callbacks = [budget]

    await litellm.acompletion(model="gpt-4o", messages=…, metadata={"user": "al", "run": "r1"})
    budget.completion(model="gpt-4o", messages=…, metadata={"user": "al", "run": "r1"})

In a proxy, `litellm_settings: {callbacks: my_module.budget}` puts it under every call. Each attempt
at a deployment, a router's retries and fallbacks among them, is reserved before it is sent, and
settled with what the answer says.

LiteLLM asks callbacks before asynchronous calls alone, and does not tell them of every end. So
importing this module puts a layer around the package's functions, as `budgetd.litellm_entries`
says: with a budget among `litellm.callbacks`, synchronous calls are reserved too, a router's among
them. Without it there, synchronous calls go by `budget.completion`, `budget.embedding` or
`budget.call`.

A refusal has the HTTP status 402, with which no router and no OpenAI client repeats a request: its
caller sees one refused request, not three.

Where a client and the proxy it calls both have a budget, one call must count once. A client that
announces its hold, by a header, lets the proxy settle that one; the second settlement of a hold is
none. Any other answer is entered under the provider's id of it with what it says it used, whoever
enters it first.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import litellm
from litellm.integrations.custom_logger import CustomLogger

from budgetd import litellm_entries as entries
from budgetd import litellm_usage as shape
from budgetd import requests
from budgetd.aio import AsyncBudgetClient
from budgetd.client import BudgetClient
from budgetd.errors import (
    BudgetdError,
    Conflict,
    Finalized,
    OutcomeUnknown,
    Unavailable,
    UnknownReservation,
)
from budgetd.holds import AsyncHold, Hold
from budgetd.litellm_refusal import to_http
from budgetd.litellm_stream import watch
from budgetd.naming import HOLD_HEADER

log = logging.getLogger("budgetd")

# Calls that never end are forgotten past this many; their holds have expired long before.
MOST_OPEN = 100_000


@dataclass
class _Call:
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


class _Open:
    """Calls by LiteLLM's id of them, bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: OrderedDict[str, Any] = OrderedDict()

    def put(self, id: str, call: Any) -> bool:
        """Keeps it; False where one of that id is there already."""
        with self._lock:
            is_new = id not in self._calls
            self._calls[id] = call
            if len(self._calls) > MOST_OPEN:
                self._calls.popitem(last=False)
            return is_new

    def first(self, id: str, call: Any) -> bool:
        """Whether this call is the first of that id."""
        with self._lock:
            known = self._calls.setdefault(id, call)
            if len(self._calls) > MOST_OPEN:
                self._calls.popitem(last=False)
            return bool(known == call)

    def pop(self, id: object) -> Any:
        with self._lock:
            return self._calls.pop(str(id), None)

    def __contains__(self, id: object) -> bool:
        return str(id) in self._calls


class LiteLLMBudget(CustomLogger):  # type: ignore[misc, unused-ignore]
    """A callback for `litellm.callbacks`, in a program or in a proxy.

    Args:
        client: for synchronous calls; by default one to the default address.
        async_client: for asynchronous calls; by default one like `client`.
        enforce: False only enters what was spent, and refuses nothing.
        announce: whether a call tells its hold to the server it goes to, which should be a proxy
            with a budget too; None does so for models named `litellm_proxy/…`.
        adopt: whether a proxy settles holds that its callers announce; turn it off where callers
            are not trusted with their own budget.
        ttl_ms: how long a hold lives, by default as the policy says.
        fields: of the subject, over what is found.
    """

    def __init__(
        self,
        client: BudgetClient | None = None,
        *,
        async_client: AsyncBudgetClient | None = None,
        enforce: bool = True,
        announce: bool | None = None,
        adopt: bool = True,
        ttl_ms: int | None = None,
        **fields: Any,
    ) -> None:
        super().__init__()
        self._client = client or BudgetClient()
        self._async_client = async_client or self._client.asynchronous()
        self._enforce = enforce
        self._announce = announce
        self._adopt = adopt
        self._ttl_ms = ttl_ms
        self._fields = fields
        self._calls = _Open()
        self._adopted = _Open()
        self._seen = _Open()

    # Asynchronous calls, as LiteLLM's callback.

    async def async_pre_call_deployment_hook(
        self, kwargs: dict[str, Any], call_type: Any
    ) -> dict[str, Any] | None:
        """Reserves an attempt, before it is sent."""
        if not self._enforce or entries.fallbacks(kwargs) is not None:
            # Each of the fallbacks comes by itself.
            return None
        id = str(kwargs.get("litellm_call_id"))
        fields = self._reservation(kwargs, getattr(call_type, "value", None))
        await self._asettle(self._calls.pop(id), None, id)
        adopted = await self._adoptable(kwargs)
        if adopted is not None:
            self._calls.put(id, _Call(None, fields, adopted))
            return _once(kwargs)
        try:
            hold = await self._async_client.reserve(ttl_ms=self._ttl_ms, **fields)
        except BudgetdError as error:
            raise to_http(error, str(kwargs.get("model"))) from error
        _kept(hold)
        call = _Call(hold, fields, is_announced=self._announces(kwargs) and hold.id is not None)
        self._calls.put(id, call)
        return _once(_announcing(kwargs, hold.id or "") if call.is_announced else kwargs)

    async def async_post_call_success_deployment_hook(
        self, request_data: dict[str, Any], response: Any, call_type: Any
    ) -> Any:
        """Settles before the answer is handed on."""
        call = self._calls.pop(request_data.get("litellm_call_id"))
        self._seen.put(str(request_data.get("litellm_call_id")), True)
        await self._asettle(call, response, str(request_data.get("litellm_call_id")))

    async def async_post_call_failure_deployment_hook(
        self, request_data: Mapping[str, Any], exception: Exception, *args: Any, **kwargs: Any
    ) -> None:
        """Settles an attempt that failed."""
        await self._afail(request_data.get("litellm_call_id"), exception)

    async def async_log_success_event(
        self, kwargs: dict[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Settles what the hooks did not see: the end of a stream, an answer from the cache."""
        call = self._calls.pop(kwargs.get("litellm_call_id"))
        if kwargs.get("cache_hit"):
            if call is not None and isinstance(call.hold, AsyncHold):
                await call.hold.release()
        elif call is not None:
            await self._asettle(call, response_obj, str(kwargs.get("litellm_call_id")))
        elif not self._enforce:
            id = str(kwargs.get("litellm_call_id"))
            await self._arecord(self._logged(kwargs), shape.used(response_obj), response_obj, id)

    async def async_log_failure_event(
        self, kwargs: dict[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Settles a failed call; a refusal, which comes here too, has nothing to settle."""
        await self._afail(kwargs.get("litellm_call_id"), kwargs.get("exception"))

    def log_success_event(
        self, kwargs: dict[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Enters a synchronous call that did not go by `call`."""
        id = kwargs.get("litellm_call_id")
        if id in self._seen or id in self._calls or kwargs.get("cache_hit") or _is_async(kwargs):
            return
        self._record(self._logged(kwargs), shape.used(response_obj), response_obj, str(id))

    async def acall(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """An asynchronous function of LiteLLM, whose end is seen whatever it is.

        The callback reserves; this settles what no callback is told of: a call that is cancelled,
        a stream that is closed or dropped.
        """
        kwargs = {**entries.named(function, args), **kwargs}
        several = entries.fallbacks(kwargs)
        if several is not None:
            failed: Exception | None = None
            for number, each in enumerate(several):
                try:
                    return await self.acall(function, **_nth(each, number))
                except Exception as error:
                    failed = entries.worse(failed, error)
            assert failed is not None, "there is a call at least"
            raise failed
        id = str(kwargs.setdefault("litellm_call_id", str(uuid.uuid4())))
        with entries.Within():
            try:
                answer = await entries.bare(function)(**kwargs)
            except GeneratorExit:
                _Watch(self, id, kwargs).dropped([])
                raise
            except BaseException as error:
                await self._afail(id, error)
                raise
        if id in self._calls and kwargs.get("stream"):
            watch(answer, _Watch(self, id, kwargs))
        return answer

    # Synchronous calls.

    def completion(self, *args: Any, **kwargs: Any) -> Any:
        """`litellm.completion` under the budget; a stream is settled when it ends or is closed."""
        return self.call(litellm.completion, *args, **kwargs)

    def embedding(self, *args: Any, **kwargs: Any) -> Any:
        """`litellm.embedding` under the budget."""
        return self.call(litellm.embedding, *args, **kwargs)

    def call(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """A synchronous function of LiteLLM under the budget.

        Raises:
            BudgetDenied: the budget says no, and no call is made.
        """
        kwargs = {**entries.named(function, args), **kwargs}
        several = entries.fallbacks(kwargs)
        if several is not None:
            failed: Exception | None = None
            for number, each in enumerate(several):
                try:
                    return self.call(function, **_nth(each, number))
                except Exception as error:
                    failed = entries.worse(failed, error)
            assert failed is not None, "there is a call at least"
            raise failed
        kwargs = _once(kwargs)
        id = str(kwargs.setdefault("litellm_call_id", str(uuid.uuid4())))
        self._seen.put(id, True)
        fields = self._reservation(kwargs, function.__name__)
        try:
            hold = self._client.reserve(ttl_ms=self._ttl_ms, **fields)
        except BudgetdError as error:
            raise to_http(error, str(kwargs.get("model"))) from error
        call = _Call(hold, fields, is_announced=self._announces(kwargs) and hold.id is not None)
        if call.is_announced:
            kwargs = _announcing(kwargs, hold.id or "")
        if not kwargs.get("stream"):
            with hold:
                answer = self._made(hold, function, kwargs)
                self._settle(call, answer, id)
            return answer
        hold.keep()
        answer = self._made(hold, function, kwargs)
        if not watch(answer, _Watch(self, id, kwargs, call)):
            # Not to be told its end: what is held is what is known.
            hold.settle()
        return answer

    def _made(self, hold: Hold, function: Any, kwargs: dict[str, Any]) -> Any:
        try:
            with entries.Within():
                return entries.bare(function)(**kwargs)
        except BaseException as error:
            hold.settle(error)
            raise

    # What both do.

    def _reservation(self, kwargs: Mapping[str, Any], call_type: str | None) -> Any:
        kwargs = {**_positional(kwargs), **kwargs}
        model, provider = _priced(str(kwargs.get("model")), kwargs.get("custom_llm_provider"))
        estimate = shape.reservation(model, provider, {**kwargs, "call_type": call_type})
        return {**shape.subject(kwargs), **estimate, **self._fields}

    def _logged(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        params = kwargs.get("litellm_params") or {}
        told = {**kwargs, "metadata": params.get("metadata") or {}}
        fields = self._reservation(told, kwargs.get("call_type"))
        return {name: fields[name] for name in fields if not name.endswith("_tokens")}

    def _announces(self, kwargs: Mapping[str, Any]) -> bool:
        if self._announce is not None:
            return self._announce
        model, provider = str(kwargs.get("model")), kwargs.get("custom_llm_provider")
        return provider == "litellm_proxy" or model.startswith("litellm_proxy/")

    async def _adoptable(self, kwargs: Mapping[str, Any]) -> str | None:
        id = shape.announced(kwargs) if self._adopt else None
        # A hold permits one call: announced again, it is no permission.
        if id is None or id in self._adopted:
            return None
        try:
            settled = await self._async_client.status(id)
        except BudgetdError:
            return None
        return id if settled.state == "held" and self._adopted.put(id, True) else None

    async def _afail(self, id: object, error: Any) -> None:
        call = self._calls.pop(id)
        # What became of an adopted hold is its owner's to say.
        if call is not None and isinstance(call.hold, AsyncHold):
            await call.hold.settle(error if isinstance(error, BaseException) else None)

    async def _asettle(self, call: _Call | None, answer: Any, id: str) -> None:
        used = shape.used(answer) if answer is not None else {"outcome": "error"}
        if call is not None and call.adopted is not None:
            await self._acommit(call.adopted, used)
        if call is None or not isinstance(call.hold, AsyncHold):
            return
        if not call.by_response(used):
            call.hold.used(**used)
        else:
            await self._arecord(call.fields, used, answer, id)
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

    async def _arecord(
        self, fields: dict[str, Any], used: dict[str, Any], answer: Any, id: str
    ) -> None:
        key = _response_key(used, answer, id)
        try:
            await self._async_client.record(idempotency_key=key, **{**fields, **used})
        except Conflict:
            log.debug("budgetd: %s was entered before", key)
        except (Unavailable, OutcomeUnknown) as error:
            self._client.owe_record(key, {**fields, **used}, error)

    def _settle(self, call: _Call, answer: Any, id: str) -> None:
        hold, used = call.hold, shape.used(answer)
        assert isinstance(hold, Hold), "a synchronous call has a hold of its own"
        if not call.by_response(used):
            hold.used(**used)
        else:
            self._record(call.fields, used, answer, id)
            hold.not_sent()
        try:
            hold.settle()
        except Finalized:
            log.debug("budgetd: settled by the proxy")

    def _record(self, fields: dict[str, Any], used: dict[str, Any], answer: Any, id: str) -> None:
        key = _response_key(used, answer, id)
        try:
            self._client.record(idempotency_key=key, **{**fields, **used})
        except Conflict:
            log.debug("budgetd: %s was entered before", key)
        except (Unavailable, OutcomeUnknown) as error:
            self._client.owe_record(key, {**fields, **used}, error)


@dataclass
class _Watch:
    """Settles a stream when it is over, once. A synchronous one has its call with it."""

    budget: LiteLLMBudget
    id: str
    kwargs: Mapping[str, Any]
    call: _Call | None = None

    def ended(self, error: BaseException | None, chunks: list[Any]) -> None:
        """Settles a synchronous stream."""
        call, self.call = self.call, None
        if call is None or not isinstance(call.hold, Hold):
            return
        answer = self._whole(chunks)
        if error is None:
            self.budget._settle(call, answer, self.id)
            return
        call.hold.used(**shape.used(answer))
        call.hold.settle(error)

    async def aended(self, error: BaseException | None, chunks: list[Any]) -> None:
        """Settles an asynchronous stream."""
        call = self.budget._calls.pop(self.id)
        if call is None:
            return
        if error is None:
            await self.budget._asettle(call, self._whole(chunks) or {}, self.id)
        elif isinstance(call.hold, AsyncHold):
            call.hold.used(**shape.used(self._whole(chunks)))
            await call.hold.settle(error)

    def dropped(self, chunks: list[Any]) -> None:
        """Settles a stream that nobody reads to its end."""
        self.ended(GeneratorExit(), chunks)
        call = self.budget._calls.pop(self.id) if self.call is None else None
        if call is not None and isinstance(call.hold, AsyncHold):
            call.hold.used(**shape.used(self._whole(chunks)))
            call.hold.settle_later(GeneratorExit())

    def _whole(self, chunks: list[Any]) -> Any:
        if not chunks:
            return None
        # LiteLLM counts what the provider did not tell.
        return litellm.stream_chunk_builder(chunks, messages=self.kwargs.get("messages"))


def _kept(hold: AsyncHold) -> None:
    """Keeps the hold alive until the call's end.

    Where that is not seen, as long as the call's task lives: a cancelled one tells no end.
    """
    task = asyncio.current_task()
    if entries.is_within():
        hold.keep()
    elif task is not None:
        hold.keep()
        task.add_done_callback(lambda _: hold.let_go())


# Answers that this process has entered, by their key, and by whose call: a server that counts its
# answers from 1 each time it starts gives an id again.
_entered = _Open()


def _response_key(used: Mapping[str, Any], answer: Any, id: str) -> str:
    """The same for one answer wherever it is entered, another for another answer of that id."""
    if "response_id" not in used:
        return requests.new_key()
    key = shape.identity(used, answer)
    return key if _entered.first(key, id) else f"{key}:{id}"


def _priced(model: str, provider: Any) -> tuple[str, str | None]:
    """The model as a price list names it, and its provider."""
    try:
        bare, known, _, _ = litellm.get_llm_provider(model, custom_llm_provider=provider)
    except Exception:
        return model, provider
    return (model if model in litellm.model_cost else bare), known


def _announcing(kwargs: Mapping[str, Any], id: str) -> dict[str, Any]:
    headers = {**(kwargs.get("extra_headers") or {}), HOLD_HEADER: id}
    return {**kwargs, "extra_headers": headers}


def _once(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The call without the package's own retries, which no callback sees; a router's are fine."""
    if entries.by_router(kwargs):
        return dict(kwargs)
    if kwargs.get("num_retries") or kwargs.get("retry_policy") or litellm.num_retries:
        log.warning("budgetd: num_retries are past the budget and left out: use a litellm.Router")
    return {**kwargs, "num_retries": 0, "retry_policy": None}


def _nth(kwargs: dict[str, Any], number: int) -> dict[str, Any]:
    """The call as one of several, which says the how manieth it is."""
    return {**kwargs, "metadata": {**(kwargs.get("metadata") or {}), shape.ATTEMPT: number}}


def _positional(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What LiteLLM noted of arguments without names, which a callback is not told."""
    noted = kwargs.get("litellm_logging_obj")
    told = {name: getattr(noted, name, None) for name in ("model", "messages")}
    return {name: value for name, value in told.items() if value}


def _is_async(kwargs: Mapping[str, Any]) -> bool:
    params = kwargs.get("litellm_params") or {}
    return any(params.get(name) for name in ("acompletion", "aembedding", "atext_completion"))


def _enforcing() -> list[LiteLLMBudget]:
    found = (each for each in litellm.callbacks if isinstance(each, LiteLLMBudget))
    return [each for each in found if each._enforce]


entries.install(_enforcing)

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
import uuid
from collections.abc import Mapping
from typing import Any

import litellm
from litellm.integrations.custom_logger import CustomLogger

from budgetd import litellm_arguments as arguments
from budgetd import litellm_entries as entries
from budgetd import litellm_usage as shape
from budgetd.aio import AsyncBudgetClient
from budgetd.client import BudgetClient
from budgetd.errors import BudgetdError
from budgetd.holds import AsyncHold, Hold
from budgetd.litellm_refusal import to_http
from budgetd.litellm_settling import Call, Settling, StreamEnd
from budgetd.litellm_stream import watch
from budgetd.underway import Underway


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
        self._settling = Settling(self._client, self._async_client)
        self._calls: Underway[str, Call] = Underway()
        self._adopted: Underway[str, bool] = Underway()
        self._seen: Underway[str, bool] = Underway()

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
        await self._settling.asettle(self._calls.pop(id), None, id)
        adopted = await self._adoptable(kwargs)
        if adopted is not None:
            self._calls.put(id, Call(None, fields, adopted))
            return arguments.once(kwargs)
        try:
            hold = await self._async_client.reserve(ttl_ms=self._ttl_ms, **fields)
        except BudgetdError as error:
            raise to_http(error, str(kwargs.get("model"))) from error
        _kept(hold)
        call = Call(hold, fields, is_announced=self._announces(kwargs) and hold.id is not None)
        self._calls.put(id, call)
        return arguments.once(
            arguments.announcing(kwargs, hold.id or "") if call.is_announced else kwargs
        )

    async def async_post_call_success_deployment_hook(
        self, request_data: dict[str, Any], response: Any, call_type: Any
    ) -> Any:
        """Settles before the answer is handed on."""
        call = self._calls.pop(str(request_data.get("litellm_call_id")))
        self._seen.put(str(request_data.get("litellm_call_id")), True)
        await self._settling.asettle(call, response, str(request_data.get("litellm_call_id")))

    async def async_post_call_failure_deployment_hook(
        self, request_data: Mapping[str, Any], exception: Exception, *args: Any, **kwargs: Any
    ) -> None:
        """Settles an attempt that failed."""
        await self._afail(request_data.get("litellm_call_id"), exception)

    async def async_log_success_event(
        self, kwargs: dict[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Settles what the hooks did not see: the end of a stream, an answer from the cache."""
        call = self._calls.pop(str(kwargs.get("litellm_call_id")))
        if kwargs.get("cache_hit"):
            if call is not None and isinstance(call.hold, AsyncHold):
                await call.hold.release()
        elif call is not None:
            await self._settling.asettle(call, response_obj, str(kwargs.get("litellm_call_id")))
        elif not self._enforce:
            id = str(kwargs.get("litellm_call_id"))
            await self._settling.arecord(
                self._logged(kwargs), shape.used(response_obj), response_obj, id
            )

    async def async_log_failure_event(
        self, kwargs: dict[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Settles a failed call; a refusal, which comes here too, has nothing to settle."""
        await self._afail(kwargs.get("litellm_call_id"), kwargs.get("exception"))

    def log_success_event(
        self, kwargs: dict[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Enters a synchronous call that did not go by `call`."""
        id = str(kwargs.get("litellm_call_id"))
        if (
            id in self._seen
            or id in self._calls
            or kwargs.get("cache_hit")
            or arguments.is_async(kwargs)
        ):
            return
        self._settling.record(self._logged(kwargs), shape.used(response_obj), response_obj, id)

    async def acall(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """An asynchronous function of LiteLLM, whose end is seen whatever it is.

        The callback reserves; this settles what no callback is told of: a call that is cancelled,
        a stream that is closed or dropped.
        """
        kwargs = {**entries.named(function, args), **kwargs}
        several = entries.fallbacks(kwargs)
        if several is not None:
            failed = entries.Failures()
            for each in several:
                with failed:
                    return await self.acall(function, **each)
            raise failed.worst
        id = str(kwargs.setdefault("litellm_call_id", str(uuid.uuid4())))
        with entries.Within():
            try:
                answer = await entries.bare(function)(**kwargs)
            except GeneratorExit:
                StreamEnd(self._settling, self._calls, id, kwargs).dropped([])
                raise
            except BaseException as error:
                await self._afail(id, error)
                raise
        if id in self._calls and kwargs.get("stream"):
            watch(answer, StreamEnd(self._settling, self._calls, id, kwargs))
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
            failed = entries.Failures()
            for each in several:
                with failed:
                    return self.call(function, **each)
            raise failed.worst
        kwargs = arguments.once(kwargs)
        id = str(kwargs.setdefault("litellm_call_id", str(uuid.uuid4())))
        self._seen.put(id, True)
        fields = self._reservation(kwargs, function.__name__)
        try:
            hold = self._client.reserve(ttl_ms=self._ttl_ms, **fields)
        except BudgetdError as error:
            raise to_http(error, str(kwargs.get("model"))) from error
        call = Call(hold, fields, is_announced=self._announces(kwargs) and hold.id is not None)
        if call.is_announced:
            kwargs = arguments.announcing(kwargs, hold.id or "")
        if not kwargs.get("stream"):
            with hold:
                answer = self._made(hold, function, kwargs)
                self._settling.settle(call, answer, id)
            return answer
        hold.keep()
        answer = self._made(hold, function, kwargs)
        if not watch(answer, StreamEnd(self._settling, self._calls, id, kwargs, call)):
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
        kwargs = {**arguments.positional(kwargs), **kwargs}
        model, provider = arguments.priced(
            str(kwargs.get("model")), kwargs.get("custom_llm_provider")
        )
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
        call = self._calls.pop(str(id))
        # What became of an adopted hold is its owner's to say.
        if call is not None and isinstance(call.hold, AsyncHold):
            await call.hold.settle(error if isinstance(error, BaseException) else None)


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


def _enforcing() -> list[LiteLLMBudget]:
    found = (each for each in litellm.callbacks if isinstance(each, LiteLLMBudget))
    return [each for each in found if each._enforce]


entries.install(_enforcing)

"""LiteLLM's package: refusals without a call, attempts, streams, and nothing counted twice."""

import asyncio
import copy
import gc
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from daemon import eventually
from provider import Provider

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm

from budgetd import BudgetExceeded, Unavailable
from budgetd.litellm import LiteLLMBudget
from budgetd.litellm_refusal import to_http

COST = Decimal("0.0002")
ASK = [{"role": "user", "content": "hello" * 60}]


@pytest.fixture
def provider():
    own = Provider()
    yield own
    own.stop()


LISTS = ("callbacks", "success_callback", "failure_callback", "_async_success_callback",
    "_async_failure_callback", "input_callback", "_async_input_callback")  # fmt: skip


@pytest.fixture
def callbacks():
    """LiteLLM's, which remember what was once among them."""
    yield litellm.callbacks
    for name in LISTS:
        getattr(litellm, name).clear()


@pytest.fixture
def budget(client, callbacks):
    made = LiteLLMBudget(client)
    callbacks.append(made)
    return made


@pytest.fixture
def call(provider, fresh):
    return {
        "model": "openai/stand-in", "api_base": provider.url, "api_key": "none", "messages": ASK,
        "max_tokens": 10, "max_retries": 0, "metadata": {"run": fresh, "session": fresh},
    }  # fmt: skip


def ask(kind, budget, **call):
    if kind == "sync":
        return budget.completion(**call)
    return asyncio.run(litellm.acompletion(**call))


both = pytest.mark.parametrize("kind", ["sync", "async"])


@both
def test_a_call_is_booked_once(budget, provider, books, call, kind):
    answer = ask(kind, budget, **call, user="alice")
    assert provider.calls == 1 and answer.choices[0].message.content == "done"
    entry = books.models[0]
    assert (entry.input_tokens, entry.output_tokens, entry.user) == (100, 10, "alice")
    assert (entry.model, entry.response_id) == ("stand-in", answer.id)
    assert books.session().spent == COST and books.held == 0
    assert books.client.run(books.name).calls == 1


@both
@pytest.mark.parametrize(
    ("input", "output", "details"),
    [
        (250, 10, {"prompt_tokens_details": {"cached_tokens": 150}}),
        (100, 35, {"completion_tokens_details": {"reasoning_tokens": 25}}),
        (100, 10, {"prompt_tokens_details": {"cached_tokens": None, "audio_tokens": -1}}),
    ],
)
def test_parts_above_the_whole_were_counted_beside_it(
    budget, provider, books, call, kind, input, output, details
):
    """A paid call is entered, however its server counts."""
    provider.usage = {**provider.usage, **details}
    assert ask(kind, budget, **call).choices[0].message.content == "done"
    assert [(e.input_tokens, e.output_tokens) for e in books.models] == [(input, output)]
    assert books.held == 0


@both
def test_a_refusal_makes_no_call_and_is_not_repeated(budget, provider, books, call, kind):
    books.leave("0.0001")
    before = books.client.usage(run=books.name).seq
    with pytest.raises(BudgetExceeded) as caught:
        ask(kind, budget, **call, num_retries=3)
    assert caught.value.status_code == 402 and caught.value.limit == "session-cost"
    # A refusal fires a failure event, which has nothing to settle.
    assert provider.calls == 0 and books.models == [] and books.held == 0
    assert books.client.usage(run=books.name).seq == before


def test_a_router_neither_repeats_a_refusal_nor_hides_it(budget, provider, books, call):
    params = {key: call[key] for key in ("model", "api_base", "api_key")}
    deployments = [{"model_name": "house", "litellm_params": dict(params)} for _ in range(2)]
    router = litellm.Router(model_list=deployments, num_retries=2)
    asked = []
    reserve = budget._async_client.reserve

    def counting(**fields):
        asked.append(fields)
        return reserve(**fields)

    budget._async_client.reserve = counting
    rest = {key: call[key] for key in ("messages", "max_tokens", "metadata")}
    books.leave("0.0001")
    with pytest.raises(BudgetExceeded):
        asyncio.run(router.acompletion(model="house", **rest))
    assert provider.calls == 0 and len(asked) == 1


def test_each_attempt_of_a_router_is_booked(budget, provider, books, call):
    provider.fail = [500]
    params = {key: call[key] for key in ("model", "api_base", "api_key", "max_retries")}
    router = litellm.Router(
        model_list=[{"model_name": "house", "litellm_params": params}], num_retries=1,
        retry_after=0,
    )  # fmt: skip
    rest = {key: call[key] for key in ("messages", "max_tokens", "metadata")}
    asyncio.run(router.acompletion(model="house", **rest))
    assert provider.calls == 2
    assert sorted((e.outcome, e.output_tokens) for e in books.models) == [("error", 0), ("ok", 10)]
    assert books.held == 0


@both
def test_no_attempt_goes_past_the_budget(budget, provider, books, call, kind):
    # The package's own retries pass no callback; they are left out.
    provider.fail = [500]
    with pytest.raises(litellm.InternalServerError):
        ask(kind, budget, **call, num_retries=2)
    assert provider.calls == len(books.models) == 1


@both
def test_an_error_is_booked(budget, provider, books, call, kind):
    provider.fail = [500]
    with pytest.raises(litellm.InternalServerError):
        ask(kind, budget, **call)
    assert [(e.outcome, e.input_tokens) for e in books.models] == [("error", 0)]
    assert books.held == 0 and provider.calls == 1


def test_a_stream_is_settled_at_its_end(budget, provider, books, call):
    text = "".join(c.choices[0].delta.content or "" for c in budget.completion(**call, stream=True))
    assert text == "one two three" and len(books.models) == 1 and books.held == 0
    assert books.models[0].output_tokens > 0 and books.models[0].outcome == "ok"


def test_an_asynchronous_stream_is_settled_at_its_end(budget, provider, books, call):
    async def body():
        options = {"stream": True, "stream_options": {"include_usage": True}}
        stream = await litellm.acompletion(**call, **options)
        async for _ in stream:
            pass
        # LiteLLM tells the end from a task of its own.
        while not await asyncio.to_thread(lambda: books.models):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(body(), 20))
    entry = books.models[0]
    assert (entry.input_tokens, entry.output_tokens) == (100, 10)
    assert books.held == 0 and len(books.models) == 1


def test_a_stream_closed_early(budget, provider, books, call):
    stream = budget.completion(**call, stream=True)
    next(stream)
    stream.close()
    assert [e.outcome for e in books.models] == ["cancelled"] and books.held == 0
    assert books.models[0].input_tokens > 0


def test_a_cancelled_call_frees_its_hold(budget, provider, books, call):
    provider.gate = threading.Event()

    async def body():
        task = asyncio.create_task(litellm.acompletion(**call))
        while not provider.calls:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(body(), 20))
    provider.gate.set()
    eventually(lambda: books.held == 0, 10)


def test_a_long_call_keeps_its_hold(budget, provider, books, call, client):
    provider.gate = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: asyncio.run(litellm.acompletion(**call)))
        eventually(lambda: provider.calls)
        (held,) = budget._calls._known.values()
        until = client.status(held.hold.id).expires_at_ms
        # Two seconds to live, and extended before they are over.
        eventually(lambda: client.status(held.hold.id).expires_at_ms > until)
        provider.gate.set()
        answer.result(20)
    assert books.held == 0 and [e.outcome for e in books.models] == ["ok"]


@both
def test_32_parallel_calls_pass_no_more_than_fit(budget, provider, books, call, kind):
    def one(_):
        try:
            return budget.completion(**call)
        except BudgetExceeded as error:
            return error

    async def gathered():
        calls = (litellm.acompletion(**call) for _ in range(32))
        return await asyncio.gather(*calls, return_exceptions=True)

    if kind == "sync":
        with ThreadPoolExecutor(32) as pool:
            results = list(pool.map(one, range(32)))
    else:
        results = asyncio.run(gathered())
    refused = [each for each in results if isinstance(each, BudgetExceeded)]
    assert provider.calls == len(books.models) == 32 - len(refused)
    assert 1 <= provider.calls <= 5 and books.held == 0
    assert books.session().spent == provider.calls * COST


def test_embeddings(budget, provider, books, call):
    rest = {key: call[key] for key in ("model", "api_base", "api_key", "metadata")}
    budget.embedding(**rest, input=["hello"])
    asyncio.run(litellm.aembedding(**rest, input=["hello"]))
    assert [(e.input_tokens, e.output_tokens) for e in books.models] == [(100, 0)] * 2


def test_a_synchronous_call_past_the_wrapper_is_entered_afterwards(budget, provider, books, call):
    litellm.completion(**call)
    eventually(lambda: books.models)
    assert books.models[0].input_tokens == 100 and books.session().spent == COST


def test_two_that_only_report_count_once(client, callbacks, provider, books, call):
    class Other(LiteLLMBudget):
        pass

    callbacks += [LiteLLMBudget(client, enforce=False), Other(client, enforce=False)]
    asyncio.run(asyncio.wait_for(_and_its_log(litellm.acompletion(**call), books), 20))
    assert len(books.models) == 1 and books.session().spent == COST


async def _and_its_log(call, books):
    await call
    while not await asyncio.to_thread(lambda: books.models):
        await asyncio.sleep(0.01)


def test_a_cached_answer_costs_nothing(budget, provider, books, call):
    litellm.cache = litellm.Cache(type="local")

    async def body():
        for _ in range(3):
            await litellm.acompletion(**call, caching=True)
        while await asyncio.to_thread(lambda: books.held):
            await asyncio.sleep(0.01)

    try:
        asyncio.run(asyncio.wait_for(body(), 20))
    finally:
        litellm.cache = None
    assert provider.calls == len(books.models) == 1 and books.session().spent == COST


STREAM = {"stream": True, "stream_options": {"include_usage": True}}


@pytest.mark.parametrize("way", ["closed", "dropped", "unread"])
def test_an_asynchronous_stream_given_up_is_settled_within_its_task(
    budget, provider, books, call, way
):
    async def body():
        stream = await litellm.acompletion(**call, **STREAM)
        if way != "unread":
            async for _ in stream:
                break
        if way == "closed":
            await stream.aclose()
        del stream
        while not await asyncio.to_thread(lambda: books.models):
            await asyncio.sleep(0.01)
        return await asyncio.to_thread(lambda: books.held)

    assert asyncio.run(asyncio.wait_for(body(), 20)) == 0
    (entry,) = books.models
    assert entry.outcome == "cancelled" and entry.input_tokens > 60


def test_a_timeout_is_settled_within_its_task(budget, provider, books, call):
    provider.gate = threading.Event()

    async def body():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(litellm.acompletion(**call), 0.5)
        return await asyncio.to_thread(lambda: (books.held, books.models))

    held, (entry,) = asyncio.run(asyncio.wait_for(body(), 20))
    provider.gate.set()
    assert held == 0 and entry.outcome in ("cancelled", "timeout")
    assert entry.input_tokens > 100 and entry.output_tokens == 0


@both
def test_an_id_that_a_server_gives_again_is_another_call(budget, provider, books, call, kind):
    provider.name = "chatcmpl-123"
    for _ in range(3):
        ask(kind, budget, **call)
    assert provider.calls == len(books.models) == 3
    assert books.session().spent == 3 * COST and books.held == 0


def router_of(call, **more):
    params = {key: call[key] for key in ("model", "api_base", "api_key", "max_retries")}
    deployments = [{"model_name": "house", "litellm_params": params}]
    return litellm.Router(model_list=deployments, retry_after=0, **more)


@pytest.mark.parametrize("stream", [False, True])
def test_a_synchronous_router_is_under_the_budget(budget, provider, books, call, stream):
    router = router_of(call, num_retries=2)
    rest = {key: call[key] for key in ("messages", "max_tokens", "metadata")}
    answer = router.completion(model="house", **rest, **(STREAM if stream else {}))
    if stream:
        assert books.held == 1
        list(answer)
    assert [(e.input_tokens, e.output_tokens) for e in books.models] == [(100, 10)]
    assert books.held == 0
    books.leave("0.0001")
    with pytest.raises(BudgetExceeded):
        router.completion(model="house", **rest)
    assert provider.calls == len(books.models) == 1


@both
def test_a_routers_retries_are_attempts(budget, provider, books, call, kind):
    provider.fail = [500, 500]
    router = router_of(call, num_retries=2)
    rest = {key: call[key] for key in ("messages", "max_tokens", "metadata")}
    if kind == "sync":
        router.completion(model="house", **rest)
    else:
        asyncio.run(router.acompletion(model="house", **rest))
    assert [(e.attempt, e.outcome) for e in books.models] == [(0, "error"), (1, "error"), (2, "ok")]


def test_a_synchronous_stream_keeps_its_hold(budget, provider, books, call, client):
    stream = budget.completion(**call, **STREAM)
    next(stream)
    held = stream.budgetd_watch.call.hold
    until = client.status(held.id).expires_at_ms
    # Two seconds to live, and extended before they are over.
    eventually(lambda: client.status(held.id).expires_at_ms > until)
    list(stream)
    assert [(e.outcome, e.input_tokens) for e in books.models] == [("ok", 100)]
    assert books.held == 0


@pytest.mark.parametrize("way", ["closed", "dropped"])
def test_a_synchronous_stream_that_nobody_reads_is_settled(budget, provider, books, call, way):
    stream = budget.completion(**call, **STREAM)
    if way == "closed":
        stream.close()
    del stream
    # It may stand in a circle, which the collector finds sooner or later.
    gc.collect()
    eventually(lambda: books.models)
    assert [(e.outcome, e.input_tokens > 100) for e in books.models] == [("cancelled", True)]
    assert books.held == 0


@pytest.mark.parametrize("how", ["wrapper", "sync", "async"])
def test_arguments_without_names(budget, provider, books, call, how):
    rest = {key: call[key] for key in call if key not in ("model", "messages")}
    if how == "async":
        asyncio.run(litellm.acompletion("openai/stand-in", ASK, **rest))
    else:
        ask = budget.completion if how == "wrapper" else litellm.completion
        ask("openai/stand-in", ASK, **rest)
    assert [(e.model.split("/")[-1], e.input_tokens) for e in books.models] == [("stand-in", 100)]


def test_a_function_taken_from_the_package_before_is_under_the_callback(
    budget, provider, books, call
):
    bare = litellm.acompletion.budgetd_bare
    rest = {key: call[key] for key in call if key not in ("model", "messages")}
    asyncio.run(bare("openai/stand-in", ASK, **rest))
    assert [(e.model.split("/")[-1], e.input_tokens) for e in books.models] == [("stand-in", 100)]
    asyncio.run(bare(**{**call, "model": "openai/none"}, fallbacks=["openai/stand-in"]))
    assert len(books.models) == provider.calls == 2 and books.held == 0


@both
def test_entries_equal_the_calls_of_fallbacks(budget, provider, books, call, kind):
    provider.fail = [500]
    answer = ask(kind, budget, **call, fallbacks=["openai/stand-in"])
    assert answer.choices[0].message.content == "done" and provider.calls == 2
    assert [(e.outcome, e.attempt) for e in books.models] == [("error", 0), ("ok", 1)]
    assert books.held == 0


@both
def test_a_refused_fallback_is_a_refusal(budget, provider, books, call, kind):
    provider.fail = [500]
    books.leave("0.0003")
    call = {**call, "messages": [{"role": "user", "content": "hello"}]}
    costly = {"model": "openai/stand-in", "max_tokens": 100}
    with pytest.raises(BudgetExceeded) as caught:
        ask(kind, budget, **call, fallbacks=[costly])
    assert caught.value.status_code == 402
    assert provider.calls == len(books.models) == 1 and books.held == 0


@pytest.mark.parametrize("way", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_a_refusal_travels_between_processes(budget, provider, books, call, way):
    books.leave("0.0001")
    with pytest.raises(BudgetExceeded) as caught:
        budget.completion(**call)
    again = way(caught.value)
    assert isinstance(again, type(caught.value)) and again.status_code == 402
    assert (again.limit, again.model, str(again)) == (
        "session-cost", "openai/stand-in", str(caught.value),
    )  # fmt: skip
    failed = way(to_http(Unavailable("nobody"), "m"))
    assert (failed.status_code, failed.message, failed.code) == (503, "nobody", "UNAVAILABLE")

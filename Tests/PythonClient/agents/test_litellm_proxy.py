"""LiteLLM's proxy as a process of its own: what an OpenAI client sees, and who counts."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
from decimal import Decimal

import httpx
import openai
import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from daemon import eventually
from provider import Provider

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
pytest.importorskip("litellm.proxy.proxy_cli", reason="litellm[proxy] is not installed")
import litellm

from budgetd.langchain import BudgetMiddleware
from budgetd.litellm import LiteLLMBudget

COST = Decimal("0.0002")
# Made up for this run; the proxy starts with none that is weak.
KEY = f"sk-{secrets.token_hex(32)}"
ASK = [{"role": "user", "content": "hello" * 60}]

CONFIG = """
model_list:
  - model_name: stand-in
    litellm_params:
      {{model: openai/stand-in, api_base: "{provider}", api_key: none, max_retries: 0}}
litellm_settings:
  callbacks: [house.budget]
  num_retries: 2
"""


class Proxy:
    """The proxy, with a budget, before a provider."""

    def __init__(self, directory, daemon):
        self.provider = Provider()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (directory / "config.yaml").write_text(CONFIG.format(provider=self.provider.url))
        (directory / "house.py").write_text(
            "from budgetd.litellm import LiteLLMBudget\nbudget = LiteLLMBudget()\n"
        )
        self.log = directory / "log"
        environment = {
            **os.environ, "BUDGETD_URL": daemon.url, "LITELLM_TELEMETRY": "False",
            "DISABLE_ADMIN_UI": "True", "LITELLM_MASTER_KEY": KEY,
        }  # fmt: skip
        command = [sys.executable, "-m", "litellm.proxy.proxy_cli", "--config", "config.yaml"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=directory, env=environment, stdout=log, stderr=log
            )
        self.url = f"http://127.0.0.1:{self.port}"

    def serves(self):
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return httpx.get(f"{self.url}/health/liveliness", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.provider.stop()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory, daemon):
    own = Proxy(tmp_path_factory.mktemp("proxy"), daemon)
    try:
        eventually(own.serves, 55)
        yield own
    finally:
        own.stop()


class Counting(httpx.HTTPTransport):
    """Counts the requests that an OpenAI client sends."""

    requests = 0

    def handle_request(self, request):
        self.requests += 1
        return super().handle_request(request)


def client_of(proxy):
    transport = Counting()
    made = openai.OpenAI(
        base_url=f"{proxy.url}/v1", api_key=KEY, http_client=httpx.Client(transport=transport)
    )
    return made, transport


def asked(fresh):
    metadata = {"run": fresh, "session": fresh, "user": "alice"}
    return {
        "model": "stand-in", "messages": ASK, "max_tokens": 10,
        "extra_body": {"metadata": metadata},
    }  # fmt: skip


def test_a_call_is_booked_and_a_refusal_is_one_request(proxy, books, fresh):
    openai_client, transport = client_of(proxy)
    before = proxy.provider.calls
    answer = openai_client.chat.completions.create(**asked(fresh))
    assert answer.choices[0].message.content == "done"
    eventually(lambda: books.models)
    assert [(e.input_tokens, e.output_tokens, e.user) for e in books.models] == [(100, 10, "alice")]
    assert proxy.provider.calls == before + 1 and transport.requests == 1
    books.leave("0.0001")
    with pytest.raises(openai.APIStatusError) as caught:
        openai_client.chat.completions.create(**asked(fresh))
    assert caught.value.status_code == 402 and "session-cost" in str(caught.value)
    assert transport.requests == 2 and proxy.provider.calls == before + 1
    assert len(books.models) == 1 and books.held == 0


def test_client_and_proxy_count_once(proxy, client, books, fresh):
    """A client that announces its hold: the proxy settles that one, and holds nothing more."""
    before = proxy.provider.calls
    budget = LiteLLMBudget(client)
    # What is left fits one hold of this call, and not two.
    books.leave("0.0003")
    answer = budget.completion(
        model="litellm_proxy/stand-in", api_base=proxy.url, api_key=KEY, messages=ASK,
        max_tokens=10, metadata={"run": fresh, "session": fresh},
        extra_body={"metadata": {"run": fresh, "session": fresh}},
    )  # fmt: skip
    assert answer.choices[0].message.content == "done"
    eventually(lambda: books.models)
    assert proxy.provider.calls == before + 1
    assert len(books.models) == 1 and books.models[0].cost_usd == COST
    assert books.session().remaining == Decimal("0.0001") and books.held == 0


def test_a_client_that_does_not_announce_counts_once_too(proxy, client, books, fresh):
    litellm.callbacks = [LiteLLMBudget(client, announce=False)]
    try:
        asyncio.run(
            litellm.acompletion(
                model="litellm_proxy/stand-in",
                api_base=proxy.url,
                api_key=KEY,
                messages=ASK,
                max_tokens=10,
                metadata={"run": fresh, "session": fresh},
                extra_body={"metadata": {"run": fresh, "session": fresh}},
            )
        )
    finally:
        litellm.callbacks = []
    # Both held it, and the answer's id was entered once.
    assert len(books.models) == 1 and books.session().spent == COST
    eventually(lambda: books.held == 0)


class ViaProxy(BaseChatModel):
    """A model behind the proxy, as langchain-openai's is."""

    base_url: str
    run: str
    model_name: str = "stand-in"

    @property
    def _llm_type(self):
        return "via-proxy"

    def _generate(self, messages, stop=None, run_manager=None, extra_headers=None, **kwargs):
        made = openai.OpenAI(base_url=self.base_url, api_key=KEY)
        said = made.chat.completions.create(**asked(self.run), extra_headers=extra_headers)
        usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
        message = AIMessage(
            said.choices[0].message.content, usage_metadata=usage, response_metadata={"id": said.id}
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


def test_an_agent_and_the_proxy_count_once(proxy, client, books, fresh, ways):
    agent = create_agent(
        ViaProxy(base_url=f"{proxy.url}/v1", run=fresh),
        middleware=[BudgetMiddleware(client, announce=True)], name="helper",
    )  # fmt: skip
    books.leave("0.00035")
    config = {"metadata": {"run": fresh, "session": fresh}}
    result = ways.invoke(agent, {"messages": [("user", "hello" * 60)]}, config)
    assert result["messages"][-1].content == "done"
    eventually(lambda: books.models)
    assert [(e.agent, e.input_tokens) for e in books.models] == [("helper", 100)]
    assert books.session().remaining == Decimal("0.00015") and books.held == 0


def test_an_announced_hold_permits_one_call(proxy, client, books, fresh):
    openai_client, _ = client_of(proxy)
    hold = client.reserve(
        run=fresh, session=fresh, model="stand-in", input_tokens=110, output_tokens=10
    )
    books.leave("0.0001")
    headers = {"x-budgetd-hold": hold.id}
    openai_client.chat.completions.create(**asked(fresh), extra_headers=headers)
    with pytest.raises(openai.APIStatusError) as caught:
        openai_client.chat.completions.create(**asked(fresh), extra_headers=headers)
    assert caught.value.status_code == 402 and len(books.models) == 1


def test_32_parallel_requests_pass_no_more_than_fit(proxy, books, fresh):
    before = proxy.provider.calls

    async def body():
        async with openai.AsyncOpenAI(base_url=f"{proxy.url}/v1", api_key=KEY) as made:
            calls = (made.chat.completions.create(**asked(fresh)) for _ in range(32))
            return await asyncio.gather(*calls, return_exceptions=True)

    results = asyncio.run(body())
    refused = [each for each in results if isinstance(each, openai.APIStatusError)]
    assert {each.status_code for each in refused} == {402}
    made = proxy.provider.calls - before
    assert made == 32 - len(refused) and 1 <= made <= 5
    eventually(lambda: len(books.models) == made and books.held == 0)
    assert books.session().spent == made * COST


def test_a_stream_is_settled(proxy, books, fresh):
    openai_client, _ = client_of(proxy)
    stream = openai_client.chat.completions.create(**asked(fresh), stream=True)
    assert "".join(c.choices[0].delta.content or "" for c in stream if c.choices) == "one two three"
    eventually(lambda: books.models)
    assert len(books.models) == 1 and books.held == 0

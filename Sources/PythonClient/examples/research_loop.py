"""A research loop that its session's budget stops, and that goes on after a grant.

The loop would go on for ever. When the budget says no, the graph waits, with its state in the
checkpoint and no call made; an administrator grants more; the same graph is resumed where it was,
until the grant is spent too, and then it is told to end.

Runs offline, as `supervisor.py` does.
"""

from __future__ import annotations

import uuid

from langchain.agents import create_agent
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from budgetd import BudgetClient
from budgetd.langchain import BudgetMiddleware
from budgetd.langchain.standin import StandInChatModel

HOUR_MS = 3_600_000


@tool
def web_search(query: str) -> str:
    """Searches the web."""
    return f"something on {query}, and a link to follow"


def search_again(messages: list[object]) -> list[dict[str, object]]:
    """The answer of a model that never has enough."""
    return [{"name": "web_search", "args": {"query": f"link {len(messages)}"}}]


def grant(client: BudgetClient, session: str, usd: str) -> None:
    """What an administrator does: `budgetctl limit grant`, or this."""
    until = client.usage(session=session).now_ms + HOUR_MS
    client.execute(
        *("LIMIT", "GRANT", "limit", "session-cost", "session", session, "amount", usd),
        *("until_ms", until, "reason", "worth it", "idempotency_key", uuid.uuid4().hex),
    )


def main() -> None:
    """Runs the loop twice, and prints the run's ledger."""
    client = BudgetClient()
    run = f"research-{uuid.uuid4().hex[:8]}"
    model = StandInChatModel(otherwise=search_again, input_tokens=600, output_tokens=40)
    agent = create_agent(
        model,
        [web_search],
        middleware=[
            BudgetMiddleware(
                client,
                on_refusal="interrupt",
                estimate=lambda request: {"input_tokens": 600, "output_tokens": 40},
            )
        ],
        checkpointer=InMemorySaver(),
        name="researcher",
    )
    config = {
        "configurable": {"thread_id": run},
        "metadata": {"user": "alice", "session": run, "run": run},
    }

    stopped = agent.invoke({"messages": [("user", "Find out everything.")]}, config)
    refusal = stopped["__interrupt__"][0].value
    print(f"Stopped after {model.calls} calls: {refusal['message']}")
    print(f"So far: ${stopped['total_cost_usd']}, {stopped['total_tokens_used']} tokens")

    grant(client, run, "0.003")
    print("Granted $0.003 more.")
    stopped = agent.invoke(Command(resume="go on"), config)
    print(f"Stopped after {model.calls} calls: {stopped['__interrupt__'][0].value['message']}")

    result = agent.invoke(Command(resume="end"), config)
    print(f"Ended: {result['messages'][-1].text}")

    ledger = client.run(run)
    print(f"\nLedger of {run}:")
    for entry in reversed(ledger.entries):
        what = f"tool {entry.tool}" if entry.tool else f"model {entry.model}"
        print(f"  {what:<20}{entry.tokens:>6} tokens  ${entry.cost_usd}")
    booked = sum(1 for entry in ledger.entries if not entry.tool)
    print(f"researcher: {model.calls} calls served, {booked} booked")
    print(ledger.total)


if __name__ == "__main__":
    main()

"""A supervisor with three sub-agents: a request takes 8 to 13 model calls, and each is booked.

Runs offline, with a stand-in chat model whose price is in the policy below; a daemon must serve
that policy at BUDGETD_URL:

    budgetd --policy policy.yaml --socket ./budgetd.sock
    BUDGETD_URL=unix://$PWD/budgetd.sock python supervisor.py
"""

from __future__ import annotations

import uuid

from langchain.agents import create_agent
from langchain_core.tools import BaseTool, tool

from budgetd import BudgetClient, budget_context
from budgetd.langchain import BudgetMiddleware
from budgetd.langchain.standin import StandInChatModel


@tool
def web_search(query: str) -> str:
    """Searches the web."""
    return f"three pages on {query}"


@tool
def calculate(expression: str) -> str:
    """Calculates."""
    return "42"


def calling(name: str, **arguments: str) -> list[dict[str, object]]:
    """An answer of a model that calls one tool."""
    return [{"name": name, "args": arguments}]


def sub_agent(
    client: BudgetClient, name: str, model: StandInChatModel, *tools: BaseTool
) -> BaseTool:
    """An agent as a tool of the supervisor; the call of the tool costs nothing of its own."""
    agent = create_agent(model, list(tools), middleware=[BudgetMiddleware(client)], name=name)

    @tool(name, description=f"Hands a task to the {name}.")
    def delegate(task: str) -> str:
        result = agent.invoke({"messages": [("user", task)]})
        return str(result["messages"][-1].text)

    return delegate


def main() -> None:
    """Runs one request, and prints what the model served and what the ledger says."""
    client = BudgetClient()
    run = f"request-{uuid.uuid4().hex[:8]}"
    models = {
        "supervisor": StandInChatModel(
            script=[
                calling("researcher", task="find the facts"),
                calling("analyst", task="reckon the cost"),
                calling("writer", task="write it up"),
            ],
            otherwise="Here is your report.",
            input_tokens=900,
            output_tokens=60,
        ),
        "researcher": StandInChatModel(
            script=[
                calling("web_search", query="prices"),
                calling("web_search", query="volumes"),
            ],
            otherwise="Prices and volumes.",
            input_tokens=1500,
            output_tokens=200,
        ),
        "analyst": StandInChatModel(
            script=[calling("calculate", expression="6 * 7")],
            otherwise="It comes to 42.",
            input_tokens=700,
            output_tokens=80,
        ),
        "writer": StandInChatModel(
            otherwise="A fine report.", input_tokens=1200, output_tokens=500
        ),
    }
    helpers = [
        sub_agent(client, "researcher", models["researcher"], web_search),
        sub_agent(client, "analyst", models["analyst"], calculate),
        sub_agent(client, "writer", models["writer"]),
    ]
    supervisor = create_agent(
        models["supervisor"], helpers, middleware=[BudgetMiddleware(client)], name="supervisor"
    )
    with budget_context(user="alice", session=run, run=run):
        result = supervisor.invoke({"messages": [("user", "What will it cost us?")]})
    print(result["messages"][-1].text)

    ledger = client.run(run)
    print(f"\nLedger of {run}:")
    for entry in reversed(ledger.entries):
        what = f"tool {entry.tool}" if entry.tool else f"model {entry.model}"
        print(f"  {entry.agent or '-':<12}{what:<20}{entry.tokens:>6} tokens  ${entry.cost_usd}")
    for name, model in models.items():
        booked = sum(1 for each in ledger.entries if each.agent == name and not each.tool)
        print(f"{name}: {model.calls} calls served, {booked} booked")
    print(ledger.total)


if __name__ == "__main__":
    main()

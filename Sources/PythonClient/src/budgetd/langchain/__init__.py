"""Budgets for LangChain and LangGraph.

agent = create_agent(model, tools, middleware=[BudgetMiddleware(client)], name="researcher")
graph.invoke(input, {"callbacks": [BudgetCallbackHandler(client)]})
"""

from budgetd.langchain.audit import AuditedCall, AuditReport, aaudit, audit
from budgetd.langchain.callbacks import BudgetCallbackHandler
from budgetd.langchain.middleware import BudgetMiddleware
from budgetd.langchain.refusal import Stopped
from budgetd.langchain.routing import aremaining_budget, remaining_budget
from budgetd.langchain.state import BudgetAgentState, BudgetState, ByCall, Total, cost_of

__all__ = [
    "AuditReport",
    "AuditedCall",
    "BudgetAgentState",
    "BudgetCallbackHandler",
    "BudgetMiddleware",
    "BudgetState",
    "ByCall",
    "Stopped",
    "Total",
    "aaudit",
    "aremaining_budget",
    "audit",
    "cost_of",
    "remaining_budget",
]

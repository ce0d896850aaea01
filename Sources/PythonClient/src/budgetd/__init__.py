"""Budgets for fleets of LLM agents: the client of the budgetd daemon.

with BudgetClient().reserve(user="alice", model="gpt-4o", input_tokens=4000) as hold:
    answer = call()
    hold.used(input_tokens=answer.input, output_tokens=answer.output)
"""

from budgetd.aio import AsyncBudgetClient
from budgetd.clerk import Allow
from budgetd.client import BudgetClient
from budgetd.context import CarryingExecutor, budget_context, carry
from budgetd.decorator import budgeted
from budgetd.errors import (
    BadArgument,
    BudgetDenied,
    BudgetdError,
    BudgetExceeded,
    Conflict,
    Finalized,
    MissingSubject,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    Suspended,
    Unavailable,
    UnknownModel,
    UnknownReservation,
)
from budgetd.fields import Call, Subject, Usage
from budgetd.holds import AsyncHold, Hold, current_hold
from budgetd.results import (
    Decision,
    LimitStanding,
    LimitWarning,
    RunEntry,
    RunLedger,
    RunTask,
    Settlement,
    Standing,
)

__all__ = [
    "Allow",
    "AsyncBudgetClient",
    "AsyncHold",
    "BadArgument",
    "BudgetClient",
    "BudgetDenied",
    "BudgetExceeded",
    "BudgetdError",
    "Call",
    "CarryingExecutor",
    "Conflict",
    "Decision",
    "Finalized",
    "Hold",
    "LimitStanding",
    "LimitWarning",
    "MissingSubject",
    "NotPermitted",
    "OutcomeUnknown",
    "RateLimited",
    "RunEntry",
    "RunLedger",
    "RunTask",
    "Settlement",
    "Standing",
    "Subject",
    "Suspended",
    "Unavailable",
    "UnknownModel",
    "UnknownReservation",
    "Usage",
    "budget_context",
    "budgeted",
    "carry",
    "current_hold",
]

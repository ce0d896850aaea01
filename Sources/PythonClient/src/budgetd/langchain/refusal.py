"""Refusals that reach the caller of a graph.

Middleware that retries models or tools, or falls back to other models, catches every `Exception`
but LangGraph's control flow: it would ask three times and then turn the refusal into an ordinary
message. So what this integration raises within a graph is control flow and the client's error at
once: `except BudgetExceeded` catches it, `ModelRetryMiddleware`, `ModelFallbackMiddleware`, a
node's retry policy and `ToolNode`'s error handling let it through. LangGraph raises it to the
caller of the graph, and the checkpoint before the call stays resumable.
"""

from __future__ import annotations

from langgraph.errors import GraphBubbleUp

from budgetd.errors import (
    BudgetDenied,
    BudgetdError,
    BudgetExceeded,
    MissingSubject,
    OutcomeUnknown,
    RateLimited,
    Suspended,
    Unavailable,
    UnknownModel,
)


class Stopped(GraphBubbleUp):
    """The part that all errors raised within a graph share."""


class GraphDenied(BudgetDenied, Stopped):
    """A refusal of another kind."""


class GraphBudgetExceeded(BudgetExceeded, Stopped):
    """A limit's cap would be passed."""


class GraphRateLimited(RateLimited, Stopped):
    """A rate has no room for it now."""


class GraphSuspended(Suspended, Stopped):
    """An administrator stopped the subject."""


class GraphMissingSubject(MissingSubject, Stopped):
    """The policy requires a field that the call does not have."""


class GraphUnknownModel(UnknownModel, Stopped):
    """The policy denies models without a price."""


class GraphUnavailable(Unavailable, Stopped):
    """Nobody could be asked."""


class GraphOutcomeUnknown(OutcomeUnknown, Stopped):
    """The answer was lost."""


class GraphError(BudgetdError, Stopped):
    """Another error of the client."""


_DENIALS: dict[type[BudgetDenied], type[BudgetDenied]] = {
    BudgetExceeded: GraphBudgetExceeded,
    RateLimited: GraphRateLimited,
    Suspended: GraphSuspended,
    MissingSubject: GraphMissingSubject,
    UnknownModel: GraphUnknownModel,
}


def in_graph(error: BudgetdError) -> BudgetdError:
    """The error as one that no middleware swallows."""
    if isinstance(error, Stopped):
        return error
    if isinstance(error, BudgetDenied):
        return _DENIALS.get(type(error), GraphDenied)(error.decision)
    if isinstance(error, Unavailable):
        return GraphUnavailable(error.message, error.code)
    if isinstance(error, OutcomeUnknown):
        return GraphOutcomeUnknown(error.message, error.code)
    return GraphError(error.message, error.code)

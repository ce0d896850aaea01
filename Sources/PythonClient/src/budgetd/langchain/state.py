"""What a run has cost, in a graph's state, added once whatever way it comes.

    class State(MessagesState, BudgetState): ...

    def node(state):
        answer = model.invoke(state["messages"])
        return {"messages": [answer], **cost_of(answer)}

    def route(state):
        return "summary" if state["total_cost_usd"] > 0.4 else "search"

A sum can't be kept by adding: a subgraph that shares the channel hands back what it was given, and
it would count twice; so would a branch that is replayed. Each channel is a map from a call's id to
its amount, and maps are united. What is read from the state is a `Total`, which compares and prints
as the number it sums up to.

State tells what the graph remembers: a call that failed and was never answered is in the ledger
alone. So is what an agent cost that is called in a tool, unless the tool hands it on:

    return Command(update={
        "messages": [ToolMessage(text, tool_call_id=id)],
        "total_cost_usd": result["total_cost_usd"],
        "total_tokens_used": result["total_tokens_used"],
    })
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from langchain.agents import AgentState
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.messages import BaseMessage
from langgraph.channels.base import BaseChannel
from langgraph.errors import InvalidUpdateError
from typing_extensions import NotRequired, Self, TypedDict

from budgetd.langchain import mark
from budgetd.results import Settlement


class Total(dict[str, Any]):  # noqa: PLW1641 - a dict has no hash
    """Amounts by call, which behave as their sum: `total > 0.4`, `float(total)`, `f"{total}"`."""

    @property
    def value(self) -> Decimal:
        """The sum."""
        return sum((Decimal(str(each)) for each in self.values()), Decimal(0))

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return self.value != 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, float, Decimal)):
            return self.value == _number(other)
        return dict.__eq__(self, other) if isinstance(other, dict) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    # A dict has these already, so all four have to be spelt.

    def __lt__(self, other: object) -> bool:
        return self.value < _number(other)

    def __le__(self, other: object) -> bool:
        return self.value <= _number(other)

    def __gt__(self, other: object) -> bool:
        return self.value > _number(other)

    def __ge__(self, other: object) -> bool:
        return self.value >= _number(other)

    def __str__(self) -> str:
        return format(self.value, "f")

    def __format__(self, spec: str) -> str:
        return format(self.value, spec or "f")


def _number(value: Any) -> Decimal:
    if isinstance(value, Total):
        return value.value
    return Decimal(str(value))


class ByCall(BaseChannel[Total, Mapping[str, Any], dict[str, Any]]):
    """A channel that unites maps from a call's id to its amount."""

    def __init__(self, typ: Any = Total, key: str = "") -> None:
        super().__init__(typ, key)
        self._amounts: dict[str, Any] = {}

    def __eq__(self, other: object) -> bool:
        # Schemas that share a channel are compared.
        return isinstance(other, ByCall)

    def __hash__(self) -> int:
        return hash(ByCall)

    @property
    def ValueType(self) -> type[Total]:  # noqa: N802
        """What is read."""
        return Total

    @property
    def UpdateType(self) -> Any:  # noqa: N802
        """What is written."""
        return Mapping[str, Any]

    def copy(self) -> Self:
        """Another of the same content."""
        return self.from_checkpoint(self._amounts)

    def checkpoint(self) -> dict[str, Any]:
        """Plain values."""
        return dict(self._amounts)

    def from_checkpoint(self, checkpoint: Any) -> Self:
        """A channel of what was stored."""
        made = self.__class__(self.typ, self.key)
        if isinstance(checkpoint, Mapping):
            made._amounts = dict(checkpoint)
        return made

    def get(self) -> Total:
        """All amounts."""
        return Total(self._amounts)

    def is_available(self) -> bool:
        """Always: nothing spent is an amount too."""
        return True

    def update(self, values: Sequence[Any]) -> bool:
        """Unites them.

        Raises:
            InvalidUpdateError: for a bare number, of which nobody knows what it counts already.
        """
        before = len(self._amounts)
        for value in values:
            if value is None:
                continue
            if not isinstance(value, Mapping):
                raise InvalidUpdateError(
                    f"{self.key} {value!r}: expected amounts by call, as `cost_of(message)` gives"
                )
            self._amounts.update(value)
        return len(self._amounts) != before


class BudgetState(TypedDict):
    """The two channels, for a graph's state."""

    total_tokens_used: NotRequired[Annotated[Total, ByCall]]
    total_cost_usd: NotRequired[Annotated[Total, ByCall]]


class BudgetAgentState(AgentState[Any]):
    """The two channels, for an agent's state, and what Python 3.10 tells no asynchronous node."""

    total_tokens_used: NotRequired[Annotated[Total, ByCall]]
    total_cost_usd: NotRequired[Annotated[Total, ByCall]]
    budgetd_metadata: NotRequired[Annotated[dict[str, Any], PrivateStateAttr]]


def cost_of(*messages: BaseMessage) -> dict[str, dict[str, Any]]:
    """The update of the state for answers of models that are under a budget.

    Answers without a cost, of a model that is under none or from a stream, add nothing.
    """
    noted = [mark.of(message) for message in messages]
    told = [each for each in noted if "cost_usd" in each]
    return {
        "total_tokens_used": {each["id"]: each["tokens"] for each in told},
        "total_cost_usd": {each["id"]: each["cost_usd"] for each in told},
    }


def settled(settlements: Iterable[Settlement]) -> dict[str, dict[str, Any]]:
    """The update of the state for settlements."""
    known = list(settlements)
    return {
        "total_tokens_used": {each.id: each.tokens for each in known},
        "total_cost_usd": {each.id: format(each.cost_usd, "f") for each in known},
    }

"""What started and has not ended, by its id."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# What never ended is forgotten past this many; its hold has expired long before.
MOST = 100_000


class Underway(Generic[K, T]):
    """A bounded map for several threads; past its bound the oldest is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[K, T] = OrderedDict()

    def put(self, id: K, value: T) -> bool:
        """Keeps it; False where one of that id was there already."""
        with self._lock:
            is_new = id not in self._known
            self._known[id] = value
            self._forget()
            return is_new

    def first(self, id: K, value: T) -> T:
        """The first value of that id, which is this one where there is none."""
        with self._lock:
            known = self._known.setdefault(id, value)
            self._forget()
            return known

    def get(self, id: K | None) -> T | None:
        """What is kept."""
        with self._lock:
            return None if id is None else self._known.get(id)

    def pop(self, id: K) -> T | None:
        """Takes it out."""
        with self._lock:
            return self._known.pop(id, None)

    def __contains__(self, id: K) -> bool:
        with self._lock:
            return id in self._known

    def _forget(self) -> None:
        if len(self._known) > MOST:
            self._known.popitem(last=False)

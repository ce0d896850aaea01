"""Threads that may not be had any more: an interpreter that shuts down starts none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger("budgetd")


def started(run: Callable[[], None], name: str) -> threading.Thread | None:
    """A thread that runs; None where none can be started."""
    thread = threading.Thread(target=run, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        log.warning("budgetd: %s was not started: %s", name, error)
        return None
    return thread

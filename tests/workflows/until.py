"""Waits for what should become true, for stories without a loop of their own."""

import time
from collections.abc import Callable


def until(true: Callable[[], bool], limit: float = 60) -> None:
    """Looks often and gives up late: the limit is for a hanging test, not for a slow one."""
    deadline = time.monotonic() + limit
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.05)

"""Many threads that begin the same thing at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Answer = TypeVar("Answer")


def at_once(count: int, do: Callable[[int], Answer]) -> list[Answer]:
    """What each of them answered; the first exception of any of them otherwise."""
    start = Barrier(count, timeout=30)

    def one(number: int) -> Answer:
        start.wait()
        return do(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))

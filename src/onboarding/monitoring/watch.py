"""Asks the store, for whoever asks us: one question at a time in a thread of its own, and never longer than a moment.

A database that hangs must not hang the answer that it hangs, nor take the threads that work needs.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from onboarding.domain.errors import NotFound
from onboarding.planning.moments import today
from onboarding.store import policies
from onboarding.store.away import is_away
from onboarding.store.engine import Store
from onboarding.store.figures import Figures, figures
from onboarding.store.upgrading import is_current

log = structlog.get_logger()

PATIENCE = 5.0  # seconds
Answer = TypeVar("Answer")


class Watch:
    def __init__(self, store: Store, patience: float = PATIENCE) -> None:
        self._store, self._patience = store, patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watch")
        self._said: str | None = None

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def database(self) -> Mapping[str, str]:
        """Is it there, and at the schema this program was written for?"""
        current = await self._ask(lambda: is_current(self._store))
        words = {None: "unknown", True: "current", False: "another"}
        return {"database": "no" if current is None else "yes", "schema": words[current]}

    async def policy(self, ours: str) -> str:
        """Is the version we read the one in use? `another`: a worker that started later read another."""
        found = await self._ask(lambda: self._policy() or "")
        if found is None:
            return "unknown"
        return "none" if not found else "current" if found == ours else "another"

    async def figures(self) -> Figures | None:
        """None where the database does not answer."""
        return await self._ask(self._figures)

    def _policy(self) -> str | None:
        with self._store.reading() as tx:
            return policies.current_hash(tx)

    def _figures(self) -> Figures:
        now = datetime.now(UTC)
        with self._store.reading() as tx:
            return figures(tx, now, today(now))

    async def _ask(self, question: Callable[[], Answer]) -> Answer | None:
        asked = asyncio.get_running_loop().run_in_executor(self._thread, question)
        try:
            answer = await asyncio.wait_for(asked, self._patience)
        except Exception as error:  # whatever keeps us from asking; its text may hold a password
            if not isinstance(error, NotFound) and not is_away(error):  # the store says that itself
                self._say(type(error).__name__)
            return None
        if self._said is not None:
            self._said = None
            log.info("the database tells how it stands again")
        return answer

    def _say(self, error: str) -> None:
        """Once, and not at every scrape."""
        if error != self._said:
            self._said = error
            told = "does not answer in time" if error == TimeoutError.__name__ else "cannot be asked how it stands"
            log.warning(f"the database {told}", error=error, seconds=self._patience)

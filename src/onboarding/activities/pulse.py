"""The beat of a visit: it tells the server that we live, and prolongs the lease; a slow system is not a dead worker."""

import contextvars
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

import structlog
from temporalio import activity

from onboarding.store import accounts
from onboarding.store.away import is_away
from onboarding.store.engine import Store

log = structlog.get_logger()

BEAT = 2.0  # seconds
HEARTBEAT_TIMEOUT = 6.0  # seconds: after this silence the server gives the visit to another worker
LONGEST = 60.0  # seconds: no new effect after this


class Pulse:
    def __init__(self, store: Store, person: UUID, system: str, holder: str) -> None:
        self._prolong: Callable[[], bool] = lambda: _prolong(store, person, system, holder)
        self._begun = self._last = time.monotonic()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        # The activity's context is a context variable: without a copy the thread could not beat.
        threading.Thread(target=contextvars.copy_context().run, args=(self._beat,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            activity.heartbeat()
            try:
                if self._prolong():
                    self._last = time.monotonic()
            except Exception as error:  # the next beat may find the store, and `must_stop` counts the silence
                if not is_away(error):  # else the store has said it, once
                    log.warning("a lease was not prolonged", exc_info=True)

    def must_stop(self) -> bool:
        """Called home, shutting down, too long at it, or silent for so long that another may have been sent."""
        now = time.monotonic()
        silent = now - self._last > HEARTBEAT_TIMEOUT - BEAT
        return silent or now - self._begun > LONGEST or activity.is_cancelled() or activity.is_worker_shutdown()


def _prolong(store: Store, person: UUID, system: str, holder: str) -> bool:
    with store.writing() as tx:
        return accounts.prolong(tx, person, system, holder, datetime.now(UTC))

"""The activities as Temporal calls them: each a few lines over the function that does it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from onboarding.activities.begin import begin
from onboarding.activities.outcomes import PAUSES
from onboarding.activities.settle import settle
from onboarding.activities.visit import Visiting
from onboarding.connectors.base import Connector
from onboarding.domain.cases import CaseView, Visit
from onboarding.domain.people import Value
from onboarding.store.engine import Store

log = structlog.get_logger()


@contextmanager
def without_text() -> Iterator[None]:
    """What the store raises may quote a row: it stays in our log, and Temporal only hears that it must try again."""
    try:
        yield
    except ApplicationError:
        raise
    except Exception:
        log.exception("an activity failed, and is tried again", activity=activity.info().activity_type)
        raise ApplicationError("unforeseen", type="Unforeseen") from None


class SettleInput(Value):
    case: UUID
    run: int
    in_flight: tuple[str, ...]


class CaseActivities:
    """Store work only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn
    def begin(self, case: UUID) -> CaseView:
        with without_text():
            return begin(self._store, case, activity.info().started_time)

    @activity.defn
    def settle(self, asked: SettleInput) -> CaseView:
        now = activity.info().started_time
        with without_text():
            return settle(self._store, asked.case, asked.run, asked.in_flight, now)


class SystemActivities:
    """The only code that acts in the systems."""

    def __init__(
        self,
        store: Store,
        connectors: Mapping[str, Connector],
        pauses: tuple[timedelta, ...] = PAUSES,
    ) -> None:
        self._store, self._connectors, self._pauses = store, connectors, pauses

    # By default the SDK throws into the thread between any two bytecodes, a commit's included. We ask instead.
    @activity.defn(no_thread_cancel_exception=True)
    def visit(self, v: Visit) -> CaseView:
        with without_text():
            return Visiting(self._store, self._connectors[v.system], v, self._pauses).run()

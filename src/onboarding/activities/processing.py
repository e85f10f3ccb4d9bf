"""The activities as Temporal calls them: each a few lines over the function that does it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from onboarding.activities.begin import begin
from onboarding.activities.outcomes import PAUSES
from onboarding.activities.settle import settle
from onboarding.activities.visit import Ended, Visiting
from onboarding.connectors.base import Connector
from onboarding.domain.cases import CaseView, Visit
from onboarding.domain.people import Value
from onboarding.store.away import is_away
from onboarding.store.engine import Store

log = structlog.get_logger()


@contextmanager
def about(case: UUID, **more: str) -> Iterator[None]:
    """Every line from here on says which case: by its number as soon as that is read.

    What the store raises may quote a row: it stays in our log, and Temporal only hears that it must try again.
    """
    with structlog.contextvars.bound_contextvars(case=str(case), **more):
        try:
            yield
        except ApplicationError:
            raise
        except Exception as error:
            if not is_away(error):  # the store has said it, once for all that meet it
                log.exception("an activity failed, and is tried again", activity=activity.info().activity_type)
            raise ApplicationError("unforeseen", type="Unforeseen") from None


def silent(ended: Ended) -> None:
    """Where nobody counts."""


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
        with about(case):
            return begin(self._store, case, activity.info().started_time)

    @activity.defn
    def settle(self, asked: SettleInput) -> CaseView:
        now = activity.info().started_time
        with about(asked.case):
            return settle(self._store, asked.case, asked.run, asked.in_flight, now)


class SystemActivities:
    """The only code that acts in the systems."""

    def __init__(
        self,
        store: Store,
        connectors: Mapping[str, Connector],
        pauses: tuple[timedelta, ...] = PAUSES,
        count: Callable[[Ended], None] = silent,
    ) -> None:
        self._store, self._connectors, self._pauses, self._count = store, connectors, pauses, count

    # By default the SDK throws into the thread between any two bytecodes, a commit's included. We ask instead.
    @activity.defn(no_thread_cancel_exception=True)
    def visit(self, v: Visit) -> CaseView:
        with about(v.case, system=v.system):
            visiting = Visiting(self._store, self._connectors[v.system], v, self._pauses)
            try:
                return visiting.run()
            finally:
                _tell(visiting.ended)
                self._count(visiting.ended)


def _tell(ended: Ended) -> None:
    """One line a visit. What has stopped is worth being woken by; that another visit is in there is worth no line.

    Nor is one that failed: what failed it is told with its trace, or is the database, of which the store tells.
    """
    level = "debug" if ended.outcome in ("busy", "failed") else "warning" if ended.stopped else "info"
    told = ended.model_dump(exclude={"system", "stopped"} | ({"reasons"} if not ended.reasons else set()))
    getattr(log, level)("visit ended", **told | {"seconds": round(ended.seconds, 3)})

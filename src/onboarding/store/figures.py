"""What an operator watches, by a few queries over small indexes: counts, ages, ids of systems, and nobody's name."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Select, func, select, text

from onboarding.domain.cases import CaseState, StepState
from onboarding.domain.people import Value
from onboarding.store import policies
from onboarding.store.cases import NOT_ENDED
from onboarding.store.engine import Transaction
from onboarding.store.schema import acts, cases, employments, steps, tasks
from onboarding.store.systems import SystemState, all_states
from onboarding.store.tasks import TaskKind

NEWEST = 200  # cases that came as far as prepared: the time they took is today's, not that of last year
SOON = timedelta(days=3)
# In so many words, and not as parameters: otherwise SQLite does not see that its partial indexes fit.
_RECEIVED = text("cases.state = 'received'")
_OPEN = text("acts.state = 'open'")
_STANDING = text("steps.state IN ('stuck', 'asked', 'held')")
_NOT_PREPARED = text("cases.state IN ('received', 'running', 'waiting')")


class Waiting(Value):
    """How many, and since when the oldest of them."""

    count: int = 0
    since: datetime | None = None


class Figures(Value):
    cases: Mapping[CaseState, int]
    received: Waiting  # cases that no worker has begun
    acts: Waiting  # what people have asked for, and is not settled
    steps: Mapping[tuple[str, StepState], Waiting]  # by system: stuck, asked, held
    tasks: Mapping[TaskKind, Waiting]
    overdue: int  # tasks whose deadline has passed
    systems: Mapping[str, SystemState]  # those of today's policy, and those with something to tell
    late: int  # cases whose first day has come, and which are not prepared
    soon: int  # the same, of a first day within three days
    took: tuple[timedelta, ...]  # from ordered to prepared, of the newest cases


def figures(tx: Transaction, now: datetime, today: date) -> Figures:
    late, soon = _not_prepared(tx, today)
    asked, overdue = _tasks(tx, now)
    return Figures(
        cases=_by_state(tx),
        received=_one(tx, select(func.count(), func.min(cases.c.received_at)).where(_RECEIVED)),
        acts=_one(tx, select(func.count(), func.min(acts.c.at)).where(_OPEN)),
        steps=_steps(tx),
        tasks=asked,
        overdue=overdue,
        systems=_systems(tx),
        late=late,
        soon=soon,
        took=_took(tx),
    )


def _by_state(tx: Transaction) -> dict[CaseState, int]:
    """Each state, also those that no case is in."""
    query = select(cases.c.state, func.count()).group_by(cases.c.state)
    found = {row[0]: row[1] for row in tx.execute(query)}
    return {state: found.get(state, 0) for state in get_args(CaseState)}


def _one(tx: Transaction, query: Select[int, Any]) -> Waiting:
    count, since = tx.execute(query).one()
    return Waiting(count=count, since=since)


def _steps(tx: Transaction) -> dict[tuple[str, StepState], Waiting]:
    query = (
        select(steps.c.system, steps.c.state, func.count(), func.min(steps.c.since))
        .join(cases, cases.c.id == steps.c.case)
        .where(_STANDING, NOT_ENDED)
        .group_by(steps.c.system, steps.c.state)
    )
    return {(system, state): Waiting(count=count, since=since) for system, state, count, since in tx.execute(query)}


def _tasks(tx: Transaction, now: datetime) -> tuple[dict[TaskKind, Waiting], int]:
    late = func.count().filter(tasks.c.deadline < now)
    query = (
        select(tasks.c.kind, func.count(), func.min(tasks.c.asked_at), late)
        .where(tasks.c.closed_at.is_(None))
        .group_by(tasks.c.kind)
    )
    found, overdue = {kind: Waiting() for kind in get_args(TaskKind)}, 0
    for kind, count, since, past in tx.execute(query):
        found[kind] = Waiting(count=count, since=since)
        overdue += past
    return found, overdue


def _systems(tx: Transaction) -> dict[str, SystemState]:
    hash = policies.current_hash(tx)
    known = policies.load(tx, hash).systems if hash else {}
    return {id: SystemState(system=id) for id in known} | all_states(tx)


def _not_prepared(tx: Transaction, today: date) -> tuple[int, int]:
    """Whose first day has come, and whose comes soon."""
    late = func.count().filter(employments.c.start <= today)
    query = (
        select(late, func.count())
        .select_from(cases)
        .join(employments, employments.c.id == cases.c.employment)
        .where(_NOT_PREPARED, cases.c.withdrawn.is_(False), cases.c.kind == "onboard")
        .where(employments.c.start <= today + SOON)
    )
    come, both = tx.execute(query).one()
    return come, both - come


def _took(tx: Transaction) -> tuple[timedelta, ...]:
    query = (
        select(cases.c.received_at, cases.c.prepared_at)
        .where(cases.c.prepared_at.is_not(None))
        .order_by(cases.c.number.desc())
        .limit(NEWEST)
    )
    return tuple(prepared - received for received, prepared in tx.execute(query))

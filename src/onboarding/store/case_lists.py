"""What pages show many of at once: cases, tasks and what has stopped, each as one query into plain rows."""

from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from onboarding.domain.cases import ENDED, CaseKind, CaseState, Step
from onboarding.domain.people import Value
from onboarding.planning.forecast import Outlook
from onboarding.store.cases import NOT_ENDED
from onboarding.store.engine import Transaction
from onboarding.store.rows import values
from onboarding.store.schema import cases, employments, events, notes, persons, steps, system_state, units
from onboarding.store.schema import tasks as task_rows
from onboarding.store.tasks import Task

Order = Literal["newest", "first-day"]
Which = Literal["open", "over", "all"] | CaseState
_STEP = [steps.c[name] for name in Step.model_fields]


class Wanted(Value):
    """Which cases a list shows. `after`: where the page before ended."""

    text: str = ""  # in the number or the name
    which: Which = "open"
    unit: str = ""
    order: Order = "newest"
    after: tuple[str, date] | None = None  # number and first day of the last one
    limit: int = 25


@lru_cache(maxsize=2048)  # many cases look alike, and a list is read again for every change in one of them
def _outlook(written: str) -> Outlook:
    return Outlook.model_validate_json(written)


class Row(Value):
    """A case as a list shows it."""

    id: UUID
    number: str
    kind: CaseKind
    state: CaseState
    received_at: datetime
    withdrawn: bool
    policy: str
    given_name: str
    family_name: str
    protected: bool
    unit: str
    unit_name: str | None  # None: HR has no such unit any more
    title: str
    role: str | None
    start: date
    stuck: bool  # something of it has stopped
    outlook: Annotated[Outlook, BeforeValidator(_outlook)]


_ROW = (
    select(
        cases.c.id, cases.c.number, cases.c.kind, cases.c.state, cases.c.received_at, cases.c.withdrawn, cases.c.policy,
        persons.c.given_name, persons.c.family_name, persons.c.protected, employments.c.unit,
        units.c.name.label("unit_name"), employments.c.title, employments.c.role, employments.c.start, cases.c.outlook,
        exists().where(steps.c.case == cases.c.id, steps.c.state == "stuck").label("stuck"),
    )
    .join(persons, persons.c.id == cases.c.person)
    .join(employments, employments.c.id == cases.c.employment)
    .outerjoin(units, units.c.id == employments.c.unit)
)  # fmt: skip


def rows(tx: Transaction, wanted: Wanted) -> list[Row]:
    return values(tx, _ordered(_ROW.where(*_conditions(wanted)).limit(wanted.limit), wanted), Row)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.which == "open":
        found.append(NOT_ENDED)
    elif wanted.which == "over":
        found.append(cases.c.state.in_(sorted(ENDED)))
    elif wanted.which != "all":
        found.append(cases.c.state == wanted.which)
    if wanted.unit:
        found.append(employments.c.unit == wanted.unit)
    if wanted.text.strip():
        found.append(_matches(wanted.text))
    return found


def _matches(text: str) -> ColumnElement[bool]:
    """In the number, or each word in the name. Who has a protected address is in no search by name."""
    name = persons.c.given_name + " " + persons.c.family_name
    # SQLite knows large and small letters of English only: for the others the usual way to write a name is tried too.
    words = [
        or_(func.lower(name).contains(word.lower(), autoescape=True), name.contains(word.capitalize(), autoescape=True))
        for word in text.split()
    ]
    number = cases.c.number.contains(text.strip().upper(), autoescape=True)
    return or_(number, and_(persons.c.protected.is_(False), *words))


def _ordered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.order == "first-day":
        if wanted.after:
            number, start = wanted.after
            query = query.where(tuple_(employments.c.start, cases.c.number) > tuple_(start, number))
        return query.order_by(employments.c.start, cases.c.number)
    if wanted.after:
        query = query.where(cases.c.number < wanted.after[0])
    return query.order_by(cases.c.number.desc())


def _used_units() -> Select[Any]:
    """A post is put down with its case. From one unit to the next in the index, past the many posts in each."""
    used = select(func.min(employments.c.unit).label("unit")).cte("used", recursive=True)
    following = select(func.min(employments.c.unit)).where(employments.c.unit > used.c.unit).scalar_subquery()
    used = used.union_all(select(following).where(used.c.unit.is_not(None)))
    return (
        select(units.c.id, units.c.name)
        .join(used, used.c.unit == units.c.id)
        .order_by(units.c.name, units.c.id)
    )  # fmt: skip


_USED_UNITS = _used_units()


def units_with_cases(tx: Transaction) -> list[tuple[str, str]]:
    """(id, name) of those there are cases in, by name."""
    return [(id, name) for id, name in tx.execute(_USED_UNITS)]


class StoppedStep(Value):
    case: UUID
    number: str
    policy: str
    given_name: str
    family_name: str
    protected: bool
    start: date
    step: Step


_STOPPED = (
    select(
        steps.c.case, cases.c.number, cases.c.policy, persons.c.given_name, persons.c.family_name,
        persons.c.protected, employments.c.start, *[column.label(f"step_{column.name}") for column in _STEP],
    )
    .join(cases, cases.c.id == steps.c.case).join(persons, persons.c.id == cases.c.person)
    .join(employments, employments.c.id == cases.c.employment)
    .where(NOT_ENDED)
)  # fmt: skip


def stuck_steps(tx: Transaction, limit: int = 1000) -> list[StoppedStep]:
    """What has stopped in cases that are not over, those first that have stood longest."""
    query = _STOPPED.where(steps.c.state == "stuck").order_by(steps.c.since, cases.c.number, steps.c.at)
    return _stopped(tx, query.limit(limit))


def waiting_steps(tx: Transaction, limit: int = 1000) -> list[StoppedStep]:
    """What waits for a system that is held, the soonest first day first. One that was let go is waited for no more."""
    query = _STOPPED.join(system_state, system_state.c.system == steps.c.system).where(
        steps.c.state == "held", system_state.c.held_at.is_not(None)
    )
    return _stopped(tx, query.order_by(employments.c.start, cases.c.number, steps.c.at).limit(limit))


def _stopped(tx: Transaction, query: Select[Any]) -> list[StoppedStep]:
    found = []
    for row in tx.execute(query):
        values = dict(row._mapping)
        step = {column.name: values.pop(f"step_{column.name}") for column in _STEP}
        found.append(StoppedStep(**values, step=Step.model_validate(step)))
    return found


class HeldSystem(Value):
    system: str
    held_at: datetime
    held_by: str
    hold_reason: str  # a key in `texts`
    hold_params: dict[str, str] | None  # that fill it
    note: str | None
    next_probe: datetime | None  # set: we were refused, and knock again then
    steps: int  # that wait for it


def held_systems(tx: Transaction) -> list[HeldSystem]:
    waiting = (
        select(func.count()).select_from(steps).join(cases, cases.c.id == steps.c.case)
        .where(steps.c.system == system_state.c.system, steps.c.state == "held", NOT_ENDED).scalar_subquery()
    )  # fmt: skip
    query = (
        select(
            system_state.c.system, system_state.c.held_at, system_state.c.held_by, system_state.c.hold_reason,
            system_state.c.hold_params, notes.c.text.label("note"), system_state.c.next_probe, waiting.label("steps"),
        )
        .outerjoin(notes, notes.c.id == system_state.c.hold_note)
        .where(system_state.c.held_at.is_not(None)).order_by(system_state.c.held_at)
    )  # fmt: skip
    return values(tx, query, HeldSystem)


class OpenTask(Value):
    number: str  # of its case
    protected: bool  # the one it is about
    task: Task


def open_tasks(tx: Transaction, limit: int = 500) -> list[OpenTask]:
    """Those that have waited longest first."""
    query = (
        select(task_rows, cases.c.number, persons.c.protected)
        .join(cases, cases.c.id == task_rows.c.case).join(persons, persons.c.id == cases.c.person)
        .where(task_rows.c.closed_at.is_(None)).order_by(task_rows.c.asked_at, task_rows.c.id).limit(limit)
    )  # fmt: skip
    found = []
    for row in tx.execute(query):
        values = dict(row._mapping)
        number, protected = values.pop("number"), values.pop("protected")
        found.append(OpenTask(number=number, protected=protected, task=Task.model_validate(values)))
    return found


def pulse(tx: Transaction) -> tuple[str, datetime | None]:
    """Another text whenever any case has changed, and when something last did: what an open page listens to."""
    open_ones = select(func.coalesce(func.sum(cases.c.revision), 0)).where(NOT_ENDED).scalar_subquery()
    last = select(events.c.seq, events.c.at, open_ones).order_by(events.c.seq.desc()).limit(1)
    row = tx.execute(last).one_or_none()
    return ("", None) if row is None else (f"{row[0]}.{row[2]}", row[1])

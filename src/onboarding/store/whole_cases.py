"""One case with all that belongs to it, in three queries: each costs more than the rows it answers with."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Label, Text, and_, bindparam, cast, exists, select

from onboarding.domain.cases import Step
from onboarding.domain.people import Employment, Person, Value
from onboarding.store.cases import COLUMNS, Case
from onboarding.store.engine import Transaction
from onboarding.store.events import Event
from onboarding.store.refusals import Refusal
from onboarding.store.schema import (
    acts,
    cases,
    employments,
    events,
    notes,
    persons,
    plans,
    refusals,
    steps,
    tasks,
    units,
)
from onboarding.store.tasks import Task

_PERSON, _EMPLOYMENT = list(persons.c), list(employments.c)
_STEP = [steps.c[name] for name in Step.model_fields]
_REFUSAL = [refusals.c[name] for name in Refusal.model_fields]
_TASK = [tasks.c[name] for name in Task.model_fields]
_EVENT = [events.c[name] for name in Event.model_fields]
_REFUSAL_AT = len(_STEP) + 3  # behind the unit's name, whether somebody has answered, and the revision
_TASK_AT = _REFUSAL_AT + len(_REFUSAL)
V = TypeVar("V", bound=Value)


class Whole(NamedTuple):
    case: Case
    person: Person
    employment: Employment
    unit: str | None  # what HR calls it; None where there is no such unit any more
    plan: str | None  # the newest, as JSON: it is never rewritten, and need not be read twice
    answered: bool  # an act on the whole case is on its way


class OneStep(NamedTuple):
    step: Step
    revision: int  # of its case: the one that was read with the case, or a step, task or refusal was written between
    unit: str | None  # as above, of a right in one unit
    refused: Refusal | None  # what its system would not take
    tasks: tuple[Task, ...]  # what people have been asked, and not answered
    answered: bool


class Happening(NamedTuple):
    event: Event
    note: str | None  # that somebody left


def _answered(step: ColumnElement[str] | str) -> Label[bool]:
    """Somebody has pressed, and it has not been carried out."""
    theirs = (acts.c.case == cases.c.id, acts.c.step == step, acts.c.state == "open")
    return exists().where(*theirs).correlate_except(acts).label("answered")


def _as(part: str, columns: Iterable[Column[Any]]) -> list[Label[Any]]:
    return [column.label(f"{part}_{column.name}") for column in columns]


_WHOLE = (
    select(
        *_as("case", COLUMNS), *_as("person", _PERSON), *_as("employment", _EMPLOYMENT),
        units.c.name.label("unit"), cast(plans.c.content, Text).label("plan"), _answered(""),
    )
    .join(persons, persons.c.id == cases.c.person)
    .join(employments, employments.c.id == cases.c.employment)
    .outerjoin(units, units.c.id == employments.c.unit)
    .outerjoin(plans, and_(plans.c.case == cases.c.id, plans.c.number == cases.c.plan))
    .where(cases.c.number == bindparam("number"))
)  # fmt: skip
_STEPS = (
    select(
        *_STEP, units.c.name.label("unit_name"), _answered(steps.c.id), cases.c.revision,
        *_as("refusal", _REFUSAL), *_as("task", _TASK),
    )
    .join(cases, cases.c.id == steps.c.case)
    .outerjoin(units, units.c.id == steps.c.unit)
    .outerjoin(refusals, and_(refusals.c.case == steps.c.case, refusals.c.step == steps.c.id))
    .outerjoin(tasks, and_(tasks.c.case == steps.c.case, tasks.c.step == steps.c.id, tasks.c.closed_at.is_(None)))
    .where(steps.c.case == bindparam("of"))
    .order_by(steps.c.at, steps.c.id)
)  # fmt: skip
_HISTORY = (
    select(*_EVENT, notes.c.text)
    .outerjoin(notes, notes.c.id == events.c.note)
    .where(events.c.case == bindparam("of"))
    .order_by(events.c.seq)
)


def by_number(tx: Transaction, number: str) -> Whole | None:
    row = tx.execute(_WHOLE, {"number": number.strip().upper()}).one_or_none()
    if row is None:
        return None
    left = iter(row)
    case, person, post = ({column.name: next(left) for column in of} for of in (COLUMNS, _PERSON, _EMPLOYMENT))
    unit, plan, answered = left
    return Whole(
        case=Case.model_validate(case),
        person=Person.model_validate(person),
        employment=Employment.model_validate(post),
        unit=unit,
        plan=plan,
        answered=answered,
    )


def steps_of(tx: Transaction, case: UUID) -> list[OneStep]:
    """In the plan's order. A row for each task: of a step two kinds may be open."""
    found: list[OneStep] = []
    for row in tx.execute(_STEPS, {"of": case}).all():
        task = _there(Task, row[_TASK_AT:])
        if found and found[-1].step.id == row.id:
            found[-1] = found[-1]._replace(tasks=(*found[-1].tasks, *([task] if task else ())))
            continue
        found.append(
            OneStep(
                step=Step.model_validate(dict(zip(Step.model_fields, row[: len(_STEP)], strict=True))),
                revision=row.revision,
                unit=row.unit_name,
                refused=_there(Refusal, row[_REFUSAL_AT:_TASK_AT]),
                tasks=(task,) if task else (),
                answered=row.answered,
            )
        )
    return found


def _there(kind: type[V], found: Sequence[Any]) -> V | None:
    """None where the join found nothing: the first column of each is one that always holds something."""
    if found[0] is None:
        return None
    return kind.model_validate(dict(zip(kind.model_fields, found, strict=True)))


def history(tx: Transaction, case: UUID) -> list[Happening]:
    """The oldest first."""
    names = Event.model_fields
    return [
        Happening(event=Event.model_validate(dict(zip(names, of_event, strict=True))), note=note)
        for *of_event, note in tx.execute(_HISTORY, {"of": case}).all()
    ]

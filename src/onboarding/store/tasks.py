"""What a person has been asked to do: for whom, until when, and who answered."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, update

from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Title
from onboarding.domain.people import Value
from onboarding.store import acts
from onboarding.store.engine import Transaction
from onboarding.store.schema import tasks
from onboarding.store.usernames import insert_new

TaskKind = Literal["by hand", "approve", "gate", "role", "confirm"]


_VOID = (
    update(tasks)
    .where(
        tasks.c.case == bindparam("of"),
        tasks.c.step.in_(bindparam("steps", expanding=True)),
        tasks.c.closed_at.is_(None),
    )
    .values(closed_at=bindparam("at"), answer="void")
)


_VOID_ALL = update(tasks).where(tasks.c.case == bindparam("of"), tasks.c.closed_at.is_(None)).values(answer="void")


class Task(Value):
    id: UUID
    case: UUID
    step: str
    kind: TaskKind
    for_: str
    instructions: Title
    asked_at: datetime
    asked_by: str | None
    deadline: datetime | None
    closed_at: datetime | None
    answered_by: str | None
    answer: str | None


def ask(
    tx: Transaction,
    case: UUID,
    step: str,
    kind: TaskKind,
    for_: str,
    instructions: Title,
    at: datetime,
    *,
    asked_by: str | None = None,
    deadline: datetime | None = None,
) -> None:
    """Asked twice is one task."""
    row = {
        "id": uuid4(),
        "case": case,
        "step": step,
        "kind": kind,
        "for_": for_,
        "instructions": instructions.model_dump(exclude_none=True),
        "asked_at": at,
        "asked_by": asked_by,
        "deadline": deadline,
    }
    insert_new(tx, tasks, row)


def close(
    tx: Transaction, case: UUID, step: str, at: datetime, by: str | None, answer: str, *, kind: TaskKind | None = None
) -> None:
    """All that is open on the step, or only this kind of question."""
    open_ones = [tasks.c.case == case, tasks.c.step == step, tasks.c.closed_at.is_(None)]
    if kind is not None:
        open_ones.append(tasks.c.kind == kind)
    tx.execute(update(tasks).where(*open_ones).values(closed_at=at, answered_by=by, answer=answer))


def void(tx: Transaction, case: UUID, steps: Collection[str], at: datetime) -> None:
    """Whatever was asked on these steps: nobody need answer any more."""
    if steps:
        tx.execute(_VOID, {"of": case, "steps": sorted(steps), "at": at})


def close_all(tx: Transaction, case: UUID, at: datetime) -> None:
    tx.execute(_VOID_ALL, {"of": case, "closed_at": at})


def confirming(tx: Transaction, case: UUID, step: str) -> str | None:
    """The actor id of the first person, where a second one is waited for."""
    return tx.scalar(
        select(tasks.c.asked_by).where(
            tasks.c.case == case, tasks.c.step == step, tasks.c.kind == "confirm", tasks.c.closed_at.is_(None)
        )
    )


def first_person(tx: Transaction, case: UUID, step: Step | None) -> str | None:
    """The actor id of the first of two persons, where this step needs a second; None where one is enough."""
    if step is None:
        return None
    if (first := confirming(tx, case, step.id)) is not None:
        return first
    if step.ask and step.ask.second and step.needs:
        before = acts.last_taken_on(tx, case, step.needs[0])
        return before.actor_id if before else None
    return None

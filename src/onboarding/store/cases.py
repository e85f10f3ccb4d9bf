"""Cases: placed once, taken by one run, and never written by an older one."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Executable, Row, bindparam, func, insert, select, update

from onboarding.domain.cases import ENDED, CaseKind, CaseState
from onboarding.domain.people import Value
from onboarding.domain.plan import Plan
from onboarding.store.engine import Transaction
from onboarding.store.rows import value_or_none, values
from onboarding.store.schema import cases, counters, employments, persons, plans
from onboarding.store.usernames import insert_new


class Case(Value):
    id: UUID
    number: str
    kind: CaseKind
    person: UUID
    employment: UUID
    epoch: int
    policy: str
    state: CaseState
    withdrawn: bool
    plan: int
    run: int
    revision: int
    ordered_by: str
    ordered_via: str
    received_at: datetime
    state_since: datetime
    prepared_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state not in ENDED


NOT_ENDED = cases.c.state.not_in(sorted(ENDED))
COLUMNS = [cases.c[name] for name in Case.model_fields]
_OF = cases.c.id == bindparam("of")
_POST = select(employments).where(employments.c.id == cases.c.employment).correlate(cases)
_LOCKED = [
    *COLUMNS,
    cases.c.outlook,
    _POST.with_only_columns(employments.c.start).scalar_subquery().label("first_day"),
    _POST.with_only_columns(employments.c.epoch).scalar_subquery().label("epoch_now"),
]
_RAISED = cases.c.revision + 1
_TAKE = update(cases).where(_OF, NOT_ENDED).values(run=cases.c.run + 1, revision=_RAISED).returning(*_LOCKED)
_LOCK = update(cases).where(_OF, cases.c.run == bindparam("by"), NOT_ENDED).values(revision=_RAISED).returning(*_LOCKED)
_AS_IT_STANDS = select(*_LOCKED).where(_OF)
_WRITE = update(cases).where(_OF)  # what is set is what it is given
_ADD_PLAN = insert(plans).inline()
_PLANS_OF = select(func.count()).select_from(plans).where(plans.c.case == bindparam("of"))
_OTHER_OPEN = select(cases.c.id).where(cases.c.person == bindparam("of"), cases.c.id != bindparam("besides"), NOT_ENDED)


def next_number(tx: Transaction, year: int) -> str:
    name = f"case-{year}"
    insert_new(tx, counters, {"name": name, "value": 0})
    raised = update(counters).where(counters.c.name == name).values(value=counters.c.value + 1)
    return f"B-{year}-{tx.execute(raised.returning(counters.c.value)).scalar_one():06d}"


def place(tx: Transaction, case: Case) -> bool:
    """False where the employment has an open lifecycle case already."""
    return insert_new(tx, cases, case.model_dump())


def get(tx: Transaction, id: UUID) -> Case | None:
    return value_or_none(tx, select(*COLUMNS).where(cases.c.id == id), Case)


def to_act_on(tx: Transaction, number: str) -> Case | None:
    """Locked: it does not end, and no other act comes, while we look at it and write."""
    query = select(*COLUMNS).where(cases.c.number == number.strip().upper()).with_for_update(key_share=True)
    return value_or_none(tx, query, Case)


def latest_of_employment(tx: Transaction, employment: UUID) -> Case | None:
    query = (
        select(*COLUMNS)
        .where(cases.c.employment == employment)
        .order_by(cases.c.received_at.desc(), cases.c.number.desc())
    )
    return value_or_none(tx, query.limit(1), Case)


def other_open(tx: Transaction, person: UUID, besides: UUID) -> list[UUID]:
    return list(tx.scalars(_OTHER_OPEN, {"of": person, "besides": besides}))


def others_standing(tx: Transaction, person: UUID, besides: UUID) -> list[UUID]:
    """The person's other cases whose access is hers: open or closed, but not withdrawn and not taken over."""
    standing = cases.c.state.not_in(["withdrawn", "superseded"])
    return list(tx.scalars(select(cases.c.id).where(cases.c.person == person, cases.c.id != besides, standing)))


class Locked(NamedTuple):
    """A case whose row is ours until the transaction ends.

    What is the employment's is as it was when the statement began: where that had to wait for the row, a moment older.
    """

    case: Case
    first_day: date
    outlook: str  # as it is written
    overtaken: bool  # an order that takes over has raised the employment's epoch


def take(tx: Transaction, id: UUID) -> Locked | None:
    """Begins a run: from now on every older one writes nothing. None where the case is over."""
    return _locked_or_none(tx, _TAKE, {"of": id})


def lock(tx: Transaction, id: UUID, run: int) -> Locked | None:
    """Locks the row, so that two visits that end together compute the right state.

    Steps, tasks and refusals are written under this or `take` alone: both raise `revision`, by which a reader sees it.
    None where another run has it, or it is over.
    """
    return _locked_or_none(tx, _LOCK, {"of": id, "by": run})


def as_it_stands(tx: Transaction, id: UUID) -> Locked:
    """Anew, of one whose row is ours already. Raises NoResultFound."""
    return _locked(tx.execute(_AS_IT_STANDS, {"of": id}).one())


def _locked_or_none(tx: Transaction, query: Executable, asked: dict[str, object]) -> Locked | None:
    row = tx.execute(query, asked).one_or_none()
    return None if row is None else _locked(row)


def _locked(row: Row[Any]) -> Locked:
    known = dict(row._mapping)
    outlook, first_day, epoch = (known.pop(name) for name in ("outlook", "first_day", "epoch_now"))
    case = Case.model_validate(known)
    return Locked(case, first_day, outlook, overtaken=epoch != case.epoch)


def write(
    tx: Transaction, case: Case, at: datetime, *, state: CaseState | None = None, outlook: str | None = None
) -> None:
    """How a locked case has come to stand: what is given. It is prepared from the first time that it is."""
    new: dict[str, object] = {}
    if state is not None:
        new |= {"state": state, "state_since": at}
    if state in ("prepared", "ready", "closed") and case.prepared_at is None:
        new |= {"prepared_at": at}
    if outlook is not None:
        new |= {"outlook": outlook}
    if new:
        tx.execute(_WRITE, {"of": case.id, **new})


def withdraw_received(tx: Transaction, id: UUID, at: datetime) -> bool:
    """A received case has no workflow. False where one has begun, or it is over."""
    received = (cases.c.id == id, cases.c.state == "received")
    values = {"state": "withdrawn", "withdrawn": True, "state_since": at}
    return bool(tx.execute(update(cases).where(*received).values(values)).rowcount)


def mark_withdrawn(tx: Transaction, id: UUID) -> None:
    tx.execute(update(cases).where(cases.c.id == id).values(withdrawn=True))


def add_plan(tx: Transaction, case: UUID, number: int, plan: Plan, at: datetime) -> None:
    row = {
        "case": case,
        "number": number,
        "policy": plan.policy,
        "made_at": at,
        "content": plan.model_dump(mode="json"),
    }
    tx.execute(_ADD_PLAN, row)
    tx.execute(_WRITE, {"of": case, "plan": number})


def plans_of(tx: Transaction, case: UUID) -> int:
    """How many plans the case has had."""
    return tx.scalar(_PLANS_OF, {"of": case}) or 0


def numbers(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, str]:
    """What people call them by."""
    if not ids:
        return {}
    return {row.id: row.number for row in tx.execute(select(cases.c.id, cases.c.number).where(cases.c.id.in_(ids)))}


def received(tx: Transaction, limit: int) -> list[UUID]:
    query = select(cases.c.id).where(cases.c.state == "received").order_by(cases.c.received_at).limit(limit)
    return list(tx.scalars(query))


def all_open(tx: Transaction) -> list[UUID]:
    """Those a workflow should be running for."""
    return list(tx.scalars(select(cases.c.id).where(NOT_ENDED, cases.c.state != "received")))


def open_policies(tx: Transaction) -> list[str]:
    """The versions of the policy that open cases run under."""
    return list(tx.scalars(select(cases.c.policy).where(NOT_ENDED).distinct().order_by(cases.c.policy)))


class CaseLine(Value):
    """A case as a list shows it."""

    id: UUID
    number: str
    kind: CaseKind
    state: CaseState
    state_since: datetime
    received_at: datetime
    prepared_at: datetime | None
    given_name: str
    family_name: str
    unit: str
    title: str
    start: Any


def listed(tx: Transaction, *, after: str | None = None, limit: int = 50, open_only: bool = False) -> list[CaseLine]:
    """In order of number, a page at a time: `after` is the last number of the page before."""
    query = (
        select(
            cases.c.id, cases.c.number, cases.c.kind, cases.c.state, cases.c.state_since, cases.c.received_at,
            cases.c.prepared_at, persons.c.given_name, persons.c.family_name, employments.c.unit, employments.c.title,
            employments.c.start,
        )
        .join(persons, persons.c.id == cases.c.person)
        .join(employments, employments.c.id == cases.c.employment)
        .order_by(cases.c.number)
        .limit(limit)
    )  # fmt: skip
    if after:
        query = query.where(cases.c.number > after)
    if open_only:
        query = query.where(NOT_ENDED)
    return values(tx, query, CaseLine)

"""What people asked for, as rows: at most one open act per step, and an answer for each."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, insert, select, update

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import ENDED
from onboarding.domain.people import Value
from onboarding.store.engine import Transaction
from onboarding.store.rows import value, value_or_none, values
from onboarding.store.schema import acts, cases, notes, steps
from onboarding.store.usernames import insert_new

RING_AGAIN = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))


class ActRow(Value):
    id: UUID
    case: UUID
    step: str
    kind: ActKind
    actor: str
    actor_id: str
    at: datetime
    value: str | None
    correction: UUID | None
    note: UUID | None
    state: str
    why: str | None


_COLUMNS = tuple(acts.c[name] for name in ActRow.model_fields)
_OPEN_OF_CASE = (
    select(*_COLUMNS).where(acts.c.case == bindparam("of"), acts.c.state == "open").order_by(acts.c.at, acts.c.id)
)


_CLOSE_ALL = update(acts).where(acts.c.case == bindparam("of"), acts.c.state == "open").values(state="refused")


def add(tx: Transaction, act: ActRow) -> bool:
    """False where there is an open one on the same step."""
    return insert_new(tx, acts, {**act.model_dump(), "rings": 0, "ring_at": act.at})


def add_note(tx: Transaction, text: str) -> UUID:
    id = uuid4()
    tx.execute(insert(notes), {"id": id, "text": text})
    return id


def note(tx: Transaction, id: UUID) -> str:
    text: str = tx.execute(select(notes.c.text).where(notes.c.id == id)).scalar_one()
    return text


def open_of(tx: Transaction, case: UUID) -> list[ActRow]:
    return values(tx, _OPEN_OF_CASE, ActRow, {"of": case})


def get(tx: Transaction, id: UUID) -> ActRow:
    return value(tx, select(*_COLUMNS).where(acts.c.id == id), ActRow)


def open_on(tx: Transaction, case: UUID, step: str) -> ActRow | None:
    query = select(*_COLUMNS).where(acts.c.case == case, acts.c.step == step, acts.c.state == "open")
    return value_or_none(tx, query, ActRow)


def last_taken_on(tx: Transaction, case: UUID, step: str) -> ActRow | None:
    query = (
        select(*_COLUMNS)
        .where(acts.c.case == case, acts.c.step == step, acts.c.state == "taken")
        .order_by(acts.c.closed_at.desc(), acts.c.id)
        .limit(1)
    )
    return value_or_none(tx, query, ActRow)


def close(tx: Transaction, id: UUID, at: datetime, why: str | None = None) -> None:
    """Taken, or refused and why."""
    values = {"state": "taken" if why is None else "refused", "why": why, "closed_at": at}
    tx.execute(update(acts).where(acts.c.id == id).values(values))


def close_all(tx: Transaction, case: UUID, at: datetime, why: str) -> None:
    tx.execute(_CLOSE_ALL, {"of": case, "why": why, "closed_at": at})


def release_waiting(tx: Transaction, system: str, actor: str, actor_id: str, at: datetime) -> int:
    """One act for each step that the hold on this system stopped. How many cases that is."""
    held = (
        select(steps.c.case, steps.c.id)
        .join(cases, cases.c.id == steps.c.case)
        .where(steps.c.system == system, steps.c.state == "held", cases.c.state.not_in(sorted(ENDED)))
    )
    touched = set[UUID]()
    for row in tx.execute(held).all():
        act = ActRow(
            id=uuid4(), case=row.case, step=row.id, kind="release", actor=actor, actor_id=actor_id, at=at,
            value=None, correction=None, note=None, state="open", why=None,
        )  # fmt: skip
        if add(tx, act):
            touched.add(row.case)
    return len(touched)


def to_ring(tx: Transaction, now: datetime, limit: int) -> list[UUID]:
    """Cases with an open act whose bell is due."""
    query = (
        select(acts.c.case).where(acts.c.state == "open", acts.c.ring_at <= now)
        .group_by(acts.c.case).order_by(func.min(acts.c.ring_at)).limit(limit)
    )  # fmt: skip
    return list(tx.scalars(query))


def rung(tx: Transaction, case: UUID, now: datetime) -> None:
    """The next ring after 1, 5, then every 30 seconds, until the row is closed.

    A row that somebody has locked is being settled now, and each of us could wait for the other's: it is left alone.
    """
    due = (acts.c.case == case, acts.c.state == "open", acts.c.ring_at <= now)
    for row in tx.execute(select(acts.c.id, acts.c.rings).where(*due).with_for_update(skip_locked=True)).all():
        pause = RING_AGAIN[min(row.rings, len(RING_AGAIN) - 1)]
        tx.execute(update(acts).where(acts.c.id == row.id).values(rings=row.rings + 1, ring_at=now + pause))

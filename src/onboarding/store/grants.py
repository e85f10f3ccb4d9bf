"""Who has what, because of which employment and which case."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.store.engine import Transaction
from onboarding.store.schema import employments, grants

_LAST_DAY = select(employments.c.end).where(employments.c.id == bindparam("post")).scalar_subquery()


class Given(NamedTuple):
    person: UUID
    entitlement: str
    unit: str  # '' where there is not one per unit
    system: str
    employment: UUID
    case: UUID
    verified_at: datetime | None


def given(tx: Transaction, those: Iterable[Given], at: datetime) -> None:
    """Until the post ends. Written again it is the same grant, verified once more."""
    rows = [{**one._asdict(), "post": one.employment, "id": uuid4(), "from_": at} for one in those]
    if rows:
        tx.execute(_given(tx.dialect.name), rows)


@cache
def _given(dialect: str) -> sqlite.Insert | postgresql.Insert:
    new = sqlite.insert(grants) if dialect == "sqlite" else postgresql.insert(grants)
    return new.values(until=_LAST_DAY).on_conflict_do_update(
        index_elements=[grants.c.case, grants.c.entitlement, grants.c.unit],
        index_where=grants.c.ended_at.is_(None),
        set_={"verified_at": func.coalesce(new.excluded.verified_at, grants.c.verified_at)},
    )


def ended(tx: Transaction, case: UUID, entitlement: str, unit: str | None, at: datetime) -> None:
    living = (
        grants.c.case == case,
        grants.c.entitlement == entitlement,
        grants.c.unit == (unit or ""),
        grants.c.ended_at.is_(None),
    )
    tx.execute(update(grants).where(*living).values(ended_at=at))


def living_besides(tx: Transaction, person: UUID, case: UUID, system: str) -> set[tuple[str, str]]:
    """(entitlement, unit or '') of what the person has in the system because of other cases."""
    query = select(grants.c.entitlement, grants.c.unit).where(
        grants.c.person == person, grants.c.case != case, grants.c.system == system, grants.c.ended_at.is_(None)
    )
    return {(row.entitlement, row.unit) for row in tx.execute(query)}


def counted(tx: Transaction) -> dict[str, tuple[int, int]]:
    """Per system: living grants, and how many of them were read back."""
    query = (
        select(grants.c.system, func.count(), func.count(grants.c.verified_at))
        .where(grants.c.ended_at.is_(None)).group_by(grants.c.system)
    )  # fmt: skip
    return {row[0]: (row[1], row[2]) for row in tx.execute(query)}

"""Who has what, because of which employment and which case."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from onboarding.store.engine import Transaction
from onboarding.store.schema import grants
from onboarding.store.usernames import insert_new


def given(
    tx: Transaction,
    *,
    person: UUID,
    entitlement: str,
    unit: str | None,
    system: str,
    employment: UUID,
    case: UUID,
    at: datetime,
    until: date | None,
    verified: bool,
) -> None:
    """Written again it is the same grant, verified once more."""
    living = (
        grants.c.case == case,
        grants.c.entitlement == entitlement,
        grants.c.unit == (unit or ""),
        grants.c.ended_at.is_(None),
    )
    row = {
        "id": uuid4(),
        "person": person,
        "entitlement": entitlement,
        "unit": unit or "",
        "system": system,
        "employment": employment,
        "case": case,
        "from_": at,
        "until": until,
        "verified_at": at if verified else None,
    }
    if not insert_new(tx, grants, row) and verified:
        tx.execute(update(grants).where(*living).values(verified_at=at))


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

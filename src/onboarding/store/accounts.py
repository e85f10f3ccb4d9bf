"""One ordinary account per person and system: its native id, and the lease that settles who may write to it."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Executable, Integer, bindparam, case, cast, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.domain.cases import CaseState
from onboarding.domain.people import Value
from onboarding.store.engine import Transaction
from onboarding.store.rows import value_or_none, values
from onboarding.store.schema import accounts, cases, employments

LEASE = timedelta(seconds=30)  # prolonged by the heartbeat


class AccountRow(Value):
    person: UUID
    system: str
    native_id: str | None
    name: str | None
    enabled: bool | None
    verified_at: datetime | None
    lease_holder: str | None
    lease_until: datetime | None


_THIS = (accounts.c.person == bindparam("of"), accounts.c.system == bindparam("in"))
_OF_PERSON = select(accounts).where(accounts.c.person == bindparam("of"))
_HOLDER = select(accounts.c.lease_holder).where(*_THIS)
_LEAVE = update(accounts).where(*_THIS, accounts.c.lease_holder == bindparam("by"))  # what is set is what it is given


def lease(tx: Transaction, person: UUID, system: str, visit: str, attempt: int, now: datetime) -> AccountRow | None:
    """Takes the lease, from nobody, a dead holder, or an earlier attempt of the same visit.

    None where another has it.
    """
    mine = {"person": person, "system": system, "lease_holder": f"{visit}/{attempt}", "lease_until": now + LEASE}
    asked = {"now": now, "visit": f"{visit}/", "which": len(visit) + 2, "attempt": attempt}
    return value_or_none(tx, _lease(tx.dialect.name), AccountRow, mine | asked)


@cache
def _lease(dialect: str) -> Executable:
    """A holder is a visit and which attempt of it: a frozen one that wakes up takes nothing from its successor."""
    holder, which = accounts.c.lease_holder, bindparam("which", type_=Integer)
    attempt, no_later = func.substr(holder, which), bindparam("attempt", type_=Integer)
    # In this order: what stands there in another's holder need not be a number.
    anothers = or_(func.substr(holder, 1, which - 1) != bindparam("visit"), attempt.contains("/"))
    earlier = case((anothers, False), else_=cast(attempt, Integer) <= no_later)
    over = accounts.c.lease_until < bindparam("now", type_=accounts.c.lease_until.type)
    new = sqlite.insert(accounts) if dialect == "sqlite" else postgresql.insert(accounts)
    taken = new.on_conflict_do_update(
        index_elements=[accounts.c.person, accounts.c.system],
        set_={"lease_holder": new.excluded.lease_holder, "lease_until": new.excluded.lease_until},
        where=or_(holder.is_(None), accounts.c.lease_until.is_(None), over, earlier),
    )
    return taken.returning(accounts)


def prolong(tx: Transaction, person: UUID, system: str, holder: str, now: datetime) -> bool:
    mine = (accounts.c.person == person, accounts.c.system == system, accounts.c.lease_holder == holder)
    return bool(tx.execute(update(accounts).where(*mine).values(lease_until=now + LEASE)).rowcount)


class Standing(Value):
    """Who is in the account, and whose the case is, at one moment."""

    holder: str | None
    until: datetime | None
    run: int
    state: CaseState
    overtaken: bool  # an order that takes over has raised the employment's epoch

    def held_by(self, holder: str, now: datetime) -> bool:
        return self.holder == holder and self.until is not None and self.until > now


_STANDING = (
    select(
        accounts.c.lease_holder.label("holder"),
        accounts.c.lease_until.label("until"),
        cases.c.run,
        cases.c.state,
        (employments.c.epoch != cases.c.epoch).label("overtaken"),
    )
    .join_from(cases, employments, employments.c.id == cases.c.employment)
    .join(accounts, accounts.c.person == cases.c.person)
    .where(cases.c.id == bindparam("of"), accounts.c.system == bindparam("in"))
)


def standing(tx: Transaction, case: UUID, system: str) -> Standing | None:
    """None where there is no such case, or nobody has been in the account for it."""
    return next(iter(values(tx, _STANDING, Standing, {"of": case, "in": system})), None)


def holder(tx: Transaction, person: UUID, system: str) -> str | None:
    return tx.scalar(_HOLDER, {"of": person, "in": system})


class Read(NamedTuple):
    """What was read in the system, or that there was nothing: three times None."""

    native_id: str | None
    name: str | None
    enabled: bool | None
    verified_at: datetime


def leave(tx: Transaction, person: UUID, system: str, holder: str, read: Read | None = None) -> bool:
    """Gives the lease back, also one that has run out. False where another has taken it since: nothing is written."""
    told = {"of": person, "in": system, "by": holder, "lease_holder": None, "lease_until": None}
    return bool(tx.execute(_LEAVE, told | (read._asdict() if read else {})).rowcount)


def of_person(tx: Transaction, person: UUID) -> dict[str, AccountRow]:
    return {one.system: one for one in values(tx, _OF_PERSON, AccountRow, {"of": person})}


def counted(tx: Transaction) -> dict[str, int]:
    """Per system: accounts that were read back."""
    query = select(accounts.c.system, func.count()).where(accounts.c.native_id.is_not(None)).group_by(accounts.c.system)
    return {row[0]: row[1] for row in tx.execute(query)}

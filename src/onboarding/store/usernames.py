"""Names that were given once, for good: a name is never freed, and never another person's."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from onboarding.store.engine import Transaction
from onboarding.store.schema import usernames


def insert_new(tx: Transaction, table: Table, row: dict[str, Any]) -> bool:
    """Inserts, or answers False where a unique row is there already.

    Both databases say ON CONFLICT, SQLAlchemy twice.
    """
    return tx.execute(_insert_new(table, tx.dialect.name), row).first() is not None


@cache
def _insert_new(table: Table, dialect: str) -> ReturningInsert[Any]:
    new = (sqlite if dialect == "sqlite" else postgresql).insert(table).on_conflict_do_nothing()
    # The row itself must say so: SQLAlchemy does not keep the count of an insert, and PostgreSQL's would read -1.
    told: ReturningInsert[Any] = new.returning(literal(1))
    return told


_folded = func.lower(usernames.c.name)
_GIVEN = select(_folded).where(_folded.in_(bindparam("those", expanding=True)))
_OWNER = select(usernames.c.person).where(_folded == bindparam("this")).limit(1)
_CURRENT = select(usernames.c.name).where(usernames.c.person == bindparam("of"), usernames.c.current)


def current(tx: Transaction, person: UUID) -> str | None:
    return tx.scalar(_CURRENT, {"of": person})


def given(tx: Transaction, names: Iterable[str]) -> frozenset[str]:
    """Which of these belong to somebody, now or before. Directories do not tell KarNor from karnor."""
    asked = {name.lower(): name for name in names}
    return frozenset(asked[name] for name in tx.scalars(_GIVEN, {"those": list(asked)}))


def owner(tx: Transaction, name: str) -> UUID | None:
    """Whose it is, or was, however it is written."""
    return tx.scalar(_OWNER, {"this": name.lower()})


def reserve(tx: Transaction, person: UUID, name: str, at: datetime) -> bool:
    """False where it is another's, or where the person has one."""
    if owner(tx, name) is not None:
        return False
    return insert_new(tx, usernames, {"name": name, "person": person, "current": True, "reserved_at": at})


def rename(tx: Transaction, person: UUID, name: str, at: datetime) -> bool:
    """Another name for the same person; the old one stays hers. False where the new one is another's."""
    if owner(tx, name) not in (None, person):
        return False
    insert_new(tx, usernames, {"name": name, "person": person, "current": False, "reserved_at": at})
    if tx.scalar(select(usernames.c.person).where(usernames.c.name == name)) != person:
        return False
    tx.execute(update(usernames).where(usernames.c.person == person, usernames.c.current).values(current=False))
    tx.execute(update(usernames).where(usernames.c.name == name).values(current=True))
    return True

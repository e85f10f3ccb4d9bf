"""Names that were given once, for good: a name is never freed, and never another person's."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.store.engine import Transaction
from onboarding.store.schema import usernames


def insert_new(tx: Transaction, table: Any, row: dict[str, Any]) -> bool:
    """Inserts, or answers False where a unique row is there already.

    Both databases say ON CONFLICT, SQLAlchemy twice.
    """
    dialect = sqlite if tx.dialect.name == "sqlite" else postgresql
    return bool(tx.execute(dialect.insert(table).values(row).on_conflict_do_nothing()).rowcount)


def current(tx: Transaction, person: UUID) -> str | None:
    return tx.scalar(select(usernames.c.name).where(usernames.c.person == person, usernames.c.current))


def given(tx: Transaction, names: Iterable[str]) -> frozenset[str]:
    """Which of these belong to somebody, now or before."""
    return frozenset(tx.scalars(select(usernames.c.name).where(usernames.c.name.in_(list(names)))))


def reserve(tx: Transaction, person: UUID, name: str, at: datetime) -> bool:
    """False where it is another's, or where the person has one."""
    return insert_new(tx, usernames, {"name": name, "person": person, "current": True, "reserved_at": at})


def rename(tx: Transaction, person: UUID, name: str, at: datetime) -> bool:
    """Another name for the same person; the old one stays hers. False where the new one is another's."""
    owner = tx.scalar(select(usernames.c.person).where(usernames.c.name == name))
    if owner not in (None, person):
        return False
    tx.execute(update(usernames).where(usernames.c.person == person, usernames.c.current).values(current=False))
    if owner == person:
        tx.execute(update(usernames).where(usernames.c.name == name).values(current=True))
        return True
    return reserve(tx, person, name, at)

"""Rows as the store has them, for what no page shows yet: grants, plans, closed tasks and acts."""

from typing import Any

from sqlalchemy import Table, select

from onboarding.store.engine import Store
from onboarding.store.schema import acts, grants, tasks


def rows(store: Store, table: Table, **where: object) -> list[dict[str, Any]]:
    """Those in which every named column has the value."""
    query = select(table).where(*(table.c[name] == value for name, value in where.items()))
    with store.reading() as tx:
        return [dict(row._mapping) for row in tx.execute(query)]


def living(store: Store, **where: object) -> set[str]:
    """The entitlements of the grants that have not ended."""
    return {row["entitlement"] for row in rows(store, grants, **where) if row["ended_at"] is None}


def answered(store: Store, step: str) -> list[tuple[str, str, str | None]]:
    """(kind, answer, by) of the closed tasks of a step."""
    closed = [row for row in rows(store, tasks, step=step) if row["closed_at"] is not None]
    return [(row["kind"], row["answer"], row["answered_by"]) for row in closed]


def refused_acts(store: Store, step: str) -> list[str]:
    """Why the acts on a step that were not carried out were not."""
    return [row["why"] for row in rows(store, acts, step=step, state="refused")]

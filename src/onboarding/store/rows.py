"""What the database answers becomes values: a query's columns are named as their fields are."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import Executable

from onboarding.domain.people import Value
from onboarding.store.engine import Transaction

V = TypeVar("V", bound=Value)
Asked = Mapping[str, object] | None  # fills what a query has left open


def values(tx: Transaction, query: Executable, kind: type[V], asked: Asked = None) -> list[V]:
    found = tx.execute(query, asked)
    names = tuple(found.keys())
    return [kind.model_validate(dict(zip(names, row, strict=True))) for row in found.all()]


def value(tx: Transaction, query: Executable, kind: type[V], asked: Asked = None) -> V:
    """Raises NoResultFound, or MultipleResultsFound."""
    return kind.model_validate(dict(tx.execute(query, asked).one()._mapping))


def value_or_none(tx: Transaction, query: Executable, kind: type[V], asked: Asked = None) -> V | None:
    """Raises MultipleResultsFound."""
    row = tx.execute(query, asked).one_or_none()
    return None if row is None else kind.model_validate(dict(row._mapping))

"""People, employments, units and corrected values."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import and_, bindparam, delete, insert, select, update

from onboarding.domain.people import Employment, Person, Unit
from onboarding.store.engine import Transaction
from onboarding.store.rows import value, value_or_none, values
from onboarding.store.schema import corrections, employments, persons, units, usernames
from onboarding.store.usernames import insert_new

_UNITS = select(units)
_POST = select(employments).where(employments.c.id == bindparam("of"))
_POSTS = (
    select(employments).where(employments.c.person == bindparam("of")).order_by(employments.c.start, employments.c.id)
)
_PARTS = (list(persons.c), list(employments.c), list(units.c))
_WITH_POSTS = (
    select(
        usernames.c.name.label("username"),
        *(column.label(f"{column.table.name}_{column.name}") for columns in _PARTS for column in columns),
    )
    .select_from(persons)
    .outerjoin(usernames, and_(usernames.c.person == persons.c.id, usernames.c.current))
    .join(employments, employments.c.person == persons.c.id)
    .outerjoin(units, units.c.id == employments.c.unit)
    .where(persons.c.id == bindparam("of"))
    .order_by(employments.c.start, employments.c.id)
)
_CORRECTED = (
    select(corrections.c.attribute, corrections.c.value)
    .where(corrections.c.person == bindparam("of"), corrections.c.applied_at.is_not(None))
    .order_by(corrections.c.applied_at, corrections.c.at)
)


def replace_units(tx: Transaction, new: Iterable[Unit]) -> None:
    """Row by row and in order, so that two feeds at the same moment neither meet a row twice nor wait in a ring."""
    rows = {unit.id: unit for unit in new}
    known = all_units(tx)
    for id in sorted({*known, *rows}):
        if id not in rows:
            tx.execute(delete(units).where(units.c.id == id))
        elif rows[id] != known.get(id) and not insert_new(tx, units, rows[id].model_dump()):
            tx.execute(update(units).where(units.c.id == id).values(rows[id].model_dump(exclude={"id"})))


def all_units(tx: Transaction) -> dict[str, Unit]:
    return {one.id: one for one in values(tx, _UNITS, Unit)}


class WithPosts(NamedTuple):
    person: Person
    posts: list[Employment]
    units: dict[str, Unit]  # of the posts, by id: those that HR has
    username: str | None  # that was reserved for her


def with_posts(tx: Transaction, person: UUID) -> WithPosts:
    """Who has a post, in one query. Raises IndexError where nobody has."""
    rows = tx.execute(_WITH_POSTS, {"of": person}).all()
    parts = [_parts(row) for row in rows]
    return WithPosts(
        person=Person.model_validate(parts[0][0]),
        posts=[Employment.model_validate(post) for _, post, _ in parts],
        units={unit["id"]: Unit.model_validate(unit) for _, _, unit in parts if unit["id"] is not None},
        username=rows[0].username,
    )


def _parts(row: Iterable[Any]) -> list[dict[str, Any]]:
    left = iter(row)
    next(left)  # the user name
    return [{column.name: next(left) for column in columns} for columns in _PARTS]


def add_person(tx: Transaction, person: Person) -> bool:
    """False where somebody has that employee number already."""
    return insert_new(tx, persons, person.model_dump())


def by_employee_number(tx: Transaction, number: str) -> Person | None:
    return value_or_none(tx, select(persons).where(persons.c.employee_number == number), Person)


def to_order_for(tx: Transaction, number: str) -> Person | None:
    """By employee number, and locked: two orders for one person at the same moment are placed one after the other."""
    query = select(persons).where(persons.c.employee_number == number).with_for_update(key_share=True)
    return value_or_none(tx, query, Person)


def add_employment(tx: Transaction, employment: Employment) -> None:
    tx.execute(insert(employments), employment.model_dump())


def employments_of(tx: Transaction, person: UUID) -> list[Employment]:
    return values(tx, _POSTS, Employment, {"of": person})


def employment(tx: Transaction, id: UUID) -> Employment:
    return value(tx, _POST, Employment, {"of": id})


def choose_role(tx: Transaction, employment: UUID, role: str) -> None:
    tx.execute(update(employments).where(employments.c.id == employment).values(role=role))


def order_extras(tx: Transaction, employment: UUID, extras: Iterable[str]) -> None:
    tx.execute(update(employments).where(employments.c.id == employment).values(extras=list(extras)))


def move_start(tx: Transaction, employment: UUID, start: date) -> None:
    tx.execute(update(employments).where(employments.c.id == employment).values(start=start))


def order_anew(tx: Transaction, post: Employment) -> None:
    """As it is ordered now, after the former order was withdrawn."""
    said = post.model_dump(include={"title", "kind", "percentage", "start", "end", "manager"})
    tx.execute(update(employments).where(employments.c.id == post.id).values(said))


def raise_epoch(tx: Transaction, employment: UUID) -> int:
    """What was planned under the older one stops. Answers with the new."""
    changed = update(employments).where(employments.c.id == employment).values(epoch=employments.c.epoch + 1)
    epoch: int = tx.execute(changed.returning(employments.c.epoch)).scalar_one()
    return epoch


def propose_correction(tx: Transaction, person: UUID, attribute: str, value: str, by: str, at: datetime) -> UUID:
    id = uuid4()
    row = {"id": id, "person": person, "attribute": attribute, "value": value, "by": by, "at": at}
    tx.execute(insert(corrections), row)
    return id


def correction(tx: Transaction, id: UUID) -> tuple[str, str]:
    """The attribute and the value that was asked for."""
    row = tx.execute(select(corrections.c.attribute, corrections.c.value).where(corrections.c.id == id)).one()
    return row.attribute, row.value


def apply_correction(tx: Transaction, id: UUID, at: datetime) -> None:
    """From now on every system is told this value."""
    tx.execute(update(corrections).where(corrections.c.id == id).values(applied_at=at))


def corrected(tx: Transaction, person: UUID) -> Mapping[str, str]:
    """The newest corrected value of each attribute."""
    return {row.attribute: row.value for row in tx.execute(_CORRECTED, {"of": person})}

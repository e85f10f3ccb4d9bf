"""Many cases from one that was carried out: its rows copied in the database, each for a person of its own."""

from uuid import uuid4

from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, case, func, insert, literal, select, update
from sqlalchemy.sql import ColumnElement

from bench import municipality
from onboarding.store.engine import Store, Transaction
from onboarding.store.schema import cases, counters, employments, events, persons, plans, steps, tasks

CLOSED, OPEN = "closed", "open"
COPIES = Table(
    "copies",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("person", Uuid),
    Column("employment", Uuid),
    Column("case", Uuid),
    Column("number", String(16)),
    Column("employee_number", String(64)),
    Column("given_name", String(64)),
    Column("family_name", String(64)),
    Column("which", String(8)),
    prefixes=["TEMPORARY"],
)


def multiply(store: Store, number: str, *, closed: int, open_: int) -> None:
    """`closed` copies that are over, and after them `open_` that stand as the case does."""
    with store.writing() as tx:
        COPIES.create(tx)
        tx.execute(insert(COPIES), [_copy(n, CLOSED if n < closed else OPEN) for n in range(closed + open_)])
        of = tx.execute(select(cases).where(cases.c.number == number)).one()
        over = COPIES.c.which == CLOSED
        _insert(
            tx,
            persons,
            persons.c.id == of.person,
            id=COPIES.c.person,
            employee_number=COPIES.c.employee_number,
            given_name=COPIES.c.given_name,
            family_name=COPIES.c.family_name,
        )
        _insert(tx, employments, employments.c.id == of.employment, id=COPIES.c.employment, person=COPIES.c.person)
        _insert(
            tx,
            cases,
            cases.c.id == of.id,
            id=COPIES.c.case,
            number=COPIES.c.number,
            person=COPIES.c.person,
            employment=COPIES.c.employment,
            state=case((over, "closed"), else_=cases.c.state),
        )
        _insert(tx, plans, plans.c.case == of.id, case=COPIES.c.case)
        _insert(tx, events, events.c.case == of.id, case=COPIES.c.case)
        done = {"case": COPIES.c.case, "state": case((over, "done"), else_=steps.c.state)}
        _insert(tx, steps, steps.c.case == of.id, **done)
        closed_at = case((over, tasks.c.asked_at), else_=tasks.c.closed_at)
        _insert(tx, tasks, tasks.c.case == of.id, id=_new_id(store), case=COPIES.c.case, closed_at=closed_at)
        tx.execute(update(counters).values(value=counters.c.value + closed + open_))
        COPIES.drop(tx)
    if not store.sqlite:
        with store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _copy(n: int, which: str) -> dict[str, object]:
    post = municipality.nurse(1_000_000 + n)
    return {
        "n": n,
        "person": uuid4(),
        "employment": uuid4(),
        "case": uuid4(),
        "number": f"B-{post.start.year}-{n + 100:06d}",
        "employee_number": post.employee_number,
        "given_name": post.given_name,
        "family_name": post.family_name,
        "which": which,
    }


def _insert(tx: Transaction, table: Table, which: ColumnElement[bool], **changed: ColumnElement[object]) -> None:
    """A row of the same for each copy, but for what is changed. What the database numbers itself it numbers anew."""
    columns = [column for column in table.c if column.autoincrement is not True]
    values = [changed.get(column.name, column).label(column.name) for column in columns]
    rows = select(*values).select_from(table.join(COPIES, literal(True))).where(which).order_by(COPIES.c.n)
    tx.execute(insert(table).from_select([column.name for column in columns], rows))


def _new_id(store: Store) -> ColumnElement[object]:
    return func.lower(func.hex(func.randomblob(16))) if store.sqlite else func.gen_random_uuid()

"""The outlook of each case, kept beside it: written with its steps, and told anew where the rules have changed."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update

from onboarding.planning.forecast import Outlook, outlook
from onboarding.store import steps
from onboarding.store.cases import COLUMNS, NOT_ENDED, Case
from onboarding.store.engine import Store, Transaction
from onboarding.store.schema import cases, employments
from onboarding.store.schema import steps as step_rows

_WITH_CASE = (
    select(*COLUMNS, employments.c.start, cases.c.outlook)
    .join(employments, employments.c.id == cases.c.employment)
    .where(cases.c.id == bindparam("of"))
)
_WRITE = update(cases).where(cases.c.id == bindparam("of"))  # what is set is what it is given


def as_written(seen: Outlook) -> str:
    return seen.model_dump_json(exclude_defaults=True)


def with_case(tx: Transaction, id: UUID) -> tuple[Case, date, str] | None:
    """The case, its first day, and the outlook as it is written."""
    row = tx.execute(_WITH_CASE, {"of": id}).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    start, written = values.pop("start"), values.pop("outlook")
    return Case.model_validate(values), start, written


def write(tx: Transaction, id: UUID, written: str) -> None:
    tx.execute(_WRITE, {"of": id, "outlook": written})


def tell_anew(store: Store) -> None:
    """By today's rules, for all that a list says something of; case by case, and none that is being written."""
    left_out = cases.c.id.in_(select(step_rows.c.case).where(step_rows.c.state == "skipped"))
    with store.reading() as tx:
        told_of = list(tx.scalars(select(cases.c.id).where(cases.c.plan > 0, or_(NOT_ENDED, left_out))))
    for id in told_of:
        with store.writing() as tx:
            tx.execute(select(cases.c.id).where(cases.c.id == id).with_for_update())
            found = with_case(tx, id)
            if found is None:
                continue
            case, first_day, written = found
            seen = as_written(outlook(case.kind, steps.of_case(tx, id), first_day, withdrawn=case.withdrawn))
            if seen != written:
                write(tx, id, seen)

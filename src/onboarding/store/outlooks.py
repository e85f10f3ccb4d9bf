"""The outlook of each case, kept beside it: written with its steps, and told anew where the rules have changed."""

from datetime import UTC, datetime

from sqlalchemy import or_, select

from onboarding.planning.forecast import Outlook, outlook
from onboarding.store import cases, steps
from onboarding.store.cases import NOT_ENDED
from onboarding.store.engine import Store
from onboarding.store.schema import cases as case_rows
from onboarding.store.schema import steps as step_rows


def as_written(seen: Outlook) -> str:
    return seen.model_dump_json(exclude_defaults=True)


def tell_anew(store: Store) -> None:
    """By today's rules, for all that a list says something of; case by case, and none that is being written."""
    left_out = case_rows.c.id.in_(select(step_rows.c.case).where(step_rows.c.state == "skipped"))
    told = or_(NOT_ENDED, case_rows.c.state == "withdrawn", left_out)
    with store.reading() as tx:
        told_of = list(tx.scalars(select(case_rows.c.id).where(case_rows.c.plan > 0, told)))
    for id in told_of:
        with store.writing() as tx:
            tx.execute(select(case_rows.c.id).where(case_rows.c.id == id).with_for_update(key_share=True))
            found = cases.as_it_stands(tx, id)
            case = found.case
            seen = as_written(outlook(case.kind, steps.of_case(tx, id), found.first_day, withdrawn=case.withdrawn))
            if seen != found.outlook:
                cases.write(tx, case, datetime.now(UTC), outlook=seen)

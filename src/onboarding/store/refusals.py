"""What a system would not take: attribute, value and reason, beside the step; the value is nowhere else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

from onboarding.domain.people import Value
from onboarding.store.engine import Transaction
from onboarding.store.schema import refusals


class Refusal(Value):
    attribute: str
    value: str
    reason: str
    proposal: str | None


def write(tx: Transaction, case: UUID, step: str, refusal: Refusal, at: datetime) -> None:
    clear(tx, case, step)
    tx.execute(insert(refusals), {"case": case, "step": step, "at": at, **refusal.model_dump()})


def clear(tx: Transaction, case: UUID, step: str) -> None:
    tx.execute(delete(refusals).where(refusals.c.case == case, refusals.c.step == step))


def of_case(tx: Transaction, case: UUID) -> dict[str, Refusal]:
    columns = [refusals.c[name] for name in ("step", *Refusal.model_fields)]
    rows = [dict(row._mapping) for row in tx.execute(select(*columns).where(refusals.c.case == case))]
    return {row.pop("step"): Refusal.model_validate(row) for row in rows}


def with_proposal(tx: Transaction) -> list[tuple[UUID, str]]:
    """(case, step) of the open ones that came with another value."""
    query = select(refusals.c.case, refusals.c.step).where(refusals.c.proposal.is_not(None)).order_by(refusals.c.at)
    return [(row.case, row.step) for row in tx.execute(query)]

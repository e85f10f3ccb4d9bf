"""A grant follows its step: given when the step is done, by us or by hand; ended when it is undone."""

from datetime import datetime

from onboarding.domain.cases import Step
from onboarding.store import cases, grants, people
from onboarding.store.engine import Transaction


def record_grant(tx: Transaction, case: cases.Case, step: Step, now: datetime) -> None:
    if step.action != "grant" or step.entitlement is None:
        return
    if step.state == "done":
        grants.given(
            tx,
            person=case.person,
            entitlement=step.entitlement,
            unit=step.unit,
            system=step.system,
            employment=case.employment,
            case=case.id,
            at=now,
            until=people.employment(tx, case.employment).end,
            verified=step.verified_at is not None,
        )
    elif step.state == "undone":
        grants.ended(tx, case.id, step.entitlement, step.unit, now)

"""A grant follows its step: given when the step is done, by us or by hand; ended when it is undone."""

from collections.abc import Iterable
from datetime import date, datetime

from onboarding.domain.cases import Step
from onboarding.store import cases, grants, people
from onboarding.store.engine import Transaction


def record_grants(tx: Transaction, case: cases.Case, steps: Iterable[Step], now: datetime) -> None:
    ours = [step for step in steps if step.action == "grant" and step.state in ("done", "undone")]
    until = people.employment(tx, case.employment).end if ours else None
    for step in ours:
        _record(tx, case, step, until, now)


def _record(tx: Transaction, case: cases.Case, step: Step, until: date | None, now: datetime) -> None:
    if step.entitlement is None:
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
            until=until,
            verified=step.verified_at is not None,
        )
    else:
        grants.ended(tx, case.id, step.entitlement, step.unit, now)

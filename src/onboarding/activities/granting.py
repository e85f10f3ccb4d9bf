"""A grant follows its step: given when the step is done, by us or by hand; ended when it is undone."""

from collections.abc import Iterable
from datetime import date, datetime

from onboarding.domain.cases import Step
from onboarding.store import cases, grants, people
from onboarding.store.engine import Transaction


def record_grants(tx: Transaction, case: cases.Case, steps: Iterable[Step], now: datetime) -> None:
    ours = [step for step in steps if step.action == "grant" and step.entitlement and step.state in ("done", "undone")]
    done = [step for step in ours if step.state == "done"]
    until = people.employment(tx, case.employment).end if done else None
    grants.given(tx, [_given(case, step, until, now) for step in done], now)
    for step in ours:
        if step.state == "undone":
            grants.ended(tx, case.id, step.entitlement or "", step.unit, now)


def _given(case: cases.Case, step: Step, until: date | None, now: datetime) -> grants.Given:
    return grants.Given(
        person=case.person,
        entitlement=step.entitlement or "",
        unit=step.unit or "",
        system=step.system,
        employment=case.employment,
        case=case.id,
        until=until,
        verified_at=now if step.verified_at else None,
    )

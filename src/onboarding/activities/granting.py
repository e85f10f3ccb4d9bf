"""A grant follows its step: given when the step is done, by us or by hand; ended when it is undone."""

from collections.abc import Iterable
from datetime import datetime

from onboarding.domain.cases import Step
from onboarding.store import cases, grants
from onboarding.store.engine import Transaction


def record_grants(tx: Transaction, case: cases.Case, steps: Iterable[Step], now: datetime) -> None:
    ours = [step for step in steps if step.action == "grant" and step.entitlement and step.state in ("done", "undone")]
    grants.given(tx, [_given(case, step, now) for step in ours if step.state == "done"], now)
    for step in ours:
        if step.state == "undone":
            grants.ended(tx, case.id, step.entitlement or "", step.unit, now)


def _given(case: cases.Case, step: Step, now: datetime) -> grants.Given:
    return grants.Given(
        person=case.person,
        entitlement=step.entitlement or "",
        unit=step.unit or "",
        system=step.system,
        employment=case.employment,
        case=case.id,
        verified_at=now if step.verified_at else None,
    )

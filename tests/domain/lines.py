"""Steps as tables of rules have them: by id, with what the table says."""

from datetime import UTC, datetime, timedelta

from onboarding.domain.cases import Step, StepView
from onboarding.domain.plan import Ask

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(days=30), NOW - timedelta(days=1)


def step(id: str, **changed: object) -> Step:
    """`system:action` or `system:action:what`."""
    system, action = id.split(":")[:2]
    return Step.model_validate({"id": id, "system": system, "action": action, "since": BEFORE, **changed})


def question(kind: str, **changed: object) -> Step:
    """A step that is a question to a person."""
    second = changed.pop("second", False)
    ask = Ask.model_validate({"kind": kind, "of": "bank", "for_": "pay@fjordvik.example", "second": second})
    return step("people:ask:bank", ask=ask, **{"state": "asked", **changed})


def view(id: str, *needs: str, **changed: object) -> StepView:
    return StepView.model_validate({"id": id, "system": id.split(":")[0], "needs": needs, **changed})

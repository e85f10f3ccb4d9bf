"""What an outcome makes of a step: pure, one function for each way a visit can end for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from onboarding.connectors.base import ActionRequired, Done, InProgress, Outcome
from onboarding.domain.acts import AT_REST
from onboarding.domain.cases import Step
from onboarding.domain.errors import NeedsHuman, Refused, Transient

PAUSES = tuple(timedelta(seconds=s) for s in (1, 2, 5, 15, 30, 60, 120, 300, 600, 1200, 3600))


def after(step: Step, outcome: Outcome, now: datetime, pauses: tuple[timedelta, ...] = PAUSES) -> Step:
    """`Done` is believed when it has been read back; `NeedsHuman('system')` is the hold's to write."""
    if isinstance(outcome, Done):
        return _to(step, "undone" if step.want == "undo" else "done", now)
    if isinstance(outcome, ActionRequired):
        return _to(step, "asked", now, theirs=True)
    if isinstance(outcome, InProgress):
        return _to(step, "in progress", now, next_at=now + outcome.again)
    if isinstance(outcome, Refused):
        about = {"attribute": outcome.attribute, "system": step.system}
        return _to(step, "stuck", now, theirs=True, reason=outcome.reason, params=about)
    if isinstance(outcome, NeedsHuman):
        return _to(
            step, "stuck", now, theirs=True, reason=outcome.key, params={**outcome.params, "system": step.system}
        )
    return faulted(step, outcome, now, pauses=pauses)


def faulted(
    step: Step, fault: Transient, now: datetime, *, key: str = "system.away", pauses: tuple[timedelta, ...] = PAUSES,
    params: Mapping[str, str] | None = None,
) -> Step:  # fmt: skip
    """Not done, or not known to be: tried again after the system's own delay, or a pause that grows to an hour."""
    tries = step.tries + 1
    delay = fault.delay or pauses[min(tries, len(pauses)) - 1]
    stays = step.state if step.state in ("retrying", "stuck") else "retrying"
    return step.model_copy(
        update={
            "state": stays,
            "since": step.since if stays == step.state else now,
            "faults_since": step.faults_since or now,
            "tries": tries,
            "next_at": now + min(delay, timedelta(hours=1)),
            "theirs": False,
            "reason": "system.throttled" if fault.delay and key == "system.away" else key,
            "params": {**(params or {}), "system": step.system},
        }
    )


def held(step: Step, reason: str, now: datetime, params: Mapping[str, str] | None = None) -> Step:
    """`params` fill the reason."""
    return _to(step, "held", now, theirs=True, reason=reason, params={**(params or {}), "system": step.system})


def out_of_patience(step: Step, now: datetime, patience: timedelta) -> Step:
    """After the system's patience a retrying step is stuck; the trying goes on."""
    if step.state == "retrying" and step.faults_since and now - step.faults_since >= patience:
        return step.model_copy(update={"state": "stuck", "since": now})
    return step


def _to(step: Step, state: str, now: datetime, **more: object) -> Step:
    return step.model_copy(
        update={**AT_REST, "state": state, "since": step.since if state == step.state else now, **more}
    )

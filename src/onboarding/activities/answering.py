"""What every activity ends with: the case's state and outlook computed anew, and the case as the store now has it."""

from collections.abc import Iterable
from datetime import datetime

from onboarding.domain.cases import ENDED, CaseView, Step, StepView, state_of
from onboarding.domain.people import Actor
from onboarding.planning.forecast import outlook
from onboarding.store import acts, cases, events, outlooks, steps, tasks
from onboarding.store.engine import Transaction

ENGINE = Actor(kind="schedule", id="engine", via="worker")


def answer(tx: Transaction, locked: cases.Locked, now: datetime, call_home: Iterable[str] = ()) -> CaseView:
    """Writes the case's new state and outlook under its lock, and closes what nobody will answer any more.

    Tells the workflow.
    """
    case = locked.case
    rows = steps.of_case(tx, case.id)
    state = state_of(rows, now, withdrawn=case.withdrawn)
    seen = outlooks.as_written(outlook(case.kind, rows, locked.first_day, withdrawn=case.withdrawn))
    changed = state != case.state
    cases.write(tx, case, now, state=state if changed else None, outlook=seen if seen != locked.outlook else None)
    if changed:
        events.record(tx, ENGINE, "case.state", now, case=case.id, detail={"from": case.state, "to": state})
    if state in ENDED:
        acts.close_all(tx, case.id, now, "act.case-is-over")
        tasks.close_all(tx, case.id, now)
    return CaseView(
        run=case.run,
        revision=case.revision,
        open=state not in ENDED,
        steps=tuple(_view(row) for row in rows),
        call_home=tuple(sorted(set(call_home))),
    )


def over(locked: cases.Locked | None) -> CaseView:
    """The answer about a case that is no longer the asker's to run."""
    if locked is None:
        return CaseView(run=0, revision=0, open=False, steps=())
    return CaseView(run=locked.case.run, revision=locked.case.revision, open=False, steps=())


def _view(step: Step) -> StepView:
    return StepView(
        id=step.id,
        system=step.system,
        needs=step.needs,
        not_before=step.not_before,
        want=step.want,
        over=step.over,
        theirs=step.theirs,
    )

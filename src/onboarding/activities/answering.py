"""What every activity ends with: the case's state and outlook computed anew, and the case as the store now has it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from onboarding.domain.cases import ENDED, CaseView, Step, StepView, state_of
from onboarding.domain.people import Actor
from onboarding.planning.forecast import outlook
from onboarding.store import acts, cases, events, outlooks, steps, tasks
from onboarding.store.engine import Transaction

ENGINE = Actor(kind="schedule", id="engine", via="worker")


def answer(tx: Transaction, id: UUID, now: datetime, call_home: Iterable[str] = ()) -> CaseView:
    """Writes the case's new state and outlook under its lock, and closes what nobody will answer any more.

    Tells the workflow.
    """
    found = outlooks.with_case(tx, id)
    if found is None:
        return over(None)
    case, first_day, written = found
    rows = steps.of_case(tx, id)
    state = state_of(rows, now, withdrawn=case.withdrawn)
    seen = outlooks.as_written(outlook(case.kind, rows, first_day, withdrawn=case.withdrawn))
    if seen != written:
        outlooks.write(tx, id, seen)
    if state != case.state:
        cases.set_state(tx, id, state, now)
        events.record(tx, ENGINE, "case.state", now, case=id, detail={"from": case.state, "to": state})
    if state in ENDED:
        acts.close_all(tx, id, now, "act.case-is-over")
        tasks.close_all(tx, id, now)
    return CaseView(
        run=case.run,
        revision=case.revision,
        open=state not in ENDED,
        steps=tuple(_view(row) for row in rows),
        call_home=tuple(sorted(set(call_home))),
    )


def over(case: cases.Case | None) -> CaseView:
    """The answer about a case that is no longer the asker's to run."""
    return CaseView(run=case.run if case else 0, revision=case.revision if case else 0, open=False, steps=())


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

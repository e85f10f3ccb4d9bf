"""Takes a case: a first start, continue-as-new, a lost workflow and a restored database are all just another begin."""

from datetime import datetime
from uuid import UUID

import structlog

from onboarding.activities.answering import answer, over
from onboarding.activities.plans import make_plan
from onboarding.activities.settle import Settled, settle_open, tell
from onboarding.domain.cases import CaseView
from onboarding.store import acts, cases
from onboarding.store.engine import Store

log = structlog.get_logger()


def begin(store: Store, id: UUID, now: datetime) -> CaseView:
    """By compare-and-set: from now on every older run writes nothing."""
    settled: list[Settled] = []
    with store.writing() as tx:
        taken = cases.take(tx, id)
        if taken is None or taken.overtaken:
            acts.close_all(tx, id, now, "act.case-is-over")  # or they would be rung for ever
            return over(taken)
        case = taken.case
        if case.plan == 0:
            make_plan(tx, case, now)
        settle_open(tx, case, (), now, settled)
        view = answer(tx, cases.as_it_stands(tx, id), now)  # an act may have withdrawn it, or moved its first day
    log.info("case begun", case=case.number, run=case.run, steps=len(view.steps))
    tell(case.number, settled)
    return view

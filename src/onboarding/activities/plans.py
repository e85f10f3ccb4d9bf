"""A case's plan: made when it begins, and a numbered new one when a date moves or a role is chosen."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from onboarding.activities.answering import ENGINE
from onboarding.activities.granting import record_grants
from onboarding.domain.acts import to_undo
from onboarding.domain.cases import Step
from onboarding.domain.plan import PlannedStep
from onboarding.planning.moments import due, instant
from onboarding.planning.planner import Has, plan_onboard
from onboarding.store import accounts, cases, events, people, policies, refusals, steps, tasks
from onboarding.store.engine import Transaction


def make_plan(tx: Transaction, case: cases.Case, now: datetime) -> None:
    """What is done stays done; what only the older plan needed is undone."""
    catalogue = policies.load(tx, case.policy)
    known = people.with_posts(tx, case.person)
    post = next(post for post in known.posts if post.id == case.employment)
    has = Has(
        username=known.username,
        enabled={system: bool(row.enabled) for system, row in accounts.of_person(tx, case.person).items()},
    )
    plan = plan_onboard(catalogue, people.all_units(tx), known.person, known.posts, post, has, post.start)
    number = cases.plans_of(tx, case.id) + 1
    cases.add_plan(tx, case.id, number, plan, now)
    old = {step.id: step for step in steps.of_case(tx, case.id)}
    new = {line.id: _step(line, post.start, post.end, now) for line in plan.steps}
    steps.add(tx, case.id, [step for id, step in new.items() if id not in old], 0, now)
    steps.settle(tx, case.id, [_again(old[id], step, now) for id, step in new.items() if id in old])
    take_back(tx, case, _no_longer(old, new), now)
    # What only the older plan had comes first: a name, an answered question, and then what they led to.
    if old:
        steps.reorder(tx, case.id, [*(id for id in old if id not in new), *new])
    events.record(tx, ENGINE, "case.planned", now, case=case.id, object=plan.policy, detail={"plan": str(number)})


def _step(line: PlannedStep, first: date, last: date | None, now: datetime) -> Step:
    anchor = last if line.anchor == "last" and last else first
    not_before = None if line.offset is None else instant(anchor, line.offset)
    planned = line.model_dump(exclude={"anchor", "offset", "promise", "because", "ask"})
    # What only waits for the calendar is done when its time comes: the promise is for what is done at once.
    promised = due(now, line.promise) if not_before is None else due(max(not_before, now), 0)
    return Step(**planned, ask=line.ask, not_before=not_before, due=promised, since=now)


def _again(old: Step, new: Step, now: datetime) -> Step:
    """A step that both plans have: the plan's part is new, how it stands is not.

    What was being undone is wanted again.
    """
    of_the_plan = ("needs", "not_before", "before_first_day", "due", "ask", "target")
    kept = old.model_copy(update={name: getattr(new, name) for name in of_the_plan})
    if old.want == "do":
        return kept
    return kept.model_copy(update={"want": "do", "state": "waiting", "theirs": False, "since": now})


def _no_longer(old: Mapping[str, Step], new: Mapping[str, Step]) -> list[Step]:
    # A reserved name is never freed, and what a person has answered stays answered.
    dropped = [step for id, step in old.items() if id not in new and step.action != "name"]
    return [step for step in dropped if not (step.action == "ask" and step.over)]


def take_back(tx: Transaction, case: cases.Case, unwanted: Iterable[Step], now: datetime) -> None:
    """Begins their undoing. What is undone at once ends here: its grant, its refused value, what was asked of it."""
    for step in unwanted:
        undoing = to_undo(step, now)
        if undoing == step:
            continue
        steps.settle(tx, case.id, [undoing])
        record_grants(tx, case, [undoing], now)
        refusals.clear(tx, case.id, step.id)
        tasks.close(tx, case.id, step.id, now, None, "void")

"""What a case and its steps may be, and the one function that computes a case's state."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from onboarding.domain.people import Value
from onboarding.domain.plan import Action, Ask

StepState = Literal[
    "waiting", "running", "retrying", "in progress", "stuck", "asked", "held", "done", "skipped", "undone"
]
CaseState = Literal["received", "running", "waiting", "prepared", "ready", "closed", "withdrawn", "superseded"]
CaseKind = Literal["onboard", "move", "offboard", "extra"]

AT_WORK: frozenset[StepState] = frozenset({"running", "retrying", "in progress"})
SWITCHING_ON: frozenset[Action] = frozenset({"enable", "grant"})  # what a role's first day may hold back
OVER: frozenset[StepState] = frozenset({"done", "skipped", "undone"})
ENDED: frozenset[CaseState] = frozenset({"closed", "withdrawn", "superseded"})


class Step(Value):
    """A step as the store has it: the plan's line and how it stands."""

    id: str
    system: str
    action: Action
    entitlement: str | None = None
    unit: str | None = None
    target: str = ""
    needs: tuple[str, ...] = ()
    not_before: datetime | None = None  # UTC; the plan's offset laid on the first or last day
    before_first_day: bool = True
    due: datetime | None = None  # when it was promised
    ask: Ask | None = None
    want: Literal["do", "undo"] = "do"
    state: StepState = "waiting"
    theirs: bool = False  # asked, held, or stuck on a refusal: nothing more happens until a person acts
    before: bool | None = None  # was it there before we began? written once; None: not begun
    since: datetime | None = None  # in this state since
    faults_since: datetime | None = None  # the first of the Transient faults in a row
    tries: int = 0
    next_at: datetime | None = None
    verified_at: datetime | None = None
    by: str | None = None  # who skipped it, did it by hand, answered it
    reason: str | None = None  # a key in `texts`
    params: dict[str, str] = {}  # that fill it

    @property
    def over(self) -> bool:
        return self.state in OVER


class CaseView(Value):
    """What Temporal may know of a case: ids, states, times. Every activity answers with one.

    The workflow has no other memory.
    """

    run: int
    revision: int  # raised by every write: of two answers that cross, the older is dropped
    open: bool
    steps: tuple["StepView", ...]
    call_home: tuple[str, ...] = ()  # systems whose visit must end before an act can be settled


class StepView(Value):
    id: str
    system: str
    needs: tuple[str, ...] = ()
    not_before: datetime | None = None
    want: Literal["do", "undo"] = "do"
    over: bool = False
    theirs: bool = False


class Visit(Value):
    """One activity: all the steps of a case that are ready in one system."""

    case: UUID
    run: int
    n: int  # with run and attempt: of two writes to one step the older loses
    system: str
    steps: tuple[str, ...]


def ready(steps: Sequence[StepView], now: datetime) -> tuple[dict[str, list[str]], list[datetime]]:
    """What each system could do now, in order; and the moments at which that changes by itself.

    What is undone goes first and in reverse: a step is undone when all that needed it is over.
    """
    over = {step.id for step in steps if step.over}
    needed_by: dict[str, list[str]] = {}
    for step in steps:
        for need in step.needs:
            needed_by.setdefault(need, []).append(step.id)
    found: dict[str, list[str]] = {}
    later: list[datetime] = []
    to_undo = [step for step in reversed(steps) if step.want == "undo"]
    for step in [*to_undo, *(step for step in steps if step.want == "do")]:
        here = found.get(step.system, [])
        first = step.needs if step.want == "do" else needed_by.get(step.id, [])
        if step.over or step.theirs or not all(other in over or other in here for other in first):
            continue
        if step.want == "do" and step.not_before and step.not_before > now:
            later.append(step.not_before)
        else:
            found.setdefault(step.system, []).append(step.id)
    return found, later


def state_of(steps: Iterable[Step], now: datetime, *, withdrawn: bool = False) -> CaseState:
    """The state of a case that has a plan, from its steps and the time.

    *prepared*: of what is needed before the first day only the switching on is left, and only for the calendar.
    *ready*: that is done too. What is not needed before the first day never keeps a case from either.
    """
    steps = list(steps)
    if all(step.over for step in steps):
        return "withdrawn" if withdrawn else "closed"
    if withdrawn:
        return "running"
    by_id = {step.id: step for step in steps}
    left = [step for step in steps if step.before_first_day and not step.over]
    if not left:
        return "ready"
    if all(step.action in SWITCHING_ON and _waits_for_time(step, by_id, now) for step in left):
        return "prepared"
    return "running" if any(step.state in AT_WORK for step in left) else "waiting"


def only_the_calendar(steps: Iterable[Step], now: datetime) -> bool:
    """Is nothing that the first day needs left but to wait for its time, with nobody to do anything?"""
    by_id = {step.id: step for step in steps}
    left = [step for step in by_id.values() if step.before_first_day and not step.over]
    return all(_waits_for_time(step, by_id, now) for step in left)


def _waits_for_time(step: Step, by_id: Mapping[str, Step], now: datetime) -> bool:
    if step.state != "waiting":
        return False
    if step.not_before is not None and step.not_before > now:
        return True
    left = [by_id[need] for need in step.needs if not by_id[need].over]
    return bool(left) and all(_waits_for_time(need, by_id, now) for need in left)

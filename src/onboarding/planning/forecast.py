"""Will it be ready on the first day, and what does it wait for? Pure, and never a guess where something is stuck."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from onboarding.domain.cases import AT_WORK, ENDED, CaseKind, CaseState, Step
from onboarding.domain.people import Value
from onboarding.domain.plan import Action
from onboarding.planning import moments

What = Literal[
    "approve",  # a person must say yes to an entitlement
    "second",  # and another person too
    "gate",  # something that is not access must be so first
    "role",  # a person must choose the role
    "by hand",  # a person must do it
    "stuck",
    "held",
    "promised",  # promised, but for later than the day it is needed
    "overdue",  # ours to do, and later than promised
    "working",
    "to begin",  # ours, and nobody has begun: nothing is said of it until it is later than promised
    "left out",  # skipped or declined: it will not be there
]
SOON = timedelta(minutes=2)  # a case that has not begun after that has nobody who begins it
ASKED: frozenset[What] = frozenset({"approve", "second", "gate", "role", "by hand"})
RISK: frozenset[What] = frozenset({"stuck", "held", "overdue"})

Key = Literal[
    "case.received",
    "case.received-late",
    "case.received-waits",
    "case.sure",
    "case.if",
    "case.at-risk",
    "case.unlikely",
    "case.late-today",
    "case.late",
    "case.going",
    "case.prepared",
    "case.ready",
    "case.ready-now",
    "case.closed",
    "case.withdrawing",
    "case.withdrawn",
    "case.withdrawn-nothing",
    "case.superseded",
    "case.off-received",
    "case.off-sure",
    "case.off-now",
    "case.off-if",
    "case.off-at-risk",
    "case.off-unlikely",
    "case.off-late",
    "case.off-ready",
    "case.off-closed",
]


class Wait(Value):
    """One thing the answer speaks of: what kind it is, which step, and who has it."""

    what: What
    step: str
    who: str  # manager, hr, it, us (automatic), owner (of the entitlement or system), or an owner's address
    system: str
    action: Action
    of: str = ""  # entitlement or gate
    unit: str | None = None
    since: datetime | None = None
    due: date | None = None
    overdue_at: datetime | None = None  # from then on it is later than promised


class Outlook(Value):
    """What a forecast is made of: of all the steps only what it may speak of.

    It is true until one of them changes, whatever the time is: so it is kept with the case, and a list reads no steps.
    Where these rules change, `onboarding db upgrade` tells it anew.
    """

    planned: bool = False  # there are steps
    left: bool = False  # of what the day needs something is not over
    new_account: bool = False
    promised_for: date | None = None  # the latest day of what is left
    waits_for: tuple[Wait, ...] = ()
    left_out: tuple[Wait, ...] = ()
    gave: bool = True  # of an order that was taken back: something had been given, and had to be taken too


class Forecast(Value):
    key: Key
    day: date  # when it must be ready; for a leaver the last day
    activate: bool = False  # an account is new: the newcomer must activate it
    waits_for: tuple[Wait, ...] = ()  # in the plan's order; only what is needed for the day
    left_out: tuple[Wait, ...] = ()

    @property
    def asked(self) -> tuple[Wait, ...]:
        return tuple(wait for wait in self.waits_for if wait.what in ASKED)

    @property
    def reasons(self) -> tuple[Wait, ...]:
        """Why it is not certain."""
        return tuple(wait for wait in self.waits_for if wait.what in RISK or wait.what == "promised")


def outlook(kind: CaseKind, steps: Sequence[Step], first_day: date, *, withdrawn: bool = False) -> Outlook:
    """`first_day`: of a leaver the last day; of an extra the day it was wanted, which its own promises may put off.

    `withdrawn`: somebody took the order back, and what was begun is being undone.
    """
    left = [step for step in steps if step.want == "undo" and not step.over] if withdrawn else _needed(steps)
    promised_for = max((moments.today(step.due) for step in left if step.due), default=None)
    return Outlook(
        planned=bool(steps),
        left=bool(left),
        new_account=any(step.action == "account" and step.state == "done" and not step.before for step in steps),
        promised_for=promised_for,
        waits_for=_waits(kind, left, _day(kind, first_day, promised_for)),
        left_out=() if withdrawn else tuple(_as("left out", step, "") for step in _left_out(steps)),
        gave=not withdrawn or any(_was_given(step) for step in steps),
    )


def _was_given(step: Step) -> bool:
    """Or may have been: it was begun, and not there before us. Neither a name nor an answer is taken back."""
    return step.want == "undo" and step.before is False and step.action not in ("ask", "name")


def _day(kind: CaseKind, first_day: date, promised_for: date | None) -> date:
    return max(first_day, promised_for) if kind == "extra" and promised_for else first_day


def forecast(
    kind: CaseKind,
    state: CaseState,
    seen: Outlook,
    *,
    first_day: date,
    today: date,
    now: datetime,
    received_at: datetime | None = None,
    withdrawn: bool = False,
) -> Forecast:
    """`first_day` and `withdrawn` as for the outlook, which decides over `state`: that may be a moment older."""
    day = _day(kind, first_day, seen.promised_for)
    waits = () if state in ENDED else tuple(_at(now, seen.waits_for))
    stands = not withdrawn and state not in ("withdrawn", "superseded")
    key: Key
    if state in ENDED or withdrawn:
        key = _over(kind, state, gave=seen.planned and seen.gave)
    elif state == "received" or not seen.planned:
        key = "case.received" if today < day else "case.received-late"
        key = "case.off-received" if kind == "offboard" else key
        if state == "received" and received_at is not None and now - received_at > SOON:
            key = "case.received-waits"
    elif kind == "offboard":
        key = _closing(waits, day, today, left=seen.left)
    else:
        key = _opening(state, waits, day, today, left=seen.left)
        if kind == "extra" and (key == "case.late-today" or (key == "case.late" and not seen.promised_for)):
            key = "case.going"  # nobody is coming in the morning, and no promise is broken yet
    activate = kind == "onboard" and seen.new_account and key in ("case.ready", "case.ready-now")
    return Forecast(key=key, day=day, activate=activate, waits_for=waits, left_out=seen.left_out if stands else ())


def _at(now: datetime, waits: Iterable[Wait]) -> Iterator[Wait]:
    """As they stand at this moment."""
    for wait in waits:
        if wait.overdue_at is not None and wait.overdue_at < now:
            yield wait.model_copy(update={"what": "overdue"})
        elif wait.what != "to begin":
            yield wait


def _over(kind: CaseKind, state: CaseState, *, gave: bool) -> Key:
    match state:
        case "closed":
            return "case.off-closed" if kind == "offboard" else "case.closed"
        case "withdrawn":
            return "case.withdrawn" if gave else "case.withdrawn-nothing"
        case "superseded":
            return "case.superseded"
        case _:
            return "case.withdrawing"


def _opening(state: CaseState, waits: Sequence[Wait], day: date, today: date, *, left: bool) -> Key:
    whats = {wait.what for wait in waits}
    if not left:
        return "case.ready" if today <= day else "case.ready-now"
    if state == "prepared" and not waits and today <= day:
        return "case.prepared"
    if today >= day:
        return "case.late" if today > day else "case.late-today"
    if "promised" in whats:
        return "case.unlikely"
    if whats & RISK:
        return "case.at-risk"
    return "case.if" if whats & ASKED else "case.sure"


def _closing(waits: Sequence[Wait], day: date, today: date, *, left: bool) -> Key:
    """A leaver: what is to be closed after the last day may wait for that; nothing else may."""
    whats = {wait.what for wait in waits}
    if not left:
        return "case.off-ready"
    if whats - {"working"} and today > day:
        return "case.off-late"
    if "promised" in whats:
        return "case.off-unlikely"
    if whats & RISK:
        return "case.off-at-risk"
    if whats & ASKED:
        return "case.off-if"
    return "case.off-now" if whats else "case.off-sure"


def _needed(steps: Sequence[Step]) -> list[Step]:
    """What is not over of what the day needs, and of what that needs in turn. What comes later changes nothing."""
    by_id = {step.id: step for step in steps}
    wanted: set[str] = set()
    todo = [step.id for step in steps if step.before_first_day]
    while todo:
        id_ = todo.pop()
        if id_ in wanted or id_ not in by_id or by_id[id_].over:
            continue
        wanted.add(id_)
        todo.extend(by_id[id_].needs)
    return [step for step in steps if step.id in wanted]


def _left_out(steps: Sequence[Step]) -> list[Step]:
    """What was needed for the day and will not be there. Where the account was left out, what is in it goes unsaid."""
    skipped = [s for s in steps if s.state == "skipped" and s.want == "do" and s.before_first_day and s.action != "ask"]
    accounts = {step.system for step in skipped if step.action == "account"}
    return [step for step in skipped if step.action == "account" or step.system not in accounts]


def _waits(kind: CaseKind, left: Sequence[Step], day: date) -> tuple[Wait, ...]:
    open_ones = {step.id for step in left}
    found = [_wait(kind, step, day, ours=open_ones.isdisjoint(step.needs)) for step in left]
    return tuple(wait for wait in found if wait)


def _wait(kind: CaseKind, step: Step, day: date, *, ours: bool) -> Wait | None:
    """What is waited for at this step. None: a step before it, or the calendar, and that in time.

    `ours`: no step before it is open, so where its time has come it is ours to begin.
    """
    if step.state in ("stuck", "held"):
        return _as("stuck" if step.state == "stuck" else "held", step, "it")
    late = _too_late(kind, step, day)
    asked = step.state == "asked"
    who = "us" if not asked else step.ask.for_ if step.ask else "owner"
    if late is not None:
        return _as("promised", step, who, late)
    if asked:
        return _as(_question(step), step, who)
    if step.state in AT_WORK:
        return _as("working", step, "us", overdue_at=step.due)
    # Where nobody begins it in time, what does our work is not running, or cannot be reached.
    return _as("to begin", step, "us", overdue_at=step.due) if step.due and ours and step.state == "waiting" else None


def _question(step: Step) -> What:
    return step.ask.question if step.ask else "by hand"


def _too_late(kind: CaseKind, step: Step, day: date) -> date | None:
    """The day it is to be had, where that is after the day it is needed."""
    starts = moments.today(step.not_before) if step.not_before else None
    due = moments.today(step.due) if step.due else None
    if kind == "offboard":  # closed the day after the last; only a person's promise can be later than that
        return due if due and step.state == "asked" and due > day + timedelta(days=1) else None
    if starts is not None and step.state == "waiting" and starts >= day:
        return starts if starts > day else None  # switched on at midnight: its promise runs from then
    return due if due and due > day else None


def _as(what: What, step: Step, who: str, due: date | None = None, overdue_at: datetime | None = None) -> Wait:
    return Wait(
        what=what,
        step=step.id,
        who=who,
        system=step.system,
        action=step.action,
        of=step.ask.of if step.ask else step.entitlement or "",
        unit=step.unit,
        since=step.since,
        due=due or (moments.today(step.due) if step.due else None),
        overdue_at=overdue_at,
    )

"""What a person may do to a case or a step, in which states, and what it makes of the step: the one pure table."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from onboarding.domain.cases import ENDED, CaseState, Step, StepState

ActKind = Literal[
    "retry",
    "mend",
    "by hand",
    "skip",
    "answer",
    "approve",
    "decline",
    "choose role",
    "release",
    "move date",
    "withdraw",
]
OF_THE_CASE: frozenset[ActKind] = frozenset({"move date", "withdraw"})

# The values of a person that a correction changes in all systems: another group, place or day is not had by writing it,
# and another's number would take over her account.
MENDABLE: frozenset[str] = frozenset(
    {"username", "given_name", "family_name", "display_name", "title", "unit", "email", "mobile"}
)

# What an act clears: the faults and the waiting that were.
AT_REST: Mapping[str, object] = {
    "theirs": False,
    "next_at": None,
    "faults_since": None,
    "tries": 0,
    "reason": None,
    "params": {},
}

# In which states of a step each act is possible.
POSSIBLE: Mapping[ActKind, frozenset[StepState]] = {
    "retry": frozenset({"retrying", "in progress", "stuck"}),
    "mend": frozenset({"stuck"}),  # and only where the system refused a value of the person's
    "by hand": frozenset({"retrying", "in progress", "stuck", "asked", "held"}),
    "skip": frozenset({"waiting", "retrying", "in progress", "stuck", "asked", "held"}),
    "answer": frozenset({"asked"}),
    "approve": frozenset({"asked"}),
    "decline": frozenset({"asked"}),
    "choose role": frozenset({"asked"}),
    "release": frozenset({"held"}),
}


def why_not(
    kind: ActKind,
    case: CaseState,
    step: Step | None,
    *,
    actor_id: str = "",
    first: str | None = None,
    confirming: bool = False,
) -> str | None:
    """None where the act is possible; otherwise the key of the text that says why not.

    Operations ask before they write the act, `settle` asks again before it carries it out. `first` is the actor id of
    the first of two persons, where a second one is needed; `confirming`: a skip waits for that second person.
    """
    if case in ENDED:
        return "act.case-is-over"
    if kind in OF_THE_CASE:
        return None
    if step is None:
        return "act.no-such-step"
    if confirming and kind == "skip":
        return "act.waits-for-second"
    if (kind in ("approve", "decline") and confirming) or (step.ask and step.ask.second and kind == "approve"):
        if actor_id == first:
            return "act.same-person"
        if confirming:
            return "act.step-is-done" if step.over else None
    return _not_in_this_state(kind, step)


def _not_in_this_state(kind: ActKind, step: Step) -> str | None:
    if step.want == "undo" and kind not in ("retry", "by hand", "skip", "release"):
        return "act.being-undone"
    if step.state not in POSSIBLE[kind]:
        return "act.step-is-" + step.state.replace(" ", "-")
    attribute = step.params.get("attribute")
    if kind == "mend" and attribute and attribute not in MENDABLE:
        return "act.mended-elsewhere"
    ask = step.ask.kind if step.ask else None
    if (kind in ("approve", "decline") and ask != "approve") or (kind == "choose role" and ask != "role"):
        return "act.not-that-question"
    if kind in ("answer", "by hand") and (ask in ("approve", "role") or step.action == "name"):
        return "act.not-that-question"  # a name is reserved by us, or two would have it
    return None


def carried_out(kind: ActKind, step: Step, by: str, now: datetime) -> Step:
    """The step after an act that was possible."""
    match kind:
        case "retry" | "mend" | "release":
            change: dict[str, object] = {"state": "waiting"}
        case "skip" | "decline":
            # What was only asked of a person has not begun; what a system may have done is remembered, and undone.
            before = None if step.state == "asked" else step.before
            reason = "step.skipped" if kind == "skip" else "step.declined"
            change = {"state": "skipped", "by": by, "reason": reason, "before": before}
        case "by hand" if step.want == "undo":
            change = {"state": "undone", "by": by}
        case _:
            # What somebody put there for us is ours to undo.
            change = {"state": "done", "by": by, "before": False if step.before is None else step.before}
    return step.model_copy(update={**AT_REST, **change, "since": now})


def needs_second(kind: ActKind, step: Step) -> bool:
    """A right that the first day needs is not skipped by one person alone."""
    return kind == "skip" and step.before_first_day and step.want == "do"


def as_second(kind: ActKind, step: Step | None, *, confirming: bool) -> Literal["asks", "agrees", "disagrees"] | None:
    """What an act is to a skip that takes two: asks for the second person, or is her answer. None: nothing."""
    if confirming and kind in ("approve", "decline"):
        return "agrees" if kind == "approve" else "disagrees"
    return "asks" if step is not None and needs_second(kind, step) else None


def foreseen(kind: ActKind, steps: Sequence[Step], id: str, *, confirming: bool) -> tuple[list[str], bool]:
    """What falls away with an act, and whether a second person must agree: told before the press.

    `confirming`: a skip of the step waits for its second person, whose approval carries it out.
    """
    step = next((step for step in steps if step.id == id), None)
    skips = kind == "skip" or kind == ("approve" if confirming else "decline")
    if step is None or not skips:
        return [], False
    return goes_with(steps, id), needs_second(kind, step)


def goes_with(steps: Sequence[Step], id: str) -> list[str]:
    """The steps that cannot exist without this one: they are skipped with it, and a person is told before the press.

    To be switched on needs the account, not each of the rights: one right less never keeps a nurse out.
    """
    gone = {id}
    by_id = {step.id: step for step in steps}
    for step in steps:  # in the plan's order: what is needed stands first
        lost = [need for need in step.needs if need in gone]
        if any(step.action != "enable" or by_id[need].action in ("account", "name") for need in lost):
            gone.add(step.id)
    return [step.id for step in steps if step.id in gone and step.id != id and not step.over]


def to_undo(step: Step, now: datetime) -> Step:
    """Its undoing; or undone at once where we did nothing: it was there before us, or we never began."""
    if step.want == "undo" and not step.over:
        return step  # under way: a card that is asked back is asked back still
    undoing = {**AT_REST, "want": "undo", "state": "waiting" if is_ours(step) else "undone", "since": now}
    if step.state == "asked":  # nobody has done it
        undoing["before"] = None
    return step.model_copy(update=undoing)


def is_ours(step: Step) -> bool:
    """Something is there, or may be, that was not there before us: where it is no longer wanted it is taken back."""
    return step.before is False and step.action != "ask" and step.state not in ("undone", "asked")

"""The one table of acts: when each is possible, what it makes of the step, and what falls with it."""

from typing import get_args

import pytest

from onboarding.domain.acts import (
    AT_REST,
    OF_THE_CASE,
    POSSIBLE,
    ActKind,
    carried_out,
    foreseen,
    goes_with,
    to_undo,
    why_not,
)
from onboarding.domain.cases import ENDED, CaseState, Step, StepState
from tests.domain.lines import BEFORE, LATER, NOW, question, step

ASKS = {"approve": "approve", "decline": "approve", "choose role": "role", "answer": "gate"}
UNDOING = {"retry", "by hand", "skip", "release"}


def at_rest(kind: ActKind, **changed: object) -> Step:
    """A step that this kind is for, as far as its question goes."""
    return question(ASKS[kind], **changed) if kind in ASKS else step("ad:account", **changed)


@pytest.mark.parametrize("state", get_args(StepState))
@pytest.mark.parametrize("kind", POSSIBLE)
def test_in_which_states_each_is_possible(kind: ActKind, state: StepState) -> None:
    why = why_not(kind, "running", at_rest(kind, state=state))
    assert why == (None if state in POSSIBLE[kind] else f"act.step-is-{state.replace(' ', '-')}")


@pytest.mark.parametrize("state", get_args(StepState))
@pytest.mark.parametrize("kind", POSSIBLE)
def test_what_is_being_undone_is_only_carried_on_with(kind: ActKind, state: StepState) -> None:
    why = why_not(kind, "running", at_rest(kind, state=state, want="undo"))
    if kind not in UNDOING:
        assert why == "act.being-undone"
    else:
        assert (why is None) == (state in POSSIBLE[kind])


@pytest.mark.parametrize("case", get_args(CaseState))
@pytest.mark.parametrize("kind", get_args(ActKind))
def test_of_the_case_by_its_state(kind: ActKind, case: CaseState) -> None:
    there = None if kind in OF_THE_CASE else at_rest(kind, state=sorted(POSSIBLE[kind])[0])
    assert why_not(kind, case, there) == ("act.case-is-over" if case in ENDED else None)


@pytest.mark.parametrize(
    ("attribute", "why"),
    [
        ("username", None),
        ("title", None),
        ("target", "act.mended-elsewhere"),
        ("ou", "act.mended-elsewhere"),
        ("last_day", "act.mended-elsewhere"),
        ("key", "act.mended-elsewhere"),
        ("shoe_size", "act.mended-elsewhere"),
    ],
)
def test_only_a_value_of_the_persons_is_mended_by_another(attribute: str, why: str | None) -> None:
    refused = step("ad:account", state="stuck", theirs=True, params={"attribute": attribute, "system": "ad"})
    assert why_not("mend", "running", refused) == why
    assert why_not("retry", "running", refused) is None


@pytest.mark.parametrize("kind", POSSIBLE)
def test_a_step_that_is_not_in_the_plan(kind: ActKind) -> None:
    assert why_not(kind, "running", None) == "act.no-such-step"


@pytest.mark.parametrize("kind", ["answer", "approve", "decline", "choose role", "by hand", "skip"])
@pytest.mark.parametrize(
    ("ask", "fits"),
    [
        ("approve", {"approve", "decline", "skip"}),
        ("role", {"choose role", "skip"}),
        ("gate", {"answer", "by hand", "skip"}),
        (None, {"answer", "by hand", "skip"}),  # a task by hand
    ],
)
def test_a_question_takes_its_own_answer(kind: ActKind, ask: str | None, fits: set[str]) -> None:
    asked = question(ask) if ask else step("key:grant:card", state="asked")
    assert why_not(kind, "running", asked) == (None if kind in fits else "act.not-that-question")


@pytest.mark.parametrize(
    ("kind", "actor", "first", "confirming", "state", "why"),
    [
        ("skip", "ole", "ida", True, "stuck", "act.waits-for-second"),
        ("skip", "ida", "ida", True, "stuck", "act.waits-for-second"),
        ("approve", "ida", "ida", True, "stuck", "act.same-person"),
        ("approve", "ole", "ida", True, "stuck", None),
        ("approve", "ole", "ida", True, "waiting", None),  # whatever the step does meanwhile
        ("approve", "ole", "ida", True, "done", "act.step-is-done"),  # but where it got there
        ("decline", "ida", "ida", True, "stuck", "act.same-person"),
        ("decline", "ole", "ida", True, "held", None),
        ("retry", "ida", "ida", True, "stuck", None),  # the rest goes on
        ("approve", "ole", None, False, "stuck", "act.step-is-stuck"),
    ],
)
def test_a_skip_that_waits_for_a_second_person(
    kind: ActKind, actor: str, first: str | None, confirming: bool, state: StepState, why: str | None
) -> None:
    there = step("ad:account", state=state)
    assert why_not(kind, "running", there, actor_id=actor, first=first, confirming=confirming) == why


@pytest.mark.parametrize(
    ("kind", "actor", "first", "second", "why"),
    [
        ("approve", "ida", "ida", True, "act.same-person"),
        ("approve", "ole", "ida", True, None),
        ("approve", "ida", "ida", False, None),
        ("decline", "ida", "ida", True, None),  # no needs only one
        ("approve", "ida", None, True, None),
    ],
)
def test_the_second_of_two_who_approve(
    kind: ActKind, actor: str, first: str | None, second: bool, why: str | None
) -> None:
    assert why_not(kind, "running", question("approve", second=second), actor_id=actor, first=first) == why


@pytest.mark.parametrize(
    ("kind", "want", "state", "reason"),
    [
        ("retry", "do", "waiting", None),
        ("mend", "do", "waiting", None),
        ("release", "do", "waiting", None),
        ("retry", "undo", "waiting", None),
        ("skip", "do", "skipped", "step.skipped"),
        ("skip", "undo", "skipped", "step.skipped"),
        ("decline", "do", "skipped", "step.declined"),
        ("by hand", "do", "done", None),
        ("by hand", "undo", "undone", None),
        ("answer", "do", "done", None),
        ("approve", "do", "done", None),
        ("choose role", "do", "done", None),
    ],
)
def test_what_an_act_makes_of_a_step(kind: ActKind, want: str, state: StepState, reason: str | None) -> None:
    stopped = step(
        "ad:account", state="stuck", want=want, theirs=True, next_at=LATER, faults_since=BEFORE, tries=4,
        reason="ad.letters", params={"attribute": "title"}, due=LATER, needs=("ad:name",),
    )  # fmt: skip
    now = carried_out(kind, stopped, "Ida", NOW)
    assert (now.state, now.reason, now.want, now.since) == (state, reason, want, NOW)
    assert now.by == (None if state == "waiting" else "Ida")
    cleared = {name: getattr(now, name) for name in AT_REST if name != "reason"}
    assert cleared == {name: value for name, value in AT_REST.items() if name != "reason"}
    assert (now.id, now.due, now.needs, now.verified_at) == ("ad:account", LATER, ("ad:name",), None)


@pytest.mark.parametrize(("before", "after"), [(None, False), (False, False), (True, True)])
def test_what_somebody_put_there_for_us_is_ours_to_undo(before: bool | None, after: bool) -> None:
    assert carried_out("by hand", step("ad:account", state="stuck", before=before), "Ida", NOW).before is after
    assert carried_out("answer", question("gate", before=before), "Ida", NOW).before is after
    assert carried_out("skip", step("ad:account", before=before), "Ida", NOW).before is before
    assert carried_out("retry", step("ad:account", before=before), "Ida", NOW).before is before


PLAN = [
    step("ad:name"),
    step("people:ask:bank"),
    step("ad:account", needs=("ad:name",)),
    step("ad:grant:vpn", needs=("ad:account",)),
    step("pay:account", needs=("ad:name", "ad:account")),
    step("pay:grant:bank", needs=("pay:account", "people:ask:bank")),
    step("pay:grant:payslip", needs=("pay:account",)),
    step("key:grant:card"),
    step("ad:enable", needs=("ad:account", "ad:grant:vpn")),
    step("pay:enable", needs=("pay:account", "pay:grant:bank", "pay:grant:payslip")),
]
ALL_BUT_CARD = [one.id for one in PLAN if one.id not in ("ad:name", "people:ask:bank", "key:grant:card")]
OF_PAY = ["pay:grant:bank", "pay:grant:payslip", "pay:enable"]


@pytest.mark.parametrize(
    ("id", "falls"),
    [
        ("pay:grant:bank", []),  # to be switched on never falls with one right
        ("pay:grant:payslip", []),
        ("people:ask:bank", ["pay:grant:bank"]),  # nor with what that right needed
        ("pay:account", OF_PAY),
        ("ad:account", ["ad:grant:vpn", "pay:account", *OF_PAY[:2], "ad:enable", "pay:enable"]),
        ("ad:name", ALL_BUT_CARD),
        ("key:grant:card", []),
        ("ad:enable", []),
        ("nowhere:grant:nothing", []),
    ],
)
def test_what_cannot_exist_without_a_step(id: str, falls: list[str]) -> None:
    assert goes_with(PLAN, id) == falls


def test_an_enable_that_needs_a_name_falls_with_it() -> None:
    assert goes_with([step("ad:name"), step("ad:enable", needs=("ad:name",))], "ad:name") == ["ad:enable"]


def test_what_is_over_does_not_fall() -> None:
    plan = [one.model_copy(update={"state": "done"} if one.id == "pay:grant:bank" else {}) for one in PLAN]
    assert goes_with(plan, "pay:account") == ["pay:grant:payslip", "pay:enable"]


@pytest.mark.parametrize(
    ("there", "after"),
    [
        (step("ad:account", state="done", before=False), "waiting"),  # ours
        (step("ad:account", state="stuck", before=False), "waiting"),  # perhaps half done
        (step("ad:account", state="running", before=False), "waiting"),
        (step("ad:account", state="retrying", before=False), "waiting"),
        (step("ad:account", state="in progress", before=False), "waiting"),
        (step("ad:account", state="held", before=False), "waiting"),
        (step("ad:account", state="waiting", before=False), "waiting"),
        (step("ad:account", state="done", before=True), "undone"),  # it was there before us
        (step("ad:account", state="done"), "undone"),  # a name, a task: nothing was begun
        (step("ad:account", state="waiting"), "undone"),
        (step("ad:account", state="skipped", before=False), "waiting"),  # skipped after an answer was lost
        (step("ad:account", state="undone", before=False), "undone"),
        (step("key:grant:card", state="asked", before=False), "undone"),  # nobody has done it
        (question("approve", state="done", before=False), "undone"),  # an answer is not taken back
    ],
)
def test_what_is_there_to_undo(there: Step, after: StepState) -> None:
    loaded = there.model_copy(update={"theirs": True, "tries": 3, "next_at": LATER, "reason": "ad.letters"})
    now = to_undo(loaded, NOW)
    begun = None if there.state == "asked" else there.before
    assert (now.want, now.state, now.since, now.before) == ("undo", after, NOW, begun)
    assert (now.theirs, now.tries, now.next_at, now.reason) == (False, 0, None, None)


def test_a_name_is_not_given_by_hand() -> None:
    """Nobody would have reserved it, and another person could be given the same."""
    assert why_not("by hand", "running", step("ad:name", state="retrying")) == "act.not-that-question"


def test_what_is_asked_back_is_asked_back_still() -> None:
    asked_back = step("key:grant:card", state="asked", theirs=True, want="undo", before=False)
    assert to_undo(asked_back, NOW) == asked_back


@pytest.mark.parametrize(("state", "undone"), [("stuck", "waiting"), ("asked", "undone")])
def test_skipping_remembers_what_a_system_may_have_done(state: StepState, undone: StepState) -> None:
    skipped = carried_out("skip", step("ad:grant:vpn", state=state, before=False), "ida.it", NOW)
    assert to_undo(skipped, LATER).state == undone


def test_what_falls_is_told_of_the_act_that_makes_it_fall() -> None:
    steps = [step("ad:account"), step("ad:grant:vpn", needs=("ad:account",))]
    assert foreseen("skip", steps, "ad:account", confirming=False) == (["ad:grant:vpn"], True)
    assert foreseen("decline", steps, "ad:account", confirming=True) == ([], False)
    assert foreseen("approve", steps, "ad:account", confirming=True) == (["ad:grant:vpn"], False)
    assert foreseen("retry", steps, "ad:account", confirming=False) == ([], False)

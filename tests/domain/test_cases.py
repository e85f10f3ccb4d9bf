"""What of a case can be done now, and what state its steps and the time give it."""

from datetime import datetime

import pytest

from onboarding.domain.cases import AT_WORK, CaseState, Step, StepState, StepView, only_the_calendar, ready, state_of
from tests.domain.lines import BEFORE, LATER, NOW, step, view

Undo = {"want": "undo"}
OVER = {"over": True}
THEIRS = {"theirs": True}


@pytest.mark.parametrize(
    ("steps", "found", "later"),
    [
        ([], {}, []),
        ([view("ad:a")], {"ad": ["ad:a"]}, []),
        # In one system what needs another goes with it, in order; in another system it waits.
        ([view("ad:a"), view("ad:b", "ad:a"), view("pay:c", "ad:a")], {"ad": ["ad:a", "ad:b"]}, []),
        ([view("ad:a", **OVER), view("ad:b", "ad:a"), view("pay:c", "ad:a")], {"ad": ["ad:b"], "pay": ["pay:c"]}, []),
        ([view("ad:a"), view("pay:b")], {"ad": ["ad:a"], "pay": ["pay:b"]}, []),
        # All that is needed, not some of it.
        ([view("ad:a", **OVER), view("pay:b"), view("key:c", "ad:a", "pay:b")], {"pay": ["pay:b"]}, []),
        # Nothing before a person has acted, nor what needs it.
        ([view("ad:a", **THEIRS), view("ad:b", "ad:a"), view("ad:c")], {"ad": ["ad:c"]}, []),
        # Times.
        ([view("ad:a", not_before=LATER)], {}, [LATER]),
        ([view("ad:a", not_before=NOW)], {"ad": ["ad:a"]}, []),
        ([view("ad:a", not_before=BEFORE)], {"ad": ["ad:a"]}, []),
        ([view("ad:a", not_before=LATER), view("ad:b", "ad:a")], {}, [LATER]),
        # A time counts only where nothing else is in the way: otherwise it would wake the case for nothing.
        ([view("ad:a", **THEIRS), view("ad:b", "ad:a", not_before=LATER)], {}, []),
        ([view("ad:a", not_before=LATER, **OVER)], {}, []),
    ],
)
def test_what_can_be_done(steps: list[StepView], found: dict[str, list[str]], later: list[datetime]) -> None:
    assert ready(steps, NOW) == (found, later)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        # In reverse, and within one system in one go.
        ([view("ad:a", **Undo), view("ad:b", "ad:a", **Undo)], {"ad": ["ad:b", "ad:a"]}),
        # What another system must take back first is waited for.
        ([view("ad:a", **Undo), view("pay:b", "ad:a", **Undo)], {"pay": ["pay:b"]}),
        ([view("ad:a", **Undo), view("pay:b", "ad:a", **Undo, **OVER)], {"ad": ["ad:a"]}),
        # Needs do not count when undoing, nor does a time.
        ([view("ad:a"), view("ad:b", "ad:a", not_before=LATER, **Undo)], {"ad": ["ad:b", "ad:a"]}),
        ([view("ad:a", **THEIRS), view("pay:b", "ad:a", **Undo)], {"pay": ["pay:b"]}),
        # A person must act on the undoing of one: what it needed stays.
        ([view("ad:a", **Undo), view("pay:b", "ad:a", **Undo, **THEIRS)], {}),
        ([view("ad:a", **Undo), view("ad:b", "ad:a", **Undo, **THEIRS)], {}),
    ],
)
def test_what_can_be_undone(steps: list[StepView], found: dict[str, list[str]]) -> None:
    assert ready(steps, NOW) == (found, [])


def test_of_both_the_undoing_goes_first() -> None:
    plan = [
        view("ad:a", **OVER),
        view("ad:new", "ad:a"),
        view("ad:old", "ad:a", **Undo),
        view("ad:older", "ad:old", **Undo),
        view("pay:new", "ad:new"),
        view("ad:in-spring", "ad:a", not_before=LATER),
    ]
    assert ready(plan, NOW) == ({"ad": ["ad:older", "ad:old", "ad:new"]}, [LATER])


# A plan in short: what is needed, and being switched on when its day has come.
ACCOUNT, GRANT = step("ad:account", state="done"), step("ad:grant:vpn", needs=("ad:account",), state="done")
ENABLE = step("ad:enable", needs=("ad:account", "ad:grant:vpn"), not_before=LATER)
AWAITED = step("ad:grant:early", not_before=LATER)
CARD = step("key:grant:card", before_first_day=False, state="asked")
DONE = {"state": "done"}


def but(one: Step, **changed: object) -> Step:
    return Step.model_validate({**one.model_dump(), **changed})


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], "closed"),
        ([ACCOUNT, but(ENABLE, **DONE)], "closed"),
        ([but(ACCOUNT, state="skipped"), but(GRANT, state="undone")], "closed"),
        ([ACCOUNT, GRANT, but(ENABLE, **DONE), CARD], "ready"),
        ([ACCOUNT, GRANT, but(ENABLE, **DONE), but(CARD, state="stuck")], "ready"),  # never keeps a case from it
        ([CARD], "ready"),
        ([ACCOUNT, GRANT, ENABLE], "prepared"),
        ([ACCOUNT, GRANT, ENABLE, CARD], "prepared"),
        ([ACCOUNT, AWAITED], "prepared"),
        ([ACCOUNT, GRANT, but(ENABLE, not_before=NOW)], "waiting"),  # its time has come: now it must be done
        ([ACCOUNT, GRANT, but(ENABLE, not_before=None)], "waiting"),
        ([ACCOUNT, GRANT, but(ENABLE, state="running", not_before=NOW)], "running"),
        ([ACCOUNT, but(GRANT, state="waiting"), ENABLE], "waiting"),
        ([but(ACCOUNT, state="waiting", not_before=LATER)], "waiting"),  # an account to make is not a switching on
        ([ACCOUNT, AWAITED, step("ad:enable", needs=("ad:grant:early",))], "prepared"),  # waits for what waits
        ([ACCOUNT, but(AWAITED, state="held"), step("ad:enable", needs=("ad:grant:early",))], "waiting"),
        ([but(ACCOUNT, state="stuck"), ENABLE], "waiting"),
        ([but(ACCOUNT, state="asked"), ENABLE], "waiting"),
        ([but(ACCOUNT, state="held"), ENABLE], "waiting"),
        ([but(ACCOUNT, state="running"), ENABLE], "running"),
        ([but(ACCOUNT, state="retrying"), ENABLE], "running"),
        ([but(ACCOUNT, state="in progress"), ENABLE], "running"),
        ([but(ACCOUNT, state="stuck"), but(GRANT, state="running")], "running"),
        ([ACCOUNT, but(CARD, state="running"), but(GRANT, state="stuck")], "waiting"),
        ([but(ENABLE, state="stuck")], "waiting"),
        ([but(ENABLE, state="held")], "waiting"),
    ],
)
def test_the_state_of_a_case(steps: list[Step], state: CaseState) -> None:
    assert state_of(iter(steps), NOW) == state


def test_a_prepared_case_has_work_to_do_when_its_day_comes() -> None:
    plan = [ACCOUNT, GRANT, ENABLE]
    assert [state_of(plan, at) for at in (NOW, LATER)] == ["prepared", "waiting"]


@pytest.mark.parametrize("state", ["waiting", *sorted(AT_WORK), "stuck", "asked", "held", "done", "skipped", "undone"])
def test_a_withdrawn_case_runs_until_all_is_taken_back(state: StepState) -> None:
    plan = [but(ACCOUNT, want="undo", state="undone"), but(GRANT, want="undo", state=state)]
    over = state in ("done", "skipped", "undone")
    assert state_of(plan, NOW, withdrawn=True) == ("withdrawn" if over else "running")


def test_a_case_that_was_withdrawn_before_it_had_steps_is_withdrawn() -> None:
    assert state_of([], NOW, withdrawn=True) == "withdrawn"


@pytest.mark.parametrize(
    ("steps", "only"),
    [
        ([], True),
        ([ACCOUNT, GRANT, ENABLE], True),
        ([CARD], True),  # not needed before the first day
        ([ACCOUNT, GRANT, ENABLE, CARD], True),
        ([but(ACCOUNT, state="waiting", not_before=LATER)], True),  # also what is not a switching on
        ([but(ACCOUNT, state="waiting", not_before=LATER), step("ad:grant:x", needs=("ad:account",))], True),
        ([but(ACCOUNT, state="waiting", not_before=NOW)], False),
        ([but(ACCOUNT, state="waiting")], False),
        ([but(ACCOUNT, state="asked", not_before=LATER)], False),  # somebody must act all the same
        ([but(ACCOUNT, state="retrying", not_before=LATER)], False),
        ([ACCOUNT, but(GRANT, state="stuck"), step("ad:enable", needs=("ad:grant:vpn",))], False),
        ([AWAITED, but(ACCOUNT, state="waiting"), step("ad:enable", needs=("ad:account", "ad:grant:early"))], False),
    ],
)
def test_is_nothing_left_but_the_calendar(steps: list[Step], only: bool) -> None:
    assert only_the_calendar(iter(steps), NOW) is only

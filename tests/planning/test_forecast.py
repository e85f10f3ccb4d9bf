"""Will it be ready? A table of cases: how the steps stand, and what may be said of them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from onboarding.domain.cases import CaseKind, CaseState, Step
from onboarding.domain.plan import Ask
from onboarding.planning.forecast import Forecast, forecast, outlook

NOW = datetime(2025, 11, 24, 13, 5, tzinfo=UTC)  # a Monday, 14:05 in Norway
FIRST = date(2025, 12, 1)
BEFORE, ON, AFTER = date(2025, 11, 24), date(2025, 12, 1), date(2025, 12, 2)


def at(day: int, hour: int = 15) -> datetime:
    """So many days from now; 15 UTC is closing time in Norway."""
    return datetime(2025, 11, 24, hour, tzinfo=UTC) + timedelta(days=day)


def step(id_: str, state: str = "waiting", **more: Any) -> Step:
    """system:action:entitlement, with what the rest of its id says."""
    system, action, *rest = id_.split(":")
    return Step.model_validate(
        {
            "id": id_,
            "system": system,
            "action": action,
            "entitlement": rest[0] if rest else None,
            "state": state,
            **more,
        }
    )


def ask(kind: str, of: str = "vpn", for_: str = "manager", second: bool = False, **more: Any) -> Step:
    question = Ask.model_validate({"kind": kind, "of": of, "for_": for_, "second": second})
    return step(f"people:ask:{of}-{kind}-{second}", **{"state": "asked", "ask": question, **more})


ACCOUNT = step("ad:account", "done")
# Switched on at midnight, so its promise of one working day runs out after the first day.
ENABLE = step("ad:enable", not_before=at(6, 23), due=at(8), needs=("ad:account",))
RUNNING = step("ad:grant:vpn", "running", due=at(1))
TAKEN_BACK = step("ad:account", "undone", want="undo", before=False)
STUCK = step("ad:grant:vpn", "stuck", since=at(-1))
HELD = step("epj:account", "held")
CARD = step("keys:grant:key-card", "asked", due=at(3))
LATE_CARD = step("keys:grant:key-card", "asked", due=at(9))
LATER = {"before_first_day": False}


def made(
    steps: Sequence[Step],
    *,
    kind: CaseKind = "onboard",
    state: CaseState = "running",
    first_day: date = FIRST,
    today: date = BEFORE,
    withdrawn: bool = False,
    received_at: datetime | None = None,
) -> Forecast:
    now = NOW + (today - BEFORE)
    seen = outlook(kind, steps, first_day, withdrawn=withdrawn)
    return forecast(
        kind, state, seen, first_day=first_day, today=today, now=now, received_at=received_at, withdrawn=withdrawn
    )


TABLE: list[tuple[str, list[Step], dict[str, Any], str, list[tuple[str, str]]]] = [
    ("received", [], {"state": "received"}, "case.received", []),
    ("received on the day", [], {"state": "received", "today": ON}, "case.received-late", []),
    ("received, and nobody begins", [], {"state": "received", "received_at": at(-1)}, "case.received-waits", []),
    ("received just now", [], {"state": "received", "received_at": NOW}, "case.received", []),
    ("running without a plan yet", [], {}, "case.received", []),
    ("running", [ACCOUNT, RUNNING, ENABLE], {}, "case.sure", [("working", "us")]),
    ("not begun", [step("ad:account"), ENABLE], {}, "case.sure", []),
    ("trying again is no fault yet", [step("ad:account", "retrying", due=at(1))], {}, "case.sure", [("working", "us")]),
    ("slower than promised", [step("ad:account", "in progress", due=at(-1))], {}, "case.at-risk", [("overdue", "us")]),
    ("nobody begins it in time", [step("ad:account", due=at(-1)), ENABLE], {}, "case.at-risk", [("overdue", "us")]),
    (
        "late only because of what comes before it",
        [ask("approve"), step("ad:grant:vpn", due=at(-1), needs=("people:ask:vpn-approve-False",))],
        {},
        "case.if",
        [("approve", "manager")],
    ),
    ("a manager must approve", [ENABLE, ask("approve")], {"state": "waiting"}, "case.if", [("approve", "manager")]),
    ("a second person must", [ask("approve", for_="a@b.no", second=True)], {}, "case.if", [("second", "a@b.no")]),
    ("a gate", [ask("gate", "contract", "hr")], {}, "case.if", [("gate", "hr")]),
    ("a role", [ask("role", "")], {}, "case.if", [("role", "manager")]),
    ("a task by hand", [CARD, ENABLE], {}, "case.if", [("by hand", "owner")]),
    ("a task not asked yet is no condition", [step("keys:grant:key-card", due=at(3))], {}, "case.sure", []),
    ("promised too late", [LATE_CARD, ENABLE], {}, "case.unlikely", [("promised", "owner")]),
    ("an approval promised too late", [ask("approve", due=at(8))], {}, "case.unlikely", [("promised", "manager")]),
    (
        "not asked, but promised too late",
        [step("keys:grant:key-card", due=at(9))],
        {},
        "case.unlikely",
        [("promised", "us")],
    ),
    ("begins too late", [step("ad:enable", not_before=at(8))], {}, "case.unlikely", [("promised", "us")]),
    ("stuck", [STUCK, ENABLE], {}, "case.at-risk", [("stuck", "it")]),
    ("stuck though the state is older", [STUCK], {"state": "ready"}, "case.at-risk", [("stuck", "it")]),
    ("stuck though the state says prepared", [STUCK, ENABLE], {"state": "prepared"}, "case.at-risk", [("stuck", "it")]),
    ("stuck, and an approval", [STUCK, ask("approve")], {}, "case.at-risk", [("stuck", "it"), ("approve", "manager")]),
    ("stuck, and promised too late", [STUCK, LATE_CARD], {}, "case.unlikely", [("stuck", "it"), ("promised", "owner")]),
    ("held", [HELD, ENABLE], {"state": "waiting"}, "case.at-risk", [("held", "it")]),
    ("prepared", [ACCOUNT, ENABLE], {"state": "prepared"}, "case.prepared", []),
    ("prepared too late", [ACCOUNT, ENABLE], {"state": "prepared", "today": AFTER}, "case.late", []),
    ("ready", [ACCOUNT], {"state": "ready"}, "case.ready", []),
    ("ready, and the state is older", [ACCOUNT], {"state": "running"}, "case.ready", []),
    ("ready after the first day", [ACCOUNT], {"state": "ready", "today": AFTER}, "case.ready-now", []),
    ("on the first day", [RUNNING], {"today": ON}, "case.late-today", [("overdue", "us")]),
    ("after it", [ask("approve", due=at(3))], {"today": AFTER}, "case.late", [("approve", "manager")]),
    ("after it, and stuck", [STUCK], {"today": AFTER}, "case.late", [("stuck", "it")]),
    ("closed", [ACCOUNT], {"state": "closed", "today": AFTER}, "case.closed", []),
    ("withdrawn", [TAKEN_BACK], {"state": "withdrawn", "withdrawn": True}, "case.withdrawn", []),
    (
        "withdrawn, and only questions were answered",
        [step("people:ask", "undone", action="ask", want="undo", before=False)],
        {"state": "withdrawn", "withdrawn": True},
        "case.withdrawn-nothing",
        [],
    ),
    (
        "withdrawn before anything was given",
        [step("ad:account", "undone", want="undo")],
        {"state": "withdrawn", "withdrawn": True},
        "case.withdrawn-nothing",
        [],
    ),
    ("withdrawn before it was planned", [], {"state": "withdrawn", "withdrawn": True}, "case.withdrawn-nothing", []),
    ("superseded says nothing of its steps", [STUCK], {"state": "superseded"}, "case.superseded", []),
    (
        "being withdrawn",
        [step("ad:account", "stuck", want="undo"), ask("approve")],
        {"withdrawn": True},
        "case.withdrawing",
        [("stuck", "it")],
    ),
    ("a move", [STUCK], {"kind": "move"}, "case.at-risk", [("stuck", "it")]),
    (
        "an extra is for when it is promised",
        [RUNNING],
        {"kind": "extra", "first_day": BEFORE},
        "case.sure",
        [("working", "us")],
    ),
    (
        "an extra without a promise",
        [ask("approve")],
        {"kind": "extra", "first_day": date(2019, 3, 1)},
        "case.going",
        [("approve", "manager")],
    ),
    (
        "an extra after its promise",
        [RUNNING],
        {"kind": "extra", "first_day": BEFORE, "today": ON},
        "case.late",
        [("overdue", "us")],
    ),
    (
        "an extra that is stuck",
        [STUCK.model_copy(update={"due": at(2)})],
        {"kind": "extra", "first_day": BEFORE},
        "case.at-risk",
        [("stuck", "it")],
    ),
    ("a leaver, received", [], {"kind": "offboard", "state": "received"}, "case.off-received", []),
    (
        "a leaver before the last day",
        [step("ad:disable", not_before=at(7, 23), due=at(8))],
        {"kind": "offboard"},
        "case.off-sure",
        [],
    ),
    (
        "a leaver the day after, before the hour",
        [step("ad:disable", not_before=at(8, 23))],
        {"kind": "offboard", "today": AFTER},
        "case.off-sure",
        [],
    ),
    (
        "a leaver now",
        [step("ad:disable", "running")],
        {"kind": "offboard", "today": ON},
        "case.off-now",
        [("working", "us")],
    ),
    (
        "a leaver with a card",
        [step("keys:revoke:key-card", "asked", due=at(7))],
        {"kind": "offboard"},
        "case.off-if",
        [("by hand", "owner")],
    ),
    (
        "a leaver with a card for later",
        [step("keys:revoke:key-card", "asked", due=at(10))],
        {"kind": "offboard"},
        "case.off-unlikely",
        [("promised", "owner")],
    ),
    (
        "a leaver, held",
        [step("ad:disable", "held")],
        {"kind": "offboard", "today": ON},
        "case.off-at-risk",
        [("held", "it")],
    ),
    (
        "a leaver still logged on",
        [step("ad:disable", "stuck")],
        {"kind": "offboard", "today": AFTER},
        "case.off-late",
        [("stuck", "it")],
    ),
    ("a leaver, done", [step("ad:disable", "done")], {"kind": "offboard", "today": AFTER}, "case.off-ready", []),
    ("a leaver, closed", [step("ad:disable", "done")], {"kind": "offboard", "state": "closed"}, "case.off-closed", []),
]


@pytest.mark.parametrize(("steps", "how", "key", "waits"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_answer(steps: list[Step], how: dict[str, Any], key: str, waits: list[tuple[str, str]]) -> None:
    found = made(steps, **how)
    assert found.key == key
    assert [(wait.what, wait.who) for wait in found.waits_for] == waits


WITH_A_PLAN = [row for row in TABLE if row[1]]


@pytest.mark.parametrize("later", ["stuck", "held", "asked", "waiting", "retrying", "skipped"])
@pytest.mark.parametrize("row", WITH_A_PLAN, ids=[row[0] for row in WITH_A_PLAN])
def test_what_comes_later_never_changes_the_answer(
    row: tuple[str, list[Step], dict[str, Any], str, Any], later: str
) -> None:
    _, steps, how, _, _ = row
    more = step("keys:grant:locker", later, before_first_day=False, due=at(30))
    assert made([*steps, more], **how) == made(steps, **how)


def test_what_the_day_needs_counts_whatever_it_is_called() -> None:
    """A step for later that something before the first day needs is no step for later."""
    needed = STUCK.model_copy(update=LATER)
    steps = [needed, step("ad:enable", needs=(needed.id,), not_before=at(6, 23))]
    assert made(steps).key == "case.at-risk"


@pytest.mark.parametrize("state", ["running", "waiting", "prepared", "ready"])
@pytest.mark.parametrize("bad", [STUCK, HELD])
@pytest.mark.parametrize("beside", [ACCOUNT, ENABLE, RUNNING, CARD, LATE_CARD, ask("approve")])
@pytest.mark.parametrize("today", [BEFORE, ON, AFTER])
def test_ready_is_never_guessed(state: CaseState, bad: Step, beside: Step, today: date) -> None:
    found = made([beside.model_copy(update={"id": "other"}), bad], state=state, today=today)
    assert found.key in ("case.at-risk", "case.unlikely", "case.late-today", "case.late")
    assert bad.id in [wait.step for wait in found.reasons]


def test_what_is_waited_for_says_since_when_and_until_when() -> None:
    (wait,) = made([ask("approve", since=at(-1), due=at(3))]).waits_for
    assert (wait.of, wait.since, wait.due) == ("vpn", at(-1), date(2025, 11, 27))


def test_a_promise_just_after_midnight_in_norway_is_the_next_day() -> None:
    assert made([step("keys:grant:key-card", "asked", due=at(7, 22))]).key == "case.if"
    assert made([step("keys:grant:key-card", "asked", due=at(7, 23))]).key == "case.unlikely"


def test_what_was_left_out_is_said_and_no_more_than_once() -> None:
    steps = [
        step("ad:account", "skipped"),
        step("ad:enable", "skipped"),
        step("ad:grant:vpn", "skipped"),
        step("epj:grant:journal", "skipped"),
        ask("approve", "journal", state="skipped"),
        step("keys:grant:locker", "skipped", **LATER),
    ]
    assert [wait.step for wait in made(steps, state="closed").left_out] == ["ad:account", "epj:grant:journal"]
    assert made(steps, state="superseded").left_out == ()


@pytest.mark.parametrize(
    ("steps", "kind", "expected"),
    [
        ([ACCOUNT], "onboard", True),
        ([ACCOUNT.model_copy(update={"before": True})], "onboard", False),
        ([ACCOUNT], "move", False),
        ([step("ad:grant:vpn", "done")], "onboard", False),
        ([ACCOUNT, RUNNING], "onboard", False),
    ],
)
def test_a_new_account_must_be_activated(steps: list[Step], kind: CaseKind, expected: bool) -> None:
    assert made(steps, kind=kind).activate is expected

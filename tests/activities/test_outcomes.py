"""What an outcome makes of a step, as one table; and how long until it is tried again, and stuck."""

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.activities.outcomes import PAUSES, after, faulted, held, out_of_patience
from onboarding.connectors.base import ActionRequired, Done, InProgress, Outcome
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Title
from onboarding.domain.errors import NeedsHuman, Refused, Transient

THEN = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOW = THEN + timedelta(minutes=5)
WAITING = Step(id="ad:account", system="ad", action="account", since=THEN)
RETRYING = WAITING.model_copy(
    update={"state": "retrying", "faults_since": THEN, "tries": 3, "next_at": NOW, "reason": "system.away"}
)
UNDOING = RETRYING.model_copy(update={"want": "undo"})
REFUSED = Refused("email", "x@y", "system.value-refused")
AT = {"system": "ad"}


@pytest.mark.parametrize(
    ("step", "outcome", "state", "theirs", "next_at", "reason", "params"),
    [
        (WAITING, Done(changed=True), "done", False, None, None, {}),
        (RETRYING, Done(changed=False), "done", False, None, None, {}),
        (UNDOING, Done(changed=True), "undone", False, None, None, {}),
        (RETRYING, ActionRequired(owner="a", instructions=Title(nb="b")), "asked", True, None, None, {}),
        (RETRYING, InProgress(again=timedelta(minutes=2)), "in progress", False, NOW + timedelta(minutes=2), None, {}),
        (RETRYING, REFUSED, "stuck", True, None, "system.value-refused", {"attribute": "email", **AT}),
        (RETRYING, NeedsHuman("step", "system.two-accounts", n="2"), "stuck", True, None, "system.two-accounts",
         {"n": "2", **AT}),
        (WAITING, Transient(), "retrying", False, NOW + timedelta(seconds=1), "system.away", AT),
        (WAITING, Transient(timedelta(seconds=40)), "retrying", False, NOW + timedelta(seconds=40),
         "system.throttled", AT),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Step) else str(value)[:24],
)  # fmt: skip
def test_after(
    step: Step, outcome: Outcome, state: str, theirs: bool, next_at: datetime | None, reason: str | None,
    params: dict[str, str],
) -> None:  # fmt: skip
    ended = after(step, outcome, NOW)
    assert (ended.state, ended.theirs, ended.next_at, ended.reason, ended.params) == (
        state, theirs, next_at, reason, params,
    )  # fmt: skip
    assert ended.since == NOW
    if not isinstance(outcome, Transient):
        assert (ended.faults_since, ended.tries) == (None, 0)  # the faults that were are over
    assert "x@y" not in ended.model_dump_json()


def test_the_pauses_grow_to_an_hour_and_stay_there() -> None:
    step, waits = WAITING, []
    for _ in range(len(PAUSES) + 3):
        step = faulted(step, Transient(), NOW)
        assert step.next_at
        waits.append(step.next_at - NOW)
    assert waits == [*PAUSES, *[timedelta(hours=1)] * 3]
    assert waits == sorted(waits) and step.tries == len(PAUSES) + 3


@pytest.mark.parametrize(("asked", "waits"), [(5, 5), (3600, 3600), (86_400, 3600)])
def test_the_systems_own_delay_is_kept_up_to_an_hour(asked: int, waits: int) -> None:
    step = faulted(RETRYING, Transient(timedelta(seconds=asked)), NOW)
    assert step.next_at == NOW + timedelta(seconds=waits)
    assert step.reason == "system.throttled"


def test_a_delay_does_not_hide_a_reason_that_says_more() -> None:
    step = faulted(WAITING, Transient(timedelta(seconds=5)), NOW, key="system.unforeseen", params={"log": "a1"})
    assert (step.reason, step.params) == ("system.unforeseen", {"log": "a1", "system": "ad"})


@pytest.mark.parametrize(
    ("state", "stays", "since"),
    [("waiting", "retrying", NOW), ("in progress", "retrying", NOW), ("done", "retrying", NOW),
     ("retrying", "retrying", THEN), ("stuck", "stuck", THEN)],
)  # fmt: skip
def test_a_fault_keeps_how_long_it_has_been_so(state: str, stays: str, since: datetime) -> None:
    step = faulted(RETRYING.model_copy(update={"state": state}), Transient(), NOW)
    assert (step.state, step.since, step.faults_since, step.theirs) == (stays, since, THEN, False)


@pytest.mark.parametrize(
    ("state", "minutes", "is_then"),
    [("retrying", 4, "stuck"), ("retrying", 5, "stuck"), ("retrying", 6, "retrying"), ("in progress", 4, "in progress"),
     ("waiting", 4, "waiting")],
)  # fmt: skip
def test_patience(state: str, minutes: int, is_then: str) -> None:
    step = RETRYING.model_copy(update={"state": state})
    ended = out_of_patience(step, NOW, timedelta(minutes=minutes))
    assert ended.state == is_then
    assert ended.since == (THEN if is_then == state else NOW)
    assert (ended.next_at, ended.tries) == (step.next_at, step.tries)  # the trying goes on


def test_without_a_fault_patience_is_endless() -> None:
    step = RETRYING.model_copy(update={"faults_since": None})
    assert out_of_patience(step, NOW, timedelta()) == step


def test_held_is_theirs_and_remembers_since_when() -> None:
    once = held(RETRYING, "system.held", NOW)
    assert (once.state, once.theirs, once.next_at, once.tries, once.since) == ("held", True, None, 0, NOW)
    assert held(once, "system.held", NOW + timedelta(hours=1)).since == NOW


def test_the_before_image_outlives_every_outcome() -> None:
    begun = RETRYING.model_copy(update={"before": False})
    outcomes: list[Outcome] = [Done(changed=True), REFUSED, Transient(), InProgress(again=timedelta())]
    assert [after(begun, outcome, NOW).before for outcome in outcomes] == [False] * 4

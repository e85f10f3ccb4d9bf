"""Steps: an older visit writes nothing, an act always does, and the plan's order is kept."""

from uuid import uuid4

import pytest

from onboarding.domain.cases import Step
from onboarding.domain.plan import Ask
from onboarding.store import steps
from onboarding.store.engine import Store
from tests.store.rows import NOW, SECOND, a_case, a_step

Stamp = tuple[int, int, int]


@pytest.mark.parametrize(
    ("stamp", "written"),
    [
        ((2, 3, 4), True),  # the same attempt, once more
        ((2, 3, 5), True),
        ((2, 4, 1), True),
        ((3, 1, 1), True),
        ((2, 3, 3), False),
        ((2, 2, 9), False),
        ((1, 9, 9), False),
    ],
)
def test_an_older_visit_writes_nothing(store: Store, stamp: Stamp, written: bool) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        steps.add(tx, case.id, [a_step("ad:account")], 0, NOW)
        steps.write(tx, case.id, [a_step("ad:account", state="done", before=False)], (2, 3, 4))
        steps.write(tx, case.id, [a_step("ad:account", state="stuck", reason="ad.why")], stamp)
        [row] = steps.of_case(tx, case.id)
        assert (row.state, row.reason) == (("stuck", "ad.why") if written else ("done", None))


def test_of_several_steps_only_those_that_are_not_newer_are_written(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        steps.add(tx, case.id, [a_step("ad:account"), a_step("pay:account")], 0, NOW)
        steps.write(tx, case.id, [a_step("pay:account", state="done")], (1, 2, 1))
        both = [a_step("ad:account", state="running"), a_step("pay:account", state="running")]
        steps.write(tx, case.id, both, (1, 1, 1))
        assert {row.id: row.state for row in steps.of_case(tx, case.id)} == {
            "ad:account": "running",
            "pay:account": "done",
        }
        steps.write(tx, case.id, [], (9, 9, 9))


def test_a_step_comes_back_as_it_was_written(store: Store) -> None:
    whole = Step(
        id="people:approve:bank", system="people", action="ask", entitlement="bank", unit="1210", target="BANK",
        needs=("pay:account",), not_before=NOW, before_first_day=False, due=NOW + SECOND,
        ask=Ask(kind="approve", of="bank", for_="pay@fjordvik.example", second=True), want="undo", state="stuck",
        theirs=True, before=True, since=NOW, faults_since=NOW, tries=3, next_at=NOW, verified_at=NOW, by="ida.it",
        reason="pay.why", params={"attribute": "title"},
    )  # fmt: skip
    with store.writing() as tx:
        case = a_case(tx)
        steps.add(tx, case.id, [whole, a_step("ad:account")], 0, NOW)
        assert steps.of_case(tx, case.id) == [whole, a_step("ad:account")]
        steps.settle(tx, case.id, [a_step("people:approve:bank", action="ask", state="done")])
        assert steps.of_case(tx, case.id)[0] == a_step("people:approve:bank", action="ask", state="done")


def test_an_act_writes_whatever_the_visits_were(store: Store) -> None:
    with store.writing() as tx:
        case, other = a_case(tx), a_case(tx)
        for one in (case, other):
            steps.add(tx, one.id, [a_step("ad:account")], 0, NOW)
        steps.write(tx, case.id, [a_step("ad:account", state="stuck")], (9, 9, 9))
        steps.settle(tx, case.id, [a_step("ad:account", state="waiting")])
        assert steps.of_case(tx, case.id)[0].state == "waiting"
        steps.settle(tx, case.id, [a_step("ad:account", state="skipped")])
        assert steps.of_case(tx, other.id)[0].state == "waiting"


def test_the_order_is_the_newest_plans(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        steps.add(tx, case.id, [a_step("a:account"), a_step("b:account")], 0, NOW)
        steps.add(tx, case.id, [a_step("c:account")], 2, NOW)
        assert [row.id for row in steps.of_case(tx, case.id)] == ["a:account", "b:account", "c:account"]
        steps.reorder(tx, case.id, ["c:account", "a:account", "b:account"])
        assert [row.id for row in steps.of_case(tx, case.id)] == ["c:account", "a:account", "b:account"]


def test_what_a_naming_system_said_is_remembered(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        steps.add(tx, case.id, [a_step("ad:name"), a_step("ad:account")], 0, NOW)
        assert steps.answers(tx, case.id) == {"ad:name": {"asked": [], "taken": []}}
        steps.remember_answer(tx, case.id, "ad:name", steps.Answer(asked=["karnor", "karno2"], taken=["karnor"]))
        assert steps.answers(tx, case.id) == {"ad:name": {"asked": ["karnor", "karno2"], "taken": ["karnor"]}}


@pytest.mark.parametrize(
    ("changed", "begun"),
    [
        ({"before": False}, True),
        ({"before": True, "state": "done"}, True),
        ({}, False),
        ({"before": False, "want": "undo"}, False),
    ],
)
def test_an_account_begun_by_another_case(store: Store, changed: dict[str, object], begun: bool) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        steps.add(tx, case.id, [a_step("ad:account", **changed), a_step("ad:grant:vpn", before=False)], 0, NOW)
        assert steps.begun_elsewhere(tx, [case.id], "ad") is begun
        assert not steps.begun_elsewhere(tx, [case.id], "pay")
        assert not steps.begun_elsewhere(tx, [uuid4()], "ad")

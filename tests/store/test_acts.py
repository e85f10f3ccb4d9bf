"""Acts: one open per step, an answer for each, and a bell that rings until then."""

from datetime import timedelta
from uuid import UUID

import pytest

from onboarding.store import acts, steps
from onboarding.store.acts import ActRow
from onboarding.store.engine import Store
from tests.store.rows import NOW, SECOND, a_case, a_step, an_act


@pytest.fixture
def case(store: Store) -> UUID:
    with store.writing() as tx:
        return a_case(tx).id


def test_one_open_per_step(store: Store, case: UUID) -> None:
    first, second = an_act(case, "ad:account"), an_act(case, "ad:account", "skip")
    with store.writing() as tx:
        assert acts.add(tx, first)
        assert not acts.add(tx, second)
        assert acts.open_on(tx, case, "ad:account") == first
        assert acts.add(tx, elsewhere := an_act(case, "pay:account", at=NOW + SECOND))
        assert acts.add(tx, whole := an_act(case, "", "move date", at=NOW - SECOND))
        assert acts.open_of(tx, case) == [whole, first, elsewhere]  # in the order they were asked
        acts.close(tx, first.id, NOW)
        assert acts.open_on(tx, case, "ad:account") is None
        assert acts.add(tx, second)


@pytest.mark.parametrize(("why", "state"), [(None, "taken"), ("act.step-is-done", "refused")])
def test_each_is_answered(store: Store, case: UUID, why: str | None, state: str) -> None:
    with store.writing() as tx:
        acts.add(tx, act := an_act(case, "ad:account"))
        acts.close(tx, act.id, NOW, why)
        assert acts.get(tx, act.id) == act.model_copy(update={"state": state, "why": why})
        assert acts.last_taken_on(tx, case, "ad:account") == (acts.get(tx, act.id) if state == "taken" else None)


def test_the_last_taken_is_the_one_closed_last(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        for later, actor in enumerate(("ida.it", "ole.it", "per.it")):
            acts.add(tx, act := an_act(case, "ad:account", actor=actor))
            acts.close(tx, act.id, NOW + later * SECOND, "act.step-is-done" if actor == "per.it" else None)
        last = acts.last_taken_on(tx, case, "ad:account")
        assert last is not None and last.actor == "ole.it"


def test_all_of_a_case_that_is_over_are_closed(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        other = a_case(tx).id
        for one in (an_act(case, "ad:account"), an_act(case, ""), an_act(other, "")):
            acts.add(tx, one)
        acts.close_all(tx, case, NOW, "act.case-is-over")
        assert acts.open_of(tx, case) == [] and len(acts.open_of(tx, other)) == 1


def test_a_bell_rings_after_1_5_and_then_every_30_seconds(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        acts.add(tx, act := an_act(case, "ad:account"))
        at, pauses = NOW, [1, 5, 30, 30, 30]
        assert acts.to_ring(tx, NOW - SECOND, 10) == []
        for pause in pauses:
            assert acts.to_ring(tx, at, 10) == [case]
            acts.rung(tx, case, at)
            at += timedelta(seconds=pause)
            assert acts.to_ring(tx, at - timedelta(milliseconds=1), 10) == []
        acts.close(tx, act.id, at)
        assert acts.to_ring(tx, at, 10) == []


def test_a_newer_act_rings_at_once_and_leaves_the_older_ones_pause_alone(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        acts.add(tx, an_act(case, "ad:account"))
        acts.rung(tx, case, NOW)
        acts.rung(tx, case, NOW + SECOND)  # the older now rests until 6 s
        acts.add(tx, newer := an_act(case, "pay:account", at=NOW + 2 * SECOND))
        acts.rung(tx, case, NOW + 2 * SECOND)
        assert acts.to_ring(tx, NOW + 3 * SECOND, 10) == [case]
        acts.close(tx, newer.id, NOW + 3 * SECOND)
        assert acts.to_ring(tx, NOW + 3 * SECOND, 10) == []
        assert acts.to_ring(tx, NOW + 6 * SECOND, 10) == [case]


@pytest.mark.postgres
def test_what_is_being_settled_is_not_waited_for(postgres_url: str) -> None:
    """Each holding one of the case's rows and waiting for the other's, PostgreSQL would end one of us."""
    store = Store(postgres_url)
    try:
        with store.writing() as tx:
            case = a_case(tx).id
            first, second = an_act(case, "ad:account"), an_act(case, "pay:account")
            acts.add(tx, first)
            acts.add(tx, second)
        with store.writing() as settling, store.writing() as ringing:
            acts.close(settling, first.id, NOW)
            ringing.exec_driver_sql("SET LOCAL lock_timeout = '1s'")  # or the test would wait for itself
            acts.rung(ringing, case, NOW)
        with store.reading() as tx:
            assert [act.id for act in acts.open_of(tx, case)] == [second.id]
            assert acts.to_ring(tx, NOW, 10) == [] and acts.to_ring(tx, NOW + SECOND, 10) == [case]
    finally:
        store.close()


def test_cases_are_rung_once_each_and_the_oldest_first(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        older = a_case(tx).id
        for one in (
            an_act(case, "ad:account"),
            an_act(case, "pay:account"),
            an_act(older, "ad:account", at=NOW - SECOND),
        ):
            acts.add(tx, one)
        assert acts.to_ring(tx, NOW, 10) == [older, case]
        assert acts.to_ring(tx, NOW, 1) == [older]


def test_a_release_frees_what_the_system_holds_and_nothing_else(store: Store) -> None:
    with store.writing() as tx:
        two, one, busy = a_case(tx).id, a_case(tx).id, a_case(tx).id
        of_two = [a_step("ad:account", state="held"), a_step("ad:enable", state="held"), a_step("pay:account")]
        steps.add(tx, two, of_two, 0, NOW)
        steps.add(tx, one, [a_step("ad:account", state="held"), a_step("pay:account", state="held")], 0, NOW)
        steps.add(tx, busy, [a_step("ad:account", state="held")], 0, NOW)
        acts.add(tx, an_act(busy, "ad:account", "skip"))  # somebody's act is open there: it is settled first
        assert acts.release_waiting(tx, "ad", "Ida", "ida.it", NOW) == 2
        freed = {(act.case, act.step, act.kind) for case in (two, one) for act in acts.open_of(tx, case)}
        assert freed == {(two, "ad:account", "release"), (two, "ad:enable", "release"), (one, "ad:account", "release")}
        assert [act.kind for act in acts.open_of(tx, busy)] == ["skip"]
        assert acts.release_waiting(tx, "ad", "Ida", "ida.it", NOW) == 0


def test_a_note_and_a_correction_stand_by_reference(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        note = acts.add_note(tx, "kvittert på papir")
        act = an_act(case, "ad:account").model_copy(update={"note": note, "value": "nurse"})
        acts.add(tx, ActRow.model_validate(act.model_dump()))
        assert acts.get(tx, act.id) == act
        assert acts.note(tx, note) == "kvittert på papir"

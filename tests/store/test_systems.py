"""Systems: one goes first until our credentials are proven, one knocks, and a hold is one person's."""

import threading
from datetime import timedelta

from onboarding.store import acts, steps, systems
from onboarding.store.engine import Store
from onboarding.store.systems import PROVING, SystemState
from tests.store.at_once import at_once
from tests.store.rows import NOW, SECOND, a_case, a_step

AGAIN = timedelta(minutes=15)


def test_one_of_ten_goes_until_our_credentials_are_proven(store: Store) -> None:
    def go(_: int) -> bool:
        with store.writing() as tx:
            return systems.may_go(tx, systems.state(tx, "ad"), NOW)

    assert sum(at_once(10, go)) == 1
    with store.writing() as tx:
        systems.not_proven(tx, "ad")  # it never got so far
    assert sum(at_once(10, go)) == 1
    with store.writing() as tx:
        systems.proven(tx, "ad", NOW)
    assert sum(at_once(10, go)) == 10


def test_who_went_first_and_never_came_back_keeps_others_waiting_for_a_minute_only(store: Store) -> None:
    with store.writing() as tx:
        assert systems.may_go(tx, systems.state(tx, "ad"), NOW)
        assert not systems.may_go(tx, systems.state(tx, "ad"), NOW + PROVING)
        assert systems.may_go(tx, systems.state(tx, "pay"), NOW)  # another system's credentials
        assert systems.may_go(tx, systems.state(tx, "ad"), NOW + PROVING + SECOND)


def test_one_of_ten_knocks(store: Store) -> None:
    with store.writing() as tx:
        assert systems.hold(tx, "ad", "engine", "system.credentials-refused", NOW, next_probe=NOW + AGAIN)
        assert systems.to_probe(tx, NOW + AGAIN - SECOND) == [] and systems.to_probe(tx, NOW + AGAIN) == ["ad"]

    def knock(at: timedelta) -> int:
        def take(_: int) -> bool:
            with store.writing() as tx:
                return systems.take_probe(tx, "ad", NOW + at, AGAIN)

        return sum(at_once(10, take))

    assert [knock(AGAIN - SECOND), knock(AGAIN), knock(AGAIN), knock(2 * AGAIN)] == [0, 1, 0, 1]


def test_what_a_person_holds_is_not_knocked_on(store: Store) -> None:
    with store.writing() as tx:
        assert systems.hold(tx, "ad", "ida.it", "system.held", NOW)
        assert not systems.take_probe(tx, "ad", NOW + AGAIN, AGAIN) and systems.to_probe(tx, NOW + AGAIN) == []


def test_a_hold_is_the_first_ones_and_a_release_starts_from_nothing(store: Store) -> None:
    with store.writing() as tx:
        assert systems.state(tx, "ad") == SystemState(system="ad")
        systems.may_go(tx, systems.state(tx, "ad"), NOW)
        systems.proven(tx, "ad", NOW)
        note = acts.add_note(tx, "tjenestevindu")
        assert systems.hold(tx, "ad", "ida.it", "system.held", NOW, note=note)
        assert not systems.hold(tx, "ad", "ole.it", "system.held", NOW + SECOND)
        held = SystemState(system="ad", held_at=NOW, held_by="ida.it", hold_reason="system.held", hold_note=note)
        assert systems.state(tx, "ad") == held == systems.all_states(tx)["ad"]
        assert systems.release(tx, "ad") and not systems.release(tx, "ad")
        assert systems.state(tx, "ad") == SystemState(system="ad")  # to be proven again


def test_silent_and_tested_stand_beside_the_hold(store: Store) -> None:
    with store.writing() as tx:
        systems.silent(tx, "ad", NOW)
        systems.tested(tx, "ad", False, NOW)
        state = systems.state(tx, "ad")
        assert (state.silent_since, state.tested_ok, state.tested_at, state.held_at) == (NOW, False, NOW, None)
        systems.silent(tx, "ad", None)
        systems.tested(tx, "ad", True, NOW + SECOND)
        assert systems.state(tx, "ad") == SystemState(system="ad", tested_ok=True, tested_at=NOW + SECOND)


def test_a_release_misses_no_step_that_is_held_at_the_same_moment(store: Store) -> None:
    """A visit that has seen the hold writes its step held; a release beside it waits, and frees that step too."""
    with store.writing() as tx:
        case = a_case(tx).id
        steps.add(tx, case, [a_step("ad:account")], 0, NOW)
        systems.hold(tx, "ad", "ida.it", "system.held", NOW)
    seen, freed = threading.Event(), list[int]()

    def release() -> None:
        assert seen.wait(30)
        with store.writing() as tx:
            assert systems.release(tx, "ad")
            freed.append(acts.release_waiting(tx, "ad", "Ida", "ida.it", NOW))

    thread = threading.Thread(target=release)
    thread.start()
    with store.writing() as tx:
        assert systems.state(tx, "ad").held_at
        seen.set()
        thread.join(0.3)  # on its way in, and kept waiting
        assert thread.is_alive()
        steps.settle(tx, case, [a_step("ad:account", state="held")])
    thread.join(30)
    assert freed == [1]

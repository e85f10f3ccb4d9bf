"""A name is one person's for good, also when she has another by now."""

from uuid import UUID

from onboarding.store import usernames
from onboarding.store.engine import Store
from tests.store.at_once import at_once
from tests.store.rows import NOW, a_person


def test_two_that_want_one_name_at_once(store: Store) -> None:
    for round in range(10):
        with store.writing() as tx:
            people = [a_person(tx), a_person(tx)]

        def reserve(n: int, name: str = f"karnor{round}", people: list[UUID] = people) -> bool:
            with store.writing() as tx:
                return usernames.reserve(tx, people[n], name, NOW)

        got = at_once(2, reserve)
        assert sorted(got) == [False, True]
        with store.reading() as tx:
            assert usernames.current(tx, people[got.index(True)]) == f"karnor{round}"
            assert usernames.current(tx, people[got.index(False)]) is None


def test_a_person_has_one(store: Store) -> None:
    with store.writing() as tx:
        kari = a_person(tx)
        assert usernames.reserve(tx, kari, "karnor", NOW)
        assert not usernames.reserve(tx, kari, "karno2", NOW)
        assert usernames.current(tx, kari) == "karnor"
        assert usernames.given(tx, ["karnor", "karno2"]) == {"karnor"}


def test_the_old_name_stays_hers(store: Store) -> None:
    with store.writing() as tx:
        kari, ola = a_person(tx), a_person(tx)
        usernames.reserve(tx, kari, "karnor", NOW)
        assert usernames.rename(tx, kari, "karhan", NOW)
        assert usernames.current(tx, kari) == "karhan"
        assert usernames.given(tx, ["karnor", "karhan"]) == {"karnor", "karhan"}
        assert not usernames.reserve(tx, ola, "karnor", NOW)
        usernames.reserve(tx, ola, "olanor", NOW)
        for hers in ("karnor", "karhan"):
            assert not usernames.rename(tx, ola, hers, NOW)
        assert usernames.current(tx, ola) == "olanor"
        assert usernames.rename(tx, kari, "karnor", NOW)  # back again
        assert usernames.current(tx, kari) == "karnor"
        assert usernames.rename(tx, kari, "karnor", NOW)  # what she has
        assert usernames.current(tx, kari) == "karnor"


def test_of_two_that_rename_to_one_name_the_other_keeps_her_own(store: Store) -> None:
    for round in range(10):
        with store.writing() as tx:
            people = [a_person(tx), a_person(tx)]
            for n, person in enumerate(people):
                usernames.reserve(tx, person, f"own{round}-{n}", NOW)

        def rename(n: int, name: str = f"new{round}", people: list[UUID] = people) -> bool:
            with store.writing() as tx:
                return usernames.rename(tx, people[n], name, NOW)

        got = at_once(2, rename)
        assert sorted(got) == [False, True]
        loser = got.index(False)
        with store.reading() as tx:
            assert usernames.current(tx, people[loser]) == f"own{round}-{loser}"


def test_a_name_is_one_however_it_is_written(store: Store) -> None:
    with store.writing() as tx:
        kari, ola = a_person(tx), a_person(tx)
        assert usernames.reserve(tx, kari, "KarNor", NOW)
        assert usernames.given(tx, ["karnor", "olanor"]) == {"karnor"}
        assert not usernames.reserve(tx, ola, "karnor", NOW)
        assert not usernames.rename(tx, ola, "KARNOR", NOW)
        assert usernames.current(tx, kari) == "KarNor"

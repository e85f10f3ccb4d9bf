"""People and what stands beside them: corrected values, the unit tree, posts and their epoch."""

from datetime import date
from uuid import uuid4

from onboarding.domain.people import Person, Unit
from onboarding.store import people
from onboarding.store.engine import Store
from tests.store.at_once import at_once
from tests.store.rows import NOW, SECOND, a_person, a_post


def test_the_newest_correction_wins(store: Store) -> None:
    with store.writing() as tx:
        kari, ola = a_person(tx), a_person(tx)
        first = people.propose_correction(tx, kari, "title", "Sjukepleiar", "ida.it", NOW)
        second = people.propose_correction(tx, kari, "title", "Sykepleier", "ida.it", NOW + SECOND)
        mobile = people.propose_correction(tx, kari, "mobile", "00000101", "ida.it", NOW)
        assert people.corrected(tx, kari) == {}  # asked for, not yet taken
        people.apply_correction(tx, second, NOW + 3 * SECOND)
        people.apply_correction(tx, mobile, NOW + 3 * SECOND)
        assert people.corrected(tx, kari) == {"title": "Sykepleier", "mobile": "00000101"}
        people.apply_correction(tx, first, NOW + 4 * SECOND)
        assert people.corrected(tx, kari)["title"] == "Sjukepleiar"
        assert people.corrected(tx, ola) == {}
        assert people.correction(tx, first) == ("title", "Sjukepleiar")


def test_of_two_taken_in_one_transaction_the_one_asked_for_last_wins(store: Store) -> None:
    with store.writing() as tx:
        for _ in range(5):
            kari = a_person(tx)
            newer = people.propose_correction(tx, kari, "title", "newer", "ida.it", NOW + SECOND)
            older = people.propose_correction(tx, kari, "title", "older", "ida.it", NOW)
            for one in (newer, older):
                people.apply_correction(tx, one, NOW + 2 * SECOND)
            assert people.corrected(tx, kari) == {"title": "newer"}


def test_the_unit_tree_is_replaced_whole(store: Store) -> None:
    top, home = Unit(id="1000", name="Fjordvik"), Unit(id="1210", name="Fjordgløtt", parent="1000", manager="900")
    moved, school = home.model_copy(update={"name": "Fjordgløtt sykehjem"}), Unit(id="1310", name="Neset")
    with store.writing() as tx:
        people.replace_units(tx, [home, top])
        assert people.all_units(tx) == {"1000": top, "1210": home}
        people.replace_units(tx, [moved, school])
        assert people.all_units(tx) == {"1210": moved, "1310": school}
        people.replace_units(tx, [])
        assert people.all_units(tx) == {}


def test_two_feeds_of_one_tree_at_once(store: Store) -> None:
    tree = [Unit(id=str(n), name=f"unit {n}") for n in range(40)]

    def feed(n: int) -> None:
        with store.writing() as tx:
            people.replace_units(tx, tree if n else reversed(tree))

    at_once(2, feed)
    with store.reading() as tx:
        assert set(people.all_units(tx).values()) == set(tree)


def test_an_employee_number_is_one_persons(store: Store) -> None:
    with store.writing() as tx:
        kari = a_person(tx, "E0001")
        again = Person(id=uuid4(), employee_number="E0001", given_name="Ola", family_name="Hansen")
        assert not people.add_person(tx, again)
        found = people.by_employee_number(tx, "E0001")
        assert found is not None and (found.id, found.given_name) == (kari, "Kari")
        assert people.by_employee_number(tx, "E0002") is None


def test_posts_in_order_and_what_is_changed_of_them(store: Store) -> None:
    with store.writing() as tx:
        kari = a_person(tx)
        later, sooner = a_post(tx, kari, date(2027, 3, 1)), a_post(tx, kari, date(2027, 1, 1))
        a_post(tx, a_person(tx))
        assert [post.id for post in people.employments_of(tx, kari)] == [sooner, later]
        people.move_start(tx, sooner, date(2027, 2, 1))
        people.choose_role(tx, sooner, "nurse")
        assert [people.raise_epoch(tx, sooner), people.raise_epoch(tx, sooner)] == [1, 2]
        post = people.employment(tx, sooner)
        assert (post.start, post.role, post.epoch) == (date(2027, 2, 1), "nurse", 2)
        assert people.employment(tx, later).epoch == 0

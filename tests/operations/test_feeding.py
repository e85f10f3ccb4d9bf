"""HR's files, from bytes to cases: the shipped example under the shipped policy, twice at once, and with bad rows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import Conflict, NotFound
from onboarding.hr.example import shifted
from onboarding.hr.posts import HrPost
from onboarding.operations import policies
from onboarding.operations.feeding import feed_hires
from onboarding.operations.ordering import Imported
from onboarding.planning.moments import today
from onboarding.policy.load import load
from onboarding.store import cases, people
from onboarding.store.engine import Store
from tests.operations.desk import HR
from tests.store.at_once import at_once

ROOT = Path(__file__).parents[2]
FILES = ROOT / "examples/hr"
UNITS = (FILES / "enheter.csv").read_bytes()


@pytest.fixture(scope="module")
def fjordvik() -> Catalogue:
    return load(ROOT / "roles")


@pytest.fixture
def open_house(bare: Store, fjordvik: Catalogue) -> Store:
    policies.adopt(bare, fjordvik, HR)
    return bare


def soon(posts: tuple[HrPost, ...]) -> tuple[HrPost, ...]:
    return shifted(posts, today(datetime.now(UTC)))


def feed(store: Store, name: str) -> Imported:
    return feed_hires(store, (FILES / name).read_bytes(), UNITS, HR, soon)


def lines(store: Store) -> list[cases.CaseLine]:
    with store.reading() as tx:
        return cases.listed(tx, limit=1000)


def test_the_shipped_file_is_ordered_and_orders_nothing_twice(open_house: Store) -> None:
    done = feed(open_house, "hires.csv")
    assert done.bad == () and [one.result for one in done.ordered] == ["ordered"] * 13
    assert [line.number for line in lines(open_house)] == [one.number for one in done.ordered]
    again = feed(open_house, "hires.csv")
    assert [one.result for one in again.ordered] == ["already"] * 13 and len(lines(open_house)) == 13
    with open_house.reading() as tx:
        assert len(people.all_units(tx)) == 16


def test_two_that_feed_the_same_file_at_once(open_house: Store) -> None:
    answers = at_once(2, lambda _: feed(open_house, "hires.csv"))
    assert len(lines(open_house)) == 13
    pairs = zip(answers[0].ordered, answers[1].ordered, strict=True)
    assert all({one.result, other.result} == {"ordered", "already"} for one, other in pairs)


def test_bad_rows_start_nothing_and_the_others_do(open_house: Store) -> None:
    done = feed(open_house, "hires-bad.csv")
    assert len({row.row for row in done.bad}) == 3
    assert {one.result for one in done.ordered} == {"ordered"} and len(lines(open_house)) == len(done.ordered)
    rows = (FILES / "hires-bad.csv").read_text(encoding="cp1252").splitlines()
    named = {rows[row.row - 1].split(";")[0] for row in done.bad}
    with open_house.reading() as tx:
        assert [number for number in named if people.by_employee_number(tx, number)] == []
        assert all(people.by_employee_number(tx, one.post.employee_number) for one in done.ordered)


def test_a_mistake_in_the_tree_is_told_with_those_of_the_hires(open_house: Store) -> None:
    tree = b"orgId;orgNavn;overordnetOrgId;lederId\n1000;Fjordvik kommune;1000;100001\n;Uten nummer;1000;\n"
    done = feed_hires(open_house, (FILES / "hires.csv").read_bytes(), tree, HR)
    assert done.ordered == () and lines(open_house) == []
    assert {row.column for row in done.bad} == {"orgId"} and len(done.bad) == 1 + 13


def test_a_file_that_cannot_be_read_changes_nothing(open_house: Store) -> None:
    for hires, units in ((b"", UNITS), ((FILES / "hires.csv").read_bytes(), b"PK\x03\x04")):
        with pytest.raises(Conflict):
            feed_hires(open_house, hires, units, HR)
    assert lines(open_house) == []
    with open_house.reading() as tx:
        assert people.all_units(tx) == {}


def test_without_a_policy_nothing_is_read(bare: Store) -> None:
    with pytest.raises(NotFound) as error:
        feed(bare, "hires.csv")
    assert error.value.key == "order.no-policy"


def test_a_unit_file_with_a_bad_row_never_empties_the_tree(open_house: Store) -> None:
    feed(open_house, "hires.csv")
    with open_house.reading() as tx:
        before = people.all_units(tx)
    without_its_top = UNITS.replace(b"Fjordvik kommune", b"", 1)
    done = feed_hires(open_house, (FILES / "hires.csv").read_bytes(), without_its_top, HR, soon)
    assert done.bad
    with open_house.reading() as tx:
        assert people.all_units(tx) == before != {}


def test_hires_are_never_planned_by_a_tree_that_was_not_taken_over(open_house: Store) -> None:
    """Without a tree a nurse would get what everyone gets, and be called ready."""
    with_a_nameless_one = UNITS + b"1999;;1000;\n"
    hires = (FILES / "hires.csv").read_bytes()
    done = feed_hires(open_house, hires, with_a_nameless_one, HR, soon)
    assert done.ordered == () and lines(open_house) == []
    assert {row.key for row in done.bad} == {"hr.missing", "hr.units-not-in-use"}
    feed(open_house, "hires.csv")
    moved = hires.replace(b"200101", b"200199")  # a new hire, in a unit of the tree that we have
    again = feed_hires(open_house, moved, with_a_nameless_one, HR, soon)
    assert [one.result for one in again.ordered].count("ordered") == 1
    assert [row.column for row in again.bad] == ["orgNavn"]

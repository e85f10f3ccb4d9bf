"""Cases: one open per post, numbers without holes, and one run at a time."""

from uuid import uuid4

import pytest

from onboarding.domain.cases import CaseKind, CaseState
from onboarding.domain.plan import Plan
from onboarding.store import cases, people
from onboarding.store.engine import Store
from tests.store.at_once import at_once
from tests.store.rows import CATALOGUE, NOW, SECOND, a_case, a_person, a_post, case_numbered, case_of


@pytest.mark.parametrize(
    ("state", "kind", "placed"),
    [
        ("received", "onboard", False),
        ("running", "onboard", False),
        ("waiting", "move", False),
        ("prepared", "offboard", False),
        ("ready", "onboard", False),
        ("closed", "onboard", True),
        ("withdrawn", "onboard", True),
        ("superseded", "offboard", True),
        ("running", "extra", True),  # extras are cases of their own
    ],
)
def test_one_open_lifecycle_case_per_post(store: Store, state: CaseState, kind: CaseKind, placed: bool) -> None:
    with store.writing() as tx:
        first = a_case(tx, state=state)
        assert cases.place(tx, case_of(tx, first.person, first.employment, kind=kind)) is placed
        other_post = a_post(tx, first.person)
        assert cases.place(tx, case_of(tx, first.person, other_post, kind=kind))


def test_numbers_of_eight_threads_are_distinct_and_without_holes(store: Store) -> None:
    def five(_: int) -> list[str]:
        numbers = []
        for _ in range(5):
            with store.writing() as tx:
                numbers.append(cases.next_number(tx, 2026))
        return numbers

    taken = sorted(number for numbers in at_once(8, five) for number in numbers)
    assert taken == [f"B-2026-{n:06d}" for n in range(1, 41)]
    with store.writing() as tx:
        assert cases.next_number(tx, 2027) == "B-2027-000001"


def test_a_number_that_was_not_used_is_used_by_the_next(store: Store) -> None:
    def broken_off() -> None:
        with store.writing() as tx:
            cases.next_number(tx, 2026)
            raise LookupError

    with pytest.raises(LookupError):
        broken_off()
    with store.writing() as tx:
        assert cases.next_number(tx, 2026) == "B-2026-000001"


def test_a_case_is_found_as_it_was_placed(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
    with store.reading() as tx:
        assert cases.get(tx, case.id) == case == case_numbered(tx, f" {case.number.lower()} ")
        assert cases.latest_of_employment(tx, case.employment) == case
        assert cases.get(tx, uuid4()) is None and case_numbered(tx, "B-2026-999999") is None
        assert cases.received(tx, 10) == [case.id] and cases.all_open(tx) == []


def test_a_new_run_fences_the_older_ones(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        first = cases.take(tx, case.id)
        assert first is not None and (first.case.run, first.case.revision) == (1, 1)
        second = cases.take(tx, case.id)
        assert second is not None and (second.case.run, second.case.revision) == (2, 2)
        assert cases.lock(tx, case.id, 1) is None
        locked = cases.lock(tx, case.id, 2)
        assert locked is not None and locked.case.revision == 3


@pytest.mark.parametrize("over", ["closed", "withdrawn", "superseded"])
def test_what_is_over_is_neither_taken_nor_locked(store: Store, over: CaseState) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        assert cases.take(tx, case.id)
        cases.write(tx, case, NOW, state=over)
        assert cases.take(tx, case.id) is None
        assert cases.lock(tx, case.id, 1) is None
        assert cases.all_open(tx) == []


def test_ten_that_take_at_once_each_have_a_run_of_their_own(store: Store) -> None:
    with store.writing() as tx:
        id = a_case(tx).id

    def take(_: int) -> int:
        with store.writing() as tx:
            taken = cases.take(tx, id)
            return taken.case.run if taken else 0

    assert sorted(at_once(10, take)) == list(range(1, 11))


def test_a_raised_epoch_overtakes(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        assert (taken := cases.take(tx, case.id)) and not taken.overtaken
        assert people.raise_epoch(tx, case.employment) == 1
        assert (locked := cases.lock(tx, case.id, 1)) and locked.overtaken
        assert (again := cases.take(tx, case.id)) and again.overtaken
        assert cases.as_it_stands(tx, case.id).overtaken


def test_prepared_at_is_the_first_time(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        cases.write(tx, case, NOW, state="waiting")
        assert (now := cases.get(tx, case.id)) and now.prepared_at is None
        states: tuple[CaseState, ...] = ("prepared", "running", "ready", "closed")
        for later, state in enumerate(states):
            cases.write(tx, cases.as_it_stands(tx, case.id).case, NOW + later * SECOND, state=state)
        now = cases.get(tx, case.id)
        assert now is not None and now.prepared_at == NOW and now.state_since == NOW + 3 * SECOND


def test_a_received_case_is_withdrawn_and_one_that_has_begun_is_not(store: Store) -> None:
    with store.writing() as tx:
        received, begun = a_case(tx), a_case(tx, state="running")
        assert cases.withdraw_received(tx, received.id, NOW)
        assert not cases.withdraw_received(tx, received.id, NOW)
        assert not cases.withdraw_received(tx, begun.id, NOW)
        now = cases.get(tx, received.id)
        assert now is not None and now.state == "withdrawn" and now.withdrawn and not now.open


def test_plans_are_numbered(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        for number in (1, 2):
            cases.add_plan(tx, case.id, number, Plan(policy=CATALOGUE.hash, steps=()), NOW)
        assert cases.plans_of(tx, case.id) == 2
        now = cases.get(tx, case.id)
        assert now is not None and now.plan == 2


def test_other_open_cases_of_a_person(store: Store) -> None:
    with store.writing() as tx:
        person = a_person(tx)
        mine, other, over = (case_of(tx, person, a_post(tx, person)) for _ in range(3))
        for case in (mine, other, over):
            assert cases.place(tx, case)
        cases.write(tx, over, NOW, state="closed")
        a_case(tx)
        assert cases.other_open(tx, person, mine.id) == [other.id]
        assert cases.open_policies(tx) == [CATALOGUE.hash]


def test_a_list_is_read_a_page_at_a_time(store: Store) -> None:
    with store.writing() as tx:
        placed = [a_case(tx) for _ in range(7)]
        cases.write(tx, placed[3], NOW, state="closed")
    with store.reading() as tx:
        pages, last = [], None
        while page := cases.listed(tx, after=last, limit=3):
            pages.append([line.number for line in page])
            last = page[-1].number
        numbers = [case.number for case in placed]
        assert pages == [numbers[:3], numbers[3:6], numbers[6:]]
        open_ones = [line.number for line in cases.listed(tx, open_only=True)]
        assert open_ones == [*numbers[:3], *numbers[4:]]
        assert cases.listed(tx, after=numbers[-1]) == []

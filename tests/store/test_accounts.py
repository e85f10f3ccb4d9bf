"""The lease on an account: one visit has it, and only its own later attempts or the time takes it away."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from onboarding.store import accounts, cases, people
from onboarding.store.accounts import LEASE
from onboarding.store.cases import Case
from onboarding.store.engine import Store, Transaction
from tests.store.at_once import at_once
from tests.store.rows import NOW, SECOND, a_case

A, B = "case-a/1/1", "case-b/1/1"


@pytest.fixture
def case(store: Store) -> Case:
    with store.writing() as tx:
        return a_case(tx)


@pytest.fixture
def kari(case: Case) -> UUID:
    return case.person


def held(tx: Transaction, case: Case, holder: str, at: datetime) -> bool:
    seen = accounts.standing(tx, case.id, "ad")
    return seen is not None and seen.held_by(holder, at)


def lease(store: Store, person: UUID, visit: str, attempt: int, after: timedelta = timedelta()) -> str | None:
    with store.writing() as tx:
        row = accounts.lease(tx, person, "ad", visit, attempt, NOW + after)
        return row.lease_holder if row else None


@pytest.mark.parametrize(
    ("visit", "attempt", "after", "holder"),
    [
        (B, 1, timedelta(), None),
        (B, 1, LEASE, None),  # still its last moment
        (B, 1, LEASE + SECOND, f"{B}/1"),  # a dead holder
        (A, 2, timedelta(), f"{A}/2"),  # the holder itself
        (A, 3, timedelta(), f"{A}/3"),  # its next attempt
        (A, 1, timedelta(), None),  # an earlier attempt that was frozen wakes up
        ("case-a/1/11", 3, timedelta(), None),  # another visit whose name begins alike
        ("case-a/1", 3, timedelta(), None),
        ("case-a/2/1", 3, timedelta(), None),  # the same case, another run
    ],
)
def test_who_gets_a_lease_that_is_held(
    store: Store, kari: UUID, visit: str, attempt: int, after: timedelta, holder: str | None
) -> None:
    assert lease(store, kari, A, 2) == f"{A}/2"
    assert lease(store, kari, visit, attempt, after) == holder


def test_an_attempt_with_two_figures_is_later_than_one_with_one(store: Store, kari: UUID) -> None:
    assert lease(store, kari, A, 10) is not None
    assert lease(store, kari, A, 9) is None


def test_one_of_ten_gets_it(store: Store, kari: UUID) -> None:
    taken = at_once(10, lambda n: lease(store, kari, f"case-{n}/1/1", 1))
    assert len([holder for holder in taken if holder]) == 1


def test_it_holds_until_its_time_and_prolonged_it_holds_longer(store: Store, case: Case, kari: UUID) -> None:
    lease(store, kari, A, 1)
    mine = f"{A}/1"
    with store.writing() as tx:
        assert held(tx, case, mine, NOW + LEASE - SECOND)
        assert not held(tx, case, mine, NOW + LEASE)
        assert not held(tx, case, f"{A}/2", NOW)
        assert accounts.prolong(tx, kari, "ad", mine, NOW + 10 * SECOND)
        assert held(tx, case, mine, NOW + LEASE + 9 * SECOND)


def test_between_two_effects_it_is_seen_who_has_taken_over(store: Store, case: Case, kari: UUID) -> None:
    with store.writing() as tx:
        assert accounts.standing(tx, case.id, "ad") is None  # nobody has been in the account
    lease(store, kari, A, 1)
    with store.writing() as tx:
        cases.take(tx, case.id)
        seen = accounts.standing(tx, case.id, "ad")
        assert seen is not None and (seen.run, seen.state, seen.overtaken) == (1, "received", False)
        people.raise_epoch(tx, case.employment)
        seen = accounts.standing(tx, case.id, "ad")
        assert seen is not None and seen.overtaken


def test_what_another_has_taken_cannot_be_prolonged_or_left(store: Store, case: Case, kari: UUID) -> None:
    lease(store, kari, A, 1)
    assert lease(store, kari, B, 1, LEASE + SECOND)
    with store.writing() as tx:
        assert not accounts.prolong(tx, kari, "ad", f"{A}/1", NOW)
        read = accounts.Read("guid-1", "karnor", enabled=False, verified_at=NOW)
        assert not accounts.leave(tx, kari, "ad", f"{A}/1", read)
        assert accounts.of_person(tx, kari)["ad"].native_id is None
        assert held(tx, case, f"{B}/1", NOW + LEASE + 2 * SECOND)
        assert accounts.leave(tx, kari, "ad", f"{B}/1")
    assert lease(store, kari, A, 1, LEASE + SECOND)


def test_what_was_read_stays_through_a_lease(store: Store, kari: UUID) -> None:
    lease(store, kari, A, 1)
    with store.writing() as tx:
        accounts.leave(tx, kari, "ad", f"{A}/1", accounts.Read("guid-1", "karnor", enabled=False, verified_at=NOW))
        row = accounts.lease(tx, kari, "ad", A, 2, NOW)
    assert row is not None and (row.native_id, row.name, row.enabled, row.verified_at) == (
        "guid-1",
        "karnor",
        False,
        NOW,
    )
    with store.reading() as tx:
        assert accounts.of_person(tx, kari) == {"ad": row}
        assert accounts.counted(tx) == {"ad": 1}

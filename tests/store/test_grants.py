"""Grants: given twice is one, ended is over, and what other cases gave is seen."""

from datetime import datetime

from onboarding.store import cases, grants
from onboarding.store.engine import Store, Transaction
from tests.store.rows import NOW, SECOND, a_case, a_post, case_of, living


def give(
    tx: Transaction, case: cases.Case, what: str, unit: str | None = None, at: datetime = NOW, *, verified: bool = True
) -> None:
    one = grants.Given(
        person=case.person, entitlement=what, unit=unit or "", system="ad", employment=case.employment, case=case.id,
        verified_at=at if verified else None,
    )  # fmt: skip
    grants.given(tx, [one], at)


def test_given_twice_is_one(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        give(tx, case, "vpn", verified=False)
        assert grants.counted(tx) == {"ad": (1, 0)}
        give(tx, case, "vpn", at=NOW + SECOND)
        assert grants.counted(tx) == {"ad": (1, 1)}
        give(tx, case, "vpn", verified=False)  # said again by a person: it was read back all the same
        assert grants.counted(tx) == {"ad": (1, 1)}
        assert living(tx, case.person) == {("vpn", "")}


def test_one_per_unit(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        for unit in ("1210", "1310", "1210"):
            give(tx, case, "records", unit)
        assert living(tx, case.person) == {("records", "1210"), ("records", "1310")}
        grants.ended(tx, case.id, "records", "1310", NOW)
        assert living(tx, case.person) == {("records", "1210")}


def test_ended_is_over_and_may_be_given_anew(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        give(tx, case, "vpn")
        grants.ended(tx, case.id, "vpn", None, NOW)
        assert living(tx, case.person) == set() and grants.counted(tx) == {}
        grants.ended(tx, case.id, "vpn", None, NOW)
        give(tx, case, "vpn")
        assert grants.counted(tx) == {"ad": (1, 1)}


def test_what_lives_because_of_other_cases(store: Store) -> None:
    with store.writing() as tx:
        mine = a_case(tx)
        other = case_of(tx, mine.person, a_post(tx, mine.person))
        assert cases.place(tx, other)
        give(tx, mine, "vpn")
        assert grants.living_besides(tx, mine.person, mine.id, "ad") == set()
        give(tx, other, "vpn")
        give(tx, other, "records", "1210")
        give(tx, a_case(tx), "login")  # another person's
        assert grants.living_besides(tx, mine.person, mine.id, "ad") == {("vpn", ""), ("records", "1210")}
        assert grants.living_besides(tx, mine.person, mine.id, "pay") == set()
        grants.ended(tx, other.id, "vpn", None, NOW)
        assert grants.living_besides(tx, mine.person, mine.id, "ad") == {("records", "1210")}
        assert living(tx, mine.person) == {("vpn", ""), ("records", "1210")}

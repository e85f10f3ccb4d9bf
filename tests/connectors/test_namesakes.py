"""Whose an account without a number may be, by the names that stand on it."""

import pytest

from onboarding.connectors.namesakes import may_be_hers
from onboarding.domain.accounts import Desired


@pytest.mark.parametrize(
    ("hers", "shown", "perhaps"),
    [
        ("Kari Nordmann", ["Kari Nordmann"], True),
        ("Kari Nordmann", ["NORDMANN, kari"], True),
        ("Kari Nordmann", ["Kari Nordmann (vikar 2024)"], True),
        ("Kari Nordmann", ["Kari Anne Nordmann"], True),
        ("Kari Anne Nordmann", ["Kari Nordmann"], True),
        ("Kari-Anne Nordmann", ["Kari Anne Nordmann"], True),
        ("Bjørn Ås", ["Bjorn As"], True),
        ("Bjørn Ås", ["Bjoern Aas"], True),
        ("Bjørn Ås", ["Bjo\u0308rn A\u030as"], True),
        ("Kari Nordmann", ["K. Nordmann"], True),
        ("Kari Nordmann", ["Nordmann"], True),
        ("Kari Nordmann", ["Mottak", "Kari Nordmann"], True),
        ("Kari Nordmann", [], True),
        ("Kari Nordmann", [None, "", "7"], True),
        ("Kari Nordmann", ["Karsten Nordli"], False),
        ("Kari Nordmann", ["Kari Nordli"], False),
        ("Kari Nordmann", ["Karin Nordmann"], False),
        ("Kari Nordmann", ["Mottak sone nord"], False),
    ],
)
def test_what_an_account_shows(hers: str, shown: list[str | None], perhaps: bool) -> None:
    given, _, family = hers.rpartition(" ")
    want = Desired(key="1", given_name=given, family_name=family, display_name=hers, first_day="2026-12-01")
    assert may_be_hers(want, *shown) is perhaps


def test_a_name_she_is_shown_by_counts_beside_the_one_she_is_registered_with() -> None:
    want = Desired(key="1", given_name="Kari", family_name="Berg", display_name="Kari Dahl", first_day="2026-12-01")
    assert may_be_hers(want, "Berg, Kari") and may_be_hers(want, "Kari Dahl")

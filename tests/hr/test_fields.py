"""Names as people write them."""

import pytest

from onboarding.hr.fields import name

NAMES = [
    ("OLA", False, "Ola"),
    ("NORDMANN", True, "Nordmann"),
    ("ANNE-LISE", False, "Anne-Lise"),
    ("O'BRIEN", True, "O'Brien"),
    ("D’AUBIGNÉ", True, "D’Aubigné"),
    ("VAN DER BERG", True, "van der Berg"),
    ("VAN", True, "Van"),
    ("DE LA CRUZ", True, "de la Cruz"),
    ("DA", False, "Da"),
    ("van der Berg", True, "van der Berg"),
    ("McDonald", True, "McDonald"),
    ("MCDONALD", True, "Mcdonald"),
    ("ØDEGÅRD", True, "Ødegård"),
    ("EŊGØ", True, "Eŋgø"),
    ("ĐURO", False, "Đuro"),
    ("Å", True, "Å"),
    ("JAN  ERIK", False, "Jan Erik"),
    ("kari", False, "kari"),
]


@pytest.mark.parametrize(("written", "family", "expected"), NAMES)
def test_only_names_wholly_in_capitals_are_changed(written: str, family: bool, expected: str) -> None:
    assert name(written, family=family) == expected

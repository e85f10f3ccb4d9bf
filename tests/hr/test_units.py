"""The tree of units, and what is wrong with it."""

import pytest

from onboarding.domain.errors import Conflict
from onboarding.domain.people import Unit
from onboarding.hr.units import read_units
from onboarding.texts.catalogue import say

HEADER = "orgId;orgNavn;overordnetOrgId;lederId\n"


def test_units_are_read_with_their_leading_zeros() -> None:
    units, bad = read_units((HEADER + "0001;Topp;0001;\n0002; Stab ;0001;00042\n9;Annen topp;;0\n").encode())
    assert bad == ()
    assert units == {
        "0001": Unit(id="0001", name="Topp"),
        "0002": Unit(id="0002", name="Stab", parent="0001", manager="00042"),
        "9": Unit(id="9", name="Annen topp"),
    }


BAD = [
    ("1;A;;\n2;B;7;\n", [(3, "overordnetOrgId", "hr.unknown-parent")], {"1"}),
    (
        "1;A;;\n2;B;7;\n3;C;2;\n",
        [(3, "overordnetOrgId", "hr.unknown-parent"), (4, "overordnetOrgId", "hr.unknown-parent")],
        {"1"},
    ),
    (
        "1;A;;\n2;B;3;\n3;C;2;\n4;D;3;\n",
        [
            (3, "overordnetOrgId", "hr.unit-in-a-loop"),
            (4, "overordnetOrgId", "hr.unit-in-a-loop"),
            (5, "overordnetOrgId", "hr.unknown-parent"),
        ],
        {"1"},
    ),
    ("1;A;;\n1;B;;\n", [(3, "orgId", "hr.unit-twice")], {"1"}),
    (";A;;\n2;;;\n", [(2, "orgId", "hr.missing"), (3, "orgNavn", "hr.missing")], set()),
    (
        "1;<b>;x y;Per Li\n",
        [
            (2, "orgNavn", "hr.markup"),
            (2, "overordnetOrgId", "hr.not-a-number-or-code"),
            (2, "lederId", "hr.not-a-number-or-code"),
        ],
        set(),
    ),
    ("1;A\n", [(2, "", "hr.cells")], set()),
]


@pytest.mark.parametrize(("rows", "expected", "kept"), BAD)
def test_bad_units(rows: str, expected: list[tuple[int, str, str]], kept: set[str]) -> None:
    units, bad = read_units((HEADER + rows).encode())
    assert [(row.row, row.column, row.key) for row in bad] == expected
    assert set(units) == kept
    for row in bad:
        assert say(row.key, "nn", **row.params)


def test_a_file_without_the_columns_is_refused() -> None:
    with pytest.raises(Conflict) as refused:
        read_units(b"orgId;orgNavn\n")
    assert refused.value.params == {"columns": "overordnetOrgId, lederId"}

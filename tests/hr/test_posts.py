"""Which rows are one post, and what percentage it then has."""

from datetime import date
from decimal import Decimal

import pytest

from tests.hr.conftest import TODAY, Read


def _row(start: str, end: str, percentage: str, unit: str = "1211", code: str = "7174") -> dict[str, str]:
    return {
        "startdatoStilling": start,
        "sluttdatoStilling": end,
        "stillingsprosent": percentage,
        "orgId": unit,
        "stillingskode": code,
    }


JAN, JUN, JUL, DEC = "01.01.2027", "30.06.2027", "01.07.2027", "31.12.2027"
CASES = [
    ("touching", [_row(JAN, JUN, "60"), _row(JUL, DEC, "80")], [(JAN, DEC, "80")]),
    ("touching, and the first was the larger", [_row(JAN, JUN, "60"), _row(JUL, "", "20")], [(JAN, "", "60")]),
    (
        "a day between",
        [_row(JAN, "29.06.2027", "60"), _row(JUL, DEC, "80")],
        [(JAN, "29.06.2027", "60"), (JUL, DEC, "80")],
    ),
    ("overlapping", [_row(JAN, JUN, "33,33"), _row("01.03.2027", DEC, "20")], [(JAN, DEC, "53.33")]),
    ("one inside an open one", [_row(JAN, "", "50"), _row("01.03.2027", JUN, "50")], [(JAN, "", "100")]),
    ("in the wrong order", [_row(JUL, DEC, "80"), _row(JAN, JUN, "60")], [(JAN, DEC, "80")]),
    ("other units", [_row(JAN, "", "60"), _row(JAN, "", "40", unit="1311")], [(JAN, "", "60"), (JAN, "", "40")]),
    ("other job codes", [_row(JAN, "", "60"), _row(JAN, "", "40", code="7523")], [(JAN, "", "60"), (JAN, "", "40")]),
    (
        "what is past does not count",
        [_row("01.01.2020", "31.12.2021", "80"), _row("01.12.2021", "", "20")],
        [("01.01.2020", "", "20")],
    ),
    (
        "all is past",
        [_row("01.01.2020", "31.12.2021", "80"), _row("01.12.2021", "31.12.2022", "20")],
        [("01.01.2020", "31.12.2022", "20")],
    ),
    (
        "three in a chain",
        [_row(JAN, JUN, "10"), _row(JUL, "30.09.2027", "20"), _row("01.10.2027", "", "30")],
        [(JAN, "", "30")],
    ),
]


def _date(text: str) -> date | None:
    return date(*map(int, reversed(text.split(".")))) if text else None


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rows_become_posts(read: Read, rows: list[dict[str, str]], expected: list[tuple[str, str, str]]) -> None:
    export = read(*rows)
    assert export.bad == ()
    found = [(post.start, post.end, post.percentage) for post in export.posts]
    assert found == [(_date(start), _date(end), Decimal(percentage)) for start, end, percentage in expected]


def test_the_post_is_as_the_row_that_counts_today(read: Read) -> None:
    rows = (
        _row("01.01.2026", "30.11.2026", "100") | {"lederId": "1", "stillingstype": "Vikar", "erHovedstilling": "1"},
        _row("01.12.2026", "", "100") | {"lederId": "2"},
    )
    (before,) = read(*rows, today=TODAY).posts
    (after,) = read(*rows, today=date(2026, 12, 1)).posts
    assert (before.manager, after.manager) == ("1", "2")
    assert before.main
    assert after.main


def test_the_same_row_twice_is_one(read: Read) -> None:
    (post,) = read({}, {}).posts
    assert post.percentage == 100


def test_more_than_everything_is_bad_for_all_its_rows_and_no_others(read: Read) -> None:
    export = read(_row(JAN, "", "60"), _row("01.02.2027", "", "60"), _row(JAN, "", "50", unit="1311"))
    assert [(bad.row, bad.column, bad.key) for bad in export.bad] == [
        (2, "stillingsprosent", "hr.together-too-much"),
        (3, "stillingsprosent", "hr.together-too-much"),
    ]
    assert [post.unit for post in export.posts] == ["1311"]
    assert export.in_doubt == {"0042"}


def test_a_bad_row_leaves_the_persons_other_post_and_says_she_is_in_doubt(read: Read) -> None:
    export = read({}, _row(JAN, "", "50", unit="1299"))
    assert [post.unit for post in export.posts] == ["1211"]
    assert export.in_doubt == {"0042"}

"""The shipped example files are what their README says, on any day."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Unit
from onboarding.hr.example import shifted
from onboarding.hr.export import OPTIONAL, REQUIRED, Export, read_export
from onboarding.hr.units import COLUMNS, read_units
from tests.hr.conftest import TODAY

EXAMPLES = Path(__file__).parents[2] / "examples" / "hr"


@pytest.fixture
def units() -> dict[str, Unit]:
    found, bad = read_units((EXAMPLES / "enheter.csv").read_bytes())
    assert bad == ()
    return found


def _read(name: str, catalogue: Catalogue, units: dict[str, Unit]) -> Export:
    return read_export((EXAMPLES / name).read_bytes(), catalogue=catalogue, units=units, today=TODAY)


def test_the_units(units: dict[str, Unit]) -> None:
    assert " ".join(units) == "1000 1100 1110 1120 1200 1210 1211 1212 1215 1220 1221 1300 1310 1311 1312 1400"
    assert [unit.id for unit in units.values() if unit.manager is None] == ["1212", "1221", "1310"]
    assert [unit.id for unit in units.values() if unit.parent is None] == ["1000"]


def test_the_good_file(catalogue: Catalogue, units: dict[str, Unit]) -> None:
    export = _read("hires.csv", catalogue, units)
    assert export.bad == ()
    people = [post.employee_number for post in export.posts]
    assert (len(people), len(set(people))) == (13, 12)
    assert "4711" in {post.job_code for post in export.posts}
    assert {"Đuro", "Áile Marjá", "Anne-Lise"} <= {post.given_name for post in export.posts}


def test_the_file_with_bad_rows(catalogue: Catalogue, units: dict[str, Unit]) -> None:
    export = _read("hires-bad.csv", catalogue, units)
    assert [(bad.row, bad.column, bad.key) for bad in export.bad] == [
        (30, "sluttdatoStilling", "hr.end-before-start"),
        (31, "orgId", "hr.unknown-unit"),
        (32, "startdatoStilling", "hr.no-such-date"),
    ]
    people = {post.employee_number for post in export.posts}
    assert (len(export.posts), len(people), len(people | export.in_doubt)) == (28, 27, 30)
    assert "Þóra" in {post.given_name for post in export.posts}


@pytest.mark.parametrize("today", [date(2026, 11, 24), date(2027, 1, 3), date(2028, 2, 29), date(2031, 5, 17)])
def test_shifted_to_any_day(catalogue: Catalogue, units: dict[str, Unit], today: date) -> None:
    posts = _read("hires.csv", catalogue, units).posts
    moved = shifted(posts, today)
    soonest = min(post.start for post in moved)
    assert today + timedelta(days=7) <= soonest <= today + timedelta(days=13)
    assert len({new.start - old.start for new, old in zip(moved, posts, strict=True)}) == 1
    assert all(new.start.weekday() == old.start.weekday() for new, old in zip(moved, posts, strict=True))
    lengths = [(post.end - post.start if post.end else None) for post in posts]
    assert [(post.end - post.start if post.end else None) for post in moved] == lengths


def test_nobody_is_shifted_nowhere() -> None:
    assert shifted((), TODAY) == ()


def test_every_column_is_documented() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [column for column in (*REQUIRED, *OPTIONAL, *COLUMNS) if f"`{column}`" not in readme] == []

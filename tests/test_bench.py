"""The benchmarks run, small: what they measure is nobody's to judge here."""

import pytest
from bench import directory, engine, pages
from bench.table import Line, at_least, at_most, table

from onboarding.twins import postgresql_programs, samba_programs, temporal_cli
from tests.conftest import part


@pytest.fixture(autouse=True)
def _parts() -> None:
    part("Temporal's dev server", temporal_cli.find)


def test_the_engine_is_measured() -> None:
    lines = list(engine.measure("SQLite", hires=2, waits=1))
    assert {line.part for line in lines} == {"engine", "waits", "memory"}
    assert all(line.figure > 0 for line in lines)


@pytest.mark.postgres
def test_pages_and_orders_are_measured() -> None:
    part("PostgreSQL", postgresql_programs.find)
    lines = list(pages.measure("PostgreSQL", all_cases=20, open_cases=3, requests=5, orders=2))
    assert {line.part for line in lines} == {"pages", "orders", "memory"}


@pytest.mark.xdist_group("samba")
def test_the_directory_is_measured() -> None:
    part("Samba's domain controller", samba_programs.find)
    lines = list(directory.measure(hires=2))
    assert all(line.figure > 0 for line in lines)


def test_the_table_says_what_holds() -> None:
    lines = [
        Line(part="a", what="fast", figure=9.5, unit="cases/s", wanted=at_least(9, 16)),
        Line(part="a", what="slow", figure=9.5, unit="ms", wanted=at_most(5, 3)),
        Line(part="b", what="told", figure=1, wanted=at_most(None, 4)),
    ]
    assert [line.held for line in lines] == [True, False, None]
    assert table(lines).splitlines()[2].split() == ["a", "slow", "9.5", "ms", "≤", "5", "≤", "3", "NO"]

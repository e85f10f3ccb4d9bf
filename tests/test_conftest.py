"""A missing part may never pass unseen: the shared fixtures themselves are held here."""

import io
import logging
from pathlib import Path

import pytest
import structlog

from onboarding import telemetry
from onboarding.store.engine import Store
from onboarding.store.upgrading import is_current
from onboarding.twins.cache import Missing
from tests.conftest import logging_as_before, part


def broken() -> Path | None:
    raise Missing("The setting names no program.")


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("false", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
@pytest.mark.parametrize(("find", "why"), [(lambda: None, "`make parts`"), (broken, "names no program")])
def test_a_missing_part_skips_here_and_fails_in_ci(
    ci: str, outcome: type[BaseException], find: object, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    assert callable(find)
    with pytest.raises(outcome, match=why):
        part("The part", find)


def test_a_part_that_is_here_is_given(tmp_path: Path) -> None:
    assert part("The part", lambda: tmp_path) == tmp_path


def test_a_database_is_ready_and_the_tests_own(database_url: str) -> None:
    store = Store(database_url)
    try:
        assert is_current(store)
        with store.reading() as transaction:
            assert transaction.exec_driver_sql("SELECT count(*) FROM cases").scalar_one() == 0
    finally:
        store.close()


def test_a_test_that_sets_logging_up_leaves_nothing_of_it_behind() -> None:
    root, alembic = logging.getLogger(), logging.getLogger("alembic")
    before = root.handlers[:], root.level, alembic.level
    with logging_as_before():
        telemetry.configure("debug", "json", io.StringIO())
        alembic.setLevel(logging.CRITICAL)
        assert root.handlers != before[0]
    assert (root.handlers, root.level, alembic.level) == before
    assert not structlog.is_configured()

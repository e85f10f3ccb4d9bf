"""Is the database away, or did we ask for something wrong? And an outage is told once, however many meet it."""

import socket
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from onboarding.domain.errors import NotAllowed, NotFound
from onboarding.store.away import is_away
from onboarding.store.engine import LONG_REST, Store
from onboarding.store.upgrading import is_current, upgrade
from tests.database_away import away, in_recovery, thrown_out

WENT, CAME = ("warning", "the database does not answer"), ("info", "the database answers again")


def look(store: Store) -> None:
    with store.reading() as tx:
        tx.exec_driver_sql("SELECT 1")


def write(store: Store) -> None:
    with store.writing() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def told(lines: list[structlog.typing.EventDict]) -> list[tuple[str, str]]:
    return [(line["log_level"], line["event"]) for line in lines]


@pytest.mark.postgres
def test_it_is_told_once_when_it_goes_and_once_when_it_is_back(postgres_url: str) -> None:
    def met(ask: Callable[[Store], None]) -> bool:
        with structlog.contextvars.bound_contextvars(case="B-2026-000001"):
            try:
                ask(store)
            except Exception as error:
                return is_away(error)
        return False

    with closing(Store(postgres_url)) as store, ThreadPoolExecutor(8) as pool, capture_logs() as lines:
        look(store)
        with away(postgres_url):
            assert [*pool.map(met, [look, write] * 8)] == [True] * 16
            assert told(lines) == [WENT]
            assert "case" not in lines[0]  # who met it first is nothing to go by
        assert [*pool.map(met, [look, write] * 8)] == [False] * 16
        assert told(lines) == [WENT, CAME]


@pytest.mark.postgres
def test_one_that_takes_no_writes_is_away_and_reads_do_not_say_it_is_back(postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store, capture_logs() as lines:
        with in_recovery(postgres_url):
            for _ in range(3):
                with pytest.raises(DBAPIError) as refused:
                    write(store)
                assert is_away(refused.value)
                look(store)
            assert told(lines) == [WENT]
        write(store)
        assert told(lines) == [WENT, CAME]


def test_what_we_ask_wrongly_is_no_outage(database_url: str) -> None:
    with closing(Store(database_url)) as store, capture_logs() as lines:
        for wrong in ("SELECT * FROM nowhere", "SELECT FROM FROM", "INSERT INTO policies (hash) VALUES (NULL)"):
            with pytest.raises(DBAPIError) as refused, store.writing() as tx:
                tx.exec_driver_sql(wrong)
            assert not is_away(refused.value)
        assert not is_away(ConnectionError("something else"))
        assert lines == []


@pytest.mark.postgres
def test_a_query_that_takes_too_long_is_no_outage(postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store, capture_logs() as lines:
        with pytest.raises(DBAPIError) as refused, store.reading() as tx:
            tx.exec_driver_sql("SET LOCAL statement_timeout = 1; SELECT pg_sleep(60)")
        assert not is_away(refused.value) and lines == []


@pytest.mark.postgres
def test_what_has_lain_for_a_while_is_knocked_on(postgres_url: str) -> None:
    """What sits between us and the database drops lines that rest, and tells neither."""
    with closing(Store(postgres_url)) as store, capture_logs() as lines:
        look(store)
        with store.engine.connect() as connection:
            record = connection.connection._connection_record
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        assert record is not None
        thrown_out(postgres_url, pid)
        record.info["rested"] -= 2 * LONG_REST
        look(store)
        assert lines == []


def test_a_locked_file_is_away(sqlite_url: str) -> None:
    impatient = create_engine(sqlite_url, connect_args={"timeout": 0})
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    with closing(holder), impatient.connect() as connection:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError) as refused:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        assert is_away(refused.value)
    impatient.dispose()


@pytest.mark.parametrize("place", ["no/such/place.db", "not-a-database.db", "."])
def test_a_file_that_is_none_is_told_in_words(tmp_path: Path, place: str) -> None:
    (tmp_path / "not-a-database.db").write_text("something else altogether")
    url = f"sqlite:///{tmp_path}/{place}"
    with closing(Store(url)) as store, pytest.raises(NotFound, match=r"store\.away"):
        is_current(store)
    with pytest.raises(NotFound, match=r"store\.away"):
        upgrade(url)


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg2://db/x", "postgresql+psycopg://db:port/x", "mysql://db/x", "nothing"]
)
def test_what_is_no_address_of_ours_is_told_in_words(url: str) -> None:
    with pytest.raises(NotFound, match=r"store\.not-an-address"):
        Store(url)


@pytest.mark.postgres
def test_a_database_that_is_not_ours_is_told_in_words(postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store:
        role = f"role_{store.url.database}"
        with store.writing() as tx:
            tx.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'else'")
        url = store.url.set(username=role, password="else")  # of this test alone
        with pytest.raises(NotAllowed, match=r"store\.may-not"):
            upgrade(url)
        with store.writing() as tx:
            tx.exec_driver_sql(f"DROP ROLE {role}")


def test_one_that_says_nothing_at_all_is_not_waited_for() -> None:
    """The port is open, and nobody is behind it: without a limit of ours this lasts for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://x@127.0.0.1:{silent.getsockname()[1]}/x"
        with closing(Store(url)) as store, pytest.raises(NotFound, match=r"store\.away"):
            is_current(store)

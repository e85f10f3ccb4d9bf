"""A PostgreSQL of our own: loopback, a password, databases from a template, and kept where it is told to."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onboarding.twins import postgres, postgresql_programs
from onboarding.twins.cache import Missing
from onboarding.twins.postgres import Postgres
from tests.conftest import part

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres-server")]


@pytest.fixture
def place() -> Iterator[Path]:
    """Open to the user that PostgreSQL runs as, which pytest's own directory is not."""
    directory = Path(tempfile.mkdtemp(prefix="onboarding-postgres-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def programs() -> Path:
    return part("PostgreSQL", postgresql_programs.find)


def ask(server: Postgres, database: str, question: str) -> object:
    with server.connect(database) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row and row[0]


def test_a_database_is_copied_from_a_template(postgres_server: Postgres) -> None:
    postgres_server.create_database("mould")
    with postgres_server.connect("mould") as connection:
        connection.execute("CREATE TABLE cases AS SELECT 7 AS number")
    postgres_server.create_database('copy "of" it', template="mould")
    assert ask(postgres_server, 'copy "of" it', "SELECT number FROM cases") == 7
    for name in ('copy "of" it', "mould", "never there"):
        postgres_server.drop_database(name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        postgres_server.connect("mould")


def test_tests_do_not_wait_for_the_disk(postgres_server: Postgres) -> None:
    assert ask(postgres_server, "postgres", "SHOW fsync") == "off"


def test_it_listens_to_this_machine_only(postgres_server: Postgres) -> None:
    assert ask(postgres_server, "postgres", "SHOW listen_addresses") == "127.0.0.1"
    assert ask(postgres_server, "postgres", "SHOW unix_socket_directories") == ""
    assert postgres_server.port != 5432


def test_it_wants_the_password(postgres_server: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(
            host="127.0.0.1", port=postgres_server.port, user=postgres.OWNER, password="guess", dbname="postgres"
        )
    assert postgres_server.password.get_secret_value() not in repr(postgres_server)


def test_it_keeps_what_it_has_when_it_starts_again(place: Path, programs: Path) -> None:
    with postgres.running(place, fsync=True, programs=programs) as server:
        assert ask(server, "postgres", "SHOW fsync") == "on"
        server.create_database("onboarding")
    with postgres.running(place, fsync=True, programs=programs) as again:
        assert ask(again, "onboarding", "SELECT current_database()") == "onboarding"
        assert again.url("onboarding") == (
            f"postgresql+psycopg://onboarding:{again.password.get_secret_value()}@127.0.0.1:{again.port}/onboarding"
        )
    with pytest.raises(psycopg.OperationalError):
        again.connect()


def test_a_first_start_that_was_broken_off_is_made_again(place: Path, programs: Path) -> None:
    (place / "data.unfinished").mkdir()
    (place / "data.unfinished" / "half").touch()
    (place / "password").write_text("of the first")
    with postgres.running(place, fsync=False, programs=programs) as server:
        assert ask(server, "postgres", "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become somebody else")
def test_a_place_its_user_cannot_reach_is_said(place: Path, programs: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with (
        pytest.raises(Missing, match="closed to others"),
        postgres.running(closed / "in", fsync=False, programs=programs),
    ):
        pass

"""What is wrong around a command is one sentence on stderr that says what, where and what to do, and never a trace."""

import socket
from pathlib import Path

import pytest

from onboarding.policy.load import load
from tests.cli.conftest import Desk

COMMANDS = ("worker", "web", "db upgrade", "systems test", "case list", "dev --once")


def refused(desk: Desk, command: str, **settings: str) -> str:
    """What is said: the command fails with 1, and says nothing where its answer would be."""
    desk.env.update({f"ONBOARDING_{name}": value for name, value in settings.items()})
    result = desk.run(*command.split())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LOG_LEVEL", "chatty", "Skriv en av disse: debug, info, warning, error."),
        ("TEMPORAL_TLS", "kanskje", "Skriv true eller false."),
        ("TEMPORAL_ADDRESS", "http://temporal:7233", "Skriv maskin og port og ikke mer"),
        ("WORKER_ENDPOINT", "0.0.0.0:9101", "Skriv en adresse på denne maskinen alene"),
    ],
)
def test_a_setting_that_cannot_be_used(desk: Desk, command: str, name: str, value: str, said: str) -> None:
    text = refused(desk, command, **{name: value})
    assert text.startswith(f"ONBOARDING_{name} har en verdi vi ikke kan bruke. {said}")
    assert text.count("\n") == 1 and value not in text


def test_every_wrong_setting_is_said_at_once_in_the_readers_language(desk: Desk) -> None:
    text = refused(desk, "case list --language en", LOG_LEVEL="x", LOG_FORMAT="y")
    first, second = text.splitlines()
    assert first.startswith("ONBOARDING_LOG_FORMAT has a value we cannot use. Write one of these: console, json.")
    assert second.startswith("ONBOARDING_LOG_LEVEL ")


@pytest.mark.parametrize("command", ["worker", "web", "db upgrade", "systems test", "case list"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://x@127.0.0.1:1/x", "Databasen svarer ikke, eller slipper oss ikke inn."),
        ("sqlite:////no/such/place/x.db", "Databasen svarer ikke, eller slipper oss ikke inn."),
        ("postgresql+psycopg2://db/x", "ONBOARDING_DATABASE_URL er ikke adressen til en database"),
        ("postgresql+psycopg://db:port/x", "ONBOARDING_DATABASE_URL er ikke adressen til en database"),
    ],
)
def test_a_database_that_cannot_be_used(desk: Desk, command: str, url: str, said: str) -> None:
    text = refused(desk, command, DATABASE_URL=url)
    assert text.startswith(said) and text.count("\n") == 1


@pytest.mark.parametrize("command", ["worker", "roles check", "roles show nurse", "dev --once"])
def test_a_directory_of_roles_that_is_not_there(desk: Desk, command: str) -> None:
    place = desk.place / "nowhere"
    text = refused(desk, command, ROLES_DIR=str(place))
    assert text.startswith(f"Det er ingen mappe med virksomhetens regler i {place}. Se om stien er riktig")
    assert text.count("\n") == 1


@pytest.mark.parametrize("command", ["worker", "roles check", "dev --once"])
def test_a_directory_of_roles_that_is_bad(desk: Desk, command: str) -> None:
    text = refused(desk, command, ROLES_DIR=str(desk.place))
    assert "kinds.yaml:1:1: this file is missing" in text


@pytest.mark.parametrize("command", ["worker", "systems test"])
@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "finnes ikke eller kan ikke leses"),
        ("[active-directory\n", "er ikke gyldig TOML"),
        ("[active-directory]\npage_size = 7\n", "er page_size for active-directory skrevet feil"),
    ],
)
def test_a_file_of_connections_that_cannot_be_read(desk: Desk, command: str, written: str | None, said: str) -> None:
    file = desk.place / "connections.toml"
    if written is not None:
        file.write_text(written)
    assert said in refused(desk, command, CONNECTIONS_FILE=str(file))


def test_a_worker_names_every_table_it_cannot_use_before_it_asks_for_temporal(desk: Desk) -> None:
    """Nobody is at this address of Temporal: the worker does not wait for it first."""
    roles = Path(desk.env["ONBOARDING_ROLES_DIR"])
    file = desk.place / "connections.toml"
    tables = [
        f'[{id}]\nconnector = "simulator"\nfile = "{desk.place}/{id}.db"\n'
        for id, system in load(roles).systems.items()
        if system.connector != "manual" and id not in ("active-directory", "mail")
    ]
    tables += [
        '[mail]\nconnector = "simulater"\n',
        '[active-directory]\nconnector = "simulator"\npassword = {env = "NONE"}\n',
    ]
    file.write_text("\n".join(tables))
    text = refused(desk, "worker", CONNECTIONS_FILE=str(file), TEMPORAL_ADDRESS="127.0.0.1:9")
    first, second = sorted(text.splitlines())
    assert first.startswith("active-directory trenger password, som skal ligge i NONE.")
    assert second.startswith("mail skal kobles til med «simulater», men det finnes ikke.")


def test_a_worker_speaks_the_readers_language(desk: Desk) -> None:
    desk.env["ONBOARDING_LANGUAGE"] = "en"
    assert "does not exist or cannot be read" in refused(desk, "worker", CONNECTIONS_FILE="/nowhere")
    assert "finst ikkje" in refused(desk, "worker --language nn", CONNECTIONS_FILE="/nowhere")


def test_a_key_file_that_is_not_there(desk: Desk) -> None:
    text = refused(desk, "worker", TEMPORAL_API_KEY_FILE="/nowhere/key")
    assert text.startswith("ONBOARDING_TEMPORAL_API_KEY_FILE peker på /nowhere/key, som ikke finnes")


def test_a_second_demo_is_told_before_anything_is_started(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from onboarding import dev

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(dev, "WEB", ("127.0.0.1", port))
        text = refused(desk, "dev", DATA_DIR=str(desk.place / "data"))
    assert text.startswith(f"Port {port}, der sidene skal være, er i bruk av noe annet.")
    assert not (desk.place / "data").exists()

"""The file of connections: what stands in it, what is wrong in it, and that no secret is ever in a message."""

from pathlib import Path

import pytest

from onboarding.connectors.base import Options
from onboarding.connectors.connections import (
    Connection,
    FromEnvironment,
    FromFile,
    check,
    read_connections,
    whole_number,
)
from onboarding.connectors.simulator import Simulator
from onboarding.domain.errors import Conflict, NotFound, OnboardingError
from onboarding.texts.catalogue import LANGUAGES, say


def written(directory: Path, text: str) -> Path:
    path = directory / "connections.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_a_system(tmp_path: Path) -> None:
    text = """
    [active-directory]
    connector = "simulator"
    file = "ad.db"
    password = {file = "secrets/ad"}
    token = {env = "AD_TOKEN"}

    [key-card]
    """
    assert read_connections(written(tmp_path, text)) == {
        "active-directory": Connection(
            connector="simulator",
            settings={"file": "ad.db"},
            secrets={"password": FromFile(file=tmp_path / "secrets/ad"), "token": FromEnvironment(env="AD_TOKEN")},
        ),
        "key-card": Connection(),
    }


@pytest.mark.parametrize(
    ("stored", "secret"), [("s3cret", "s3cret"), ("s3cret\n", "s3cret"), ("a\r\n", "a"), (" a \n\n", " a \n")]
)
def test_a_secret_is_read_from_its_file(tmp_path: Path, stored: str, secret: str) -> None:
    (tmp_path / "password").write_bytes(stored.encode())
    (connection,) = read_connections(written(tmp_path, '[ad]\npassword = {file = "password"}')).values()
    assert connection.options("ad") == Options(system="ad", settings={}, secrets={"password": secret})


def test_a_secret_is_read_from_the_environment_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection(secrets={"token": FromEnvironment(env="ONBOARDING_TEST_TOKEN")})
    monkeypatch.setenv("ONBOARDING_TEST_TOKEN", "abc")
    assert connection.options("ad").secrets == {"token": "abc"}


@pytest.mark.parametrize("stored", [None, b"", b"\n", b"\xff\xfe"])
def test_a_secret_that_is_not_there_is_named_by_where_it_should_be(tmp_path: Path, stored: bytes | None) -> None:
    if stored is not None:
        (tmp_path / "ad-password").write_bytes(stored)
    (connection,) = read_connections(written(tmp_path, '[ad]\npassword = {file = "ad-password"}')).values()
    with pytest.raises(NotFound) as missing:
        connection.options("ad")
    tells(missing.value, "ad", "password", "ad-password")


def test_so_is_one_that_is_not_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBOARDING_TEST_TOKEN", "")
    with pytest.raises(NotFound) as missing:
        Connection(secrets={"token": FromEnvironment(env="ONBOARDING_TEST_TOKEN")}).options("ad")
    tells(missing.value, "ad", "token", "ONBOARDING_TEST_TOKEN")


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("page_size = 500", "page_size"),
        ("tls = true", "tls"),
        ('hosts = ["a", "b"]', "hosts"),
        ('password = {fil = "hunter2"}', "password"),
        ('password = {file = "a", env = "hunter2"}', "password"),
        ("password = {env = 4711}", "password"),
    ],
)
def test_what_is_neither_text_nor_a_place_for_a_secret_is_refused(tmp_path: Path, line: str, setting: str) -> None:
    with pytest.raises(Conflict) as malformed:
        read_connections(written(tmp_path, f"[ad]\n{line}"))
    tells(malformed.value, "ad", setting)


def test_a_line_outside_every_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Conflict) as malformed:
        read_connections(written(tmp_path, 'password = "hunter2"'))
    tells(malformed.value, "password")


@pytest.mark.parametrize("content", [b'[ad]\npassword = "hunter2', b"[ad]\npassword = hunter2", b"# hunter2 \xff"])
def test_a_file_that_is_not_toml_says_so_and_quotes_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "connections.toml"
    path.write_bytes(content)
    with pytest.raises(Conflict) as unreadable:
        read_connections(path)
    tells(unreadable.value, "connections.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as missing:
        read_connections(tmp_path / "connections.toml")
    tells(missing.value, "connections.toml")


@pytest.mark.parametrize(
    ("settings", "secrets", "key", "setting"),
    [
        ({"url": "x"}, {"password": "hunter2"}, None, ""),
        ({"url": "x", "page": "2"}, {"password": "hunter2", "proxy_password": "hunter2"}, None, ""),
        ({}, {"password": "hunter2"}, "system.setting-missing", "url"),
        ({}, {}, "system.setting-missing", "url, password"),
        ({"url": "x", "password": "hunter2"}, {}, "system.setting-unknown", "password"),
        ({"url": "x"}, {"password": "hunter2", "page": "hunter2"}, "system.setting-unknown", "page"),
        ({"ulr": "hunter2", "tls": "no"}, {}, "system.setting-unknown", "ulr, tls"),
    ],
)
def test_settings_are_checked_by_name(
    settings: dict[str, str], secrets: dict[str, str], key: str | None, setting: str
) -> None:
    found: OnboardingError | None = None
    try:
        check(
            Options(system="ad", settings=settings, secrets=secrets),
            settings=("url",),
            optional=("page",),
            secrets=("password",),
            optional_secrets=("proxy_password",),
        )
    except OnboardingError as error:
        found = error
        tells(error, "ad", setting)
    assert (found.key if found else None) == key
    assert found is None or found.params["setting"] == setting


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", ""])
def test_a_page_size_is_a_whole_number(text: str) -> None:
    with pytest.raises(Conflict) as wrong:
        Simulator(Options(system="ad", settings={"file": "x", "page_size": text}, secrets={}))
    tells(wrong.value, "ad", "page_size")
    assert whole_number(Options(system="ad", settings={"page_size": "7"}, secrets={}), "page_size", 500) == 7


def tells(error: OnboardingError, *parts: str) -> None:
    for text in (say(error.key, language, **error.params) for language in LANGUAGES):
        assert "hunter2" not in text
        assert all(part in text for part in parts), text

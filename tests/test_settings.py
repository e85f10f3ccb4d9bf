"""The environment as values: defaults for a first try, and no secret in what is shown."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from onboarding.domain.errors import Conflict, NotFound
from onboarding.settings import PREFIX, Settings


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def test_a_first_try_needs_no_settings() -> None:
    settings = Settings()
    assert settings.database_url == "sqlite:///onboarding.db"
    assert settings.roles_dir == Path("roles")
    server = settings.temporal_server()
    assert (server.address, server.namespace, server.tls, server.api_key) == ("127.0.0.1:7233", "default", None, None)


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a key\n")
    values = {
        "TEMPORAL_ADDRESS": "temporal.example.no:7233",
        "TEMPORAL_NAMESPACE": "kommune",
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_AUTHORITY": str(tmp_path / "ca.pem"),
        "TEMPORAL_TLS_CERTIFICATE": str(tmp_path / "own.pem"),
        "TEMPORAL_TLS_KEY": str(tmp_path / "own.key"),
        "TEMPORAL_API_KEY_FILE": str(key),
    }
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)
    for file in ("ca.pem", "own.pem", "own.key"):
        (tmp_path / file).touch()
    server = Settings().temporal_server()
    assert (server.address, server.namespace) == ("temporal.example.no:7233", "kommune")
    assert server.tls is not None
    assert [file.name for file in server.tls.model_dump().values()] == ["ca.pem", "own.pem", "own.key"]
    assert server.api_key is not None
    assert server.api_key.get_secret_value() == "a key"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBOARDING_TEMPORAL_CLI", "")
    assert Settings().temporal_cli is None


def test_a_wrong_value_is_said_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBOARDING_LOG_LEVEL", "chatty-secret")
    with pytest.raises(ValidationError, match="log_level") as refusal:
        Settings()
    assert "chatty-secret" not in str(refusal.value)


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBOARDING_DATABASE_URL", "postgresql+psycopg://onboarding:hunter2@db/onboarding")
    assert "hunter2" not in repr(Settings())


@pytest.mark.parametrize(
    "name", ["TEMPORAL_API_KEY_FILE", "TEMPORAL_TLS_AUTHORITY", "TEMPORAL_TLS_CERTIFICATE", "TEMPORAL_TLS_KEY"]
)
def test_a_file_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv("ONBOARDING_TEMPORAL_TLS", "true")
    monkeypatch.setenv(PREFIX + name, str(tmp_path / "gone"))
    with pytest.raises(NotFound, match=r"setting\.file-missing") as refusal:
        Settings().temporal_server()
    assert refusal.value.params == {"variable": PREFIX + name, "file": str(tmp_path / "gone")}


def test_a_key_that_would_go_out_in_the_open_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a key")
    monkeypatch.setenv("ONBOARDING_TEMPORAL_API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("ONBOARDING_TEMPORAL_ADDRESS", "temporal.example:7233")
    with pytest.raises(Conflict, match=r"setting\.key-in-the-open"):
        Settings().temporal_server()


@pytest.mark.parametrize("address", ["temporal", "http://temporal:7233", "temporal:port", ":7233", "temporal:99999"])
def test_an_address_of_temporal_is_host_and_port(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ONBOARDING_TEMPORAL_ADDRESS", address)
    with pytest.raises(ValidationError, match="a host and a port"):
        Settings()


@pytest.mark.parametrize(
    "address", ["0.0.0.0:9101", "10.0.0.4:9101", "127.0.0.1", "127.0.0.1:x", "example.no:1", ":9101"]
)
def test_a_worker_tells_only_its_own_machine(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ONBOARDING_WORKER_ENDPOINT", address)
    with pytest.raises(ValidationError, match="an address of this machine alone"):
        Settings()


@pytest.mark.parametrize("address", ["127.0.0.1:9101", "127.0.0.2:9101", "[::1]:9101"])
def test_each_worker_may_have_an_address_of_its_own(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ONBOARDING_WORKER_ENDPOINT", address)
    assert Settings().worker_endpoint == address

"""What a machine decides, not the organisation: environment variables turned into typed values, once, at the edge."""

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from onboarding.domain.errors import Conflict, NotFound

if TYPE_CHECKING:
    from onboarding.temporal import Server

PREFIX = "ONBOARDING_"


class Settings(BaseSettings):
    """Each field is the variable ONBOARDING_<FIELD>; docs/settings.md has them all, held by a test."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True)

    # It may hold a password, so it is never shown with the others.
    database_url: str = Field(
        "sqlite:///onboarding.db",
        repr=False,
        description="The store: a SQLite file or a PostgreSQL database, as a SQLAlchemy URL.",
    )
    roles_dir: Path = Field(Path("roles"), description="The directory with the organisation's policy.")
    connections_file: Path | None = Field(
        None,
        description="The file with the addresses of systems, and where the secrets for them are.",
    )
    data_dir: Path = Field(
        Path(".onboarding"), description="Where `onboarding dev` keeps what it makes, such as databases and logs."
    )

    temporal_address: str = Field("127.0.0.1:7233", description="Host and port of Temporal's frontend.")
    temporal_namespace: str = Field("default", description="The namespace in Temporal where cases run.")
    temporal_tls: bool = Field(
        False, description="Whether to speak TLS with Temporal; needed for an API key outside this machine."
    )
    temporal_tls_authority: Path | None = Field(
        None,
        description="PEM file of the authority that signed Temporal's certificate, where the system does not know it.",
    )
    temporal_tls_certificate: Path | None = Field(
        None, description="PEM file of our own certificate, where Temporal asks for one."
    )
    temporal_tls_key: Path | None = Field(None, description="PEM file of the private key of our own certificate.")
    temporal_api_key_file: Path | None = Field(None, description="File that holds Temporal's API key and nothing else.")

    temporal_cli: Path | None = Field(
        None, description="The program `temporal` that runs the local server; otherwise it is looked for, and obtained."
    )
    temporal_test_server: Path | None = Field(
        None,
        description="The program that runs Temporal's time-skipping test server; otherwise it is obtained.",
    )

    worker_endpoint: str | None = Field(
        None,
        description="Where a worker tells how it is: an address of this machine alone, such as `127.0.0.1:9101`.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important line that is logged."
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="Log lines for people (`console`) or for machines (`json`)."
    )

    @field_validator("temporal_address")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or "/" in host or not port.isdecimal() or int(port) > 65535:
            raise ValueError("must be a host and a port, such as temporal.example:7233")
        return value

    @field_validator("worker_endpoint")
    @classmethod
    def _of_this_machine(cls, value: str | None) -> str | None:
        """Nobody signs in there."""
        if value is not None:
            host, _, port = value.rpartition(":")
            try:
                loopback = ipaddress.ip_address(host.strip("[]")).is_loopback
            except ValueError:
                loopback = False
            if not loopback or not port.isdecimal() or int(port) > 65535:
                raise ValueError("must be an address of this machine alone and a port, such as 127.0.0.1:9101")
        return value

    def temporal_server(self) -> "Server":
        """Where Temporal is. A file that cannot be read is told here, before anything has started."""
        from onboarding.temporal import (
            Server,
            Tls,
            is_loopback,
        )  # half a second that a command without Temporal need not wait

        key = self._read("temporal_api_key_file").decode(errors="replace").strip()
        if self.temporal_tls:
            for name in ("temporal_tls_authority", "temporal_tls_certificate", "temporal_tls_key"):
                self._read(name)
        elif key and not is_loopback(self.temporal_address):
            raise Conflict("setting.key-in-the-open")
        tls = Tls(
            authority=self.temporal_tls_authority, certificate=self.temporal_tls_certificate, key=self.temporal_tls_key
        )
        return Server(
            address=self.temporal_address,
            namespace=self.temporal_namespace,
            tls=tls if self.temporal_tls else None,
            api_key=SecretStr(key) if key else None,
        )

    def _read(self, name: str) -> bytes:
        """What is in the file that this setting names; nothing where it names none."""
        file: Path | None = getattr(self, name)
        try:
            return file.read_bytes() if file else b""
        except OSError:
            raise NotFound("setting.file-missing", variable=variable(name), file=str(file)) from None


def variable(field: str) -> str:
    return f"{PREFIX}{field.upper()}"

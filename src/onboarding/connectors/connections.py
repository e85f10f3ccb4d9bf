"""Where each system is and how we are let in: one TOML file, secrets only by file or environment name."""

import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from onboarding.connectors.base import Options
from onboarding.domain.errors import Conflict, NotFound
from onboarding.domain.people import Value


class FromFile(Value):
    file: Path


class FromEnvironment(Value):
    env: str


Secret = FromFile | FromEnvironment


class Connection(Value):
    """One system's table, its secrets not yet read. A system that needs no settings may do without a table."""

    connector: str | None = None  # a stand-in for the one policy names
    settings: Mapping[str, str] = {}
    secrets: Mapping[str, Secret] = {}

    def options(self, system: str) -> Options:
        """What a connector is made from. Secrets are read now, once."""
        secrets = {name: _read(system, name, secret) for name, secret in self.secrets.items()}
        return Options(system=system, settings=self.settings, secrets=secrets)


def read_connections(path: Path) -> Mapping[str, Connection]:
    """The file as it stands, by system. A secret's file is named from where this file is."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise NotFound("system.connections-missing", file=str(path)) from None
    except ValueError as error:  # TOML's own say line and column, and never quote a value
        where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise Conflict("system.connections-unreadable", file=str(path), where=where) from None
    return {system: _connection(system, table, path.parent) for system, table in tables.items()}


def check(
    options: Options,
    *,
    settings: Collection[str] = (),
    optional: Collection[str] = (),
    secrets: Collection[str] = (),
    optional_secrets: Collection[str] = (),
) -> None:
    """What a connector says first: what it must have, what it may have, and that it knows nothing else."""
    given = [*options.settings, *options.secrets]
    # A secret written as a setting is a secret in plain text: it is not known as a setting, and so it is refused.
    unknown = [name for name in options.settings if name not in {*settings, *optional}]
    unknown += [name for name in options.secrets if name not in {*secrets, *optional_secrets}]
    if unknown:
        known = ", ".join([*settings, *optional, *secrets, *optional_secrets]) or "–"
        raise Conflict("system.setting-unknown", system=options.system, setting=", ".join(unknown), known=known)
    missing = [name for name in (*settings, *secrets) if name not in given]
    if missing:
        raise NotFound("system.setting-missing", system=options.system, setting=", ".join(missing))


def whole_number(options: Options, setting: str, default: int) -> int:
    """A setting that counts something: 1 or more."""
    text = options.settings.get(setting, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise Conflict("system.setting-not-a-number", system=options.system, setting=setting)
    return int(text)


def _connection(system: str, table: object, beside: Path) -> Connection:
    if not isinstance(table, dict):
        raise Conflict("system.setting-malformed", system=system, setting="–")
    settings: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    for name, value in table.items():
        match value:
            case str():
                settings[name] = value
            case {"file": str(file), **rest} if not rest:
                secrets[name] = FromFile(file=beside / file)
            case {"env": str(env), **rest} if not rest:
                secrets[name] = FromEnvironment(env=env)
            case _:
                raise Conflict("system.setting-malformed", system=system, setting=name)
    return Connection(connector=settings.pop("connector", None), settings=settings, secrets=secrets)


def _read(system: str, name: str, secret: Secret) -> str:
    match secret:
        case FromFile(file=file):
            place = str(file)
            try:
                text = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                text = ""
        case FromEnvironment(env=env):
            place = env
            text = os.environ.get(env, "")
    text = text.removesuffix("\n").removesuffix("\r")  # an editor's last line end is not part of it
    if not text:
        raise NotFound("system.secret-missing", system=system, setting=name, place=place)
    return text

"""A PostgreSQL of our own in a directory, for dev and tests: loopback, a free port, never the machine's own service."""

import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from pydantic import SecretStr

from onboarding.domain.people import Value
from onboarding.twins import postgresql_programs, tether
from onboarding.twins.cache import Missing

OWNER = "onboarding"
UP_WITHIN = 60.0  # seconds; a database that was killed first repairs itself
TRIES = 3  # a free port may be taken by somebody else before the server has it


class Postgres(Value):
    port: int
    password: SecretStr
    pid: int

    def url(self, name: str) -> str:
        """As SQLAlchemy has it."""
        return f"postgresql+psycopg://{OWNER}:{self.password.get_secret_value()}@127.0.0.1:{self.port}/{name}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Empty, or a copy of another that nobody is connected to."""
        of = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + of)

    def drop_database(self, name: str) -> None:
        """With whoever is connected to it thrown out. Dropping what is not there is a success."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def connect(self, name: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=OWNER,
            password=self.password.get_secret_value(),
            dbname=name,
            autocommit=True,
            connect_timeout=5,
        )

    def _run(self, statement: sql.Composed) -> None:
        with self.connect() as connection:
            connection.execute(statement)


@contextmanager
def running(directory: Path, *, fsync: bool, programs: Path | None = None) -> Iterator[Postgres]:
    """The database in `directory`, made where there is none. Without fsync it is fast, and lost with the power."""
    found = programs or postgresql_programs.find_or_get()
    user = _user()
    directory.mkdir(parents=True, exist_ok=True)
    _give(directory, user)
    password = _prepare(found, directory.resolve(), user)
    log = directory / "postgres.log"
    with log.open("ab") as output:
        server, process = _start(found, directory, fsync, password, user, output.fileno(), log)
    try:
        yield server
    finally:
        tether.stop(process)


def _prepare(programs: Path, directory: Path, user: str | None) -> SecretStr:
    kept, data, unfinished = directory / "password", directory / "data", directory / "data.unfinished"
    if data.exists():
        return SecretStr(kept.read_text())
    if unfinished.exists():  # somebody was broken off here
        shutil.rmtree(unfinished)
    # Anybody on the machine may knock at 127.0.0.1, and a database's owner may run programs: so a password, also here.
    kept.touch(mode=0o600)
    kept.write_text(secrets.token_urlsafe(24))
    _give(kept, user)
    made = subprocess.run(
        [
            programs / "initdb", "--pgdata", unfinished, "--username", OWNER, "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--auth", "scram-sha-256", "--pwfile", kept, "--no-sync", "--no-instructions",
        ],
        user=user,
        group=tether.group_of(user),
        extra_groups=[] if user else None,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"PostgreSQL's initdb could not make a database in {directory}:\n{made.stderr[-2000:]}")
    unfinished.rename(data)
    return SecretStr(kept.read_text())


def _start(
    programs: Path, directory: Path, fsync: bool, password: SecretStr, user: str | None, output: int, log: Path
) -> "tuple[Postgres, subprocess.Popen[bytes]]":
    for _ in range(TRIES):
        port = tether.free_port()
        command: list[str | Path] = [programs / "postgres", "-D", directory.resolve() / "data", *_options(port, fsync)]
        process = tether.start(command, output=output, signal="INT", user=user)  # INT: do not wait for who is connected
        server = Postgres(port=port, password=password, pid=process.pid)
        try:
            if _wait_until_up(process, server):
                return server, process
        except BaseException:
            tether.stop(process)
            raise
        tether.stop(process)
    raise RuntimeError(f"PostgreSQL did not start. Its own words are in {log}")


def _options(port: int, fsync: bool) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",  # nobody needs one, and its path may not be longer than 107 characters
        "max_connections": "200",
        "shared_buffers": "64MB",
    }
    if not fsync:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _wait_until_up(process: "subprocess.Popen[bytes]", server: Postgres) -> bool:
    """False where it ended instead."""
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _user() -> str | None:
    """PostgreSQL refuses to be root: then it runs as its own user, which Debian's package makes, else as nobody."""
    if os.geteuid() != 0:
        return None
    return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"


def _give(path: Path, user: str | None) -> None:
    if user is None:
        return
    shutil.chown(path, user)
    closed = [str(above) for above in path.resolve().parents if not above.stat().st_mode & 0o001]
    if closed:
        raise Missing(
            f"PostgreSQL cannot run as root, and its user {user} cannot reach {path}: {closed[-1]} is closed to "
            "others. Choose another directory, or run as an ordinary user."
        )

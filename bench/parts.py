"""The outside parts that are measured against: Temporal in memory, a database that keeps what it says, a directory."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from onboarding.store.upgrading import upgrade
from onboarding.temporal import Server
from onboarding.twins import postgres, samba, temporal_cli, temporal_server
from onboarding.twins.samba import Samba

Database = Literal["SQLite", "PostgreSQL"]


@dataclass(frozen=True)
class Parts:
    directory: Path
    database_url: str
    database_pid: int | None  # None: it is a file
    temporal: Server
    temporal_pid: int
    stop_temporal: Callable[[], None]


@contextmanager
def parts(database: Database) -> Iterator[Parts]:
    with ExitStack() as stack:
        directory = stack.enter_context(_own_directory("bench"))
        if database == "SQLite":
            url, pid = f"sqlite:///{directory / 'store.db'}", None
        else:
            # fsync: an answer that the power can take back is another figure.
            server = stack.enter_context(postgres.running(stack.enter_context(_own_directory("bench-pg")), fsync=True))
            server.create_database("onboarding")
            url, pid = server.url("onboarding"), server.pid
        upgrade(url)
        inner = stack.enter_context(ExitStack())
        binary = temporal_cli.find_or_get()
        running = inner.enter_context(temporal_server.running(binary, temporal_server.DevServer(), data=directory))
        yield Parts(
            directory=directory,
            database_url=url,
            database_pid=pid,
            temporal=Server(address=running.address, namespace=running.namespace),
            temporal_pid=running.pid,
            stop_temporal=inner.close,
        )


@contextmanager
def directory_service(groups: list[str]) -> Iterator[Samba]:
    with _own_directory("bench-samba") as directory, samba.running(directory, fsync=True) as server:
        samba.furnish(server, "Fjordvik", groups)
        yield server


@contextmanager
def _own_directory(name: str) -> Iterator[Path]:
    """Where also PostgreSQL's own user can come, where we are root."""
    directory = Path(tempfile.mkdtemp(prefix=f"onboarding-{name}-", dir="/var/tmp"))  # mkdtemp makes it ours alone
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)

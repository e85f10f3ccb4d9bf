"""Parts of ours in processes of their own, so that what each one uses of the machine can be read from outside."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from onboarding.domain.people import Value
from onboarding.settings import PREFIX
from onboarding.temporal import Server
from onboarding.twins import tether

LONGEST = 300.0  # seconds: what takes longer than this hangs
TICKS = os.sysconf("SC_CLK_TCK")
COMMAND = (sys.executable, "-c", "from onboarding.cli.main import app; app()")


class Ours(Value):
    """One command of ours at work."""

    pid: int
    log: Path

    def cpu(self) -> float:
        return cpu_of(self.pid)

    def peak(self) -> float:
        """The most memory it has had, in MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        found = next(line for line in lines if line.startswith("VmHWM:"))
        return int(found.split()[1]) / 1024


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used, with its children's."""
    return sum(_ticks(one) for one in (pid, *_children(pid))) / TICKS


def settings(database: str, roles: Path, server: Server, connections: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "ROLES_DIR": str(roles),
        "CONNECTIONS_FILE": str(connections),
        "TEMPORAL_ADDRESS": server.address,
        "TEMPORAL_NAMESPACE": server.namespace,
        "LOG_FORMAT": "json",
    }


@contextmanager
def running(directory: Path, told: Mapping[str, str], *command: str) -> Iterator[Ours]:
    """`onboarding COMMAND` until the block ends, on a tether: it never outlives us."""
    log = directory / f"{command[0]}.log"
    # Modules are compiled once, as where it runs for real, whatever the one who measures has set for himself.
    compiled = ["PYTHONDONTWRITEBYTECODE=", f"PYTHONPYCACHEPREFIX={directory / 'compiled'}"]
    environment = [*compiled, *(f"{PREFIX}{name}={value}" for name, value in told.items())]
    with log.open("ab") as output:
        process = tether.start(["env", *environment, *COMMAND, *command], output=output.fileno())
    try:
        yield Ours(pid=process.pid, log=log)
    finally:
        tether.stop(process)


@contextmanager
def web(directory: Path, told: Mapping[str, str]) -> Iterator[tuple[Ours, HTTPConnection]]:
    port = tether.free_port()
    with running(directory, told, "web", "--port", str(port)) as process:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        until(lambda: _answers(connection))
        try:
            yield process, connection
        finally:
            connection.close()


def until(true: Callable[[], bool], pause: float = 0.05) -> None:
    """Raises TimeoutError where it never becomes true."""
    deadline = time.monotonic() + LONGEST
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("what was measured did not come to its end")
        time.sleep(pause)


def _answers(connection: HTTPConnection) -> bool:
    try:
        connection.request("GET", "/static/app.css")
        return connection.getresponse().read() is not None
    except OSError:
        connection.close()
        return False


def _ticks(pid: int) -> int:
    """Of its own, and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:  # ended meanwhile: counted by the one that waited for it
        return 0
    return sum(map(int, fields[11:15]))


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found

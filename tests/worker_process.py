"""`onboarding worker` as a child process, on a policy of its own: what is killed in a story is the real thing."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType
from typing import Any

from onboarding.policy.load import load
from onboarding.twins import tether
from onboarding.twins.temporal_server import Running

POLICY = {
    "organisation.yaml": """
title: {nb: Fjordvik}
""",
    "units.yaml": "{}\n",
    "gates.yaml": "{}\n",
    "clashes.yaml": "{}\n",
    "kinds.yaml": """
ansatt:
  title: {nb: Ansatt}
  match: [{types: [Fast]}]
""",
    "systems.yaml": "".join(
        f"""
{id}:
  title: {{nb: System {id}}}
  owner: it@fjordvik.example
  connector: simulator
  limits: {{concurrency: 8, per_second: 500}}
{more}"""
        for id, more in (
            ("ad", "  naming: {max_length: 20}\n"),
            ("mail", "  account_needs: [ad]\n"),
            ("pay", "  account_needs: [ad]\n"),
        )
    )
    + """
people:
  title: {nb: Oppgaver}
  owner: it@fjordvik.example
  connector: manual
  account: false
""",
    "entitlements.yaml": "".join(
        f"""
{system}-{name}:
  title: {{nb: {name} i {system}}}
  system: {system}
  target: {name.upper()}
  risk: low
"""
        for system, names in (("ad", ("login", "vpn", "files")), ("mail", ("box", "list")), ("pay", ("slip",)))
        for name in names
    ),
    "everyone.yaml": "gives: [ad-login, mail-box]\n",
    "role/nurse.yaml": """
nurse:
  title: {nb: Sykepleier}
  for: {job_codes: ["7174"]}
  gives: [ad-vpn, ad-files, mail-list, pay-slip]
""",
}
SYSTEMS = ("ad", "mail", "pay")
GRANTS = 6  # of each nurse, in all systems


def write_policy(directory: Path) -> Path:
    for name, text in POLICY.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return directory


def automatic(roles: Path) -> tuple[str, ...]:
    return tuple(id for id, system in load(roles).systems.items() if system.connector != "manual")


class WorkerProcess:
    """Started, killed and started again; its log is one file over all its lives."""

    def __init__(
        self, directory: Path, database: str, server: Running, told: Mapping[str, str], roles: Path | None
    ) -> None:
        self.log = directory / "worker.log"
        roles, systems = (roles, automatic(roles)) if roles else (write_policy(directory / "roles"), SYSTEMS)
        connections = directory / "connections.toml"
        simulated = {id: f'connector = "simulator"\nfile = "{directory / id}.db"\n' for id in systems}
        tables = {**simulated, **told}
        connections.write_text("".join(f"[{id}]\n{table}" for id, table in tables.items()), encoding="utf-8")
        self._env = {
            "ONBOARDING_DATABASE_URL": database,
            "ONBOARDING_ROLES_DIR": str(roles),
            "ONBOARDING_CONNECTIONS_FILE": str(connections),
            "ONBOARDING_TEMPORAL_ADDRESS": server.address,
            "ONBOARDING_TEMPORAL_NAMESPACE": server.namespace,
            "ONBOARDING_LOG_FORMAT": "json",
            "ONBOARDING_WORKER_ENDPOINT": "127.0.0.1:0",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """On a tether: a test that is killed itself must not leave a worker behind."""
        settings = [f"{name}={value}" for name, value in self._env.items()]
        command = [sys.executable, "-c", "from onboarding.cli.main import app; app()", "worker"]
        with self.log.open("ab") as output:
            self._process = tether.start(["env", *settings, *command], output=output.fileno())

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL: nothing is said, nothing comes home."""
        assert self._process is not None and self._process.stdin is not None
        self._process.kill()
        self._process.stdin.close()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM: what is under way comes home first. The exit code."""
        assert self._process is not None
        tether.stop(self._process)
        return self._process.returncode

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def lines(self) -> list[dict[str, Any]]:
        """Those that are whole."""
        return [json.loads(line) for line in self.said().splitlines(keepends=True) if line.endswith("\n")]

    def told(self, page: str) -> tuple[int, str]:
        """What it tells at its endpoint: the status and the text; (0, '') where nobody answers yet."""
        ports = [line["port"] for line in self.lines() if line["event"] == "the worker tells how it is"]
        if not ports:
            return 0, ""
        connection = HTTPConnection("127.0.0.1", ports[-1], timeout=20)
        try:
            connection.request("GET", page)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()


@contextmanager
def worker_process(
    directory: Path,
    database: str,
    server: Running,
    told: Mapping[str, str] = MappingProxyType({}),
    *,
    roles: Path | None = None,
) -> Iterator[WorkerProcess]:
    """`told`: what the file of connections says of a system that is not the simulator's.

    `roles`: another policy than the small one above; every system in it that is not by hand is simulated.
    """
    worker = WorkerProcess(directory, database, server, told, roles)
    worker.start()
    try:
        yield worker
    finally:
        if worker.running:
            worker.kill()

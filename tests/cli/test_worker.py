"""The worker as a process: what it takes in and says while Temporal is not there."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from onboarding.operations import policies
from onboarding.store.engine import Store
from onboarding.twins.tether import free_port
from tests.worker_process import automatic

ROOT = Path(__file__).parents[2]


def simulated(place: Path) -> str:
    """A file of connections in which the simulator stands for every system."""
    tables = [f'[{id}]\nconnector = "simulator"\nfile = "{place / id}.db"\n' for id in automatic(ROOT / "roles")]
    (place / "connections.toml").write_text("\n".join(tables), encoding="utf-8")
    return str(place / "connections.toml")


def test_without_temporal_the_policy_is_in_use_and_it_says_what_it_waits_for(sqlite_url: str, tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "ONBOARDING_DATABASE_URL": sqlite_url,
        "ONBOARDING_ROLES_DIR": str(ROOT / "roles"),
        "ONBOARDING_CONNECTIONS_FILE": simulated(tmp_path),
        "ONBOARDING_TEMPORAL_ADDRESS": nobody,
        "ONBOARDING_LOG_FORMAT": "json",
    }
    command = [sys.executable, "-c", "from onboarding.cli.main import app; app()", "worker"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        said = next(line for line in worker.stderr if "Temporal does not answer" in line)
        worker.terminate()
        worker.communicate(timeout=60)
    assert nobody in said and worker.returncode == 0
    store = Store(sqlite_url)
    assert policies.current(store) is not None
    store.close()


def test_two_workers_cannot_tell_at_one_address(sqlite_url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        env = {
            "ONBOARDING_DATABASE_URL": sqlite_url,
            "ONBOARDING_ROLES_DIR": str(ROOT / "roles"),
            "ONBOARDING_CONNECTIONS_FILE": simulated(tmp_path),
            "ONBOARDING_WORKER_ENDPOINT": address,
            "ONBOARDING_LOG_FORMAT": "json",
        }
        command = [sys.executable, "-c", "from onboarding.cli.main import app; app()", "worker"]
        done = subprocess.run(
            command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"Adressen {address}") and "Traceback" not in done.stderr

"""Temporal's real dev server as a child of ours, from the data in temporal-dev.yaml."""

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from ruamel.yaml import YAML

from onboarding.domain.people import Value
from onboarding.temporal import is_loopback
from onboarding.twins import tether
from onboarding.twins.temporal_cli import find_or_get

UP_WITHIN = 60.0  # seconds; it takes 0.3 on a quiet machine
TRIES = 3  # a free port may be taken by somebody else before the server has it


class DevServer(Value):
    """What temporal-dev.yaml may say."""

    address: str = "127.0.0.1:0"  # port 0 takes a free one
    ui_port: int | None = Field(None, ge=0, le=65535)  # 0 takes a free one; None: no pages
    namespace: str = "default"
    database: Path | None = None  # relative to the data directory; None: in memory, forgotten when it stops
    pragmas: Mapping[str, str | int] = {}  # of the SQLite database
    settings: Mapping[str, bool | int | float | str] = {}  # Temporal's own dynamic configuration

    @model_validator(mode="after")
    def _only_for_this_machine(self) -> Self:
        if not is_loopback(self.address):
            raise ValueError(
                "the dev server asks nobody who they are: its address must be this machine's own, as 127.0.0.1:7233"
            )
        return self

    @property
    def host(self) -> str:
        return self.address.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


class Running(Value):
    address: str
    namespace: str
    ui: str | None  # the address of its pages
    pid: int


def read(file: Path) -> DevServer:
    return DevServer.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")) or {})


@asynccontextmanager
async def dev_server(config: DevServer, *, data: Path, binary: Path | None = None) -> AsyncIterator[Running]:
    """Obtain it where needed, run it, and stop it. `data` gets the database and the log."""
    found: Path = binary if binary else await asyncio.to_thread(find_or_get)
    with ExitStack() as stack:
        yield await asyncio.to_thread(stack.enter_context, running(found, config, data=data))
        await asyncio.to_thread(stack.close)


@contextmanager
def running(binary: Path, config: DevServer, *, data: Path) -> Iterator[Running]:
    """The same for a caller without an event loop."""
    data.mkdir(parents=True, exist_ok=True)
    log = data / "temporal.log"
    with log.open("ab") as output:
        server, process = _start(binary, config, data, output.fileno(), log)
    try:
        yield server
    finally:
        tether.stop(process)


def _start(
    binary: Path, config: DevServer, data: Path, output: int, log: Path
) -> "tuple[Running, subprocess.Popen[bytes]]":
    if config.port and _answers(config.host, config.port):  # else we would take that one's answer for our own
        raise _not_started(config, log)
    tries = TRIES if config.port == 0 else 1
    for _ in range(tries):
        port = config.port or tether.free_port()
        ui_port = tether.free_port() if config.ui_port == 0 else config.ui_port
        process = tether.start([binary, *_arguments(config, port, ui_port, data)], output=output)
        try:
            up = _wait_until_up(process, config.host, port)
        except BaseException:
            tether.stop(process)
            raise
        if up:
            ui = None if ui_port is None else f"http://{_at(config.host, ui_port)}"
            return Running(address=_at(config.host, port), namespace=config.namespace, ui=ui, pid=process.pid), process
        tether.stop(process)
    raise _not_started(config, log)


def _not_started(config: DevServer, log: Path) -> RuntimeError:
    return RuntimeError(
        f"Temporal's dev server did not start on {config.address}. Does something else use the port? "
        f"Its own words are in {log}"
    )


def _arguments(config: DevServer, port: int, ui_port: int | None, data: Path) -> list[str]:
    arguments = ["server", "start-dev", "--ip", config.host, "--port", str(port), "--namespace", config.namespace]
    arguments += ["--log-level", "warn", "--disable-config-file", "--disable-config-env"]
    arguments += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port), "--ui-ip", config.host]
    if config.database:
        arguments += ["--db-filename", str(data / config.database)]
        arguments += [part for name, value in config.pragmas.items() for part in ("--sqlite-pragma", f"{name}={value}")]
    # It must not ask the world whether there is a newer one.
    settings = {"frontend.enableServerVersionCheck": False, **config.settings}
    for name, value in settings.items():
        arguments += ["--dynamic-config-value", f"{name}={json.dumps(value)}"]
    return arguments


def _wait_until_up(process: "subprocess.Popen[bytes]", host: str, port: int) -> bool:
    """False where it ended instead."""
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        if _answers(host, port):
            return process.poll() is None  # else it was somebody else who answered
        time.sleep(0.02)
    return False


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _at(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

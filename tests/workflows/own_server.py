"""A Temporal of its own for one test, and what a house is asked when its story is over."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from onboarding.domain.cases import state_of
from onboarding.store import acts, cases, steps
from onboarding.temporal import Server, connect
from onboarding.twins import temporal_cli
from onboarding.twins.temporal_server import DevServer, Running, running
from tests.conftest import part
from tests.workflows.house import House


@contextmanager
def own_server(data: Path, **config: Any) -> Iterator[Running]:
    """Temporal for one test alone: the queues have fixed names, and other tests' workers must not take its work."""
    binary = part("Temporal's dev server", temporal_cli.find)
    with running(binary, DevServer(**config), data=data) as server:
        yield server


@contextmanager
def frozen(server: Running) -> Iterator[None]:
    """It is there and says nothing. Its threads stop one after the other: before the last has, it may answer still."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        while not all(_stopped(task) for task in Path(f"/proc/{server.pid}/task").iterdir()):
            time.sleep(0.001)
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


def _stopped(task: Path) -> bool:
    return (task / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"


async def client_of(server: Running) -> Client:
    return await connect(Server(address=server.address, namespace=server.namespace), deadline=timedelta(seconds=30))


def numbers_of(h: House) -> list[str]:
    with h.store.reading() as tx:
        return [line.number for line in cases.listed(tx, limit=10_000)]


def doubled(h: House) -> list[str]:
    """What a system's own log says was made or given while it was there already."""
    found = []
    for id, system in h.systems.items():
        there = set[tuple[str, str]]()
        for entry in system.log():
            if not entry.changed:
                continue
            thing = (entry.key, entry.detail)
            if entry.verb == "delete":
                there = {one for one in there if one[0] != entry.key}
            elif entry.verb == "revoke":
                there.discard(thing)
            elif entry.verb == "grant" or entry.detail == "made":
                found += [f"{id}: {entry.verb} {thing}"] if thing in there else []
                there.add(thing)
    return found


def left_behind(h: House) -> list[str]:
    """What no case may leave at the end: open acts, steps left running, leases, a state that is not its steps'."""
    found = []
    with h.store.reading() as tx:
        for line in cases.listed(tx, limit=10_000):
            case = cases.get(tx, line.id)
            assert case is not None
            rows = steps.of_case(tx, case.id)
            found += [f"{case.number}: act {act.kind} {act.step} is open" for act in acts.open_of(tx, case.id)]
            found += [f"{case.number}: {row.id} is left running" for row in rows if row.state == "running"]
            computed = state_of(rows, case.state_since, withdrawn=case.withdrawn) if rows else case.state
            if computed != case.state:
                found.append(f"{case.number} is {case.state}, and its steps say {computed}")
        leases = tx.exec_driver_sql("SELECT person, system, lease_holder FROM accounts WHERE lease_holder IS NOT NULL")
        found += [f"lease of {row[2]} on {row[1]}" for row in leases]
    return found


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What a worker says of a workflow task that failed: not deterministic, or a mistake of ours."""
    words = ("nondeterminism", "failed activation", "failing workflow task", "unforeseen")
    lines = [record.getMessage() for record in caplog.records]
    return [line for line in lines if any(word in line.lower() for word in words)]


async def nothing_failed(h: House, numbers: list[str]) -> bool:
    """Not one workflow task of these cases failed or timed out, by Temporal's own history of their newest run."""
    bad = (EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED)
    for number in numbers:
        try:
            history = [event async for event in h.handle(number).fetch_history_events()]
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            continue  # withdrawn before it began
        if any(event.event_type in bad for event in history):
            return False
    return True

"""The whole engine on simulated systems: cases a second, CPU of a case, how long a person waits, peak memory."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import municipality
from bench.parts import Database, Parts, parts
from bench.processes import Ours, cpu_of, running, settings, until
from bench.table import Line, at_least, at_most, percentile
from onboarding.connectors.simulator import Simulator
from onboarding.domain.people import Actor
from onboarding.operations import acting, reading
from onboarding.store import cases, whole_cases
from onboarding.store.engine import Store

IT = Actor(kind="dev", id="ida.it", via="dev")
SYSTEMS = ["ad", "mail", "records"]
WARM_UP = 8  # hires: imports and first connections are no case's cost
_PREPARED = frozenset({"prepared", "ready", "closed"})


def measure(database: Database, hires: int = 120, waits: int = 20) -> Iterator[Line]:
    with parts(database) as there:
        store = Store(there.database_url)
        try:
            municipality.furnish(store)
            connections = municipality.simulated(there.directory, SYSTEMS)
            told = settings(there.database_url, municipality.ROLES, there.temporal, connections)
            with running(there.directory, told, "worker") as worker:
                carry_out(store, range(WARM_UP))
                yield from _throughput(store, there, worker, hires, database)
                yield from _waits(store, there.directory, waits, database)
                yield Line(part="memory", what=f"worker's peak, {database}", figure=worker.peak(), unit="MB")
        finally:
            store.close()


def carry_out(store: Store, numbers: range) -> float:
    """Hires for today, from the first order to the last case's end. Seconds."""
    began = time.monotonic()
    for number in numbers:
        municipality.order(store, municipality.nurse(number))
    until(lambda: _none_left(store))
    return time.monotonic() - began


def _none_left(store: Store) -> bool:
    with store.reading() as tx:
        return not cases.received(tx, 1) and not cases.all_open(tx)


def _throughput(store: Store, there: Parts, worker: Ours, hires: int, database: Database) -> Iterator[Line]:
    pids = {"worker's": worker.pid, "Temporal's": there.temporal_pid}
    if there.database_pid:
        pids["PostgreSQL's"] = there.database_pid
    before = {whose: cpu_of(pid) for whose, pid in pids.items()}
    took = carry_out(store, range(WARM_UP, WARM_UP + hires))
    yield Line(
        part="engine", what=f"simulator only, {database}", figure=hires / took, unit="cases/s", wanted=at_least(9, 16)
    )
    for whose, pid in pids.items():
        used = 1000 * (cpu_of(pid) - before[whose]) / hires
        wanted = at_most(60, 35) if pid == worker.pid else None
        yield Line(part="engine", what=f"  {whose} CPU", figure=used, unit="ms/case", wanted=wanted)


def _waits(store: Store, directory: Path, count: int, database: Database) -> Iterator[Line]:
    """One at a time, so that what is measured is the way and not the queue."""
    prepared = [_until_prepared(store, 100_000 + n) for n in range(count)]
    acts = _until_effect(store, directory, [200_000 + n for n in range(count)])
    for what, waits in (("order to prepared", prepared), ("retry now to effect", acts)):
        for name, part in (("p50", 0.5), ("p95", 0.95)):
            yield Line(
                part="waits", what=f"{what}, {name}, {database}", figure=1000 * percentile(waits, part), unit="ms"
            )


def _until_prepared(store: Store, number: int) -> float:
    ordered = municipality.order(store, municipality.nurse(number, in_days=30))
    began = time.monotonic()
    until(lambda: _state(store, ordered) in _PREPARED, pause=0.01)
    return time.monotonic() - began


def _until_effect(store: Store, directory: Path, numbers: list[int]) -> list[float]:
    """The system would not take a value; it does now, and IT presses. Until the system's own log has it."""
    system = Simulator.at(directory / "records.db")
    system.turn(refuses={"title": "Sykepleier"})
    stuck = [municipality.order(store, municipality.nurse(number, in_days=30)) for number in numbers]
    until(lambda: all(_is_stuck(store, one) for one in stuck))
    system.turn(refuses={})
    return [_pressed(store, directory, *one) for one in zip(numbers, stuck, strict=True)]


def _pressed(store: Store, directory: Path, number: int, ordered: str) -> float:
    """Seconds from the press to the account."""
    pressed = datetime.now(UTC)
    acting.act(store, IT, ordered, "retry", "records:account")
    until(lambda: _made(directory, number) is not None, pause=0.01)
    made = _made(directory, number)
    return (made - pressed) / timedelta(seconds=1) if made else 0


def _made(directory: Path, number: int) -> datetime | None:
    key = municipality.nurse(number).employee_number
    log = Simulator.at(directory / "records.db").log()
    return next((entry.at for entry in reversed(log) if entry.key == key and entry.detail == "made"), None)


def _state(store: Store, number: str) -> str:
    with store.reading() as tx:
        whole = whole_cases.by_number(tx, number)
    return whole.case.state if whole else ""


def _is_stuck(store: Store, number: str) -> bool:
    return any(step.state == "stuck" for step in reading.case_file(store, number).steps)

"""Pages and orders of a municipality with years of cases: the example policy, the web in a process of its own."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from fastapi.testclient import TestClient
from sqlalchemy import event, func, select

from bench import municipality
from bench.multitude import multiply
from bench.parts import Database, Parts, parts
from bench.processes import Ours, cpu_of, running, settings, until, web
from bench.table import Line, Wanted, at_most, percentile
from onboarding.api.app import create_app
from onboarding.domain.cases import AT_WORK, StepView, ready
from onboarding.operations import reading
from onboarding.store.engine import Store
from onboarding.store.schema import cases

ROLES = Path(__file__).parents[1] / "roles"
ROUNDS = 5  # the middle one is told: what else the machine does for a second is not the page
_OF_VIEW = set(StepView.model_fields)


def measure(
    database: Database, all_cases: int = 50_000, open_cases: int = 1000, requests: int = 200, orders: int = 100
) -> Iterator[Line]:
    with parts(database) as there:
        store = Store(there.database_url)
        try:
            catalogue = municipality.furnish(store, ROLES)
            systems = [system.id for system in catalogue.systems.values() if system.connector != "manual"]
            connections = municipality.simulated(there.directory, systems)
            told = settings(there.database_url, ROLES, there.temporal, connections)
            with running(there.directory, told, "worker"):
                number = municipality.order(store, municipality.nurse(1, in_days=30))
                until(lambda: _at_rest(store, number))
            multiply(store, number, closed=all_cases - open_cases, open_=open_cases)
            with web(there.directory, told) as (process, connection):
                yield Line(part="pages", what=database, figure=all_cases, unit="cases")
                yield from _pages(store, there, process, connection, number, requests)
                with running(there.directory, told, "worker") as worker:
                    until(lambda: _begun(store, open_cases), pause=0.5)
                    connection.close()  # it has been idle: the next request opens it anew
                    up = _orders(connection, 700_000, orders)
                    what = f"order with {open_cases:,} open cases, {database}"
                    yield _p95(f"{what}, Temporal up", up)
                    there.stop_temporal()
                    yield _p95(f"{what}, Temporal stopped", _orders(connection, 800_000, orders))
                    peak = f"worker's peak with {open_cases:,} open cases, {database}"
                    yield Line(part="memory", what=peak, figure=worker.peak(), unit="MB")
                yield Line(part="memory", what=f"web's peak, {database}", figure=process.peak(), unit="MB")
        finally:
            store.close()


def _pages(
    store: Store, there: Parts, process: Ours, connection: HTTPConnection, number: str, requests: int
) -> Iterator[Line]:
    pages = {
        "list page": ("/cases", 1),
        "list page, all states": ("/cases?state=all", 1),
        "case page": (f"/cases/{number}", 4),
    }
    for what, (address, most) in pages.items():
        _get(connection, address, 20)
        rounds = []
        for _ in range(ROUNDS):
            before = _clocks(process, there)
            _get(connection, address, requests)
            rounds.append([after - then for then, after in zip(before, _clocks(process, there), strict=True)])
        ours, databases, waited = (median(of) for of in zip(*rounds, strict=True))
        yield _each(f"{what}, web's CPU", ours, requests, at_most(5, 3))
        if there.database_pid:
            yield _each(f"{what}, PostgreSQL's CPU", databases, requests)
        yield _each(f"{what}, waited", waited, requests)
        queries = _queries(store, address)
        yield Line(part="pages", what=f"{what}, queries", figure=queries, wanted=at_most(None, most))


def _clocks(process: Ours, there: Parts) -> tuple[float, float, float]:
    """Seconds: the web's CPU, PostgreSQL's, and the wall's."""
    return process.cpu(), cpu_of(there.database_pid) if there.database_pid else 0.0, time.monotonic()


def _each(what: str, seconds: float, requests: int, wanted: Wanted | None = None) -> Line:
    return Line(part="pages", what=what, figure=1000 * seconds / requests, unit="ms", wanted=wanted)


def _get(connection: HTTPConnection, address: str, times: int) -> None:
    for _ in range(times):
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")


def _queries(store: Store, address: str) -> int:
    """How often one page asks the database, once it has asked before."""
    asked: list[str] = []
    with TestClient(create_app(store, operator="bench"), base_url="http://127.0.0.1") as client:
        client.get(address)
        event.listen(store.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        client.get(address)
    return sum(not statement.startswith("BEGIN") for statement in asked)


def _orders(connection: HTTPConnection, first: int, count: int) -> list[float]:
    """Through the API, one after another. Seconds each."""
    waits = []
    for number in range(first, first + count):
        post = municipality.nurse(number, in_days=30)
        body = {
            "employee_number": post.employee_number,
            "given_name": post.given_name,
            "family_name": post.family_name,
            "kind": post.kind,
            "unit": post.unit,
            "job_code": post.job_code,
            "title": post.title,
            "first_day": post.start.isoformat(),
            "on_behalf_of": "kari.leder",
        }
        began = time.monotonic()
        connection.request("POST", "/api/v1/orders", json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        told = answer.read()
        waits.append(time.monotonic() - began)
        if answer.status != 201:
            raise RuntimeError(f"an order was answered {answer.status}: {told.decode()}")
    return waits


def _p95(what: str, waits: list[float]) -> Line:
    return Line(
        part="orders", what=f"{what}, p95", figure=1000 * percentile(waits, 0.95), unit="ms", wanted=at_most(150, 50)
    )


def _at_rest(store: Store, number: str) -> bool:
    """All that can be done without a person, or another day, has been done."""
    file = reading.case_file(store, number)
    views = [StepView(**step.model_dump(include=_OF_VIEW - {"over"}), over=step.over) for step in file.steps]
    can_start, _ = ready(views, datetime.now(UTC))
    return file.case.plan > 0 and not can_start and not any(step.state in AT_WORK for step in file.steps)


def _begun(store: Store, count: int) -> bool:
    """Has the worker taken all the open ones? A copy has the run of the case it was made from until then."""
    begun = select(func.count()).select_from(cases).where(cases.c.run > 1, cases.c.state != "closed")
    with store.reading() as tx:
        return (tx.scalar(begun) or 0) >= count

"""What a worker says and tells while it works: enough to follow each case, and never who it is about."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onboarding.connectors.simulator import Simulator
from onboarding.operations import acting, ordering, policies, reading, systems
from onboarding.policy.load import load
from onboarding.store.engine import Store
from onboarding.twins.temporal_server import Running
from tests import municipality
from tests.worker_process import WorkerProcess, worker_process
from tests.workflows.house import HR, IT, in_days
from tests.workflows.until import until

pytestmark = pytest.mark.temporal
NOBODY = Running(address="127.0.0.1:9", namespace="default", ui=None, pid=0)  # the discard port: nothing listens
NUMBER = re.compile(r"B-\d{4}-\d{6}")
# A library says these by itself, and they are about no case.
OF_THE_PROCESS = {
    "worker started", "the worker tells how it is", "Temporal does not answer; the worker waits for it",
    "knocked on a system that had refused us", "Temporal does not answer", "Temporal answers again",
    "the database does not answer",
}  # fmt: skip


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = Store(sqlite_url)
    yield store
    store.close()


def hired(store: Store, worker: WorkerProcess, n: int) -> str:
    """The number of a nurse's case; everything about her would be known again in a log."""
    post = municipality.post(
        n, in_days(20), given_name="Ragnhildur", family_name=f"Øyehaug{chr(96 + n)}",
        email=f"ragnhildur{n}@privat.example", mobile=f"+47 999 88 77{n}",
    )  # fmt: skip
    done = ordering.order_hire(store, post, HR, datetime.now(UTC))
    assert done.number
    return done.number


def prepared(store: Store, number: str) -> bool:
    return reading.case_file(store, number).case.state in ("prepared", "ready", "closed")


def of(worker: WorkerProcess, event: str, case: str) -> list[dict[str, Any]]:
    return [line for line in worker.lines() if line["event"] == event and line.get("case") == case]


def done(worker: WorkerProcess, case: str, system: str) -> bool:
    visits = [line for line in of(worker, "visit ended", case) if line["system"] == system]
    return any("done" in line["states"].values() for line in visits)


def test_each_case_can_be_followed_and_nobody_is_known_again(
    store: Store, sqlite_url: str, temporal_dev: Running, tmp_path: Path
) -> None:
    with worker_process(tmp_path, sqlite_url, temporal_dev) as worker:
        until(lambda: worker.told("/ready")[0] == 200)
        ordering.adopt_units(store, list(municipality.UNITS.values()), HR)
        first = hired(store, worker, 1)
        until(lambda: prepared(store, first))
        pay = Simulator.at(tmp_path / "pay.db")
        pay.turn(refuses={"target": "SLIP"})
        second = hired(store, worker, 2)
        until(lambda: any(line["level"] == "warning" for line in of(worker, "visit ended", second)))
        until(lambda: done(worker, second, "mail"))  # or the hold would be hers too
        pay.turn(refuses={})
        systems.hold(store, IT, "mail", "vedlikehold")
        third = hired(store, worker, 3)
        until(lambda: any("held" in line["states"].values() for line in of(worker, "visit ended", third)))
        systems.release(store, IT, "mail")
        acting.act(store, IT, second, "retry", "pay:grant:pay-slip")
        until(lambda: prepared(store, second) and prepared(store, third))
        metrics = worker.told("/metrics")[1]
        assert worker.stop() == 0
        check_lines(worker, first, second, third)
        check_metrics(metrics)
        check_nobody(store, worker.said() + metrics, first, second, third)


def check_lines(worker: WorkerProcess, first: str, second: str, third: str) -> None:
    for number in (first, second, third):
        assert of(worker, "case started", number) and of(worker, "case begun", number)
    done = {step: state for line in of(worker, "visit ended", first) for step, state in line["states"].items()}
    assert done["ad:account"] == done["pay:grant:pay-slip"] == "done"
    (stopped,) = [line for line in of(worker, "visit ended", second) if line["level"] == "warning"]
    assert (stopped["system"], stopped["states"]["pay:grant:pay-slip"]) == ("pay", "stuck")
    assert stopped["reasons"] == {"pay:grant:pay-slip": "system.value-refused"}
    assert {"attempt", "outcome", "seconds"} <= stopped.keys()
    settled = [(line["act"], line["step"]) for line in of(worker, "act settled", second)]
    assert settled == [("retry", "pay:grant:pay-slip")]
    released = {(line["act"], line["step"]) for line in of(worker, "act settled", third)}
    assert {act for act, _ in released} == {"release"}
    for line in worker.lines():
        assert {"event", "level", "timestamp", "logger"} <= line.keys()
        assert line["event"] in OF_THE_PROCESS or NUMBER.fullmatch(line.get("case", "")), line


def check_metrics(text: str) -> None:
    said = {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in text.splitlines() if line[0] != "#")
    }
    assert said['onboarding_visits_total{outcome="settled",system="ad"}'] >= 3
    assert said['onboarding_steps_left_total{state="stuck",system="pay"}'] >= 1
    assert said['onboarding_steps_left_total{state="held",system="mail"}'] >= 1
    assert said['onboarding_visit_seconds_count{system="mail"}'] >= 3
    assert said["onboarding_cases_started_total"] == 3
    assert said["onboarding_bells_rung_total"] >= 2
    assert said["onboarding_dispatch_rounds_total"] > 1
    assert said['onboarding_cases{state="prepared"}'] == 3
    assert said['onboarding_steps{state="stuck",system="pay"}'] == 0
    assert said['onboarding_order_to_prepared_seconds{quantile="1.0"}'] > 0
    assert {part for part in said if part.startswith("onboarding_ready") and said[part] != 1} == set()


def check_nobody(store: Store, text: str, *numbers: str) -> None:
    for number in numbers:
        person = reading.case_file(store, number).person
        made = {account.name for id in ("ad", "mail", "pay") for account in accounts(store, id)}
        about = {person.given_name, person.family_name, person.email, person.mobile, person.employee_number, *made}
        for value in filter(None, about):
            assert str(value) not in text and json.dumps(value)[1:-1] not in text, value
    assert IT.id not in text


def accounts(store: Store, system: str) -> list[Any]:
    directory = Path(str(store.url.database)).parent
    return list(Simulator.at(directory / f"{system}.db").accounts())


def test_without_temporal_it_is_alive_and_not_ready(sqlite_url: str, tmp_path: Path) -> None:
    with worker_process(tmp_path, sqlite_url, NOBODY) as worker:
        until(lambda: worker.told("/health")[0] == 200)
        status, text = worker.told("/ready")
        assert (status, json.loads(text)) == (
            503,
            {"database": "yes", "schema": "current", "temporal": "no", "policy": "current", "dispatch": "no"},
        )
        assert 'onboarding_ready{part="temporal"} 0.0' in worker.told("/metrics")[1]
        assert worker.stop() == 0


def test_the_policy_in_use_is_the_one_it_read(store: Store, sqlite_url: str, tmp_path: Path) -> None:
    with worker_process(tmp_path, sqlite_url, NOBODY) as worker:
        until(lambda: worker.told("/health")[0] == 200)
        changed = load(tmp_path / "roles").model_copy(update={"hash": "another"})
        policies.adopt(store, changed, HR)
        assert json.loads(worker.told("/ready")[1])["policy"] == "another"

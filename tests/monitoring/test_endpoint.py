"""What a worker tells of itself, whatever is there or away."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine
from starlette.testclient import TestClient

from onboarding.domain.people import Actor
from onboarding.monitoring.endpoint import LATELY, Endpoint
from onboarding.monitoring.meters import Meters
from onboarding.monitoring.watch import Watch
from onboarding.operations import policies
from onboarding.store.engine import Store
from tests import municipality

HR = Actor(kind="feed", id="hr", via="feed")
WELL = {"database": "yes", "schema": "current", "temporal": "yes", "policy": "current", "dispatch": "yes"}


class Told:
    """A worker that is well: what is not is turned by the test."""

    def __init__(self, store: Store, patience: float = 5) -> None:
        self.watch, self.meters, self.temporal = Watch(store, patience), Meters(), True
        self.endpoint = Endpoint(self.watch, self.meters, municipality.catalogue().hash)
        self.endpoint.temporal = self.answers
        self.meters.rounds.last = time.monotonic()
        self.client = TestClient(self.endpoint.app)

    async def answers(self) -> bool:
        return self.temporal

    def ready(self) -> tuple[int, dict[str, str]]:
        """The status, and the parts that are not as they should be."""
        answer = self.client.get("/ready")
        parts: dict[str, str] = answer.json()
        assert list(parts) == list(WELL)
        return answer.status_code, {part: word for part, word in parts.items() if word != WELL[part]}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    policies.adopt(store, municipality.catalogue(), HR)
    yield store
    store.close()


@pytest.fixture
def worker(store: Store) -> Iterator[Told]:
    told = Told(store)
    yield told
    told.watch.close()


def test_all_is_well(worker: Told) -> None:
    assert worker.client.get("/health").json() == {"alive": "yes"}
    assert worker.ready() == (200, {})
    text = worker.client.get("/metrics").text
    for part in WELL:
        assert f'onboarding_ready{{part="{part}"}} 1.0' in text
    for name in ("onboarding_cases", "onboarding_dispatch_rounds_total", "process_resident_memory_bytes"):
        assert f"\n{name}" in text


def test_temporal_that_is_away_or_not_found_yet(worker: Told) -> None:
    worker.temporal = False
    assert worker.ready() == (503, {"temporal": "no"})
    worker.endpoint.temporal = None
    assert worker.ready() == (503, {"temporal": "no"})
    assert worker.client.get("/health").status_code == 200
    assert 'onboarding_ready{part="temporal"} 0.0' in worker.client.get("/metrics").text


def test_a_loop_that_has_not_gone_round_lately(worker: Told) -> None:
    worker.meters.rounds.last = time.monotonic() - LATELY - 1
    assert worker.ready() == (503, {"dispatch": "no"})
    worker.meters.rounds.last = None
    assert worker.ready() == (503, {"dispatch": "no"})


def test_a_policy_that_another_worker_brought_is_told_and_no_fault(worker: Told, store: Store) -> None:
    policies.adopt(store, municipality.catalogue("policy-2"), HR)
    assert worker.ready() == (200, {"policy": "another"})


def test_no_policy_at_all(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    told = Told(store)
    assert told.ready() == (503, {"policy": "none"})
    told.watch.close()
    store.close()


def test_another_schema(worker: Told, store: Store) -> None:
    with store.writing() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    assert worker.ready() == (503, {"schema": "another"})


def test_a_database_that_is_not_there(tmp_path: object) -> None:
    told = Told(Store(f"sqlite:///{tmp_path}/no/such/place.db"))
    wrong = {"database": "no", "schema": "unknown", "policy": "unknown"}
    assert told.ready() == (503, wrong)
    text = told.client.get("/metrics").text
    assert "onboarding_database_up 0.0" in text and 'onboarding_ready{part="database"} 0.0' in text
    told.watch.close()


@contextmanager
def hanging(url: str) -> Iterator[None]:
    """Somebody has the whole table to himself, and keeps it."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("LOCK TABLE alembic_version, policies, cases IN ACCESS EXCLUSIVE MODE")
        yield
    engine.dispose()


@pytest.mark.postgres
def test_a_database_that_hangs_does_not_hang_us(postgres_url: str) -> None:
    store = Store(postgres_url)
    policies.adopt(store, municipality.catalogue(), HR)
    told = Told(store, patience=0.3)
    with hanging(postgres_url):
        for _ in range(3):
            assert told.ready() == (503, {"database": "no", "schema": "unknown", "policy": "unknown"})
        assert len([one for one in threading.enumerate() if one.name.startswith("watch")]) == 1
        assert "onboarding_database_up 0.0" in told.client.get("/metrics").text
    patient = Told(store)
    assert patient.ready() == (200, {})
    for one in (told, patient):
        one.watch.close()
    store.close()


async def test_who_asks_while_another_waits_is_answered_in_turn(store: Store) -> None:
    watch = Watch(store)
    answers = await asyncio.gather(*(watch.database() for _ in range(20)))
    assert [*map(dict, answers)] == [{"database": "yes", "schema": "current"}] * 20
    watch.close()

"""Systems that lose answers, are away, throttle, refuse us or are slow: all is done in the end, and nothing twice."""

# ruff: noqa: T201 - a show tells what it measured

from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.client import Client

from onboarding.activities.pulse import HEARTBEAT_TIMEOUT
from onboarding.connectors.connections import Connection, FromFile
from onboarding.operations import reading, systems
from onboarding.store.engine import Store
from onboarding.texts.sentence import sentence
from tests.municipality import post
from tests.workflows.house import IT, House, house, in_days
from tests.workflows.own_server import doubled, left_behind

OURS = "the-password-we-were-given"
THEIRS = "the-one-they-changed-it-to"
WAITING = 20


def prepared(h: House, *numbers: str) -> bool:
    return all(h.state(number) == "prepared" for number in numbers)


async def at_rest(h: House, *numbers: str) -> None:
    await h.until(lambda: prepared(h, *numbers), limit=90)
    await h.until(lambda: not left_behind(h))
    assert not doubled(h)


@pytest.mark.temporal
@pytest.mark.parametrize(("lose", "every", "written"), [("after", 1, 0), ("before", 2, 1)])
async def test_every_answer_lost_once_in_every_system(
    lose: str, every: int, written: int, database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    """Lost *after*: the second try finds it. Lost *before*: every other write is, and the second is the one that is."""
    async with house(database_url, temporal_client, tmp_path) as h:
        for system in h.systems.values():
            system.turn(lose_answers=lose, lose_every=every)
            with closing(system.open()) as db:
                db.execute("UPDATE knobs SET writes = ?", (written,))
        [number] = h.order(post(1, in_days(10)))
        await at_rest(h, number)
        for id, system in h.systems.items():
            log = system.log()
            lost, done = [entry for entry in log if entry.detail == "answer lost"], [e for e in log if e.changed]
            print(f"{id}: {len(done)} effects, {len(lost)} answers lost ({lose})")
            assert len(lost) == len(done) > 0


@pytest.mark.temporal
async def test_throttled_and_then_not(sqlite_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.systems["pay"].turn(throttled=0.3)
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.steps(number).get("pay:account") is not None)
        await h.until(lambda: h.steps(number)["pay:account"].tries >= 3)
        step = h.steps(number)["pay:account"]
        assert step.reason == "system.throttled" and step.next_at is not None and step.faults_since is not None
        turned_away = [entry.at for entry in h.systems["pay"].log() if entry.detail == "throttled"]
        assert all(b - a >= timedelta(seconds=0.3) for a, b in pairwise(turned_away))
        h.systems["pay"].turn(throttled=None)
        await at_rest(h, number)


@pytest.mark.temporal
async def test_down_and_then_up(sqlite_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.systems["ad"].turn(down=True)
        numbers = h.order(post(1, in_days(10)), post(2, in_days(10)))
        await h.until(lambda: all(h.steps(one) and h.steps(one)["ad:name"].tries >= 2 for one in numbers))
        assert h.steps(numbers[0])["ad:name"].reason == "system.away" and not h.systems["ad"].accounts()
        h.systems["ad"].turn(down=False)
        await at_rest(h, *numbers)


@pytest.mark.temporal
@pytest.mark.parametrize("freed_by", ["a person", "the probe"])
async def test_a_wrong_password_is_tried_once_and_holds_the_system(
    freed_by: str, sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    secret = tmp_path / "password"
    secret.write_text(OURS, encoding="utf-8")
    told = {"ad": Connection(settings={"file": str(tmp_path / "ad.db")}, secrets={"password": FromFile(file=secret)})}
    async with house(sqlite_url, temporal_client, tmp_path, told=told) as h:
        ad = h.systems["ad"]
        ad.turn(password=THEIRS)
        numbers = h.order(*(post(n, in_days(10)) for n in range(1, WAITING + 1)))
        await h.until(lambda: all(h.states(one).get("ad:name") == "held" for one in numbers), limit=90)
        refused = [entry for entry in ad.log() if entry.detail == "credentials refused"]
        print(f"{WAITING} cases waiting: {len(refused)} refused bind")
        assert len(refused) == 1 and not ad.accounts()
        state = reading.system_states(h.store)["ad"]
        assert state.held_at is not None and state.hold_reason == "system.credentials-refused"
        title = h.catalogue.systems["ad"].title.nb
        assert all(title in told_of(h, number) and "IT" in told_of(h, number) for number in numbers), told_of(
            h, numbers[0]
        )
        assert not [text for text in all_text(h.store) if OURS in text or THEIRS in text]
        ad.turn(password=OURS)
        if freed_by == "a person":
            systems.release(h.store, IT, "ad")
        else:
            with h.store.writing() as tx:
                long_ago = datetime.now(UTC) - timedelta(hours=1)
                tx.execute(text("UPDATE system_state SET next_probe = :at WHERE system = 'ad'"), {"at": long_ago})
        await at_rest(h, *numbers)
        assert reading.system_states(h.store)["ad"].held_at is None
        assert [entry.detail for entry in ad.log()].count("credentials refused") == 1
        assert not [text for text in all_text(h.store) if OURS in text or THEIRS in text]


def told_of(h: House, number: str) -> str:
    file = reading.case_file(h.store, number)
    return sentence(file.forecast, file.catalogue, "nb", now=datetime.now(UTC))


def all_text(store: Store) -> list[str]:
    """Every value of every row of every table, as text."""
    with store.reading() as tx:
        tables = tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = [tx.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables]  # noqa: S608 - names of our own
    found = [str(value) for table in rows for row in table for value in row]
    assert len(found) > 1000  # it did look
    return found


@pytest.mark.temporal
async def test_a_slow_system_is_not_taken_for_a_dead_worker(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    slow = HEARTBEAT_TIMEOUT + 0.5
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        pay = h.systems["pay"]
        pay.turn(slow=slow)
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("pay:account") == "running", limit=60)  # the first answer has come
        pay.turn(slow=0)
        await at_rest(h, number)
        attempts = "SELECT max(attempt) FROM steps WHERE system = 'pay'"
        with h.store.reading() as tx:
            assert tx.execute(text(attempts)).scalar_one() == 1
        [bind, *effects] = pay.log()
        waited = (effects[0].at - bind.at).total_seconds()
        print(f"silent for {waited:.1f} s, heartbeat time-out {HEARTBEAT_TIMEOUT} s: one attempt, one connection")
        assert waited > HEARTBEAT_TIMEOUT and "bind" not in [entry.verb for entry in effects]

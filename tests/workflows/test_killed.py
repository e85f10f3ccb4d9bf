"""The worker is killed again and again while systems lose answers: every case is prepared, and nothing is doubled."""

# ruff: noqa: T201 - a show tells what it measured

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding.policy.load import load
from tests.municipality import post
from tests.worker_process import GRANTS, SYSTEMS, worker_process, write_policy
from tests.workflows.house import House, furnished, in_days
from tests.workflows.own_server import client_of, doubled, left_behind, own_server

HIRES, KILLS, SEED = 20, 10, 20261123


def effects(h: House) -> int:
    return sum(entry.changed for system in h.systems.values() for entry in system.log())


def made(h: House) -> int:
    """How many accounts and grants were really made: each is so once, whatever happened around it."""
    return sum(
        entry.changed and (entry.verb == "grant" or entry.detail == "made")
        for system in h.systems.values()
        for entry in system.log()
    )


async def grown(count: Callable[[], int], to: int, limit: float = 120) -> None:
    async with asyncio.timeout(limit):
        while count() < to:
            await asyncio.sleep(0.01)


@pytest.mark.temporal
async def test_killed_ten_times_nothing_is_lost_and_nothing_doubled(sqlite_url: str, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    catalogue = load(write_policy(tmp_path / "policy"))
    with (
        own_server(tmp_path / "temporal") as server,
        furnished(sqlite_url, await client_of(server), tmp_path, catalogue) as h,
    ):
        for system in h.systems.values():
            system.turn(lose_answers="after", lose_every=5)
        numbers = h.order(*(post(n, in_days(n % 7)) for n in range(1, HIRES + 1)))
        waits = []
        with worker_process(tmp_path, sqlite_url, server) as worker:
            for _ in range(KILLS):
                await grown(lambda: effects(h), effects(h) + chance.randint(3, 14))
                worker.kill()
                seen, began = effects(h), time.monotonic()
                worker.start()
                await grown(lambda: effects(h), seen + 1)
                waits.append(time.monotonic() - began)
            await h.until(lambda: {h.state(n) for n in numbers} <= {"prepared", "ready", "closed"}, limit=180)
            said = worker.said()
            assert worker.stop() == 0
        print(f"killed {KILLS} times; restart to the next effect: {', '.join(f'{wait:.1f}' for wait in waits)} s")
        assert not doubled(h) and not left_behind(h)
        assert made(h) == HIRES * (len(SYSTEMS) + GRANTS)
        assert all(len(system.accounts()) == HIRES for system in h.systems.values())
        assert "Nondeterminism" not in said and "unforeseen" not in said
        assert max(waits) < 90  # five on an idle machine; the figure is printed, and a busy one must not decide


@pytest.mark.temporal
async def test_killed_in_the_visit_that_proves_our_credentials(sqlite_url: str, tmp_path: Path) -> None:
    """Until they are proven one visit goes at a time: the next attempt takes the place of the one that died."""
    catalogue = load(write_policy(tmp_path / "policy"))
    with (
        own_server(tmp_path / "temporal") as server,
        furnished(sqlite_url, await client_of(server), tmp_path, catalogue) as h,
    ):
        h.systems["ad"].turn(slow=30)
        [number] = h.order(post(1, in_days(3)))
        with worker_process(tmp_path, sqlite_url, server) as worker:
            await grown(lambda: len(h.systems["ad"].log()), 1)
            worker.kill()
            h.systems["ad"].turn(slow=0)
            began = time.monotonic()
            worker.start()
            await grown(lambda: effects(h), 1)
            print(f"restart to the first effect ever: {time.monotonic() - began:.1f} s")
            assert time.monotonic() - began < 40  # a dead prover's turn would be waited out for a minute
            await h.until(lambda: h.state(number) == "prepared")
        assert not doubled(h)

"""Rows become Temporal's work, once, whether Temporal is there, away, frozen, or has lost what it had."""

# ruff: noqa: T201 - a show tells what it measured

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from onboarding.activities.begin import begin
from onboarding.activities.settle import settle
from onboarding.dispatch.loop import Dispatch, Rounds, workflow_id
from onboarding.store import acts
from onboarding.twins import tether
from tests.database_away import away
from tests.municipality import post
from tests.workflows.house import House, end_all, furnished, in_days
from tests.workflows.own_server import client_of, frozen, own_server

pytestmark = pytest.mark.temporal
LONGEST_CALL = 30.0  # seconds: the call's own three, and a slow machine


@pytest.fixture
async def h(sqlite_url: str, temporal_client: Client, tmp_path: Path) -> AsyncIterator[House]:
    with furnished(sqlite_url, temporal_client, tmp_path) as house:
        yield house
        await end_all(house)


@asynccontextmanager
async def dispatching(*loops: Dispatch) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(loop.run()) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def begun(h: House) -> str:
    """A case that runs as far as the store knows, with one question asked; Temporal has never heard of it."""
    [number] = h.order(post(1, in_days(9)))
    begin(h.store, h.case(number).id, datetime.now(UTC))
    return number


async def runs(h: House, number: str) -> bool:
    with suppress(RPCError):
        return (await h.handle(number).describe()).status is WorkflowExecutionStatus.RUNNING
    return False


async def rings(h: House, number: str) -> int:
    history = [event async for event in h.handle(number).fetch_history_events()]
    return [event.event_type for event in history].count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)


async def eventually(h: House, number: str) -> None:
    async with asyncio.timeout(30):
        while not await runs(h, number):
            await asyncio.sleep(0.05)


async def test_started_twice_is_one_workflow(h: House) -> None:
    [number] = h.order(post(1, in_days(9)))
    case = h.case(number).id
    loops = [Dispatch(h.store, h.client, sweep=None) for _ in range(4)]
    await asyncio.gather(*(loop.start(case) for loop in loops))
    first = (await h.handle(number).describe()).run_id
    async with dispatching(*loops):
        await asyncio.gather(*(loop.start(case) for loop in loops))
    assert (await h.handle(number).describe()).run_id == first
    await h.handle(number).terminate()


async def test_a_received_case_is_started(h: House) -> None:
    [number] = h.order(post(1, in_days(9)))
    async with dispatching(Dispatch(h.store, h.client, sweep=None)):
        await eventually(h, number)
    await h.handle(number).terminate()


async def test_the_sweep_starts_what_temporal_has_lost(h: House) -> None:
    number = begun(h)
    async with dispatching(Dispatch(h.store, h.client)):
        await eventually(h, number)


async def test_a_ring_that_finds_nobody_starts_the_case(h: House) -> None:
    number = begun(h)
    h.act(number, "move date", value=in_days(20).isoformat())
    async with dispatching(Dispatch(h.store, h.client, sweep=None)):
        await eventually(h, number)


async def test_rung_again_until_the_act_is_closed(h: House) -> None:
    number = begun(h)
    dispatch = Dispatch(h.store, h.client, sweep=None)
    await dispatch.start(h.case(number).id)
    h.act(number, "move date", value=in_days(20).isoformat())
    async with dispatching(dispatch):
        async with asyncio.timeout(30):
            while await rings(h, number) < 2:  # the second comes a second after the first
                await asyncio.sleep(0.05)
    later = datetime.now(UTC) + timedelta(hours=1)
    with h.store.reading() as tx:
        assert acts.to_ring(tx, later, 10) == [h.case(number).id]
    settle(h.store, h.case(number).id, h.case(number).run, (), datetime.now(UTC))
    with h.store.reading() as tx:
        assert acts.to_ring(tx, later, 10) == []


@pytest.mark.parametrize("wrong", [RuntimeError("no"), TimeoutError()])
async def test_one_case_that_cannot_be_rung_keeps_no_other_from_it(h: House, wrong: Exception) -> None:
    """Its call fails for as long as it likes: the others' calls were made, and the loop goes round."""

    class Poisoned(Dispatch):
        async def start(self, case: UUID) -> None:
            if case == poison:
                raise wrong
            await super().start(case)

    numbers = h.order(*(post(n, in_days(9)) for n in (1, 2, 3)))
    poison = h.case(numbers[0]).id
    rounds = Rounds()
    with capture_logs() as lines:
        async with dispatching(Poisoned(h.store, h.client, sweep=None, rounds=rounds)):
            await asyncio.gather(*(eventually(h, number) for number in numbers[1:]))
            await h.until(lambda: rounds.failed["case"] >= 2)
    failed = [line for line in lines if line["log_level"] == "error"]
    assert [(line["event"], line["case"], line["why"]) for line in failed] == [
        ("the case cannot be handed to Temporal", numbers[0], type(wrong).__name__)  # once, however often
    ]
    assert rounds.started == 2 and rounds.last is not None
    assert rounds.gone > rounds.failed["case"]  # it is not tried four times a second
    assert rounds.failed["other"] == rounds.failed["temporal"] == 0
    for number in numbers[1:]:
        await h.handle(number).terminate()


async def test_a_lost_case_that_cannot_be_started_is_said_once(h: House) -> None:
    class Poisoned(Dispatch):
        async def start(self, case: UUID) -> None:
            raise RuntimeError("no")

    number = begun(h)
    dispatch = Poisoned(h.store, h.client)
    with capture_logs() as lines:
        for _ in range(3):
            await dispatch._once()
            await dispatch._start_lost()
    assert [(line["event"], line["case"]) for line in lines] == [("the case cannot be handed to Temporal", number)]


async def test_temporal_away_is_said_once_and_so_is_its_return(sqlite_url: str, tmp_path: Path) -> None:
    place = {"address": f"127.0.0.1:{tether.free_port()}"}
    with own_server(tmp_path / "temporal", **place) as server:
        client = await client_of(server)
    with furnished(sqlite_url, client, tmp_path) as h:
        [number] = h.order(post(1, in_days(9)))
        rounds = Rounds()
        with capture_logs() as lines:
            async with dispatching(Dispatch(h.store, client, sweep=None, rounds=rounds)):
                await h.until(lambda: rounds.failed["temporal"] >= 3, limit=90)
                assert [line["event"] for line in lines] == ["Temporal does not answer"]
                with own_server(tmp_path / "temporal", **place):
                    await eventually(h, number)
                    await h.until(lambda: any(line["event"] == "Temporal answers again" for line in lines))
        assert [(line["event"], line.get("case")) for line in lines][:3] == [
            ("Temporal does not answer", None),
            ("case started", number),
            ("Temporal answers again", None),
        ]


async def test_temporal_away_is_said_also_where_there_is_nothing_to_hand_over(sqlite_url: str, tmp_path: Path) -> None:
    with own_server(tmp_path / "temporal") as server:
        client = await client_of(server)
    with furnished(sqlite_url, client, tmp_path) as h, capture_logs() as lines:
        rounds = Rounds()
        async with dispatching(Dispatch(h.store, client, sweep=None, rounds=rounds)):
            await h.until(lambda: rounds.failed["temporal"] >= 3)
    assert [line["event"] for line in lines] == ["Temporal does not answer"]


@pytest.mark.postgres
async def test_the_store_away_is_said_once_and_nothing_is_lost(
    postgres_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    with furnished(postgres_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(9)))
        rounds = Rounds()
        with capture_logs() as lines:
            with away(postgres_url):
                async with dispatching(Dispatch(h.store, h.client, sweep=None, rounds=rounds)):
                    async with asyncio.timeout(60):
                        while rounds.failed["database"] < 3:
                            await asyncio.sleep(0.05)
            async with dispatching(Dispatch(h.store, h.client, sweep=None, rounds=rounds)):
                await eventually(h, number)
        await h.handle(number).terminate()
    events = [line["event"] for line in lines]
    assert events == ["the database does not answer", "the database answers again", "case started"]


async def test_every_call_is_bounded(sqlite_url: str, tmp_path: Path) -> None:
    """A server that is there and says nothing is worse than one that is away."""
    with own_server(tmp_path / "temporal") as server, furnished(sqlite_url, await client_of(server), tmp_path) as h:
        number = begun(h)
        h.act(number, "move date", value=in_days(20).isoformat())
        dispatch = Dispatch(h.store, h.client)
        took = {}
        with frozen(server):
            for name, call in (
                ("start", dispatch.start(h.case(number).id)),
                ("ring", dispatch._ring(h.case(number).id, datetime.now(UTC))),
                ("sweep", dispatch._start_lost()),
            ):
                began = time.monotonic()
                with pytest.raises((RPCError, TimeoutError)):
                    await call
                took[name] = time.monotonic() - began
        print("a frozen Temporal: " + ", ".join(f"{name} gave up after {s:.1f} s" for name, s in took.items()))
        assert max(took.values()) < LONGEST_CALL
        async with dispatching(dispatch):
            await eventually(h, number)


def test_a_workflows_id_is_the_cases() -> None:
    assert workflow_id(UUID(int=7)) == "case-00000000-0000-0000-0000-000000000007"

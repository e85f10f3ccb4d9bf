"""All of ours around one store and a Temporal server: orders, acts, simulated systems, a worker in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from onboarding.connectors.connections import Connection
from onboarding.connectors.simulator import Simulator
from onboarding.connectors.simulator_file import SimulatorFile
from onboarding.dispatch.loop import SWEEP, workflow_id
from onboarding.domain.acts import ActKind
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Actor
from onboarding.hr.posts import HrPost
from onboarding.operations import acting, ordering, policies, reading
from onboarding.store import cases
from onboarding.store.engine import Store
from onboarding.worker import work
from tests import municipality
from tests.store.rows import case_numbered

HR = Actor(kind="feed", id="hr", via="feed")
IT = Actor(kind="person", id="ida.it", via="web")
OTHER = Actor(kind="person", id="ole.it", via="web")
QUICK = tuple(timedelta(seconds=s) for s in (0.2, 0.4))


class House:
    def __init__(self, store: Store, client: Client, catalogue: Catalogue, systems: Path) -> None:
        self.store, self.client, self.catalogue, self.directory = store, client, catalogue, systems
        self.systems: dict[str, SimulatorFile] = {
            id: Simulator.at(systems / f"{id}.db")
            for id, one in catalogue.systems.items()
            if one.connector == "simulator"
        }

    def order(self, *posts: HrPost) -> list[str]:
        policies.adopt(self.store, self.catalogue, HR)
        ordering.adopt_units(self.store, list(municipality.UNITS.values()), HR)
        done = ordering.order_hires(self.store, posts, (), "digest", HR)
        return [one.number or "" for one in done.ordered]

    def order_with(self, post: HrPost, *extras: str) -> str:
        """One hire, and what is asked for beyond the post."""
        policies.adopt(self.store, self.catalogue, HR)
        ordering.adopt_units(self.store, list(municipality.UNITS.values()), HR)
        return ordering.order_hire(self.store, post, HR, datetime.now(UTC), extras).number or ""

    def act(
        self, number: str, kind: ActKind, step: str = "", *, by: Actor = IT, value: str | None = None
    ) -> acting.Acted:
        return acting.act(self.store, by, number, kind, step, value=value, note="because")

    def steps(self, number: str) -> dict[str, Step]:
        return {step.id: step for step in reading.case_file(self.store, number).steps}

    def states(self, number: str) -> dict[str, str]:
        return {id: step.state for id, step in self.steps(number).items()}

    def case(self, number: str) -> cases.Case:
        with self.store.reading() as tx:
            case = case_numbered(tx, number)
        assert case is not None
        return case

    def state(self, number: str) -> str:
        return self.case(number).state

    def handle(self, number: str) -> WorkflowHandle[None, None]:
        return self.client.get_workflow_handle(workflow_id(self.case(number).id))

    async def until(self, true: Callable[[], bool], limit: float = 30) -> None:
        """Looks often and gives up late: the limit is for a hanging test, not for a slow one."""
        async with asyncio.timeout(limit):
            while not await asyncio.to_thread(true):
                await asyncio.sleep(0.02)

    async def events(self, number: str) -> int:
        return len([event async for event in self.handle(number).fetch_history_events()])

    def made(self, system: str) -> list[str]:
        """Whose accounts were made, once for each time."""
        return [entry.key for entry in self.systems[system].log() if entry.verb == "account" and entry.changed]


def connections(directory: Path, catalogue: Catalogue) -> dict[str, Connection]:
    simulated = [id for id, one in catalogue.systems.items() if one.connector == "simulator"]
    return {id: Connection(settings={"file": str(directory / f"{id}.db")}) for id in simulated}


@contextmanager
def furnished(url: str, client: Client, tmp: Path, catalogue: Catalogue | None = None) -> Iterator[House]:
    """The house without a worker."""
    h = House(Store(url), client, catalogue or municipality.catalogue(), tmp)
    try:
        yield h
    finally:
        h.store.close()


@asynccontextmanager
async def working(
    h: House,
    *,
    pauses: tuple[timedelta, ...] = QUICK,
    sweep: float | None = SWEEP,
    cached: int = 1000,
    told: Mapping[str, Connection] | None = None,
) -> AsyncIterator[None]:
    """A worker in this process; `told` are connections that differ from the plain ones."""
    ready = asyncio.Event()
    known = {**connections(h.directory, h.catalogue), **(told or {})}
    task = asyncio.create_task(
        work(
            h.store, h.client, h.catalogue, known, pauses=pauses, sweep=sweep, max_cached_workflows=cached, ready=ready
        )
    )
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if task.done():
            await task
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def house(
    url: str, client: Client, tmp: Path, catalogue: Catalogue | None = None, **worker: Any
) -> AsyncIterator[House]:
    """With a worker at work; on the way out every case's workflow is ended, so that the next test meets none."""
    with furnished(url, client, tmp, catalogue) as h:
        try:
            async with working(h, **worker):
                yield h
        finally:
            await end_all(h)


async def end_all(h: House) -> None:
    with h.store.reading() as tx:
        open_ones = cases.all_open(tx)
    for case in open_ones:
        try:
            await h.client.get_workflow_handle(workflow_id(case)).terminate()
        except RPCError:
            continue  # it never began, or has ended


def in_days(days: int) -> date:
    return (datetime.now(UTC) + timedelta(days=days)).date()

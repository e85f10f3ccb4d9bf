"""Composition root of the worker: settings become connectors, store and activities.

Here are the lists of what it runs.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

from onboarding.activities.outcomes import PAUSES
from onboarding.activities.processing import CaseActivities, SystemActivities
from onboarding.activities.pulse import BEAT
from onboarding.connectors.base import Connector
from onboarding.connectors.connections import Connection
from onboarding.connectors.registry import make
from onboarding.dispatch.loop import CASES, SWEEP, Dispatch
from onboarding.domain.catalogue import Catalogue, Limits, System
from onboarding.domain.errors import Conflict
from onboarding.domain.people import Actor
from onboarding.monitoring.meters import Meters
from onboarding.operations import policies, systems
from onboarding.store import cases
from onboarding.store import policies as stored_policies
from onboarding.store import systems as system_rows
from onboarding.store.away import is_away
from onboarding.store.engine import Store
from onboarding.workflows.case import CaseWorkflow
from onboarding.workflows.sandbox import Sandbox

log = structlog.get_logger()

WORKER = Actor(kind="schedule", id="worker", via="worker")
STORE_THREADS = 8
GRACE = timedelta(seconds=20)
THROTTLE = timedelta(seconds=BEAT / 2)  # the SDK holds heartbeats back: for less time than our own beat


def connectors_for(systems: Iterable[System], connections: Mapping[str, Connection]) -> dict[str, Connector]:
    """One connector for each system, as policy names it, or as its connection says stands in for it."""
    made = {}
    for system in systems:
        connection = connections.get(system.id, Connection())
        made[system.id] = make(connection.connector or system.connector, connection.options(system.id))
    return made


def systems_in_use(store: Store, current: Catalogue) -> dict[str, System]:
    """Those of today's policy, and of the older versions that open cases still run under."""
    found: dict[str, System] = {}
    with store.reading() as tx:
        for hash in cases.open_policies(tx):
            found.update(stored_policies.load(tx, hash).systems)
    return {**found, **current.systems}


async def work(
    store: Store,
    client: Client,
    catalogue: Catalogue,
    connections: Mapping[str, Connection],
    *,
    pauses: tuple[timedelta, ...] = PAUSES,
    sweep: float | None = SWEEP,
    meters: Meters | None = None,
    max_cached_workflows: int = 1000,
    ready: asyncio.Event | None = None,
) -> None:
    """Makes the policy current, and works until cancelled; what is under way comes home first."""
    meters = meters or Meters()
    await asyncio.to_thread(policies.adopt, store, catalogue, WORKER)
    in_use = await asyncio.to_thread(systems_in_use, store, catalogue)
    connectors = connectors_for(in_use.values(), connections)
    of_cases = CaseActivities(store)
    of_systems = SystemActivities(store, connectors, pauses, meters.visit_ended)
    threads = STORE_THREADS + sum(system.limits.concurrency for system in in_use.values())
    with ThreadPoolExecutor(threads, thread_name_prefix="activity") as pool:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_of_cases(client, of_cases, pool, max_cached_workflows))
            for system in in_use.values():
                await stack.enter_async_context(_of_system(client, system.id, system.limits, of_systems, pool))
            async with asyncio.TaskGroup() as group:
                group.create_task(Dispatch(store, client, sweep, meters.rounds).run())
                group.create_task(_probe(store, connectors))
                log.info("worker started", systems=len(in_use), policy=catalogue.hash[:12])
                if ready is not None:
                    ready.set()


def _of_cases(client: Client, activities: CaseActivities, pool: ThreadPoolExecutor, cached: int) -> Worker:
    return Worker(
        client,
        task_queue=CASES,
        workflows=[CaseWorkflow],
        activities=[activities.begin, activities.settle],
        activity_executor=pool,
        workflow_runner=Sandbox(),
        max_cached_workflows=cached,
        max_concurrent_activities=STORE_THREADS,
        # A killed worker's cases go on elsewhere after this, not after the ten seconds of the default.
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        graceful_shutdown_timeout=GRACE,
    )


def _of_system(
    client: Client, system: str, limits: Limits, activities: SystemActivities, pool: ThreadPoolExecutor
) -> Worker:
    """A queue of its own, so that a slow system never delays the others."""
    return Worker(
        client,
        task_queue=f"system.{system}",
        activities=[activities.visit],
        activity_executor=pool,
        max_concurrent_activities=limits.concurrency,
        max_task_queue_activities_per_second=limits.per_second,
        activity_task_poller_behavior=PollerBehaviorSimpleMaximum(2),
        max_heartbeat_throttle_interval=THROTTLE,
        default_heartbeat_throttle_interval=THROTTLE,
        graceful_shutdown_timeout=GRACE,
    )


async def _probe(store: Store, connectors: Mapping[str, Connector]) -> None:
    """Knocks on systems that refused our credentials, once in a while and alone, and lets them go when they answer."""
    failing = False
    while True:
        await asyncio.sleep(1)
        try:
            await asyncio.to_thread(probe_once, store, connectors)
            failing = False
        except Exception as error:
            if not failing and not is_away(error):  # said when it begins, and not every second
                log.exception("probing failed, and goes on")
            failing = True


def probe_once(store: Store, connectors: Mapping[str, Connector]) -> None:
    """Those whose time it is. What is let in again goes on at once."""
    now = datetime.now(UTC)
    with store.reading() as tx:
        due = [system for system in system_rows.to_probe(tx, now) if system in connectors]
    for system in due:
        with store.writing() as tx:
            mine = system_rows.take_probe(tx, system, now, system_rows.PROBE_AGAIN)
        if not mine:
            continue
        health = connectors[system].test()
        systems.tested(store, WORKER, system, health)
        log.info("knocked on a system that had refused us", system=system, lets_us_in=health.passable)
        if health.passable:
            with contextlib.suppress(Conflict):  # somebody else released it first
                systems.release(store, WORKER, system)

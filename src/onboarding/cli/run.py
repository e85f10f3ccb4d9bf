"""`onboarding worker`, `onboarding dev` and `onboarding db`: what runs, and what it runs on."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer

from onboarding import telemetry
from onboarding.cli.edge import Language, fail, known_language, policy_in_files, told
from onboarding.connectors.connections import read_connections
from onboarding.domain.errors import Conflict, OnboardingError, PolicyError
from onboarding.operations.policies import adopt
from onboarding.settings import Settings
from onboarding.store.engine import Store, is_current, upgrade
from onboarding.texts.catalogue import DEFAULT, say

if TYPE_CHECKING:  # half a second that other commands need not wait
    from onboarding.monitoring.endpoint import Endpoint
    from onboarding.monitoring.meters import Meters

db = typer.Typer(no_args_is_help=True, help="The database.")
log = structlog.get_logger()
FOR_EVER = timedelta(days=365)


@db.command("upgrade")
def db_upgrade(language: Language = DEFAULT) -> None:
    """Bring the database to today's schema; nothing happens where it is there."""
    known_language(language)
    try:
        upgrade(Settings().database_url)
    except OnboardingError as error:
        fail(told(error, language))
    print(say("cli.schema-is-current", language))


def worker() -> None:
    """Carry out the cases: read the policy, connect to Temporal and the systems, and work until stopped."""
    from onboarding.monitoring.meters import Meters
    from onboarding.temporal import answers, connect
    from onboarding.worker import WORKER, work

    settings = Settings()

    async def run(store: Store) -> None:
        # Orders can be taken in from now on, whether Temporal is there or not.
        await asyncio.to_thread(adopt, store, catalogue, WORKER)
        server, meters = settings.temporal_server(), Meters()
        async with telling(settings.worker_endpoint, store, meters, catalogue.hash) as endpoint:
            try:
                client = await connect(server)
            except ConnectionError:
                log.warning("Temporal does not answer; the worker waits for it", address=server.address)
                client = await connect(server, deadline=FOR_EVER)
            endpoint.temporal = partial(answers, client)
            await work(store, client, catalogue, connections, meters=meters)

    try:
        catalogue = policy_in_files(settings.roles_dir)
        connections = read_connections(settings.connections_file) if settings.connections_file else {}
        with contextlib.closing(Store(settings.database_url)) as store:
            if not is_current(store):
                fail(say("cli.schema-is-old"))
            telemetry.configure(settings.log_level, settings.log_format)
            asyncio.run(until_told(run(store)))
    except OnboardingError as error:
        fail(told(error, DEFAULT))


@contextlib.asynccontextmanager
async def telling(address: str | None, store: Store, meters: "Meters", policy: str) -> "AsyncIterator[Endpoint]":
    """Where the worker tells how it is, if it is to; that this can no longer be told is no reason to stop working."""
    from onboarding.monitoring.endpoint import Endpoint
    from onboarding.monitoring.watch import Watch
    from onboarding.serving import listen, serve

    with contextlib.closing(Watch(store)) as watch:
        endpoint = Endpoint(watch, meters, policy)
        if address is None:
            yield endpoint
            return
        host, _, port = address.rpartition(":")
        try:
            listening = listen(host.strip("[]"), int(port))
        except OSError:
            raise Conflict("cli.endpoint-taken", address=address) from None
        log.info("the worker tells how it is", port=listening.getsockname()[1], at=address)
        serving = asyncio.create_task(serve(endpoint.app, listening))
        try:
            yield endpoint
        finally:
            serving.cancel()
            await asyncio.wait({serving})


async def until_told(work: Coroutine[Any, Any, None]) -> None:
    """Runs it until it ends or this process is told to stop; then what is under way comes home first."""
    task = asyncio.create_task(work)
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def dev(
    once: Annotated[bool, typer.Option("--once", help="End when every case is prepared or ready.")] = False,
    hires: Annotated[
        Path | None, typer.Option(help="An HR export of your own, with enheter.csv beside it.", exists=True)
    ] = None,
    postgres: Annotated[
        bool, typer.Option("--postgres", help="On PostgreSQL, started for this and stopped after.")
    ] = False,
    samba: Annotated[
        bool, typer.Option("--samba", help="Active Directory is a real one: Samba, started for this and stopped after.")
    ] = False,
    language: Language = DEFAULT,
) -> None:
    """Everything on this machine: Temporal, database, simulated systems; hires some people, and plays their manager."""
    from onboarding.dev import Demo, run

    known_language(language)
    settings = Settings()
    telemetry.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    demo = Demo(once=once, hires=hires, postgres=postgres, samba=samba, language=language, settings=settings)
    outcome: list[int] = []

    async def play() -> None:
        outcome.append(await run(demo))

    try:
        asyncio.run(until_told(play()))
    except (PolicyError, ConnectionError, RuntimeError) as error:
        fail(str(error))
    except OnboardingError as error:
        fail(told(error, language))
    if outcome:
        raise typer.Exit(outcome[0])

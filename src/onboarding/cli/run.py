"""`onboarding worker`, `onboarding dev` and `onboarding db`: what runs, and what it runs on."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer

from onboarding import telemetry
from onboarding.cli.edge import Language, fail, in_one_sentence, known_settings, opened, policy_in_files
from onboarding.connectors.connections import Connection, read_connections
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import Conflict, OnboardingError
from onboarding.operations.policies import adopt
from onboarding.store.engine import Store
from onboarding.store.upgrading import upgrade
from onboarding.texts.catalogue import DEFAULT, say
from onboarding.texts.errors import told

if TYPE_CHECKING:  # half a second that other commands need not wait
    from onboarding.monitoring.endpoint import Endpoint
    from onboarding.monitoring.meters import Meters

db = typer.Typer(no_args_is_help=True, help="The database.")
log = structlog.get_logger()
FOR_EVER = timedelta(days=365)
# Objects between two looks for those that hold each other in circles. Few of ours do, and 700, Python's own, looked for
# them several times in one page.
CIRCLES = 10_000


@db.command("upgrade")
def db_upgrade(language: Language = DEFAULT) -> None:
    """Bring the database to today's schema, and what is kept of each case to today's rules. Harmless to run again."""
    settings = known_settings(language)
    with in_one_sentence(language):
        upgrade(settings.database_url)
    print(say("cli.schema-is-current", language))


def worker(language: Language = DEFAULT) -> None:
    """Carry out the cases: read the policy, connect to Temporal and the systems, and work until stopped."""
    from onboarding.monitoring.meters import Meters
    from onboarding.temporal import answers, connect
    from onboarding.worker import WORKER, work

    settings = known_settings(language)

    async def run(store: Store) -> None:
        # Orders can be taken in from now on, whether Temporal is there or not.
        await asyncio.to_thread(adopt, store, catalogue, WORKER)
        meters = Meters()
        async with telling(settings.worker_endpoint, store, meters, catalogue.hash) as endpoint:
            try:
                client = await connect(server)
            except ConnectionError as error:
                # The SDK's own words: a wrong certificate looks like nobody there.
                why = str(error.__cause__).removeprefix("Failed client connect: ")[:200]
                log.warning("Temporal does not answer; the worker waits for it", address=server.address, why=why)
                client = await connect(server, deadline=FOR_EVER)
                log.info("Temporal answers", address=server.address)
            endpoint.temporal = partial(answers, client)
            await work(store, client, catalogue, connections, meters=meters)

    with in_one_sentence(language):
        catalogue = policy_in_files(settings.roles_dir, language)
        server = settings.temporal_server()
        connections = read_connections(settings.connections_file) if settings.connections_file else {}
        with opened(language) as store:
            _look_at_connections(store, catalogue, connections, language)
            telemetry.configure(settings.log_level, settings.log_format)
            asyncio.run(until_told(run(store)))


def _look_at_connections(
    store: Store, catalogue: Catalogue, connections: Mapping[str, Connection], language: str
) -> None:
    """Before Temporal is waited for: every table that cannot be used, a line for each."""
    from onboarding.worker import connectors_for, systems_in_use

    wrong = []
    for system in systems_in_use(store, catalogue).values():
        try:
            connectors_for([system], connections)
        except OnboardingError as error:
            wrong.append(told(error, language, datetime.now(UTC)))
    if wrong:
        fail("\n".join(wrong))


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
    """Runs it until it ends or this process is told to stop; then what is under way comes home first.

    From now on this process is one that runs long: its garbage is looked for accordingly.
    """
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(CIRCLES)
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
    from onboarding.twins.cache import Missing

    settings = known_settings(language)
    if not settings.roles_dir.is_dir():
        fail(say("setting.no-roles", language, directory=str(settings.roles_dir)))
    telemetry.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    demo = Demo(once=once, hires=hires, postgres=postgres, samba=samba, language=language, settings=settings)
    outcome: list[int] = []

    async def play() -> None:
        outcome.append(await run(demo))

    with in_one_sentence(language):
        try:
            asyncio.run(until_told(play()))
        except (ConnectionError, RuntimeError, Missing) as error:
            fail(str(error))
        except OSError as error:
            fail(say("dev.file-unusable", language, file=str(error.filename), why=str(error.strerror)))
    if outcome:
        raise typer.Exit(outcome[0])

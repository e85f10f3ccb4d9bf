"""The parts that tests of all rooms share, started when the first test asks and stopped with the run.

    temporal_dev     Running        Temporal's dev server in memory on a free port, one per worker process of the run
    temporal_client  Client         connected to it, in the test's own event loop: use a task queue and ids of your own
    time_skipping    environment    Temporal's time-skipping test server, one per test: its clock is one for all it runs
    postgres_server  Postgres       one per worker process of the run
    samba_dc         Samba          a domain controller, one per worker process: mark with `xdist_group("samba")`
    sqlite_url       str            a database of the test's own in SQLite, every migration done: copied from a template
    postgres_url     str            the same in PostgreSQL
    database_url     str            both, one after the other
    browser          Browser        Chromium, one per module; each test opens a context of its own, and is no coroutine

A part that is not here skips the test and says why; where CI=true the test fails instead. Nothing is obtained by a
test: that may take minutes and is `make parts`.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from onboarding.temporal import Server, connect
from onboarding.twins import (
    chromium,
    postgres,
    postgresql_programs,
    samba,
    samba_programs,
    temporal_cli,
    temporal_server,
    test_server,
)
from onboarding.twins.cache import Missing
from onboarding.twins.postgres import Postgres
from onboarding.twins.samba import Samba

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEMPLATE = "migrated"
LOGGERS = ("alembic", "temporalio")  # whose levels our commands set


def part(name: str, find: Callable[[], Path | None]) -> Path:
    """Where the part is. Without it a test has nothing to say on a developer's machine, and may not be silent in CI."""
    try:
        found, why = find(), ""
    except Missing as missing:
        found, why = None, f" {missing}"
    if found:
        return found
    reason = f"{name} is not here: `make parts` obtains it.{why}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def logging_as_before() -> Iterator[None]:
    """A command that is run in this process sets logging up, on a stream that is closed when it has answered."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in (None, *LOGGERS)}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    with logging_as_before():
        yield


@pytest.fixture(scope="session")
def temporal_dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[temporal_server.Running]:
    # A plain child, started without an event loop: the loops of the tests come and go while it stays.
    binary = part("Temporal's dev server", temporal_cli.find)
    config = temporal_server.DevServer()
    with temporal_server.running(binary, config, data=tmp_path_factory.mktemp("temporal")) as server:
        yield server


@pytest.fixture
async def temporal_client(temporal_dev: temporal_server.Running) -> Client:
    server = Server(address=temporal_dev.address, namespace=temporal_dev.namespace)
    return await connect(server, deadline=timedelta(seconds=10))


@pytest.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    binary = part("Temporal's time-skipping test server", test_server.find)
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(binary),
        test_server_startup_timeout=timedelta(seconds=60),  # it counts the start of Java
        data_converter=pydantic_data_converter,
    ) as environment:
        yield environment


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    programs = part("PostgreSQL", postgresql_programs.find)
    # Not pytest's directory: that is closed to others, and where we are root PostgreSQL runs as somebody else.
    directory = Path(tempfile.mkdtemp(prefix="onboarding-postgres-"))
    directory.chmod(0o711)
    try:
        with postgres.running(directory, fsync=False, programs=programs) as server:
            yield server
    finally:
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
def samba_dc() -> Iterator[Samba]:
    program = part("Samba's domain controller", samba_programs.find)
    # Not pytest's directory: a socket's path may be no longer than 107 characters.
    directory = Path(tempfile.mkdtemp(prefix="onboarding-samba-"))
    try:
        with samba.running(directory, fsync=False, programs=program) as server:
            yield server
    finally:
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    from onboarding.store.upgrading import upgrade  # only who asks for a database pays for loading the store

    postgres_server.create_database(TEMPLATE)
    upgrade(postgres_server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from onboarding.store.upgrading import upgrade  # only who asks for a database pays for loading the store

    directory = tmp_path_factory.mktemp("sqlite")
    upgrade(f"sqlite:///{directory}/store.db")
    return directory


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    for file in sqlite_template.iterdir():  # what SQLite keeps beside it is part of it
        shutil.copy(file, tmp_path)
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def postgres_url(postgres_server: Postgres, postgres_template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    postgres_server.create_database(name, template=postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module")  # while it runs, its loop is in the way of every test with a loop of its own
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright  # only who looks at pages pays for loading it

    program = part("Chromium", chromium.find)
    # Its sandbox cannot be made where we are root, and it meets our own pages alone.
    switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(program), args=switches)
        yield running
        running.close()

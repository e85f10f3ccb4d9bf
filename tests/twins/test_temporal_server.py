"""Temporal's dev server keeps what it is told to keep, stays on this machine, and ends."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import ValidationError
from temporalio.client import Client, WorkflowExecutionStatus

from onboarding.temporal import Server, connect
from onboarding.twins import temporal_cli, temporal_server, tether
from onboarding.twins.temporal_server import DevServer
from tests.conftest import part

SOON = timedelta(seconds=10)
pytestmark = [pytest.mark.temporal, pytest.mark.xdist_group("temporal-server")]


@pytest.fixture
def binary() -> Path:
    return part("Temporal's dev server", temporal_cli.find)


def test_the_file_of_the_project_is_read() -> None:
    config = temporal_server.read(Path(__file__).parents[2] / "temporal-dev.yaml")
    assert (config.address, config.namespace, config.database) == ("127.0.0.1:7233", "default", Path("temporal.db"))


@pytest.mark.parametrize(
    "wrong", ["address: 0.0.0.0:7233", "address: temporal.example.no:7233", "port: 7233", "ui_port: -1"]
)
def test_a_wrong_file_is_refused(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "temporal-dev.yaml"
    file.write_text(wrong)
    with pytest.raises(ValidationError):
        temporal_server.read(file)


def test_an_empty_file_is_a_server_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "temporal-dev.yaml"
    file.write_text("# all as usual\n")
    assert temporal_server.read(file) == DevServer()


async def start_a_case(client: Client) -> str:
    handle = await client.start_workflow("Case", id=f"case-{uuid4()}", task_queue="nobody-listens")
    return handle.id


async def test_cases_are_kept_when_it_starts_again(tmp_path: Path, binary: Path) -> None:
    # WAL and NORMAL as the project's own file has them: what was answered must survive.
    pragmas = temporal_server.read(Path(__file__).parents[2] / "temporal-dev.yaml").pragmas
    config = DevServer(database=Path("temporal.db"), pragmas=pragmas, namespace="kommune")
    async with temporal_server.dev_server(config, data=tmp_path, binary=binary) as server:
        case = await start_a_case(await connect(Server(address=server.address, namespace="kommune"), deadline=SOON))
    async with temporal_server.dev_server(config, data=tmp_path, binary=binary) as server:
        client = await connect(Server(address=server.address, namespace="kommune"), deadline=SOON)
        kept = await client.get_workflow_handle(case).describe()
        assert kept.status == WorkflowExecutionStatus.RUNNING
    with pytest.raises(ConnectionError):
        await connect(Server(address=server.address))  # it ended with the block


async def test_settings_reach_it(tmp_path: Path, binary: Path) -> None:
    config = DevServer(settings={"limit.maxIDLength": 20})
    async with temporal_server.dev_server(config, data=tmp_path, binary=binary) as server:
        client = await connect(Server(address=server.address), deadline=SOON)
        with pytest.raises(Exception, match="length exceeds limit"):
            await start_a_case(client)


async def test_its_pages_are_on_this_machine_too(tmp_path: Path, binary: Path) -> None:
    async with temporal_server.dev_server(DevServer(ui_port=0), data=tmp_path, binary=binary) as server:
        assert server.ui is not None
        assert server.ui.startswith("http://127.0.0.1:")


def test_a_port_in_use_is_said(tmp_path: Path, binary: Path) -> None:
    with temporal_server.running(binary, DevServer(), data=tmp_path) as first:
        config = DevServer(address=first.address)
        with (
            pytest.raises(RuntimeError, match="something else use the port"),
            temporal_server.running(binary, config, data=tmp_path),
        ):
            pass


async def test_the_shared_one_answers(temporal_client: Client) -> None:
    case = await start_a_case(temporal_client)
    assert (await temporal_client.get_workflow_handle(case).describe()).task_queue == "nobody-listens"


async def test_connecting_waits_for_a_server_that_is_late(tmp_path: Path, binary: Path) -> None:
    port = tether.free_port()
    connecting = asyncio.create_task(connect(Server(address=f"127.0.0.1:{port}"), deadline=timedelta(seconds=30)))
    async with temporal_server.dev_server(DevServer(address=f"127.0.0.1:{port}"), data=tmp_path, binary=binary):
        assert (await connecting).namespace == "default"

"""Connecting: what is sent where, and what is said when nobody answers."""

import asyncio
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import GrpcCompression, RPCError

from onboarding.domain.errors import NotFound
from onboarding.temporal import Server, Tls, answers, bounded, connect, is_loopback
from onboarding.twins import tether
from tests.workflows.own_server import client_of, frozen, own_server


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1:7233", True),
        ("127.9.9.9:1", True),
        ("localhost:7233", True),
        ("[::1]:7233", True),
        ("10.0.0.5:7233", False),
        ("0.0.0.0:7233", False),
        ("localhost.example.no:7233", False),
        ("temporal.example.no:7233", False),
    ],
)
def test_this_machine_is_known(address: str, expected: bool) -> None:
    assert is_loopback(address) == expected


def test_a_key_is_never_sent_in_the_open() -> None:
    key = SecretStr("a key")
    with pytest.raises(ValidationError, match="only over TLS") as refusal:
        Server(address="temporal.example.no:7233", api_key=key)
    assert "a key" not in str(refusal.value)
    assert Server(address="temporal.example.no:7233", api_key=key, tls=Tls()).api_key == key
    assert "a key" not in repr(Server(api_key=key))


@pytest.mark.temporal
async def test_values_travel_as_pydantic_and_uncompressed_here(temporal_client: Client) -> None:
    assert temporal_client.data_converter == pydantic_data_converter
    assert temporal_client.service_client.config.grpc_compression is GrpcCompression.NONE


async def test_nobody_there_is_said_with_the_address() -> None:
    address = f"127.0.0.1:{tether.free_port()}"
    for deadline in (None, timedelta(seconds=0.5)):
        with pytest.raises(ConnectionError, match=address):
            await connect(Server(address=address), deadline=deadline)


@pytest.mark.temporal
async def test_a_namespace_that_is_not_there_is_said(temporal_client: Client) -> None:
    address = temporal_client.service_client.config.target_host
    for deadline in (None, timedelta(seconds=0.5)):
        with pytest.raises(NotFound, match=r"setting\.no-namespace") as refusal:
            await connect(Server(address=address, namespace="nowhere"), deadline=deadline)
        assert refusal.value.params == {"address": address, "namespace": "nowhere"}


@pytest.mark.temporal
async def test_a_worker_does_not_wait_for_a_namespace_for_ever(
    temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.temporal.STARTING", timedelta(seconds=0.5))
    address = temporal_client.service_client.config.target_host
    async with asyncio.timeout(30):
        with pytest.raises(NotFound, match=r"setting\.no-namespace"):
            await connect(Server(address=address, namespace="nowhere"), deadline=timedelta(days=365))


@pytest.mark.temporal
async def test_a_server_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    with own_server(tmp_path) as server:
        client = await client_of(server)
        assert await answers(client)
        with frozen(server):
            assert not await answers(client)
            with pytest.raises(TimeoutError):
                await bounded(client.service_client.check_health(timeout=timedelta(minutes=5)), timedelta(seconds=0.2))


@pytest.mark.temporal
async def test_what_the_core_says_is_in_our_log_and_not_beside_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with own_server(tmp_path) as server:
        client = await client_of(server)
    with pytest.raises(RPCError):
        await client.workflow_service.get_system_info(GetSystemInfoRequest(), retry=True, timeout=timedelta(seconds=3))
    async with asyncio.timeout(30):
        while not any(record.name == "temporalio.core" for record in caplog.records):
            await asyncio.sleep(0.05)
    assert capfd.readouterr().err == ""


@pytest.fixture
def authority() -> Path:
    paths = ssl.get_default_verify_paths()
    return Path(paths.cafile or paths.openssl_cafile)


@pytest.mark.temporal
async def test_tls_is_spoken_where_it_is_asked_for(temporal_client: Client, authority: Path) -> None:
    # The dev server speaks no TLS: whoever insists gets no connection, and never an open one instead.
    address = temporal_client.service_client.config.target_host
    for tls in (Tls(), Tls(authority=authority)):
        with pytest.raises(ConnectionError):
            await connect(Server(address=address, tls=tls))

"""Connecting: what is sent where, and what is said when nobody answers."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import GrpcCompression

from onboarding.temporal import Server, Tls, connect, is_loopback
from onboarding.twins import tether


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

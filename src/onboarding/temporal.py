"""The one way to connect to Temporal: address, namespace, TLS, key, converter and patience in one place."""

import asyncio
import ipaddress
from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import GrpcCompression, RPCError, TLSConfig

from onboarding.domain.people import Value

PAUSE = 0.2  # seconds between two tries
ANSWER = timedelta(seconds=3)


class Tls(Value):
    """Files in PEM form. None: the system's own authorities, and no certificate of ours."""

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


class Server(Value):
    """Where Temporal is, and how to be let in."""

    address: str = "127.0.0.1:7233"
    namespace: str = "default"
    tls: Tls | None = None
    api_key: SecretStr | None = None

    @property
    def loopback(self) -> bool:
        return is_loopback(self.address)

    @model_validator(mode="after")
    def _keep_the_key_secret(self) -> Self:
        if self.api_key is not None and self.tls is None and not self.loopback:
            raise ValueError("Temporal's API key is sent only over TLS: turn TLS on")
        return self


def is_loopback(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def connect(server: Server, *, deadline: timedelta | None = None) -> Client:
    """Try once, or again and again until the deadline: at a restart of everything nobody knows who is up first."""
    clock = asyncio.get_running_loop()
    until = clock.time() + (deadline.total_seconds() if deadline else 0)
    while True:
        try:
            return await _connect(server)
        except RuntimeError as error:  # what the SDK says when nobody answers, or says no
            if clock.time() + PAUSE > until:
                raise ConnectionError(f"Temporal does not answer at {server.address}") from error
        await asyncio.sleep(PAUSE)


async def answers(client: Client) -> bool:
    """Does it answer us now?"""
    try:
        return await client.service_client.check_health(timeout=ANSWER)
    except RPCError:
        return False


async def _connect(server: Server) -> Client:
    return await Client.connect(
        server.address,
        namespace=server.namespace,
        api_key=server.api_key.get_secret_value() if server.api_key else None,
        tls=_tls(server.tls) if server.tls else False,
        data_converter=pydantic_data_converter,
        # On the same machine compressing only costs: there is no line to save.
        grpc_compression=GrpcCompression.NONE if server.loopback else GrpcCompression.GZIP,
    )


def _tls(tls: Tls) -> TLSConfig:
    return TLSConfig(
        server_root_ca_cert=_read(tls.authority), client_cert=_read(tls.certificate), client_private_key=_read(tls.key)
    )


def _read(file: Path | None) -> bytes | None:
    return file.read_bytes() if file else None

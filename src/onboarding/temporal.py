"""The one way to connect to Temporal: address, namespace, TLS, key, converter and patience in one place."""

import asyncio
import ipaddress
import logging
from collections.abc import Awaitable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Self, TypeVar

from pydantic import SecretStr, model_validator
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode, TLSConfig

from onboarding.domain.errors import NotAllowed, NotFound, OnboardingError
from onboarding.domain.people import Value

CONVERTER = pydantic_data_converter
PAUSE = 0.2  # seconds between two tries
ANSWER = timedelta(seconds=3)  # so long we wait for one
STARTING = timedelta(seconds=30)  # and so long may a server that answers be without our namespace
CONNECTED = timedelta(seconds=10)  # and so long where TLS comes first
Answer = TypeVar("Answer")


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
    """Try once, or again and again until the deadline: at a restart of everything nobody knows who is up first.

    Raises ConnectionError where nobody answers; NotFound or NotAllowed where it is answered, and the namespace is not
    there, or not ours: that is given half a minute and no more, whatever the deadline.
    """
    clock = asyncio.get_running_loop()
    until = clock.time() + (deadline.total_seconds() if deadline else 0)
    refused: float | None = None
    while True:
        try:
            return await bounded(_connect(server), CONNECTED)
        except OnboardingError:
            refused = refused or clock.time()
            if clock.time() + PAUSE > min(until, refused + STARTING.total_seconds()):
                raise
        except (RuntimeError, RPCError, TimeoutError) as error:  # what the SDK says when nobody answers, or says no
            if clock.time() + PAUSE > until:
                raise ConnectionError(f"Temporal does not answer at {server.address}") from error
        await asyncio.sleep(PAUSE)


async def bounded(call: Awaitable[Answer], within: timedelta = ANSWER) -> Answer:
    """The call's answer, or TimeoutError: the SDK's own limit holds for each of its tries, and it makes several."""
    async with asyncio.timeout(within.total_seconds()):
        return await call


async def answers(client: Client) -> bool:
    """Does it answer us now?"""
    try:
        return await bounded(client.service_client.check_health(timeout=ANSWER))
    except (RPCError, TimeoutError):
        return False


@cache
def runtime() -> Runtime:
    """One for the process: what its core has to say goes to our log, in our form, and not past it to the terminal."""
    ours = LogForwardingConfig(
        logging.getLogger("temporalio.core"),
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    )
    heard = TelemetryFilter(core_level="WARN", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(heard, forwarding=ours)))


async def _connect(server: Server) -> Client:
    client = await Client.connect(
        server.address,
        namespace=server.namespace,
        api_key=server.api_key.get_secret_value() if server.api_key else None,
        tls=_tls(server.tls) if server.tls else False,
        data_converter=CONVERTER,
        runtime=runtime(),
        # On the same machine compressing only costs: there is no line to save.
        grpc_compression=GrpcCompression.NONE if server.loopback else GrpcCompression.GZIP,
    )
    await _look_at_the_namespace(client, server)
    return client


async def _look_at_the_namespace(client: Client, server: Server) -> None:
    """Connecting asks for none, and a worker without one ends with a stack trace."""
    where = {"address": server.address, "namespace": server.namespace}
    try:
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=server.namespace), timeout=ANSWER
        )
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            raise NotFound("setting.no-namespace", **where) from None
        if error.status in (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED):
            raise NotAllowed("setting.temporal-refuses-us", **where) from None
        raise


def _tls(tls: Tls) -> TLSConfig:
    return TLSConfig(
        server_root_ca_cert=_read(tls.authority), client_cert=_read(tls.certificate), client_private_key=_read(tls.key)
    )


def _read(file: Path | None) -> bytes | None:
    return file.read_bytes() if file else None

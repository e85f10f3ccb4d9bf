"""Runs the application in this process, and lets go of its open pages when it is told to stop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from onboarding.api.front import Front

PATIENCE = 2  # seconds for answers under way when it is told to stop


async def serve(app: FastAPI, host: str, port: int) -> None:
    """Until it is cancelled. Raises OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=PATIENCE
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(serving)
        finally:
            front: Front = app.state.front
            front.bell.close()
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Whoever runs us hears the signals, and cancels."""
        yield

"""Runs an application in this process until it is told to stop: the pages, and what a worker tells."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

PATIENCE = 2  # seconds for answers under way when it is told to stop


def listen(host: str, port: int) -> socket.socket:
    """Raises OSError where the port is taken."""
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    # What comes in has it too. asyncio sees to it only where the socket's protocol is named, and this one's is not:
    # then the end of each answer waits some 40 ms for the reader to acknowledge its beginning.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


async def serve(app: ASGIApp, listening: socket.socket, let_go: Callable[[], None] | None = None) -> None:
    """Until it is cancelled. `let_go`: ends what would never end by itself, such as pages that listen."""
    with listening:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=PATIENCE
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(serving)
        finally:
            if let_go is not None:
                let_go()
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Whoever runs us hears the signals, and cancels."""
        yield

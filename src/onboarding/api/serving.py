"""Serves the pages, and lets go of the open ones when it is told to stop."""

import socket

from fastapi import FastAPI

from onboarding import serving
from onboarding.api.front import Front


async def serve(app: FastAPI, listening: socket.socket) -> None:
    """Until it is cancelled."""
    front: Front = app.state.front
    try:
        await serving.serve(app, listening, front.bell.close)
    finally:
        front.watch.close()

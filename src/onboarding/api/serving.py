"""Serves the pages, and lets go of the open ones when it is told to stop."""

from fastapi import FastAPI

from onboarding import serving
from onboarding.api.front import Front


async def serve(app: FastAPI, host: str, port: int) -> None:
    """Until it is cancelled. Raises OSError where the port is taken."""
    front: Front = app.state.front
    try:
        await serving.serve(app, serving.listen(host, port), front.bell.close)
    finally:
        front.watch.close()

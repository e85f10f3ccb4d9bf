"""The bell of open pages, whether this process can do its work, and the figures."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse

from onboarding.api.front import Front, FrontDep
from onboarding.monitoring.exposition import MEDIA_TYPE, exposition, of_store

router = APIRouter(include_in_schema=False)


@router.get("/events")
async def events(
    front: FrontDep, since: Annotated[int | None, Query(ge=0, le=10**13, description="milliseconds")] = None
) -> Response:
    """`changed` whenever any case has changed. What has changed is asked for by an ordinary page load."""
    began = datetime.fromtimestamp(since / 1000, UTC) if since is not None else None
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_stream(front, began), media_type="text/event-stream", headers=headers)


async def _stream(front: Front, since: datetime | None) -> AsyncIterator[str]:
    yield ": listening\n\n"
    async for text in front.bell.rings(since):
        yield f"event: changed\nid: {text}\ndata: {text}\n\n" if text else ": still here\n\n"


@router.get("/health")
async def health() -> Response:
    """We are alive: a process that does not answer this is to be started again."""
    return JSONResponse({"alive": "yes"})


@router.get("/ready")
async def ready(front: FrontDep) -> Response:
    """May people be sent here: is the database there, and at the schema this program was written for?"""
    found = await front.watch.database()
    return JSONResponse(dict(found), 200 if found["schema"] == "current" else 503)


@router.get("/metrics")
async def metrics(front: FrontDep) -> Response:
    """The store's figures and this process's own, for Prometheus."""
    found = await front.watch.figures()
    return Response(exposition(front.process.registry, of_store(found)), media_type=MEDIA_TYPE)

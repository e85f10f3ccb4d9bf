"""The bell of open pages, and whether this process can do its work."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse

from onboarding.api.front import Front, FrontDep
from onboarding.store.engine import is_current

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()


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
def health(front: FrontDep) -> Response:
    """Is the database there? A process that cannot reach it can answer nothing truly."""
    found = _found(front)
    return JSONResponse({"database": "no" if found is None else "yes"}, 503 if found is None else 200)


@router.get("/ready")
def ready(front: FrontDep) -> Response:
    """May people be sent here: is the database there, and at the schema this program was written for?"""
    found = _found(front)
    words = {None: "unknown", True: "current", False: "another"}
    return JSONResponse({"database": "no" if found is None else "yes", "schema": words[found]}, 200 if found else 503)


def _found(front: Front) -> bool | None:
    """Is the schema current; None where nobody answers."""
    try:
        return is_current(front.store)
    except Exception as error:  # whatever keeps us from asking; its text may hold a password
        log.warning("the database does not answer", error=type(error).__name__)
        return None

"""What a worker tells over HTTP, on this machine alone: /health, /ready and /metrics."""

import time
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onboarding.monitoring.exposition import MEDIA_TYPE, exposition, of_parts, of_rounds, of_store
from onboarding.monitoring.meters import Meters
from onboarding.monitoring.watch import Watch

LATELY = 30.0  # seconds: a round takes a quarter of one, and may wait three for each call
WELL: Mapping[str, frozenset[str]] = {
    "database": frozenset({"yes"}),
    "schema": frozenset({"current"}),
    "temporal": frozenset({"yes"}),
    "policy": frozenset(
        {"current", "another"}
    ),  # cases bring their own version; who reads `another` is to be restarted
    "dispatch": frozenset({"yes"}),
}


class Endpoint:
    """`temporal`: does Temporal answer us? Set when we have found it; until then nobody does."""

    def __init__(self, watch: Watch, meters: Meters, policy: str) -> None:
        self._watch, self._meters, self._policy = watch, meters, policy
        self.temporal: Callable[[], Awaitable[bool]] | None = None
        routes = [Route(f"/{page.__name__}", page) for page in (self.health, self.ready, self.metrics)]
        self.app = Starlette(routes=routes)

    async def health(self, request: Request) -> Response:
        """We are alive: the loop that does all our work is the one that answers."""
        return JSONResponse({"alive": "yes"})

    async def ready(self, request: Request) -> Response:
        """Can we carry out cases now? Each part by itself; 503 where one is wanting."""
        parts = await self._parts()
        return JSONResponse(parts, 200 if all(_well(parts).values()) else 503)

    async def metrics(self, request: Request) -> Response:
        parts = await self._parts()
        # One wait is enough to know that the database is away: who asks does not wait for ever.
        found = await self._watch.figures() if parts["database"] == "yes" else None
        told = exposition(
            self._meters.registry, of_store(found), of_parts(_well(parts)), of_rounds(self._meters.rounds)
        )
        return Response(told, media_type=MEDIA_TYPE)

    async def _parts(self) -> Mapping[str, str]:
        last = self._meters.rounds.last
        goes_round = last is not None and time.monotonic() - last < LATELY
        database = await self._watch.database()
        there = database["database"] == "yes"
        return {
            **database,
            "temporal": "yes" if self.temporal is not None and await self.temporal() else "no",
            "policy": await self._watch.policy(self._policy) if there else "unknown",
            "dispatch": "yes" if goes_round else "no",
        }


def _well(parts: Mapping[str, str]) -> dict[str, bool]:
    return {part: word in WELL[part] for part, word in parts.items()}

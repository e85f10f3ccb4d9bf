"""The web application, put together from the rooms below it."""

from collections.abc import Sequence
from functools import partial

from fastapi import FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from onboarding.api import acts, cases, history, live, order, problems, stuck, tasks
from onboarding.api.bell import EVERY, Bell
from onboarding.api.front import API, Front
from onboarding.api.rendering import STATIC, Kept
from onboarding.api.shield import Shield
from onboarding.operations import listing
from onboarding.store.engine import Store

LOOPBACK: Sequence[str] = ("127.0.0.1", "localhost", "::1")
NAMES: Sequence[str] = (*LOOPBACK, "[::1]")
LARGEST_BODY = 64 * 1024  # bytes: an order is one hundredth of it


def create_app(store: Store, *, operator: str, hosts: Sequence[str] = NAMES, bell_every: float = EVERY) -> FastAPI:
    """`operator`: who does what is done here, until people sign in. `hosts`: the names it may be asked for under."""
    app = FastAPI(
        title="Onboarding",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.front = Front(store, operator, Bell(partial(listing.pulse, store), bell_every))
    problems.install(app)
    for room in (cases, history, acts, order, stuck):
        app.include_router(room.router)
        app.include_router(room.api)
    app.include_router(tasks.api)
    app.include_router(live.router)
    app.mount("/static", Kept(directory=STATIC))
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(Shield, largest_body=LARGEST_BODY)
    return app

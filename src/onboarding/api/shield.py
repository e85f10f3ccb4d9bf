"""Stands before every page: headers that keep the browser strict, a guard against other sites, and the last resort."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onboarding.api import problems

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Pictures as `data:` are the icons in the stylesheet. Nothing inline, nothing from anywhere else.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Sequence[tuple[bytes, bytes]] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
PRIVATE = (b"cache-control", b"no-store")  # pages are about people


class Shield:
    def __init__(self, app: ASGIApp, largest_body: int) -> None:
        """`largest_body`: what says of itself that it is larger, in bytes, is refused before it is read."""
        self.app = app
        self.largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                names = {name.lower() for name, _ in message["headers"]}
                private = () if b"cache-control" in names else (PRIVATE,)
                message["headers"] = [*message["headers"], *HEADERS, *private]
            await send(message)

        request = Request(scope, receive)
        try:
            if _from_another_site(request):
                await problems.plain(request, 403)(scope, receive, with_headers)
            elif _length(request) > self.largest_body:
                await problems.plain(request, 413)(scope, receive, with_headers)
            elif "\x00" in scope["path"] or b"%00" in scope["query_string"]:  # PostgreSQL cannot even look for it
                await problems.plain(request, 422)(scope, receive, with_headers)
            else:
                await self.app(scope, receive, with_headers)
        except Exception as error:
            if begun:
                raise
            await problems.fault(request, error)(scope, receive, with_headers)


def _from_another_site(request: Request) -> bool:
    """What changes something must come from our own pages, or from no browser at all.

    The browser says so itself (Fetch Metadata); one that does not is asked for its Origin.
    """
    if request.method in SAFE:
        return False
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return bool(origin) and urlsplit(origin or "").netloc != request.headers.get("host", "")


def _length(request: Request) -> int:
    told = request.headers.get("content-length", "0")
    return int(told) if told.isdecimal() else 0

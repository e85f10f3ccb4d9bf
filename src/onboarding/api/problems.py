"""Errors as people and programs meet them: one table to HTTP, a page that helps, and problem details (RFC 9457)."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from onboarding.api.front import is_api, language_of
from onboarding.api.rendering import page
from onboarding.domain.errors import Conflict, NotAllowed, NotFound, OnboardingError
from onboarding.domain.people import Value
from onboarding.store.away import is_away
from onboarding.texts.catalogue import say
from onboarding.texts.errors import told

log = structlog.get_logger()

STATUS: Mapping[type[OnboardingError], int] = {NotAllowed: 403, NotFound: 404, Conflict: 409}
TEXTS: Mapping[int, str] = {
    403: "page.error-other-site",
    404: "page.error-not-found",
    405: "page.error-method",
    413: "page.error-too-big",
}
TITLES: Mapping[int, str] = {
    404: "page.title-not-found",
    500: "page.title-fault",
    503: "page.title-away",
}
MEDIA_TYPE = "application/problem+json"
A_NAME = re.compile(r"[A-Za-z_]{1,40}|[0-9]{1,4}")
QUOTES_NOTHING = frozenset(
    {"missing", "extra_forbidden", "json_invalid", "literal_error", "string_type", "string_too_long", "too_long",
     "int_type", "int_parsing", "greater_than_equal", "less_than_equal", "tuple_type", "model_attributes_type"}
)  # fmt: skip
AGAIN_IN = 10  # seconds, before who was told that the database is away need ask again


class FieldError(Value):
    field: str
    detail: str


class Problem(Value):
    """RFC 9457. `detail` is a sentence for people; `key` is what a program may go by."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    key: str
    errors: tuple[FieldError, ...] = ()


class Invalid(Exception):
    """Fields of a JSON order that cannot be used, each with its sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("fields that cannot be used")
        self.errors = errors


SENT = (400, 403, 413, 422)  # what may be wrong with whatever is sent: unreadable, from elsewhere, too much, not right


def tells(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems an operation may answer with, for its document; any of them may meet a fault, or no database."""
    return {
        status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": HTTPStatus(status).phrase}
        for status in (*statuses, 500, 503)
    }


def status_of(error: OnboardingError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def answer(request: Request, status: int, key: str, detail: str, errors: Mapping[str, str] | None = None) -> Response:
    """A page or problem details, after what was asked for."""
    if is_api(request):
        fields = tuple(FieldError(field=field, detail=text) for field, text in (errors or {}).items())
        problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, key=key, errors=fields)
        return JSONResponse(problem.model_dump(), status_code=status, media_type=MEDIA_TYPE)
    title = TITLES.get(status, "page.title-refused")
    values = {"title": say(title, language_of(request)), "detail": detail, "try_again": status == 503}
    return page(request, "error.html", values, status=status)


def plain(request: Request, status: int) -> Response:
    """Where there is nothing to say but what the status says."""
    key = _not_understood(request) if status == 422 else TEXTS.get(status, "page.error-not-understood")
    return answer(request, status, key, say(key, language_of(request)))


def _not_understood(request: Request) -> str:
    """Who followed a link has sent nothing, and has nothing to fill in."""
    return "page.error-address" if request.method in ("GET", "HEAD") else "page.error-not-understood"


def fault(request: Request, error: Exception) -> Response:
    """What we did not foresee: the log has it under a number, and the page has the number.

    A database that is away is foreseen, and the store has told the log: it says so once, and not for each page.
    """
    if is_away(error):
        said = answer(request, 503, "page.error-away", say("page.error-away", language_of(request)))
        said.headers["retry-after"] = str(AGAIN_IN)
        return said
    number = secrets.token_hex(4)
    log.error("a page failed", log_number=number, path=request.url.path, exc_info=error)
    return answer(request, 500, "page.error-fault", say("page.error-fault", language_of(request), number=number))


def _place(loc: Sequence[int | str]) -> str:
    """Where in the body; the name of a field that somebody made up may hold anything."""
    parts = [str(part) for part in loc]
    return ".".join(part if A_NAME.fullmatch(part) else "…" for part in parts)


def _shape(type: str, message: str) -> str:
    """The library's own words, where they never hold what was sent."""
    return message if type in QUOTES_NOTHING else type


def _documented(app: FastAPI) -> dict[str, Any]:
    """FastAPI writes every model down as plain JSON; a problem has a media type of its own."""
    document = FastAPI.openapi(app)
    for operation in (one for path in document["paths"].values() for one in path.values()):
        for response in operation["responses"].values():
            content = response.get("content", {})
            if MEDIA_TYPE in content and "application/json" in content:
                content[MEDIA_TYPE] = content.pop("application/json")
    return document


def install(app: FastAPI) -> None:
    app.openapi = partial(_documented, app)  # type: ignore[method-assign]  # as FastAPI's own manual does it

    @app.exception_handler(OnboardingError)
    def ours(request: Request, error: OnboardingError) -> Response:
        said = told(error, language_of(request), datetime.now(UTC))
        return answer(request, status_of(error), error.key, said)

    @app.exception_handler(Invalid)
    def fields(request: Request, error: Invalid) -> Response:
        key = "page.error-not-understood"
        return answer(request, 422, key, say(key, language_of(request)), error.errors)

    @app.exception_handler(RequestValidationError)
    def shape(request: Request, error: RequestValidationError) -> Response:
        key = _not_understood(request)
        # Where and why, and not what: a value may be somebody's name.
        where = {_place(one["loc"]): _shape(one["type"], one["msg"]) for one in error.errors()}
        return answer(request, 422, key, say(key, language_of(request)), where)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        found = plain(request, error.status_code)
        found.headers.update(error.headers or {})  # such as which methods there are
        return found

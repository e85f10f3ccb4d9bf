"""Templates become pages: autoescaped, in the reader's language, with every file of ours named by its content."""

import hashlib
import re
import time
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import Scope

from onboarding.api.front import COOKIE, language_of
from onboarding.api.shapes import StepOut
from onboarding.texts.catalogue import LANGUAGES, say
from onboarding.texts.words import capitalised

HERE = Path(str(files("onboarding.api")))
STATIC = HERE / "static"
A_YEAR = 365 * 24 * 3600
MARGIN = 2000  # milliseconds that two machines may differ: a ring too many costs one page load
SENT_TO = re.compile(r"/(acts|release|retry)$")  # behind the address of the page that was sent from
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@cache
def environment(language: str) -> Environment:
    """One for each language: a text without parameters is then part of the template, and costs a page nothing."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,  # nobody edits them under a running program
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["lang"] = language
    found.globals["languages"] = [(one, NAMES[one]) for one in LANGUAGES]
    found.filters["t"] = partial(_text, language)
    found.filters["static"] = address_of
    found.filters["as_item"] = partial(_as_item, language)
    found.filters["capitalised"] = capitalised  # Jinja's own `capitalize` makes «IT» into «it»
    return found


@cache
def address_of(file: str) -> str:
    """Another content is another address, so that a browser may keep it for good."""
    digest = hashlib.sha256((STATIC / file).read_bytes()).hexdigest()[:10]
    return f"/static/{file}?v={digest}"


class Kept(StaticFiles):
    """Files a browser need not ask for again: their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = f"public, max-age={A_YEAR}, immutable" if scope["query_string"].startswith(b"v=") else "no-cache"
        response.headers["cache-control"] = kept
        return response


def page(
    request: Request, template: str, values: Mapping[str, Any], *, status: int = 200, live: bool = True
) -> HTMLResponse:
    """`values` beside what every page has: where it is, and whether it listens.

    `live`: brought up to date when a case changes; not where somebody is filling in a form.
    """
    language = language_of(request)
    html = (
        environment(language)
        .get_template(template)
        .render(
            path=request.url.path,
            again=_address(request, "told"),
            followed=_address(request),  # what was said stays while the page is brought up to date
            live=live and request.method == "GET" and status == 200,
            followable=live,
            sent=request.method == "POST",
            made_at=int(time.time() * 1000) - MARGIN,
            **values,
        )
    )
    response = HTMLResponse(html, status_code=status)
    if request.query_params.get("lang") in LANGUAGES and "hx-request" not in request.headers:  # somebody chose it
        response.set_cookie(COOKIE, language, max_age=A_YEAR, httponly=True, samesite="lax")
    return response


@lru_cache(maxsize=4096)  # a page is asked for again at every change in any case, and most steps are as they were
def _as_item(language: str, step: StepOut, number: str) -> str:
    rendered: str = vars(environment(language).get_template("step.html").module)["one_step"](number, step)
    return rendered


def _text(language: str, key: str, **params: object) -> str:
    return say(key, language, **{name: str(value) for name, value in params.items()})


def _address(request: Request, *without: str) -> str:
    """This page's own, ready for a language to be put behind it."""
    path = quote(request.scope["path"])  # it may hold what no address can
    path = path if request.method == "GET" else SENT_TO.sub("", path)
    kept = request.url.remove_query_params(["lang", *without]).query if request.method == "GET" else ""
    path = f"/{path.lstrip('/')}"  # two of them would be the name of another host
    return f"{path}?{kept}&" if kept else f"{path}?"

"""Cases: the list, and one case whole. Names are searched for by POST, so that none stands in an address."""

from datetime import date
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from onboarding.api import telling
from onboarding.api.front import API, ActorDep, Front, FrontDep, Reader, ReaderDep
from onboarding.api.problems import SENT, tells
from onboarding.api.rendering import page
from onboarding.api.shapes import CaseLines, CaseOut
from onboarding.api.told import in_words
from onboarding.domain.cases import CaseState
from onboarding.domain.people import Actor, Value
from onboarding.operations import listing
from onboarding.operations.listing import Listed
from onboarding.operations.reading import case_file
from onboarding.store.case_lists import Order, Wanted, Which
from onboarding.texts import words
from onboarding.texts.catalogue import say

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix=API, tags=["cases"])

STATES: tuple[CaseState, ...] = get_args(CaseState)
LONGEST_SEARCH = 200


class Search(Value):
    """What may be asked for in an address: nothing personal."""

    state: Which = "open"
    unit: str = ""
    order: Order = "newest"
    after: str = ""

    def wanted(self, text: str = "", limit: int = 25) -> Wanted:
        return Wanted(
            text=_plain(text),
            which=self.state,
            unit=_plain(self.unit),
            order=self.order,
            after=_place(_plain(self.after)),
            limit=limit,
        )


def _plain(text: str) -> str:
    """Without what no database can look for: a NUL, and half a letter."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _place(after: str) -> tuple[str, date] | None:
    """Where the page before ended; the first page where that cannot be read."""
    day, _, number = after.partition("_")
    try:
        return (number, date.fromisoformat(day)) if number else None
    except ValueError:
        return None


def _lines(found: Listed, reader: Reader) -> CaseLines:
    after = f"{found.after[1].isoformat()}_{found.after[0]}" if found.after else None
    return CaseLines(cases=tuple(telling.line(line, reader) for line in found.lines), after=after)


def _page(request: Request, front: Front, reader: Reader, search: Search, text: str) -> Response:
    found = listing.listed(front.store, search.wanted(text), reader.now)
    lines = _lines(found, reader)
    which = ("open", "over", "all")
    values: dict[str, Any] = {
        "lines": lines.cases,
        "search": search,
        "text": text,
        "units": found.units,
        "whiches": [(one, say(f"page.which-{one}", reader.language)) for one in which],
        "states": [(one, words.case_state(one, reader.language)) for one in STATES],
        "orders": [(one, say(f"page.order-{one}", reader.language)) for one in get_args(Order)],
        "next": _address(search.model_copy(update={"after": lines.after})) if lines.after else None,
        "after": lines.after,
        "narrowed": bool(text or search.unit or search.state not in ("open", "all")),
    }
    return page(request, "cases.html", values)


def _address(search: Search) -> str:
    asked = {name: value for name, value in search.model_dump().items() if value != Search.model_fields[name].default}
    return f"/cases?{urlencode(asked)}" if asked else "/cases"


@router.get("/")
def home() -> Response:
    return RedirectResponse("/cases", 303)


@router.get("/cases")
def cases_page(
    request: Request,
    front: FrontDep,
    reader: ReaderDep,
    state: Which = "open",
    unit: Annotated[str, Query(max_length=64)] = "",
    order: Order = "newest",
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    return _page(request, front, reader, Search(state=state, unit=unit, order=order, after=after), "")


@router.post("/cases")
def search_page(
    request: Request,
    front: FrontDep,
    reader: ReaderDep,
    text: Annotated[str, Form(max_length=LONGEST_SEARCH)] = "",
    state: Annotated[Which, Form()] = "open",
    unit: Annotated[str, Form(max_length=64)] = "",
    order: Annotated[Order, Form()] = "newest",
    after: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Without a text it is an address that can be kept and shared; with one the page itself is the answer."""
    search = Search(state=state, unit=unit, order=order, after=after)
    if not text.strip():
        return RedirectResponse(_address(search), 303)
    return _page(request, front, reader, search, text.strip())


@router.get("/cases/{number}")
def case_page(
    request: Request, front: FrontDep, reader: ReaderDep, actor: ActorDep, number: str, told: str = ""
) -> Response:
    file = case_file(front.store, number, reader.now)
    said = in_words(told, file, reader)
    # What was asked for and has not been done is no good news.
    how = {"told": said.words, "refused": ""} if said.done else {"told": "", "refused": said.words}
    return page(request, "case.html", {"case": telling.case(file, actor, reader), **how})


def refused(
    request: Request, front: Front, reader: Reader, actor: Actor, number: str, why: str, status: int
) -> Response:
    """The case, with why something was not done about it, in words."""
    case = telling.case(case_file(front.store, number, reader.now), actor, reader)
    return page(request, "case.html", {"case": case, "told": "", "refused": why}, status=status)


@api.get("/cases", responses=tells(422))
def list_cases(
    front: FrontDep,
    reader: ReaderDep,
    state: Which = "open",
    unit: Annotated[str, Query(max_length=64)] = "",
    order: Order = "newest",
    after: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=listing.LONGEST_LIST)] = 25,
) -> CaseLines:
    """Cases a page at a time."""
    search = Search(state=state, unit=unit, order=order, after=after)
    return _lines(listing.listed(front.store, search.wanted(limit=limit), reader.now), reader)


class SearchIn(Value):
    text: str
    state: Which = "all"


@api.post("/cases/search", responses=tells(*SENT))
def search_cases(front: FrontDep, reader: ReaderDep, asked: SearchIn) -> CaseLines:
    """By number or name; a body, so that no name stands in an address or a log."""
    wanted = Search(state=asked.state).wanted(asked.text[:LONGEST_SEARCH])
    return _lines(listing.listed(front.store, wanted, reader.now), reader)


@api.get("/cases/{number}", responses=tells(404, 422))
def get_case(front: FrontDep, reader: ReaderDep, actor: ActorDep, number: str) -> CaseOut:
    """One case: the sentence, who must do what, every step, what is given and why."""
    return telling.case(case_file(front.store, number, reader.now), actor, reader)

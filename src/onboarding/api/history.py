"""What has happened to a case, on a page of its own: few ask for it, and it is the longest part of a case."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from onboarding.api.front import API, FrontDep, Reader, ReaderDep
from onboarding.api.problems import tells
from onboarding.api.rendering import page
from onboarding.api.shapes import Happened, HistoryOut
from onboarding.operations.history import lines
from onboarding.operations.reading import CaseFile, case_history
from onboarding.store.whole_cases import Happening
from onboarding.texts import dates

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix=API, tags=["cases"])


def _told(file: CaseFile, happened: Sequence[Happening], reader: Reader) -> HistoryOut:
    """The newest first."""
    today = dates.local_day(reader.now)
    told = [
        Happened(clock=dates.stamp(line.at, reader.language, today), **line._asdict())
        for line in lines(file, happened, reader.language)
    ]
    return HistoryOut(number=file.case.number, name=file.person.name, history=tuple(reversed(told)))


@router.get("/cases/{number}/history")
def history_page(request: Request, front: FrontDep, reader: ReaderDep, number: str) -> Response:
    told = _told(*case_history(front.store, number, reader.now), reader)
    return page(request, "history.html", {"told": told})


@api.get("/cases/{number}/history", responses=tells(404, 422))
def get_history(front: FrontDep, reader: ReaderDep, number: str) -> HistoryOut:
    """Who has done what to a case, and when."""
    return _told(*case_history(front.store, number, reader.now), reader)

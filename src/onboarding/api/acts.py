"""What a person does to a case: a form that works without scripts, and the same as JSON."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import RedirectResponse, Response

from onboarding.api.cases import refused
from onboarding.api.front import API, ActorDep, FrontDep, ReaderDep, on_behalf
from onboarding.api.problems import SENT, status_of, tells
from onboarding.api.shapes import ActIn, ActTaken
from onboarding.domain.acts import ActKind
from onboarding.domain.errors import Conflict, NotAllowed
from onboarding.domain.people import Actor
from onboarding.operations import acting
from onboarding.texts.errors import told

log = structlog.get_logger()

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix=API, tags=["cases"])


@router.post("/cases/{number}/acts")
def act_page(
    request: Request,
    front: FrontDep,
    reader: ReaderDep,
    actor: ActorDep,
    number: str,
    kind: Annotated[ActKind, Form()],
    step: Annotated[str, Form(max_length=255)] = "",
    value: Annotated[str, Form(max_length=500)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    on_behalf_of: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Answers with the case's own address, so that loading the page again does nothing twice."""
    by = on_behalf(actor, on_behalf_of)
    try:
        done = acting.act(front.store, by, number, kind, step, value=value.strip() or None, note=note.strip() or None)
        _tell(by, number, kind, step)
    except (Conflict, NotAllowed) as error:
        why = told(error, reader.language, reader.now)
        return refused(request, front, reader, actor, number, why, status_of(error))
    said = "withdrawn" if done.withdrawn else "second" if done.second_needed else "taken"
    return RedirectResponse(f"/cases/{number}?told={said}", 303)


@router.get("/cases/{number}/acts")
def acts_address(number: str) -> Response:
    """Where a refused answer stands in the browser's address field, and the reader loads it again."""
    return RedirectResponse(f"/cases/{number}", 303)


@api.post("/cases/{number}/acts", status_code=202, responses=tells(*SENT, 404, 409))
def act(
    front: FrontDep,
    actor: ActorDep,
    number: str,
    asked: ActIn,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> ActTaken:
    """Taken in, and carried out by the case's own process. With the same key again the answer is the same."""

    def make() -> ActTaken:
        by = on_behalf(actor, asked.on_behalf_of)
        done = acting.act(front.store, by, number, asked.kind, asked.step, value=asked.value, note=asked.note)
        _tell(by, number, asked.kind, asked.step)
        return ActTaken(
            number=number,
            kind=asked.kind,
            step=asked.step,
            withdrawn=done.withdrawn,
            second_needed=done.second_needed,
            goes_with=done.goes_with,
        )

    return front.once.answer(idempotency_key and f"act {number} {idempotency_key}", asked, make)


def _tell(by: Actor, number: str, kind: ActKind, step: str) -> None:
    """Who it was is in the case's history, and not in a log."""
    log.info("act taken in", case=number.strip().upper(), act=kind, step=step, via=by.via)

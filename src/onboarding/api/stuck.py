"""What has stopped: one card for each cause, with all its cases, and one press that tries them all again."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from onboarding.api.front import API, ActorDep, Front, FrontDep, Reader, ReaderDep
from onboarding.api.problems import SENT, status_of, tells
from onboarding.api.rendering import page
from onboarding.api.shapes import HeldOut, Retried, RetryIn, StuckCase, StuckCause, StuckOut
from onboarding.domain.acts import MENDABLE
from onboarding.domain.errors import Conflict, NotFound
from onboarding.domain.people import Actor
from onboarding.operations import listing, policies, systems
from onboarding.operations.listing import Cause, Stuck
from onboarding.store.case_lists import HeldSystem, StoppedStep
from onboarding.texts import dates, words
from onboarding.texts.catalogue import say
from onboarding.texts.errors import told
from onboarding.texts.sentence import reason, step_line
from onboarding.texts.words import Titles, label_in_words

log = structlog.get_logger()

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix=API, tags=["stuck"])
TOLD = frozenset({"retried", "retried-none", "released"})


def _stuck(front: Front, reader: Reader) -> StuckOut:
    found = listing.stuck(front.store)
    if found.catalogue is None:  # nothing can have stopped before there is a policy
        return StuckOut(sentence="", causes=(), held=())
    titles = Titles(found.catalogue, reader.language)
    return StuckOut(
        sentence=_sentence(found, reader),
        causes=tuple(_cause(cause, titles, reader) for cause in found.causes),
        held=tuple(_held(one, found.waiting.get(one.system, ()), titles, reader) for one in found.held),
    )


def _sentence(found: Stuck, reader: Reader) -> str:
    """How bad it is, before why."""
    starts = {one.number: one.start for cause in found.causes for one in cause.steps}
    starts |= {step.number: step.start for those in found.waiting.values() for step in those}
    if not starts:
        return ""
    first, day = min(starts.values()), dates.local_day(reader.now)
    told = {"day": dates.day(first, reader.language, day), "countdown": words.countdown(first, reader.language, day)}
    if len(starts) == 1:
        return say("page.stuck-one", reader.language, **told)
    many = say("page.stuck-many", reader.language, count=words.number(len(starts), reader.language), **told)
    return words.capitalised(many)


def _cause(cause: Cause, titles: Titles, reader: Reader) -> StuckCause:
    first = cause.steps[0]
    why = step_line(first.step, titles, reader.now).why
    oldest = min((one.step.since for one in cause.steps if one.step.since), default=None)
    tries = [one.step.next_at for one in cause.steps if one.step.next_at and one.step.next_at > reader.now]
    again = dates.moment(min(tries), reader.language, reader.now) if tries else ""
    return StuckCause(
        system=cause.system,
        reason=cause.reason,
        system_words=titles.system(cause.system),
        reason_words=why or say("step.reason-unknown", reader.language),
        count=len(cause.steps),
        since_words=dates.since(oldest, reader.language, reader.now) if oldest else "",
        refused=all(one.step.theirs and one.step.params.get("attribute") in MENDABLE for one in cause.steps),
        next_words=say("page.next-try", reader.language, when=again) if again else "",
        cases=_cases(cause.steps, titles, reader),
    )


def _cases(steps: Sequence[StoppedStep], titles: Titles, reader: Reader) -> tuple[StuckCase, ...]:
    """One line for each case however many of its steps stand still, the soonest first day first."""
    together = groupby(sorted(steps, key=lambda one: (one.start, one.number)), key=lambda one: one.number)
    return tuple(_case(list(those), titles, reader) for _, those in together)


def _case(those: Sequence[StoppedStep], titles: Titles, reader: Reader) -> StuckCase:
    one, day = those[0], dates.local_day(reader.now)
    return StuckCase(
        number=one.number,
        name="" if one.protected else f"{one.given_name} {one.family_name}",
        first_day_words=dates.day(one.start, reader.language, day),
        countdown=words.countdown(one.start, reader.language, day),
        what=tuple(step_line(one.step, titles, reader.now).what for one in those),
    )


def _held(one: HeldSystem, waiting: Sequence[StoppedStep], titles: Titles, reader: Reader) -> HeldOut:
    since = dates.since(one.held_at, reader.language, reader.now)
    if one.next_probe:
        when = dates.moment(one.next_probe, reader.language, reader.now)
        why = reason(one.hold_reason, one.hold_params or {}, one.system, titles)
        said = f"{why} {words.capitalised(say('cli.is-held-by-us', reader.language, since=since, when=when))}"
    else:
        said = say("cli.is-held", reader.language, who=label_in_words(one.held_by, reader.language), since=since)
    return HeldOut(
        system=one.system,
        system_words=titles.system(one.system),
        words=said,
        note=one.note,
        refused=one.next_probe is not None,
        steps=one.steps,
        cases=_cases(waiting, titles, reader),
    )


def _page(
    request: Request, front: Front, reader: Reader, told: str = "", refused: str = "", status: int = 200
) -> Response:
    values: dict[str, Any] = {"stuck": _stuck(front, reader), "told": told, "refused": refused}
    return page(request, "stuck.html", values, status=status)


@router.get("/stuck")
def stuck_page(request: Request, front: FrontDep, reader: ReaderDep, told: str = "") -> Response:
    return _page(request, front, reader, say(f"page.told-{told}", reader.language) if told in TOLD else "")


@router.post("/stuck/retry")
def retry_page(
    front: FrontDep,
    actor: ActorDep,
    system: Annotated[str, Form(max_length=64)],
    reason: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Sent twice the second finds them on their way already, which is what was wanted."""
    tried = listing.retry_all(front.store, actor, system, reason)
    _tell(tried, system, reason, actor)
    return RedirectResponse(f"/stuck?told={'retried' if tried else 'retried-none'}", 303)


@router.post("/stuck/release")
def release_page(
    request: Request, front: FrontDep, reader: ReaderDep, actor: ActorDep, system: Annotated[str, Form(max_length=64)]
) -> Response:
    try:
        freed = systems.release(front.store, actor, system)
        log.info("release taken in", system=system, cases=freed, via=actor.via)
    except (Conflict, NotFound) as error:
        catalogue = policies.current(front.store)
        why = told(error, reader.language, reader.now, Titles(catalogue, reader.language) if catalogue else None)
        return _page(request, front, reader, refused=why, status=status_of(error))
    return RedirectResponse("/stuck?told=released", 303)


@router.get("/stuck/retry")
@router.get("/stuck/release")
def sent_address() -> Response:
    """Where a refused answer stands in the browser's address field, and the reader loads it again."""
    return RedirectResponse("/stuck", 303)


@api.get("/stuck", responses=tells())
def get_stuck(front: FrontDep, reader: ReaderDep) -> StuckOut:
    """What has stopped, by system and reason, and which systems are held."""
    return _stuck(front, reader)


@api.post("/stuck/retry", status_code=202, responses=tells(*SENT))
def retry(front: FrontDep, actor: ActorDep, asked: RetryIn) -> Retried:
    """Try all that stopped for this reason again: one act for each step."""
    tried = listing.retry_all(front.store, actor, asked.system, asked.reason)
    _tell(tried, asked.system, asked.reason, actor)
    return Retried(retried=tried)


def _tell(tried: int, system: str, reason: str, actor: Actor) -> None:
    """Only what was found: anything may have been written in a form."""
    if tried:
        log.info("retry taken in", system=system, reason=reason, steps=tried, via=actor.via)

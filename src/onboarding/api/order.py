"""An order for one hire: first the post and what it gives, then who, then it is placed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Form as Field
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints as Length

from onboarding.api.front import API, ActorDep, FrontDep, Reader, ReaderDep, on_behalf
from onboarding.api.order_form import FIELDS, OF_THE_PERSON, OF_THE_POST, Form, orderable
from onboarding.api.preview import preview
from onboarding.api.problems import SENT, Invalid, tells
from onboarding.api.rendering import page
from onboarding.api.shapes import MOST_EXTRAS, OrderIn, OrderOut
from onboarding.api.told import of_order
from onboarding.domain.errors import Conflict, NotAllowed
from onboarding.domain.people import Actor
from onboarding.hr.posts import HrPost
from onboarding.operations import listing, ordering
from onboarding.operations.listing import Ground
from onboarding.planning.moments import today
from onboarding.store.engine import Store
from onboarding.texts import dates
from onboarding.texts.errors import told
from onboarding.texts.words import Titles, listed

log = structlog.get_logger()

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix=API, tags=["orders"])
LONG = 20_000  # no field is so long; what is longer than a field may be is told at the field


def _page(request: Request, form: Form, ground: Ground, values: Mapping[str, Any], status: int = 200) -> Response:
    language = form.language
    kinds = [(kind.id, kind.title.in_(language)) for kind in orderable(ground)]
    units = sorted(((unit.id, unit.name) for unit in ground.units.values()), key=lambda unit: unit[1].casefold())
    extras = [one for one in form.extras if one in ground.catalogue.entitlements]  # what is none is not shown again
    filled = {**dict.fromkeys(FIELDS, ""), **form.values, "extras": extras}
    errors = {name: form.errors[name] for name in FIELDS if name in form.errors}
    shared = {"kinds": kinds, "units": units, "codes": _codes(ground, language), "form": filled, "errors": errors}
    whole = {**shared, "refused": "", "known_as": "", "step": "post", "who_is_known": False, **values}
    return page(request, "order.html", whole, status=status, live=False)


def _codes(ground: Ground, language: str) -> list[tuple[str, str]]:
    """Job codes with the roles they give: few know the number, and all know the trade."""
    titles: dict[str, list[str]] = {}
    for role in ground.catalogue.roles.values():
        for code in role.for_.job_codes:
            titles.setdefault(code, []).append(role.title.in_(language))
    return [(code, ", ".join(those)) for code, those in sorted(titles.items())]


def _previewed(form: Form, post: HrPost, ground: Ground, reader: Reader) -> dict[str, Any]:
    return {
        "step": "person",
        "preview": preview(post, ground, reader.language),
        "kind_words": ground.catalogue.kinds[post.kind].title.in_(reader.language),
        "unit_words": ground.units[post.unit].name,
        "first_day_words": dates.day(post.start, reader.language, today(reader.now)),
        "last_day_words": dates.day(post.end, reader.language, today(reader.now)) if post.end else "",
    }


@router.get("/order")
def order_page(
    request: Request,
    front: FrontDep,
    reader: ReaderDep,
    kind: Annotated[str, Query(max_length=64)] = "",
    unit: Annotated[str, Query(max_length=64)] = "",
    job_code: Annotated[str, Query(max_length=64)] = "",
    title: Annotated[str, Query(max_length=400)] = "",
    percentage: Annotated[str, Query(max_length=20)] = "100",
    first_day: Annotated[str, Query(max_length=20)] = "",
    last_day: Annotated[str, Query(max_length=20)] = "",
    not_kept: Annotated[list[str] | None, Query(max_length=len(OF_THE_POST))] = None,
) -> Response:
    """The post; with one in the address what it gives, and then the fields for who. No person stands in an address.

    `not_kept`: fields that held a national identity number, and were sent here again without it.
    """
    given = dict(zip(OF_THE_POST, (kind, unit, job_code, title, percentage, first_day, last_day), strict=True))
    ground = listing.ground(front.store)
    form = Form(given, ground, reader.language, today(reader.now))
    if form.errors:  # nothing is read yet: it held what must not stay in an address
        kept = {**form.values, "not_kept": list(form.errors)}
        return RedirectResponse(f"/order?{urlencode(kept, doseq=True)}", 303)
    for name in OF_THE_POST:
        if name in (not_kept or ()):
            form.wrong(name, "identity-number")
    if not any((kind, unit, job_code, title, first_day, form.errors)):
        return _page(request, form, ground, {})
    post = form.post()
    if post is None:
        return _page(request, form, ground, {}, status=422)
    return _page(request, form, ground, _previewed(form, post, ground, reader))


@router.post("/order")
def place_page(
    request: Request,
    front: FrontDep,
    reader: ReaderDep,
    actor: ActorDep,
    given_name: Annotated[str, Field(max_length=LONG)] = "",
    family_name: Annotated[str, Field(max_length=LONG)] = "",
    employee_number: Annotated[str, Field(max_length=LONG)] = "",
    kind: Annotated[str, Field(max_length=64)] = "",
    unit: Annotated[str, Field(max_length=64)] = "",
    job_code: Annotated[str, Field(max_length=64)] = "",
    title: Annotated[str, Field(max_length=400)] = "",
    percentage: Annotated[str, Field(max_length=20)] = "",
    first_day: Annotated[str, Field(max_length=20)] = "",
    last_day: Annotated[str, Field(max_length=20)] = "",
    on_behalf_of: Annotated[str, Field(max_length=200)] = "",
    extras: Annotated[list[Annotated[str, Length(max_length=64)]] | None, Field(max_length=MOST_EXTRAS)] = None,
    change: Annotated[str, Field(max_length=1)] = "",
    see: Annotated[str, Field(max_length=1)] = "",
) -> Response:
    """Placed, and sent on to the case. The same form sent again ends at the same case.

    `change`: back to the post; `see`: on to what it gives. Nothing is placed then, and who it is stays in the form.
    """
    of_person = dict(zip(OF_THE_PERSON, (given_name, family_name, employee_number), strict=True))
    of_post = dict(zip(OF_THE_POST, (kind, unit, job_code, title, percentage, first_day, last_day), strict=True))
    ground = listing.ground(front.store)
    given = {**of_post, **of_person, "on_behalf_of": on_behalf_of}
    form = Form(given, ground, reader.language, today(reader.now), extras or ())
    of_the_post = Form(of_post, ground, reader.language, today(reader.now))
    post = of_the_post.post()
    if change or post is None:  # who it is has its turn when the post stands
        wrong = {} if change else of_the_post.errors
        return _page(request, form, ground, {"who_is_known": True, "errors": wrong}, status=422 if wrong else 200)
    if see:
        return _page(request, form, ground, _previewed(form, post, ground, reader))
    hire = form.hire(lambda number: listing.known(front.store, number))
    if not form.values["on_behalf_of"]:
        form.wrong("on_behalf_of", "missing")
    if hire is None or form.errors:
        return _page(request, form, ground, _previewed(form, post, ground, reader), status=422)
    try:
        done = place(front.store, hire, form, on_behalf(actor, on_behalf_of))
    except (Conflict, NotAllowed) as error:
        refused = {"refused": told(error, reader.language, reader.now), "known_as": error.params.get("number", "")}
        seen = {**_previewed(form, hire, ground, reader), **refused}
        return _page(request, form, ground, seen, status=409)
    return RedirectResponse(f"/cases/{done.number}?told={of_order(done)}", 303)


def place(store: Store, hire: HrPost, form: Form, actor: Actor) -> OrderOut:
    try:
        done = ordering.order_hire(store, hire, actor, datetime.now(UTC), form.extras)
    except Conflict as error:
        raise _in_words(error, form) from error
    log.info("order taken in", case=done.number, result=done.result, via=actor.via)
    if done.number is None or done.result == "over":
        raise Conflict("page.wrong-over")
    return OrderOut(
        number=done.number,
        result=done.result,
        address=f"/cases/{done.number}",
        stands=done.stands,
        differs=done.differs,
    )


def _in_words(error: Conflict, form: Form) -> Conflict:
    """What was asked for beyond the post, by its titles."""
    params = dict(error.params)
    if "extras" in params:
        titles = Titles(form.ground.catalogue, form.language)
        params["extras"] = listed([titles.of(id) for id in params["extras"].split(", ")], form.language)
    return Conflict(error.key, **params)


@api.post(
    "/orders",
    status_code=201,
    responses={200: {"model": OrderOut, "description": "Ordered before"}, **tells(*SENT, 404, 409)},
)
def order(
    front: FrontDep,
    reader: ReaderDep,
    actor: ActorDep,
    asked: OrderIn,
    response: Response,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> OrderOut:
    """Places an order. Sent again it is the same case, with or without an `Idempotency-Key`."""

    def make() -> OrderOut:
        given = asked.model_dump(exclude={"extras"})
        form = Form(given, listing.ground(front.store), reader.language, today(reader.now), asked.extras)
        hire = form.hire(lambda number: listing.known(front.store, number))
        if hire is None:
            raise Invalid(form.errors)
        return place(front.store, hire, form, on_behalf(actor, asked.on_behalf_of))

    done = front.once.answer(idempotency_key and f"order {idempotency_key}", asked, make)
    response.status_code = 201 if done.result == "ordered" else 200
    return done

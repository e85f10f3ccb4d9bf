"""An order for one hire: first the post and what it gives, then who, then it is placed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Form as Field
from fastapi.responses import RedirectResponse

from onboarding.api.front import API, ActorDep, FrontDep, Reader, ReaderDep, on_behalf
from onboarding.api.order_form import OF_THE_PERSON, OF_THE_POST, Form, orderable
from onboarding.api.problems import RESPONSES, Invalid, told
from onboarding.api.rendering import page
from onboarding.api.shapes import OrderIn, OrderOut
from onboarding.domain.errors import Conflict, NotAllowed
from onboarding.domain.people import Actor, Employment, Person, Value
from onboarding.hr.posts import HrPost
from onboarding.operations import listing, ordering
from onboarding.operations.listing import Ground
from onboarding.planning.explain import Line, explain
from onboarding.planning.moments import today
from onboarding.planning.resolve import resolve
from onboarding.store.engine import Store
from onboarding.texts import dates
from onboarding.texts.catalogue import say
from onboarding.texts.words import listed

log = structlog.get_logger()

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix=API, tags=["orders"], responses=RESPONSES)
NOBODY = UUID(int=0)
LONG = 20_000  # no field is so long; what is longer than a field may be is told at the field


class Preview(Value):
    """What the post gives, in words: which roles, what everybody gets, and what waits for somebody."""

    roles: tuple[str, ...]
    gives: tuple[str, ...]
    waits: tuple[str, ...]
    undecided: bool


def preview(post: HrPost, ground: Ground, language: str) -> Preview:
    """A made-up person with this post, by the policy in use."""
    person = Person(id=NOBODY, employee_number="-", given_name="", family_name="")
    employment = Employment(
        id=NOBODY, person=NOBODY, unit=post.unit, job_code=post.job_code, title=post.title, kind=post.kind,
        percentage=post.percentage, start=post.start, end=post.end,
    )  # fmt: skip
    resolved = resolve(ground.catalogue, ground.units, person, [employment], post.start)
    lines = explain(resolved, ground.catalogue, language)
    of = {about: [line for line in lines if line.about == about] for about in ("given", "waits", "clash", "undecided")}
    gives = [ground.catalogue.entitlements[one.entitlement].title.in_(language) for one in resolved.given]
    return Preview(
        roles=tuple(dict.fromkeys(line.rule_title for line in of["given"] if line.rule_title)),
        gives=tuple(dict.fromkeys(gives)),
        waits=(*_together(of["waits"], language), *(say(one.key, language, **one.params) for one in of["clash"])),
        undecided=bool(of["undecided"]),
    )


def _together(waits: Sequence[Line], language: str) -> Iterator[str]:
    """One sentence for what waits for the same: five rights may wait for one signature."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in waits:
        others = [f"{name}={value}" for name, value in line.params.items() if name != "entitlements"]
        groups.setdefault((line.key, *others), []).append(line)
    for those in groups.values():
        named = listed(list(dict.fromkeys(line.params["entitlements"] for line in those)), language)
        yield say(those[0].key, language, **{**those[0].params, "entitlements": named})


def _page(request: Request, form: Form, ground: Ground, values: Mapping[str, Any], status: int = 200) -> Response:
    language = form.language
    kinds = [(kind.id, kind.title.in_(language)) for kind in orderable(ground)]
    units = sorted(((unit.id, unit.name) for unit in ground.units.values()), key=lambda unit: unit[1].casefold())
    filled = {**dict.fromkeys((*OF_THE_POST, *OF_THE_PERSON, "on_behalf_of"), ""), **form.values}
    shared = {"kinds": kinds, "units": units, "codes": _codes(ground, language), "form": filled, "errors": form.errors}
    return page(request, "order.html", {**shared, "refused": "", "step": "post", **values}, status=status)


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
    change: str = "",
) -> Response:
    """The post; with one in the address what it gives, and then the fields for who. No person stands in an address."""
    given = dict(zip(OF_THE_POST, (kind, unit, job_code, title, percentage, first_day, last_day), strict=True))
    ground = listing.ground(front.store)
    form = Form(given, ground, reader.language, today(reader.now))
    if change or not any((kind, unit, job_code, title, first_day)):
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
    employee_number: Annotated[str, Field(max_length=LONG)] = "",
    given_name: Annotated[str, Field(max_length=LONG)] = "",
    family_name: Annotated[str, Field(max_length=LONG)] = "",
    kind: Annotated[str, Field(max_length=64)] = "",
    unit: Annotated[str, Field(max_length=64)] = "",
    job_code: Annotated[str, Field(max_length=64)] = "",
    title: Annotated[str, Field(max_length=400)] = "",
    percentage: Annotated[str, Field(max_length=20)] = "",
    first_day: Annotated[str, Field(max_length=20)] = "",
    last_day: Annotated[str, Field(max_length=20)] = "",
    on_behalf_of: Annotated[str, Field(max_length=200)] = "",
) -> Response:
    """Placed, and sent on to the case. The same form sent again ends at the same case."""
    of_person = dict(zip(OF_THE_PERSON, (employee_number, given_name, family_name), strict=True))
    of_post = dict(zip(OF_THE_POST, (kind, unit, job_code, title, percentage, first_day, last_day), strict=True))
    ground = listing.ground(front.store)
    form = Form({**of_post, **of_person, "on_behalf_of": on_behalf_of}, ground, reader.language, today(reader.now))
    hire = form.hire(lambda number: listing.employed(front.store, number))
    if not form.values["on_behalf_of"]:
        form.wrong("on_behalf_of", "missing")
    wrong_post = set(OF_THE_POST).intersection(form.errors)
    if hire is None or form.errors:
        post = None if wrong_post else Form(of_post, ground, reader.language, today(reader.now)).post()
        return _page(request, form, ground, _previewed(form, post, ground, reader) if post else {}, status=422)
    try:
        done = place(front.store, hire, on_behalf(actor, on_behalf_of))
    except (Conflict, NotAllowed) as error:
        seen = {**_previewed(form, hire, ground, reader), "refused": told(error, reader.language)}
        return _page(request, form, ground, seen, status=409)
    return RedirectResponse(f"/cases/{done.number}?told={done.result}", 303)


def place(store: Store, hire: HrPost, actor: Actor) -> OrderOut:
    done = ordering.order_hire(store, hire, actor, datetime.now(UTC))
    log.info("order taken in", case=done.number, result=done.result, via=actor.via)
    if done.number is None or done.result == "over":
        raise Conflict("page.wrong-over")
    return OrderOut(number=done.number, result=done.result, address=f"/cases/{done.number}")


@api.post("/orders", status_code=201, responses={200: {"model": OrderOut, "description": "Ordered before"}})
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
        form = Form(asked.model_dump(), listing.ground(front.store), reader.language, _day(reader))
        hire = form.hire(lambda number: listing.employed(front.store, number))
        if hire is None:
            raise Invalid(form.errors)
        return place(front.store, hire, on_behalf(actor, asked.on_behalf_of))

    done = front.once.answer(idempotency_key and f"order {idempotency_key}", asked, make)
    response.status_code = 201 if done.result == "ordered" else 200
    return done


def _day(reader: Reader) -> date:
    return today(reader.now)

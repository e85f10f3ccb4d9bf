"""An order's fields become a hire by the same rules as HR's file, or a sentence at each field that cannot be used."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from onboarding.api.preview import given_to
from onboarding.domain.catalogue import Kind
from onboarding.hr import fields
from onboarding.hr.posts import HrPost
from onboarding.hr.table import HIDDEN, without_identity
from onboarding.operations.listing import Ground, Known
from onboarding.planning.extras import refused
from onboarding.texts.catalogue import say
from onboarding.texts.words import Titles, listed

T = TypeVar("T")
OF_THE_POST = ("kind", "unit", "job_code", "title", "percentage", "first_day", "last_day")
OF_THE_PERSON = ("given_name", "family_name", "employee_number")
FIELDS = (*OF_THE_POST, "extras", *OF_THE_PERSON, "on_behalf_of")  # as they stand on the page
ORDERERS = frozenset({"manager", "it"})
AN_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


class Form:
    """Read once: `errors` has a sentence for each field that is wrong, `values` what may be shown again."""

    def __init__(
        self, given: Mapping[str, str], ground: Ground, language: str, today: date, extras: Sequence[str] = ()
    ) -> None:
        self.ground, self.language, self.today = ground, language, today
        self.extras = tuple(dict.fromkeys(extras))
        self.errors: dict[str, str] = {}
        self.values = {name: self.without_number(name, value.strip()) for name, value in given.items()}

    def without_number(self, name: str, value: str) -> str:
        """A national identity number is neither kept nor shown again."""
        if without_identity(value) != HIDDEN:
            return value
        self.errors[name] = say("page.wrong-identity-number", self.language)
        return ""

    def wrong(self, name: str, key: str, **params: str) -> None:
        self.errors.setdefault(name, say(f"page.wrong-{key}", self.language, **params))

    def read(self, name: str, reading: Callable[[str], T], *, required: bool = True) -> T | None:
        value = self.values.get(name, "")
        if name in self.errors:
            return None
        if required and not value:
            self.wrong(name, "missing")
            return None
        try:
            return reading(value)
        except fields.Unreadable as unreadable:
            self.wrong(name, unreadable.key.removeprefix("hr."), **unreadable.params)
            return None

    def post(self) -> HrPost | None:
        """The post alone, of nobody yet: what it gives can be shown before anybody is named."""
        kind = self.read("kind", self.kind)
        unit = self.read("unit", self.unit)
        job_code = self.read("job_code", lambda value: fields.identifier(value) if value else "", required=False)
        title = self.read("title", fields.text, required=False)
        percentage = self.read("percentage", fields.percentage)
        first = self.read("first_day", lambda value: fields.first_day(value, self.today))
        last = self.read("last_day", fields.last_day, required=False)
        self.last_day(kind, first, last)
        if self.errors or kind is None or unit is None or percentage is None or first is None:
            return None
        return HrPost(
            employee_number="-", given_name="-", family_name="-", unit=unit, job_code=job_code or "",
            title=title or "", kind=kind.id, percentage=percentage, start=first, end=last,
        )  # fmt: skip

    def hire(self, known_as: Callable[[str], Known | None]) -> HrPost | None:
        """The whole order. A number that is somebody else's is refused: access must not go to the wrong person."""
        post = self.post()
        given = self.read("given_name", fields.name)
        family = self.read("family_name", lambda value: fields.name(value, family=True))
        number = self.read("employee_number", fields.identifier)
        self.read("on_behalf_of", fields.text, required=False)
        known = known_as(number) if number else None
        if known and given and family and known.person.name.casefold() != f"{given} {family}".casefold():
            self.wrong("employee_number", "another-persons")
        if post:
            self.read_extras(post, known)
        if self.errors or post is None:
            return None
        return post.model_copy(update={"employee_number": number, "given_name": given, "family_name": family})

    def read_extras(self, post: HrPost, known: Known | None) -> None:
        """What is asked for beyond the post. What was ordered with it before is judged later: it may be the same."""
        same = [one for one in known.posts if (one.unit, one.job_code) == (post.unit, post.job_code)] if known else []
        ordered = {extra for one in same for extra in one.extras}
        asked = [one for one in self.extras if one not in ordered]
        found = refused(self.ground.catalogue, given_to(post, self.ground), asked) if asked else None
        if found:
            why, which = found
            self.wrong("extras", why, extras=listed([self.named(id) for id in which], self.language))

    def named(self, extra: str) -> str:
        """Its title; what is not even an id is not shown again."""
        if not AN_ID.fullmatch(extra) or without_identity(extra) == HIDDEN:
            return "…"
        return Titles(self.ground.catalogue, self.language).of(extra)

    def kind(self, value: str) -> Kind:
        found = self.ground.catalogue.kinds.get(value)
        if found is None or not ORDERERS.intersection(found.ordered_by):
            raise fields.Unreadable("hr.unknown-kind")
        return found

    def unit(self, value: str) -> str:
        if value not in self.ground.units:
            raise fields.Unreadable("hr.unknown-unit")
        return value

    def last_day(self, kind: Kind | None, first: date | None, last: date | None) -> None:
        if kind is None or "last_day" in self.errors:
            return
        if last is None:
            if kind.end_date == "required":
                self.wrong("last_day", "end-required", kind=kind.title.in_(self.language))
            return
        if first and last < first:
            self.wrong("last_day", "end-before-start")
        elif last < self.today:
            self.wrong("last_day", "over")
        elif first and kind.longest_months and last > _months_after(first, kind.longest_months):
            title = kind.title.in_(self.language)
            self.wrong("last_day", "too-long", kind=title, months=str(kind.longest_months))


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))


def orderable(ground: Ground) -> list[Kind]:
    """Those a manager or IT may order; first the ordinary one, the last of those that HR has rows of."""
    kinds = [kind for kind in ground.catalogue.kinds.values() if ORDERERS.intersection(kind.ordered_by)]
    ordinary = next((kind for kind in reversed(kinds) if kind.from_hr and kind.counts), None)
    return sorted(kinds, key=lambda kind: kind is not ordinary)

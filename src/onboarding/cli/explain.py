"""`onboarding roles explain`: what the rules give a post, where each is written, and why not what is nearly given."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from onboarding.cli.edge import (
    AsJson,
    Language,
    known_language,
    opened,
    policy_in_files,
    policy_in_use,
    show_json,
)
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import NotFound
from onboarding.domain.people import Employment, Person, Unit
from onboarding.planning.explain import About, Line
from onboarding.planning.explain import explain as explain_resolved
from onboarding.planning.moments import today
from onboarding.planning.resolve import resolve
from onboarding.store import people
from onboarding.texts.catalogue import DEFAULT, say
from onboarding.texts.dates import day as day_in_words

HEADINGS: Mapping[About, str] = {
    "given": "rule.heading-given",
    "waits": "rule.heading-waits",
    "clash": "rule.heading-clash",
    "undecided": "rule.heading-undecided",
    "not given": "rule.heading-not-given",
}
NOBODY = UUID(int=0)  # a made-up person with a made-up post


def explain_post(
    catalogue: Catalogue,
    units: Mapping[str, Unit],
    person: Person,
    employments: Sequence[Employment],
    day: date,
    language: str = DEFAULT,
    managers: frozenset[str] | None = None,
) -> tuple[Line, ...]:
    """What the rules say of these posts on this day. `managers` None: those whom the units name."""
    return explain_resolved(resolve(catalogue, units, person, employments, day, managers), catalogue, language)


def explain(
    person: Annotated[
        str | None,
        typer.Option(help="The employee number of somebody we know: her own posts, instead of a made-up one."),
    ] = None,
    role: Annotated[str | None, typer.Option(help="The role a person has chosen for the post.")] = None,
    unit: Annotated[str, typer.Option(help="The unit: its id in the rules, or HR's number for it.")] = "",
    under: Annotated[
        list[str] | None, typer.Option(help="What the unit is under, nearest first; the rules do not say it.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="The kind of post; HR's ordinary one if left out.")] = None,
    job_code: Annotated[str, typer.Option(help="HR's job code.")] = "",
    percentage: Annotated[
        float | None, typer.Option(min=0, max=100, help="How much of a full post it is; all of it if left out.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day asked about; today if left out.")
    ] = None,
    manages: Annotated[bool, typer.Option("--manages", help="The person manages a unit.")] = False,
    as_json: AsJson = False,
    language: Language = DEFAULT,
    roles: Annotated[
        Path | None,
        typer.Option(help="The directory with the rules. As set if left out; with --person, the rules in use."),
    ] = None,
) -> None:
    """Say what the rules give a post, which file and line says so, and why not what is nearly given."""
    known_language(language)
    day = on.date() if on else None
    if person is not None:
        if any((role, unit, under, kind, job_code, percentage is not None, manages)):
            raise typer.BadParameter(say("cli.person-or-post", language), param_hint="--person")
        _of_person(person, roles, day, language, as_json=as_json)
        return
    day = day or today(datetime.now(UTC))
    catalogue = policy_in_files(roles, language)
    units = units_of(catalogue, language, [unit or say("rule.no-unit", language), *(under or ())])
    kind = _known(kind, catalogue.kinds, "rule.unknown-kind", "--kind", language) or _ordinary_kind(catalogue)
    role = _known(role, catalogue.roles, "rule.unknown-role", "--role", language)
    post = _made_up(next(iter(units)), job_code, kind, 100 if percentage is None else percentage, day, role)
    somebody = Person(id=NOBODY, employee_number="0", given_name="", family_name="")
    managers = frozenset({"0"}) if manages else frozenset[str]()
    lines = explain_post(catalogue, units, somebody, [post], day, language, managers)
    show(lines, language, day, as_json=as_json)
    if not under and any(line.key == "rule.other-unit" for line in lines):
        print(say("rule.what-is-above", language), file=sys.stderr)


def _made_up(unit: str, job_code: str, kind: str, percentage: float, day: date, role: str | None) -> Employment:
    return Employment(
        id=NOBODY,
        person=NOBODY,
        unit=unit,
        job_code=job_code,
        title="",
        kind=kind,
        percentage=Decimal(str(percentage)),
        start=day,
        end=None,
        role=role,
    )


def _of_person(number: str, roles: Path | None, day: date | None, language: str, *, as_json: bool) -> None:
    """The posts as the store has them, by the policy in use or the one that is pointed to.

    No name is shown: the number was asked about, and the posts tell whether it was the right one.
    """
    with opened(language) as store:
        catalogue = policy_in_files(roles, language) if roles else policy_in_use(store)
        with store.reading() as tx:
            known = people.by_employee_number(tx, number)
            if known is None:
                raise NotFound("cli.no-such-person", number=number)
            posts, units = people.employments_of(tx, known.id), people.all_units(tx)
    now = today(datetime.now(UTC))
    if day is None:  # who begins next month is asked about her first day, not about a day before it
        day = max(now, min(post.start for post in posts)) if posts else now
    if not as_json:
        _head(posts, units, day, language)
    show(explain_post(catalogue, units, known, posts, day, language), language, day, as_json=as_json)


def _head(posts: Sequence[Employment], units: Mapping[str, Unit], day: date, language: str) -> None:
    now = today(datetime.now(UTC))
    print(say("cli.rules-on", language, day=day_in_words(day, language, now)))
    for post in posts:
        unit = units[post.unit].name if post.unit in units else post.unit
        percentage = f"{post.percentage.normalize():f}"
        first = day_in_words(post.start, language, now)
        print("  " + say("cli.post", language, title=post.title, unit=unit, percentage=percentage, first_day=first))
    print()


def units_of(catalogue: Catalogue, language: str, upwards: Sequence[str]) -> dict[str, Unit]:
    """The post's unit first, then what it is under: each by its id in the rules or HR's number."""
    org_ids = [catalogue.units[name].org_id if name in catalogue.units else name for name in upwards]
    titles = {unit.org_id: unit.title.in_(language) for unit in catalogue.units.values()}
    parents = [*org_ids[1:], None]
    return {
        org_id: Unit(id=org_id, name=titles.get(org_id, org_id), parent=parent)
        for org_id, parent in zip(org_ids, parents, strict=True)
    }


def show(lines: Sequence[Line], language: str, day: date, *, as_json: bool = False) -> None:
    """Print the lines under their headings, or as JSON."""
    if as_json:
        show_json([_as_json(line, language, day) for line in lines])
        return
    if not any(line.about == "given" for line in lines):
        print(say("rule.nothing", language))
    for about, heading in HEADINGS.items():
        here = [line for line in lines if line.about == about]
        if here:
            print(say(heading, language))
        for line in here:
            print(f"  {_text(line, language, day)}{_written(line, language)}")


def _text(line: Line, language: str, day: date) -> str:
    params = dict(line.params)
    for name in params.keys() & {"day", "first_day", "last_day"}:
        params[name] = day_in_words(date.fromisoformat(params[name]), language, day)
    return say(line.key, language, **params)


def _written(line: Line, language: str) -> str:
    """Which rule, and where: behind the sentence."""
    rule = (line.rule_title or say(f"rule.{line.rule}", language)) if line.rule else ""
    behind = ", ".join(filter(None, (rule, str(line.place) if line.place else "")))
    return f" ({behind})" if behind else ""


def _as_json(line: Line, language: str, day: date) -> dict[str, Any]:
    return {
        "about": line.about,
        "text": _text(line, language, day),
        "rule": line.rule,
        "place": str(line.place) if line.place else None,
        "entitlements": list(line.entitlements),
        "key": line.key,
        "params": line.params,
    }


def _ordinary_kind(catalogue: Catalogue) -> str:
    """HR's rows are of the first kind that fits, so the last is what is left when nothing is special."""
    counting = [kind for kind in catalogue.kinds.values() if kind.counts]
    return next((kind.id for kind in reversed(counting) if kind.from_hr), counting[0].id if counting else "")


def _known(value: str | None, among: Mapping[str, object], key: str, option: str, language: str) -> str | None:
    if value is not None and value not in among:
        raise typer.BadParameter(say(key, language, value=value, known=", ".join(sorted(among))), param_hint=option)
    return value

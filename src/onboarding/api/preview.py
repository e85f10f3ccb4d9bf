"""What a post gives before anybody is named, and what may be ordered beyond it, in words."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from onboarding.domain.catalogue import Entitlement
from onboarding.domain.people import Employment, Person, Value
from onboarding.hr.posts import HrPost
from onboarding.operations.listing import Ground
from onboarding.planning.asks import owner_of, promise_of
from onboarding.planning.explain import Line, explain
from onboarding.planning.extras import offered
from onboarding.planning.given import Resolved, gates_of
from onboarding.planning.resolve import resolve
from onboarding.texts.catalogue import say
from onboarding.texts.words import listed, number

NOBODY = UUID(int=0)


class Extra(Value):
    """Something that may be asked for beyond what the post gives."""

    id: str
    what: str
    about: str  # what comes with it, who must say yes, what it waits for, how long it takes


class Preview(Value):
    """What the post gives, in words: which roles, what everybody gets, and what waits for somebody."""

    roles: tuple[str, ...]
    gives: tuple[str, ...]
    waits: tuple[str, ...]
    undecided: bool
    extras: tuple[Extra, ...]


def given_to(post: HrPost, ground: Ground) -> Resolved:
    """A made-up person with this post, by the policy in use."""
    person = Person(id=NOBODY, employee_number="-", given_name="", family_name="")
    employment = Employment(
        id=NOBODY, person=NOBODY, unit=post.unit, job_code=post.job_code, title=post.title, kind=post.kind,
        percentage=post.percentage, start=post.start, end=post.end,
    )  # fmt: skip
    return resolve(ground.catalogue, ground.units, person, [employment], post.start)


def preview(post: HrPost, ground: Ground, language: str) -> Preview:
    resolved = given_to(post, ground)
    lines = explain(resolved, ground.catalogue, language)
    of = {about: [line for line in lines if line.about == about] for about in ("given", "waits", "clash", "undecided")}
    gives = [ground.catalogue.entitlements[one.entitlement].title.in_(language) for one in resolved.given]
    return Preview(
        roles=tuple(dict.fromkeys(line.rule_title for line in of["given"] if line.rule_title)),
        gives=tuple(dict.fromkeys(gives)),
        waits=(*_together(of["waits"], language), *(say(one.key, language, **one.params) for one in of["clash"])),
        undecided=bool(of["undecided"]),
        extras=tuple(_extras(resolved, ground, language)),
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


def _extras(resolved: Resolved, ground: Ground, language: str) -> Iterator[Extra]:
    has = {one.entitlement for one in resolved.given}
    for one in offered(ground.catalogue, resolved):
        about = " ".join(_about(one, has, ground, language))
        yield Extra(id=one.id, what=one.title.in_(language), about=about)


def _about(asked: Entitlement, has: set[str], ground: Ground, language: str) -> Iterator[str]:
    catalogue = ground.catalogue
    brings = [asked]
    for one in brings:
        new = [catalogue.entitlements[need] for need in one.needs if need not in catalogue.gates and need not in has]
        brings += [need for need in new if need not in brings]
    along = [one.title.in_(language) for one in brings[1:]]
    if along:
        yield say("page.extra-brings", language, others=listed(along, language))
    waits = dict.fromkeys(_waits(asked, brings, has, ground, language))
    yield from waits
    days = promise_of(catalogue, asked)
    key = f"page.extra-{'then' if waits else 'takes'}-{days if days < 2 else 'many'}"
    yield say(key, language, count=number(days, language))


def _waits(
    asked: Entitlement, brings: Sequence[Entitlement], has: set[str], ground: Ground, language: str
) -> Iterator[str]:
    catalogue = ground.catalogue
    for one in brings:
        if one.approval != "none":
            yield say(f"page.extra-approved-by-{one.approval}", language, owner=owner_of(catalogue, one))
    for id in sorted(gates_of(catalogue, asked.id)):
        gate = catalogue.gates[id]
        yield say(f"page.extra-held-by-{gate.opened_by}", language, gate=gate.title.in_(language))
    for clash in catalogue.clashes:
        for one in brings:
            for other in has.intersection(clash.between) if one.id in clash.between else ():
                named = catalogue.entitlements[other].title.in_(language)
                yield say("page.extra-clash", language, other=named, owner=owner_of(catalogue, one))

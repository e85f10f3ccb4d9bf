"""A role in plain words: who it is for, what it gives, who must approve, and what must come first."""

from collections.abc import Iterator

from pydantic import Field

from onboarding.domain.catalogue import Catalogue, Condition, Entitlement, Give, Role
from onboarding.domain.people import Value
from onboarding.texts.catalogue import say
from onboarding.texts.words import listed, who


class Line(Value):
    text: str
    entitlement: str
    place: str


class Description(Value):
    """All of it in one language; `place` is file:line."""

    id: str
    title: str
    place: str
    for_: tuple[str, ...] = Field(serialization_alias="for")
    active: tuple[str, ...]
    gives: tuple[Line, ...]
    approvals: tuple[Line, ...]
    gates: tuple[str, ...]


def describe(role: Role, catalogue: Catalogue, language: str) -> Description:
    given = [catalogue.entitlements[name] for name in dict.fromkeys(give.entitlement for give in role.gives)]
    chosen = (say("policy.only-chosen", language),) if role.chosen else ()
    return Description(
        id=role.id,
        title=role.title.in_(language),
        place=str(role.place),
        for_=(tuple(conditions(role.for_, catalogue, language)) or (say("policy.for-all", language),)) + chosen,
        active=tuple(_active(role, language)),
        gives=tuple(_give(give, catalogue, language) for give in role.gives),
        approvals=tuple(_approval(one, catalogue, language) for one in given if one.approval != "none"),
        gates=tuple(_gates(given, catalogue, language)),
    )


def conditions(condition: Condition, catalogue: Catalogue, language: str) -> Iterator[str]:
    """Each demand in words; none where it fits all."""
    kinds = {name: kind.title.in_(language).lower() for name, kind in catalogue.kinds.items()}
    units = {name: unit.title.in_(language) for name, unit in catalogue.units.items()}
    if condition.kinds:
        yield say("policy.kinds", language, kinds=listed([kinds[name] for name in condition.kinds], language))
    if condition.not_kinds:
        yield say("policy.not-kinds", language, kinds=listed([kinds[name] for name in condition.not_kinds], language))
    if condition.job_codes:
        yield say("policy.job-codes", language, job_codes=listed(condition.job_codes, language))
    if condition.units:
        yield say("policy.units", language, units=listed([units[name] for name in condition.units], language))
    if condition.not_units:
        yield say("policy.not-units", language, units=listed([units[name] for name in condition.not_units], language))
    if condition.percentage_from is not None:
        yield say("policy.percentage-from", language, limit=f"{condition.percentage_from:f}")
    if condition.percentage_below is not None:
        yield say("policy.percentage-below", language, limit=f"{condition.percentage_below:f}")
    if condition.manages is not None:
        yield say("policy.manages" if condition.manages else "policy.not-manages", language)


def _active(role: Role, language: str) -> Iterator[str]:
    if role.active.days_before:
        yield say("policy.days-before", language, days=str(role.active.days_before))
    if role.active.off_at:
        yield say("policy.off-at", language, time=f"{role.active.off_at:%H:%M}")


def _give(give: Give, catalogue: Catalogue, language: str) -> Line:
    entitlement = catalogue.entitlements[give.entitlement]
    system = catalogue.systems[entitlement.system].title.in_(language)
    key = "policy.give-own-unit" if give.unit else "policy.give"
    text = say(key, language, entitlement=entitlement.title.in_(language), system=system)
    demands = ", ".join(conditions(give.where, catalogue, language))
    if demands:
        text = say("policy.where", language, give=text, conditions=demands)
    if not give.before_first_day:
        text = say("policy.later", language, give=text)
    return Line(text=text, entitlement=entitlement.id, place=str(give.place))


def _owner(entitlement: Entitlement, catalogue: Catalogue) -> str:
    return entitlement.owner or catalogue.systems[entitlement.system].owner


def _approval(entitlement: Entitlement, catalogue: Catalogue, language: str) -> Line:
    title = entitlement.title.in_(language)
    text = say(
        f"policy.approved-by-{entitlement.approval}", language, entitlement=title, owner=_owner(entitlement, catalogue)
    )
    return Line(text=text, entitlement=entitlement.id, place=str(entitlement.place))


def _gates(given: list[Entitlement], catalogue: Catalogue, language: str) -> Iterator[str]:
    for name, gate in catalogue.gates.items():
        held = [entitlement for entitlement in given if name in entitlement.needs]
        if held:
            opener = _owner(held[0], catalogue) if gate.opened_by == "owner" else gate.opened_by
            titles = listed([entitlement.title.in_(language) for entitlement in held], language)
            title = gate.title.in_(language)
            yield say("policy.gate", language, gate=title, who=who(opener, language), entitlements=titles)

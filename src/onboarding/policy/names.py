"""Every name one entry uses must be the name of another entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.domain.catalogue import Condition
from onboarding.policy.book import Book, Entry, hint
from onboarding.policy.draft import Draft, Subject
from onboarding.policy.shapes import EntitlementShape, GiveItem, RoleShape, SystemShape, parts
from onboarding.policy.source import Source, Where


@dataclass(frozen=True)
class Use:
    source: Source
    where: Where
    name: str
    subjects: tuple[Subject, ...]
    at_key: bool = False


def check(draft: Draft, book: Book) -> None:
    for use in _uses(draft):
        known = draft.known(*use.subjects)
        if use.name in known or draft.unsure.intersection(use.subjects) or book.told(use.source, use.where):
            continue
        what = f'there is no {" or ".join(use.subjects)} "{use.name}"{hint(use.name, known)}'
        book.add(use.source, use.where, what, at_key=use.at_key)


def _uses(draft: Draft) -> Iterator[Use]:
    for system in draft.systems.values():
        yield from _of_system(system)
    for entitlement in draft.entitlements.values():
        yield from _of_entitlement(entitlement)
    for role in draft.roles.values():
        yield from _of_role(role)
    for clash in draft.clashes.values():
        yield from _listed(clash.source, (*clash.where, "between"), clash.shape.between, "entitlement")
    if draft.everyone:
        yield from _of_gives(draft.everyone.source, ("gives",), draft.everyone.shape.gives)
    if draft.organisation:
        for position, post in enumerate(draft.organisation.shape.not_counted):
            yield from _of_condition(draft.organisation.source, ("not_counted", position, "where"), post.where)


def _of_system(entry: Entry[SystemShape]) -> Iterator[Use]:
    yield from _listed(entry.source, (*entry.where, "account_needs"), entry.shape.account_needs, "system")
    if entry.shape.mastered_by:
        yield Use(entry.source, (*entry.where, "mastered_by"), entry.shape.mastered_by, ("system",))


def _of_entitlement(entry: Entry[EntitlementShape]) -> Iterator[Use]:
    yield Use(entry.source, (*entry.where, "system"), entry.shape.system, ("system",))
    yield from _listed(entry.source, (*entry.where, "needs"), entry.shape.needs, "entitlement", "gate")


def _of_role(entry: Entry[RoleShape]) -> Iterator[Use]:
    yield from _of_condition(entry.source, (*entry.where, "for"), entry.shape.for_)
    yield from _listed(entry.source, (*entry.where, "include"), entry.shape.include, "role")
    yield from _of_gives(entry.source, (*entry.where, "gives"), entry.shape.gives)


def _of_gives(source: Source, where: Where, gives: tuple[GiveItem, ...]) -> Iterator[Use]:
    for position, item in enumerate(gives):
        name, give = parts(item)
        here = (*where, position)
        long = not isinstance(item, str)
        yield Use(source, (*here, name) if long else here, name, ("entitlement",), at_key=long)
        yield from _of_condition(source, (*here, name, "where"), give.where)


def _of_condition(source: Source, where: Where, condition: Condition) -> Iterator[Use]:
    for field in ("kinds", "not_kinds"):
        yield from _listed(source, (*where, field), getattr(condition, field), "kind")
    for field in ("units", "not_units"):
        yield from _listed(source, (*where, field), getattr(condition, field), "unit")


def _listed(source: Source, where: Where, names: tuple[str, ...], *subjects: Subject) -> Iterator[Use]:
    for position, name in enumerate(names):
        yield Use(source, (*where, position), name, subjects)

"""What a role gives when its includes are laid out, and what must not be wrong with the whole of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onboarding.domain.catalogue import Condition, Place
from onboarding.domain.errors import Mistake
from onboarding.policy.book import Book, Entry
from onboarding.policy.draft import Draft
from onboarding.policy.shapes import ClashShape, EveryoneShape, GiveShape, RoleShape, parts


class Given(NamedTuple):
    entitlement: str
    how: GiveShape
    place: Place


def gives_of(entry: Entry[RoleShape] | Entry[EveryoneShape]) -> list[Given]:
    """What is written in this entry itself."""
    return [
        Given(*parts(item), entry.source.place((*entry.where, "gives", position)))
        for position, item in enumerate(entry.shape.gives)
    ]


def closure(draft: Draft, role: str) -> list[str]:
    """The role and all it includes, however deep, each once; what is nearest first."""
    found = [role]
    for name in found:
        entry = draft.roles.get(name)
        found.extend(dict.fromkeys(other for other in (entry.shape.include if entry else ()) if other not in found))
    return found


def flattened(draft: Draft, role: str) -> list[Given]:
    """Own and included gives. Of two that give the same to the same posts the nearest counts."""
    found: dict[tuple[str, str | None, Condition], Given] = {}
    for name in closure(draft, role):
        for given in gives_of(draft.roles[name]) if name in draft.roles else ():
            found.setdefault((given.entitlement, given.how.unit, given.how.where), given)
    return list(found.values())


def check(draft: Draft, book: Book) -> None:
    for entry in draft.packages():
        if book.whole(entry):
            book.mistakes.update(_each(entry, draft, book))
    for name, role in draft.roles.items():
        if not flattened(draft, name) and _sound(draft, book, name):
            what = f'"{name}" gives nothing; write what it gives, or take the role away'
            book.mistakes.add(role.source.mistake(role.where, what, at_key=True))
    if draft.everyone and book.whole(draft.everyone) and "kind" not in draft.unsure:
        _Together(draft, book, gives_of(draft.everyone)).check()


def _sound(draft: Draft, book: Book, role: str) -> bool:
    return all(book.whole(draft.roles.get(name)) for name in closure(draft, role))


def _at(place: Place, what: str) -> Mistake:
    return Mistake(place.file, place.line, place.column, what)


def _each(entry: Entry[RoleShape] | Entry[EveryoneShape], draft: Draft, book: Book) -> Iterator[Mistake]:
    """Each give by itself, where it is written."""
    before: dict[tuple[str, Condition], Given] = {}
    for given in gives_of(entry):
        name, how, place = given
        first = before.setdefault((name, how.where), given)
        if first is not given:
            yield _at(place, f'"{name}" is already given to the same posts on line {first.place.line}; keep one')
        entitlement = draft.entitlements.get(name)
        if entitlement is None or not book.whole(entitlement):
            continue
        target = entitlement.shape.target
        if "{unit}" in target and how.unit is None:
            yield _at(place, f'there is one "{name}" per unit ({target}); write "{name}: {{unit: own}}"')
        if "{unit}" not in target and how.unit is not None:
            yield _at(place, f'there is only one "{name}" ({target} has no {{unit}}); take unit away')


class _Together:
    """A role and everyone's package, as one person gets them."""

    def __init__(self, draft: Draft, book: Book, base: Sequence[Given]) -> None:
        self.draft = draft
        self.book = book
        self.base = base
        self.kinds = frozenset(name for name, kind in draft.kinds.items() if kind.shape.counts)
        self.told: set[tuple[Place, str]] = set()  # an included line is told of once, not for each that includes it

    def check(self) -> None:
        self._package("everyone", Condition(), [], self.base)
        # What is included comes first, so that a mistake is told of the role it is written in.
        for name in sorted(self.draft.roles, key=lambda name: (len(closure(self.draft, name)), name)):
            if _sound(self.draft, self.book, name):
                self._package(name, self.draft.roles[name].shape.for_, self.base, flattened(self.draft, name))

    def _package(self, role: str, for_: Condition, base: Sequence[Given], own: Sequence[Given]) -> None:
        neither = f'neither "{role}" nor everyone\'s package gives' if base else "everyone's package does not give"
        for given in own:
            everybody = self._kinds(for_, given.how.where)
            for need in self._needs(given.entitlement):
                without = everybody - self._given_to(need, for_, [*base, *own])
                if without:
                    whom = "" if without == everybody else f" to {', '.join(sorted(without))}"
                    what = f'"{given.entitlement}" needs "{need}", which {neither}{whom}; give it too'
                    self._tell(given.place, need, what)
        for clash in self.draft.clashes.values():
            if self.book.whole(clash) and len(set(clash.shape.between)) == 2:
                self._clash(role, clash, for_, [*base, *own], own)

    def _clash(
        self, role: str, clash: Entry[ClashShape], for_: Condition, gives: Sequence[Given], own: Sequence[Given]
    ) -> None:
        one, other = clash.shape.between
        for given in reversed(own):  # of a pair in one role the second line is told of
            against = {one: other, other: one}.get(given.entitlement)
            for rival in gives:
                if rival.entitlement == against and self._kinds(for_, given.how.where, rival.how.where):
                    pair = f'"{given.entitlement}" and "{against}" ({rival.place})'
                    what = f'"{role}" gives both {pair}, which must not meet: see {clash.id}; take one away'
                    self._tell(given.place, clash.id, what)
                    return

    def _tell(self, place: Place, about: str, what: str) -> None:
        if (place, about) not in self.told:
            self.told.add((place, about))
            self.book.mistakes.add(_at(place, what))

    def _needs(self, name: str) -> list[str]:
        entry = self.draft.entitlements.get(name)
        if entry is None or not self.book.whole(entry):
            return []
        return [need for need in entry.shape.needs if need in self.draft.entitlements]

    def _given_to(self, name: str, for_: Condition, gives: Sequence[Given]) -> frozenset[str]:
        return frozenset().union(*(self._kinds(for_, one.how.where) for one in gives if one.entitlement == name))

    def _kinds(self, *conditions: Condition) -> frozenset[str]:
        """The kinds of people that fit all of these; their other demands are only known of a post."""
        found = self.kinds
        for condition in conditions:
            found = found.intersection(condition.kinds or found).difference(condition.not_kinds)
        return found

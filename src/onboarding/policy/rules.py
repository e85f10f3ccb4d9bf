"""What one entry must not say of itself or of the entries it names: approvals nobody can give, circles, bounds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from onboarding.domain.catalogue import PEOPLE, Condition, Title
from onboarding.domain.errors import Mistake
from onboarding.planning.given import NOT_ROLES
from onboarding.policy.book import Book, Entry
from onboarding.policy.circles import circles
from onboarding.policy.draft import Draft
from onboarding.policy.shapes import EntitlementShape, KindShape, OrganisationShape, Shape, SystemShape, parts
from onboarding.policy.source import Where

S = TypeVar("S", bound=Shape)
Told = tuple[Where, str]  # where in the entry, and what
FILLED = frozenset({"name", "unit", "first_day", "target", "thing"})
PATTERN = re.compile(r"^(\{(given|family)(:[1-9]\d?)?\}|[a-z0-9.\-])+$")


def check(draft: Draft, book: Book) -> None:
    _people(draft, book)
    for system in _whole(book, draft.systems.values()):
        _tell(book, system, _system(system.shape, draft))
    for entitlement in _whole(book, draft.entitlements.values()):
        _tell(book, entitlement, _entitlement(entitlement.id, entitlement.shape, draft, book))
    for kind in _whole(book, draft.kinds.values()):
        _tell(book, kind, _kind(kind.shape))
    for gate in _whole(book, draft.gates.values()):
        if gate.id in draft.entitlements:
            _tell(book, gate, [((), f'"{gate.id}" is an entitlement too; give the gate its own name')])
    for clash in _whole(book, draft.clashes.values()):
        if len(set(clash.shape.between)) == 1:
            _tell(book, clash, [(("between",), "an entitlement cannot clash with itself; name two")])
    if draft.organisation and book.whole(draft.organisation):
        _tell(book, draft.organisation, _organisation(draft.organisation.shape))
    _conditions(draft, book)
    _circles(draft, book)


def _whole(book: Book, entries: Iterable[Entry[S]]) -> Iterator[Entry[S]]:
    return (entry for entry in entries if book.whole(entry))


def _tell(book: Book, entry: Entry[Shape], told: Iterable[Told]) -> None:
    for where, what in told:
        book.mistakes.add(entry.source.mistake((*entry.where, *where), what, at_key=not where))


def _people(draft: Draft, book: Book) -> None:
    people = draft.systems.get(PEOPLE)
    form = "write it with connector: manual and account: false"
    if people and book.whole(people) and (people.shape.connector != "manual" or people.shape.account):
        _tell(book, people, [((), f'"{PEOPLE}" is where the tasks of persons are; {form}')])
    elif PEOPLE not in draft.known("system") and "system" not in draft.unsure:
        what = f'the system "{PEOPLE}" is missing, where approvals and gates are tasks; {form}'
        book.mistakes.add(Mistake("systems.yaml", 1, 1, what))


def _system(system: SystemShape, draft: Draft) -> Iterator[Told]:
    if not system.owner and (system.connector == "manual" or system.mode == "observe"):
        yield (), "work here is asked of the owner, and there is none; write owner:"
    if system.naming and not system.account:
        yield ("naming",), "a system without accounts has no user names; take naming away, or account: false"
    for position, name in enumerate(system.account_needs):
        yield from _must_have_accounts(("account_needs", position), name, draft)
    if system.mastered_by:
        yield from _must_have_accounts(("mastered_by",), system.mastered_by, draft)
        if not system.account:
            yield (
                ("mastered_by",),
                "there is no account to copy (account: false); take one of the two away",
            )
    yield from _placeholders(system.instructions)


def _must_have_accounts(where: Where, name: str, draft: Draft) -> Iterator[Told]:
    other = draft.systems.get(name)
    if other and not other.shape.account:
        yield where, f'"{name}" has no accounts (account: false); name one that has'


def _entitlement(entitlement_id: str, entitlement: EntitlementShape, draft: Draft, book: Book) -> Iterator[Told]:
    system = draft.systems.get(entitlement.system)
    if entitlement.system == PEOPLE:
        yield ("system",), f'"{PEOPLE}" is for tasks, it gives no access; name the system the access is in'
    owned = entitlement.owner or not book.whole(system) or (system and system.shape.owner)
    if entitlement.approval != "none" and not owned:
        yield (
            ("approval",),
            f'nobody can approve this: neither it nor the system "{entitlement.system}" has an owner; write owner:',
        )
    for position, name in enumerate(entitlement.needs):
        gate = draft.gates.get(name)
        if gate and gate.shape.opened_by == "owner" and not owned:
            what = f'nobody can open "{name}": it is opened by the owner, and there is none; write owner:'
            yield ("needs", position), what
    if entitlement.requestable and entitlement.approval == "none":
        for name in _risky(entitlement_id, draft):
            brings = "it" if name == entitlement_id else f'it brings "{name}", which'
            what = f"{brings} is of high risk, and nobody approves it; write approval:, or take requestable away"
            yield ("requestable",), what
    for name in re.findall(r"\{([^}]*)\}", entitlement.target):
        if name != "unit":
            yield ("target",), f"{{{name}}} is never filled in here; only {{unit}} is"
    yield from _placeholders(entitlement.instructions)


def _risky(name: str, draft: Draft) -> Iterator[str]:
    """Of it and what comes along with it: what is of high risk without anybody's approval."""
    found = [name]
    for one in found:
        entry = draft.entitlements.get(one)
        if entry:
            found += [need for need in entry.shape.needs if need not in found]
            if entry.shape.risk == "high" and entry.shape.approval == "none":
                yield one


def _placeholders(text: Title | None) -> Iterator[Told]:
    if text is not None and not text.nb.strip():
        yield ("instructions", "nb"), "nobody is told what to do; write it, or leave instructions: out"
    for language, words in (text.model_dump(exclude_none=True) if text else {}).items():
        for name in re.findall(r"\{([^}]*)\}", words):
            if name not in FILLED:
                known = ", ".join(f"{{{one}}}" for one in sorted(FILLED))
                yield ("instructions", language), f"{{{name}}} is never filled in here; only {known} are"


def _kind(kind: KindShape) -> Iterator[Told]:
    if kind.end_date == "required" and kind.longest_months is None:
        yield ("end_date",), "an end is required, but it may be in a hundred years; write longest_months:"
    if kind.end_date == "none" and kind.longest_months is not None:
        yield ("longest_months",), "this kind has no end date to measure by; write end_date: required or optional"
    if kind.from_hr and not kind.match:
        yield (), "it comes from HR, but no HR row is of this kind; write match:, or from_hr: false"
    if not kind.from_hr and kind.match:
        yield ("match",), "it does not come from HR, so no HR row can match; take match away, or from_hr: false"
    if not kind.from_hr and not kind.ordered_by:
        yield ("ordered_by",), "nobody may order it and HR does not send it; name hr, manager or it"
    for position, match in enumerate(kind.match):
        if not match.types and not match.job_codes and position < len(kind.match) - 1:
            yield (
                ("match", position),
                "this fits every row, so what is below it never counts; name types or job_codes",
            )


def _organisation(organisation: OrganisationShape) -> Iterator[Told]:
    for position, pattern in enumerate(organisation.usernames.patterns):
        if not PATTERN.match(pattern):
            what = f'"{pattern}" cannot be a user name; use {{given}}, {{family:3}} and small letters, digits, . and -'
            yield ("usernames", "patterns", position), what
    for letter in organisation.usernames.letters:
        if len(letter) != 1:
            yield (
                ("usernames", "letters", letter),
                f'"{letter}" is not one letter; write a letter and what it becomes',
            )
    for position, post in enumerate(organisation.not_counted):
        if post.where == Condition():
            yield ("not_counted", position), "this names nothing, so no post at all would count; say which posts"


def _conditions(draft: Draft, book: Book) -> None:
    for role in _whole(book, draft.roles.values()):
        if role.id in NOT_ROLES:
            _tell(book, role, [((), f'"{role.id}" is what the program says of what no role gives; use another name')])
        _tell(book, role, _fits_nobody(role.shape.for_, ("for",), draft))
        if role.shape.for_ == Condition() and not role.shape.chosen:
            what = "nothing says who this role is for, so everybody would get it; write for:, or chosen: true"
            _tell(book, role, [((), what)])
    for entry in draft.packages():
        for position, item in enumerate(entry.shape.gives):
            name, give = parts(item)
            where = ("gives", position, name, "where")
            if not book.told(entry.source, (*entry.where, *where)):
                _tell(book, entry, _fits_nobody(give.where, where, draft))


def _fits_nobody(condition: Condition, where: Where, draft: Draft) -> Iterator[Told]:
    for field, other in (("not_kinds", condition.kinds), ("not_units", condition.units)):
        for position, name in enumerate(getattr(condition, field)):
            if name in other:
                yield (*where, field, position), f'"{name}" is both wanted and not wanted; keep one of them'
    for position, name in enumerate(condition.kinds):
        kind = draft.kinds.get(name)
        if kind and not kind.shape.counts:
            yield (*where, "kinds", position), f'posts of the kind "{name}" give nothing (counts: false); take it away'
    low, high = condition.percentage_from, condition.percentage_below
    if low is not None and high is not None and low >= high:
        yield (*where, "percentage_from"), f"no post is at least {low} % and below {high} %; turn them round"


def _circles(draft: Draft, book: Book) -> None:
    systems = {
        name: tuple(filter(None, (*entry.shape.account_needs, entry.shape.mastered_by)))
        for name, entry in draft.systems.items()
    }
    needs = {name: entry.shape.needs for name, entry in draft.entitlements.items()}
    include = {name: entry.shape.include for name, entry in draft.roles.items()}
    _told_circles(draft.systems, systems, "account_needs", "these accounts wait for each other", book)
    _told_circles(draft.entitlements, needs, "needs", "these wait for each other", book)
    _told_circles(draft.roles, include, "include", "these roles include each other", book)


def _told_circles(
    entries: Mapping[str, Entry[Shape]], edges: Mapping[str, tuple[str, ...]], field: str, why: str, book: Book
) -> None:
    for circle in circles(edges):
        entry, listed = entries[circle[0]], edges[circle[0]]
        where = (*entry.where, field, listed.index(circle[1]))
        if where not in entry.source.values:  # the system's other way of waiting
            where = (*entry.where, "mastered_by")
        book.add(entry.source, where, f"{why}: {' → '.join(circle)}; one of them must go")

"""What we may do in a domain, OU by OU and group by group: the domain controller itself computes it for us.

Only what is missing is said of each; that all is well is said once.
"""

import re
from collections.abc import Collection, Iterator

from onboarding.connectors.active_directory import people
from onboarding.connectors.active_directory.directory import Directory
from onboarding.connectors.active_directory.entries import Entry, any_of, equals, escaped, split
from onboarding.connectors.active_directory.options import UNIT, Domain
from onboarding.connectors.base import Expected, Finding
from onboarding.domain.errors import NeedsHuman

_WRITTEN = frozenset({"sAMAccountName", "userPrincipalName", "userAccountControl", "manager", *people.OWNED})
_AN_OU = "(objectCategory=organizationalUnit)"
_A_GROUP = "(objectCategory=group)"
_CHILDREN, _ATTRIBUTES, _NAME = "allowedChildClassesEffective", "allowedAttributesEffective", "sAMAccountName"
_AT_A_TIME = 50  # names in one filter


def examine(directory: Directory, domain: Domain, expected: Expected) -> Iterator[Finding]:
    places = _places(directory, domain)
    yield from _missing_places(domain, places, expected.units)
    yield from _to_make(domain, places)
    yield from _to_change(directory, domain, places)
    if directory.read(domain.group_base, ["objectClass"]) is not None:
        yield from _groups(directory, domain, expected.targets)


def _places(directory: Directory, domain: Domain) -> list[Entry]:
    """Where accounts are made or moved to: one OU, or one for each unit there is; and where those who left lie."""
    root = people.above_units(domain)
    found = [directory.read(dn, [_CHILDREN]) for dn in dict.fromkeys([root, domain.disabled_ou or root])]
    there = [entry for entry in found if entry is not None]
    if UNIT in domain.people_ou and found[0] is not None:
        shape = _shape(domain.people_ou, root, found[0].dn)
        there += [entry for entry in _all(directory, root, _AN_OU, [_CHILDREN]) if shape.fullmatch(entry.dn)]
    return list({entry.dn: entry for entry in there}.values())


def _shape(people_ou: str, root: str, spelled: str) -> re.Pattern[str]:
    """Which DNs are a unit's own place. `spelled`: the root as the directory writes it."""
    own = re.escape(people_ou.removesuffix(root)).replace(re.escape(UNIT), r"(?:[^,\\]|\\.)+")
    return re.compile(own + re.escape(spelled), re.IGNORECASE)


def _all(directory: Directory, base: str, filter_: str, attributes: list[str]) -> Iterator[Entry]:
    cookie = b""
    while True:
        found, cookie = directory.page(base, filter_, attributes, cookie)
        yield from found
        if not cookie:
            return


def _missing_places(domain: Domain, places: Collection[Entry], units: Collection[str]) -> Iterator[Finding]:
    there = {entry.dn.casefold() for entry in places}
    if UNIT not in domain.people_ou or people.above_units(domain).casefold() not in there:
        return  # one place for all, or a root that is missing: that is said once, and not for each unit
    for unit in sorted(units):
        ou = domain.people_ou.replace(UNIT, escaped(unit))
        if ou.casefold() not in there:
            yield Finding(ok=False, key="active-directory.ou-missing", params={"ou": ou})


def _to_make(domain: Domain, places: Collection[Entry]) -> Iterator[Finding]:
    closed = [entry.dn for entry in places if "user" not in _texts(entry, _CHILDREN)]
    for ou in closed:
        yield Finding(ok=False, key="active-directory.may-not-make-accounts", params={"ou": ou})
    if places and not closed:
        yield Finding(ok=True, key="active-directory.may-make-accounts", params={"ou": people.above_units(domain)})


def _to_change(directory: Directory, domain: Domain, places: Collection[Entry]) -> Iterator[Finding]:
    """By one account of each place. Where none lies, nothing is said."""
    one_of = directory.child if UNIT in domain.people_ou else directory.first
    seen, closed = 0, 0
    for place in places:
        account = one_of(place.dn, f"(&{people.PERSON})", [_ATTRIBUTES])
        if account is None:
            continue
        seen += 1
        missing = sorted({*_WRITTEN, domain.correlation} - _texts(account, _ATTRIBUTES))
        closed += bool(missing)
        if missing:
            about = {"ou": place.dn, "attributes": ", ".join(missing)}
            yield Finding(ok=False, key="active-directory.may-not-change", params=about)
    if seen and not closed:
        yield Finding(ok=True, key="active-directory.may-change", params={"ou": people.above_units(domain)})


def _groups(directory: Directory, domain: Domain, targets: Collection[str]) -> Iterator[Finding]:
    """Those that policy gives; where it gives none that is there, any one, for the right to fill groups at all."""
    found = {target: group for target, group in _looked_up(directory, domain, targets) if group is not None}
    for target in sorted(set(targets) - found.keys()):
        about = {"system": domain.system, "target": target}
        yield Finding(ok=False, key="system.target-missing", params=about)
    otherwise = [(target, spelled) for target, group in found.items() if (spelled := _spelled(target, group)) != target]
    for target, spelled in sorted(otherwise):
        about = {"target": target, "spelled": spelled}
        yield Finding(ok=False, key="active-directory.group-named-otherwise", params=about)
    if found and len(found) == len(targets) and not otherwise:
        about = {"system": domain.system, "count": str(len(found))}
        yield Finding(ok=True, key="system.targets-there", params=about)
    any_one = directory.first(domain.group_base, _A_GROUP, [_ATTRIBUTES])
    yield from _to_fill(domain, list(found.values()) or ([any_one] if any_one else []))


def _looked_up(directory: Directory, domain: Domain, targets: Collection[str]) -> Iterator[tuple[str, Entry | None]]:
    """By name, many in one question; by DN one at a time."""
    for dn in (target for target in targets if "=" in target):
        try:
            group = directory.read(dn, [_NAME, _ATTRIBUTES], _A_GROUP)
        except NeedsHuman as no:
            if no.scope == "system":
                raise
            group = None  # it is no DN, so nothing can be there; and it hides nothing else that is wrong
        yield dn, group
    names = sorted(target for target in targets if "=" not in target)
    for first in range(0, len(names), _AT_A_TIME):
        part = names[first : first + _AT_A_TIME]
        filter_ = f"(&{_A_GROUP}{any_of([equals(_NAME, name) for name in part])})"
        hits = directory.search(domain.group_base, filter_, [_NAME, _ATTRIBUTES])
        by_name = {(group.text(_NAME) or "").casefold(): group for group in hits}
        yield from ((name, by_name.get(name.casefold())) for name in part)


def _spelled(target: str, group: Entry) -> str:
    return group.dn if "=" in target else group.text(_NAME) or target


def _to_fill(domain: Domain, groups: Collection[Entry]) -> Iterator[Finding]:
    closed = {split(group.dn)[1] for group in groups if "member" not in _texts(group, _ATTRIBUTES)}
    for ou in sorted(closed):
        yield Finding(ok=False, key="active-directory.may-not-fill-groups", params={"ou": ou})
    if groups and not closed:
        yield Finding(ok=True, key="active-directory.may-fill-groups", params={"ou": domain.group_base})


def _texts(entry: Entry, attribute: str) -> frozenset[str]:
    return frozenset(value.decode() for value in entry.values.get(attribute.lower(), ()))

"""Which of an account is ours, and what it should be: decided here from what was read, written by the session."""

from collections.abc import Mapping
from datetime import UTC, datetime

from onboarding.connectors import namesakes
from onboarding.connectors.active_directory.directory import REPLACE, Change, Directory, ranged
from onboarding.connectors.active_directory.entries import (
    DISABLED,
    LONGEST_USERNAME,
    Entry,
    by_guid,
    equals,
    expires,
    is_legal,
    last_day,
    same_expiry,
    split,
)
from onboarding.connectors.active_directory.entries import escaped as escaped_in_dn
from onboarding.connectors.active_directory.options import UNIT, Domain
from onboarding.domain.accounts import Account, Desired
from onboarding.domain.errors import NeedsHuman, Refused
from onboarding.planning.moments import today

PERSON = "(objectCategory=person)(objectClass=user)"  # and so no contact, and no computer
HIDES = "msExchHideFromAddressLists"  # in the schema only where Exchange is or was

SHOWN = ("objectClass", "cn", "displayName", "givenName", "sn")  # of whoever has a name: what, and who, it is

# Attribute -> what we call it. With the correlation attribute, `manager` and HIDES these are what we own.
OWNED: Mapping[str, str] = {
    "givenName": "given_name",
    "sn": "family_name",
    "displayName": "display_name",
    "title": "title",
    "department": "unit",
    "mobile": "mobile",
    "accountExpires": "last_day",
}
FIELDS: Mapping[str, str] = {
    **OWNED,
    "sAMAccountName": "username",
    "userPrincipalName": "username",
    "mail": "email",
    "manager": "manager_key",
    HIDES: "hidden",
    "employeeID": "key",
    "employeeNumber": "key",
}
# Windows' own (the schema's rangeUpper), for who can keep to them beforehand.
LENGTHS: Mapping[str, int] = {
    "username": LONGEST_USERNAME, "given_name": 64, "family_name": 64, "display_name": 256, "title": 128, "unit": 64,
    "mobile": 64,
}  # fmt: skip


def attributes(domain: Domain) -> list[str]:
    """What is read of an account, always."""
    identity = [
        "objectGUID",
        "objectSid",
        "sAMAccountName",
        "userPrincipalName",
        "userAccountControl",
        "primaryGroupID",
    ]
    return [*identity, domain.correlation, *OWNED, "mail", "manager", HIDES, ranged("memberOf")]


def find(directory: Directory, domain: Domain, want: Desired, native_id: str | None) -> Entry | None:
    """The one account that is hers. Two of them, or one that says it is another's, is for a person to settle."""
    hits = [entry] if native_id and (entry := current(directory, domain, native_id)) else []
    if not hits or hits[0].text(domain.correlation) is None:
        # Deleted, and perhaps made anew by hand; or its number was taken off it, and perhaps put on another.
        filter_ = f"(&{PERSON}{equals(domain.correlation, want.key)})"
        hits += directory.search(domain.base, filter_, attributes(domain))
    if len(hits) > 1:
        raise NeedsHuman("step", "system.two-accounts", system=domain.system)
    if hits and not is_hers(hits[0].text(domain.correlation), want.key):
        raise NeedsHuman("step", "system.another-number", system=domain.system)
    return hits[0] if hits else None


def current(directory: Directory, domain: Domain, native_id: str) -> Entry | None:
    return directory.read(by_guid(native_id), attributes(domain), f"(&{PERSON})")


def is_hers(key: str | None, wanted: str) -> bool:
    """As the directory itself compares; without a number it is hers by its native id alone."""
    return key is None or key.strip().casefold() == wanted.strip().casefold()


def may_be_hers(domain: Domain, entry: Entry, want: Desired) -> bool:
    """Of one that has her user name: an account without a number that does not plainly show another's name."""
    if entry.text(domain.correlation) is not None or not is_account(entry):
        return False
    written = " ".join(filter(None, (entry.text("givenName"), entry.text("sn"))))
    cn = entry.text("cn")  # scripts put the user name there, which is nobody's name
    shown = cn if cn and cn.casefold() != (entry.text("sAMAccountName") or "").casefold() else None
    return namesakes.may_be_hers(want, entry.text("displayName"), written, shown)


def is_account(entry: Entry) -> bool:
    """A person's: contacts, groups and computers may have the name too."""
    classes = {value.decode() for value in entry.values.get("objectclass", ())}
    return "user" in classes and "computer" not in classes


def as_account(domain: Domain, entry: Entry, targets: frozenset[str]) -> Account:
    read = {name: entry.text(attribute) for attribute, name in OWNED.items()}
    expiry = last_day(entry.text("accountExpires"))
    read["last_day"] = expiry.isoformat() if expiry else None
    here = {name: value for name, value in read.items() if value}
    return Account(
        native_id=entry.native_id,
        name=entry.text("sAMAccountName") or "",
        key=entry.text(domain.correlation),
        enabled=not entry.number("userAccountControl") & DISABLED,
        targets=targets,
        attributes={**here, "container": split(entry.dn)[1]},
    )


def owned(want: Desired) -> dict[str, str | None]:
    """What an account should have of what we own; None is not there."""
    return {
        "givenName": want.given_name or None,
        "sn": want.family_name or None,
        "displayName": want.display_name or None,
        "title": want.title or None,
        "department": want.unit or None,
        "mobile": want.mobile or None,
        "accountExpires": expires(want.last_day),
    }


def delta(domain: Domain, entry: Entry, want: Desired) -> list[Change]:
    """What differs of what we own. What others put on the account is not looked at."""
    changes: list[Change] = []
    for attribute, value in owned(want).items():
        now = entry.text(attribute)
        same = same_expiry(now, value or "0") if attribute == "accountExpires" else now == value
        if not same:
            changes.append((REPLACE, attribute, [value] if value else []))
    name = username(want, entry.text("sAMAccountName"))
    if name.casefold() != (entry.text("sAMAccountName") or "").casefold():
        changes += [(REPLACE, attribute, [value]) for attribute, value in names(domain, name).items()]
    if entry.text(domain.correlation) is None:
        changes.append((REPLACE, domain.correlation, [key(domain, want)]))
    # An address that somebody can be reached at is not exchanged for another: it is given where there is none.
    if domain.mail_domain and entry.text("mail") is None:
        changes.append((REPLACE, "mail", [f"{name}@{domain.mail_domain}"]))
    return changes


def names(domain: Domain, name: str) -> dict[str, str]:
    return {"sAMAccountName": name, "userPrincipalName": f"{name}@{domain.upn_suffix}"}


def username(want: Desired, present: str | None) -> str:
    """The one asked for, else the account's own, else the number. One she already has is not ours to judge."""
    name = want.username or present or want.key
    if present is None or name.casefold() != present.casefold():
        if len(name) > LONGEST_USERNAME:
            raise Refused("username", name, "active-directory.username-too-long")
        if not is_legal(name):
            raise Refused("username", name, "active-directory.username-malformed")
    return name


def key(domain: Domain, want: Desired) -> str:
    if len(want.key) > domain.longest_key:
        raise Refused("key", want.key, "active-directory.number-too-long")
    return want.key


def place(domain: Domain, want: Desired, *, enabled: bool | None = None) -> str:
    """Where in the tree she belongs. Somebody who is not of a unit lies above the units."""
    gone = enabled is False and want.last_day is not None and want.last_day <= today(datetime.now(UTC))
    if gone and domain.disabled_ou:
        return domain.disabled_ou
    if UNIT in domain.people_ou and not want.unit_id:
        return above_units(domain)
    return domain.people_ou.replace(UNIT, escaped_in_dn(want.unit_id))


def above_units(domain: Domain) -> str:
    """The part of `people_ou` that is the same for everybody."""
    ou = domain.people_ou
    while UNIT in ou:
        ou = split(ou)[1]
    return ou

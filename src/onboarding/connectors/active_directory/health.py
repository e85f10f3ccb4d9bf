"""What `systems test` says of a domain: each server, its certificate and clock, and what we may do there."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from onboarding.connectors.active_directory import people
from onboarding.connectors.active_directory.directory import Directory, opened
from onboarding.connectors.active_directory.entries import Entry
from onboarding.connectors.active_directory.options import Domain
from onboarding.connectors.base import Finding, Health
from onboarding.domain.errors import NeedsHuman, Transient

SOON = timedelta(days=14)  # a certificate with less left than this is to be renewed now
FURTHEST = timedelta(minutes=5)  # Kerberos' own limit: further apart, and nobody can sign on either
_WRITTEN = frozenset({"sAMAccountName", "userPrincipalName", "userAccountControl", "manager", *people.OWNED})


def examine(domain: Domain, password: str, context: ssl.SSLContext) -> Health:
    """Each server by itself. A refused password is not tried on the next: that would help to lock the account."""
    findings: list[Finding] = []
    told = False
    for server in domain.servers:
        alone = domain.model_copy(update={"servers": (server,)})
        try:
            with opened(alone, password, context) as directory:
                findings += _server(directory, server.host)
                if not told:
                    findings += _domain(directory, domain)
                    told = True
        except Transient:
            findings.append(Finding(ok=False, key="active-directory.server-away", params={"server": server.host}))
        except NeedsHuman as no:
            findings.append(Finding(ok=False, key=no.key, params={**no.params, "system": domain.system}))
            if no.key == "system.credentials-refused":
                break
    return Health(findings=tuple(findings))


def _server(directory: Directory, host: str) -> Iterator[Finding]:
    yield Finding(ok=True, key="active-directory.server-answers", params={"server": host})
    seconds = ssl.cert_time_to_seconds(str(directory.certificate["notAfter"]))
    until = datetime.fromtimestamp(seconds, UTC)
    lasts = until - datetime.now(UTC) > SOON
    key = "active-directory.certificate-valid" if lasts else "active-directory.certificate-soon"
    yield Finding(ok=lasts, key=key, params={"server": host, "until": until.date().isoformat()})
    root = directory.read("", ["currentTime"])
    theirs = root.text("currentTime") if root else None
    if theirs:
        apart = abs(datetime.now(UTC) - datetime.strptime(theirs[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC))
        same = apart <= FURTHEST
        key = "active-directory.clock-agrees" if same else "active-directory.clock-differs"
        yield Finding(ok=same, key=key, params={"server": host, "minutes": str(round(apart.total_seconds() / 60))})


def _domain(directory: Directory, domain: Domain) -> Iterator[Finding]:
    ous = [people.above_units(domain), *([domain.disabled_ou] if domain.disabled_ou else []), domain.group_base]
    for ou in dict.fromkeys(ous):
        there = directory.read(ou, ["objectClass"]) is not None
        key = "active-directory.ou-there" if there else "active-directory.ou-missing"
        yield Finding(ok=there, key=key, params={"ou": ou})
    yield from _rights(directory, domain)
    with_number = directory.first(domain.base, f"(&{people.PERSON}({domain.correlation}=*))", ["cn"])
    key = "active-directory.number-read" if with_number else "active-directory.no-number-read"
    yield Finding(ok=True, key=key, params={"attribute": domain.correlation})


def _rights(directory: Directory, domain: Domain) -> Iterator[Finding]:
    """By what the domain controller itself computes for us. Where nothing is to look at, nothing is said."""
    ou = people.above_units(domain)
    place = directory.read(ou, ["allowedChildClassesEffective"])
    if place is not None:
        makes = "user" in _texts(place, "allowedChildClassesEffective")
        key = "active-directory.may-make-accounts" if makes else "active-directory.may-not-make-accounts"
        yield Finding(ok=makes, key=key, params={"ou": ou})
    account = directory.first(ou, f"(&{people.PERSON})", ["allowedAttributesEffective"])
    if account is not None:
        missing = sorted({*_WRITTEN, domain.correlation} - _texts(account, "allowedAttributesEffective"))
        key = "active-directory.may-not-change" if missing else "active-directory.may-change"
        yield Finding(ok=not missing, key=key, params={"ou": ou, "attributes": ", ".join(missing) or "–"})
    group = directory.first(domain.group_base, "(objectCategory=group)", ["allowedAttributesEffective"])
    if group is not None:
        fills = "member" in _texts(group, "allowedAttributesEffective")
        key = "active-directory.may-fill-groups" if fills else "active-directory.may-not-fill-groups"
        yield Finding(ok=fills, key=key, params={"ou": domain.group_base})


def _texts(entry: Entry, attribute: str) -> frozenset[str]:
    return frozenset(value.decode() for value in entry.values.get(attribute.lower(), ()))

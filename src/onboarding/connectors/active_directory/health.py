"""What `systems test` says of a domain: each server, its certificate and clock, and what we may do there."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from onboarding.connectors.active_directory import people, rights
from onboarding.connectors.active_directory.directory import Directory, opened
from onboarding.connectors.active_directory.options import Domain
from onboarding.connectors.base import Expected, Finding, Health
from onboarding.domain.errors import NeedsHuman, Transient

SOON = timedelta(days=14)  # a certificate with less left than this is to be renewed now
FURTHEST = timedelta(minutes=5)  # Kerberos' own limit: further apart, and nobody can sign on either


def examine(domain: Domain, password: str, context: ssl.SSLContext, expected: Expected) -> Health:
    """Each server by itself. A refused password is not tried on the next: that would help to lock the account."""
    findings: list[Finding] = []
    told = False
    for server in domain.servers:
        alone = domain.model_copy(update={"servers": (server,)})
        try:
            with opened(alone, password, context) as directory:
                findings += _server(directory, server.host)
                if not told:
                    findings += _domain(directory, domain, expected)
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


def _domain(directory: Directory, domain: Domain, expected: Expected) -> Iterator[Finding]:
    ous = [people.above_units(domain), *([domain.disabled_ou] if domain.disabled_ou else []), domain.group_base]
    for ou in dict.fromkeys(ous):
        there = directory.read(ou, ["objectClass"]) is not None
        key = "active-directory.ou-there" if there else "active-directory.ou-missing"
        yield Finding(ok=there, key=key, params={"ou": ou})
    yield from rights.examine(directory, domain, expected)
    with_number = directory.first(domain.base, f"(&{people.PERSON}({domain.correlation}=*))", ["cn"])
    key = "active-directory.number-read" if with_number else "active-directory.no-number-read"
    yield Finding(ok=True, key=key, params={"attribute": domain.correlation})

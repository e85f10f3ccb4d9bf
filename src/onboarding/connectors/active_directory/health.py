"""What `systems test` says of a domain: each server, its certificate and clock, and what we may do there."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from onboarding.connectors.active_directory import people, rights
from onboarding.connectors.active_directory.answers import NOT_LET_IN
from onboarding.connectors.active_directory.directory import Directory, opened
from onboarding.connectors.active_directory.options import Domain
from onboarding.connectors.base import Expected, Finding, Health
from onboarding.domain.errors import NeedsHuman, Transient

SOON = timedelta(days=14)  # a certificate with less left than this is to be renewed now
PARTIAL_SECRETS = b"1.2.840.113556.1.4.1920"
FURTHEST = timedelta(minutes=5)  # Kerberos' own limit: further apart, and nobody can sign on either


def examine(domain: Domain, password: str, context: ssl.SSLContext, expected: Expected) -> Health:
    """Each server by itself. A refused password is not tried on the next: that would help to lock the account."""
    findings: list[Finding] = []
    turned_away: list[Finding] = []
    told, works = False, False
    for server in domain.servers:
        alone = domain.model_copy(update={"servers": (server,)})
        try:
            with opened(alone, password, context) as directory:
                findings += _server(directory, server.host)
                if only_reads(directory):
                    about = {"server": server.host}
                    turned_away.append(Finding(ok=False, key="active-directory.server-only-reads", params=about))
                else:
                    works = True
                if not told:
                    findings += _domain(directory, domain, expected)
                    told = True
        except Transient:
            turned_away.append(Finding(ok=False, key="active-directory.server-away", params={"server": server.host}))
        except NeedsHuman as no:
            turned_away.append(Finding(ok=False, key=no.key, params={**no.params, "system": domain.system}))
            if no.key in NOT_LET_IN:
                break
    # A visit goes on to the next: what one of them does is no reason to wait where another lets us work.
    return Health(findings=(*findings, *(one.model_copy(update={"stops": not works}) for one in turned_away)))


def only_reads(directory: Directory) -> bool:
    """A read-only domain controller says so itself, among what it can ([MS-ADTS] 3.1.1.3.4.3)."""
    root = directory.read("", ["supportedCapabilities"])
    return root is not None and PARTIAL_SECRETS in root.values.get("supportedcapabilities", ())


def _server(directory: Directory, host: str) -> Iterator[Finding]:
    yield Finding(ok=True, key="active-directory.server-answers", params={"server": host})
    seconds = ssl.cert_time_to_seconds(str(directory.certificate["notAfter"]))
    until = datetime.fromtimestamp(seconds, UTC)
    lasts = until - datetime.now(UTC) > SOON
    key = "active-directory.certificate-valid" if lasts else "active-directory.certificate-soon"
    yield Finding(ok=lasts, key=key, params={"server": host, "until": until.date().isoformat()}, stops=False)
    root = directory.read("", ["currentTime"])
    theirs = root.text("currentTime") if root else None
    if theirs:
        apart = abs(datetime.now(UTC) - datetime.strptime(theirs[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC))
        same = apart <= FURTHEST
        key = "active-directory.clock-agrees" if same else "active-directory.clock-differs"
        about = {"server": host, "minutes": str(round(apart.total_seconds() / 60))}
        yield Finding(ok=same, key=key, params=about, stops=False)


def _domain(directory: Directory, domain: Domain, expected: Expected) -> Iterator[Finding]:
    bases = (domain.base, domain.group_base)  # where everything is looked for: without them nothing can be done
    ous = [*bases, people.above_units(domain), *([domain.disabled_ou] if domain.disabled_ou else [])]
    for ou in dict.fromkeys(ous):
        there = directory.read(ou, ["objectClass"]) is not None
        key = "active-directory.ou-there" if there else "active-directory.ou-missing"
        yield Finding(ok=there, key=key, params={"ou": ou}, stops=ou in bases)
    for finding in rights.examine(directory, domain, expected):
        yield finding.model_copy(update={"stops": False})  # each stops the steps that need it, and no others
    with_number = directory.first(domain.base, f"(&{people.PERSON}({domain.correlation}=*))", ["cn"])
    key = "active-directory.number-read" if with_number else "active-directory.no-number-read"
    yield Finding(ok=True, key=key, params={"attribute": domain.correlation})

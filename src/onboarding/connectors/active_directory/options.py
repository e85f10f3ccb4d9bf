"""What the connection file says of a domain, read once and checked."""

import re
import ssl
from pathlib import Path
from typing import Literal, cast

from onboarding.connectors.base import Options
from onboarding.connectors.connections import check, whole_number
from onboarding.domain.errors import Conflict, NotFound
from onboarding.domain.people import Value

LDAPS = 636
UNIT = "{unit_id}"  # in `people_ou`, where each unit has an OU of its own
Correlation = Literal["employeeID", "employeeNumber"]
_KEY_LENGTHS = {"employeeID": 16, "employeeNumber": 512}
_SERVER = re.compile(r"(?P<host>[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")


class Server(Value):
    host: str
    port: int = LDAPS


class Domain(Value):
    system: str
    servers: tuple[Server, ...]  # tried in this order
    base: str
    people_ou: str
    disabled_ou: str | None
    group_base: str
    upn_suffix: str
    mail_domain: str | None
    bind_dn: str
    ca_file: Path
    server_name: str | None  # on the certificate, where servers are named by address
    correlation: Correlation
    answer_within: int  # seconds
    page_size: int

    @property
    def longest_key(self) -> int:
        return _KEY_LENGTHS[self.correlation]


def read(options: Options) -> Domain:
    check(
        options,
        settings=("servers", "base", "people_ou", "upn_suffix", "bind_dn", "ca_file"),
        optional=(
            "disabled_ou", "mail_domain", "correlation", "group_base", "server_name", "answer_within", "page_size",
        ),
        secrets=("password",),
    )  # fmt: skip
    said = options.settings
    return Domain(
        system=options.system,
        servers=tuple(_server(options, text.strip()) for text in said["servers"].split(",")),
        base=said["base"],
        people_ou=said["people_ou"],
        disabled_ou=said.get("disabled_ou"),
        group_base=said.get("group_base", said["base"]),
        upn_suffix=said["upn_suffix"].removeprefix("@"),
        mail_domain=said["mail_domain"].removeprefix("@") if "mail_domain" in said else None,
        bind_dn=said["bind_dn"],
        ca_file=Path(said["ca_file"]),
        server_name=said.get("server_name"),
        correlation=_correlation(options),
        answer_within=whole_number(options, "answer_within", 30),
        page_size=whole_number(options, "page_size", 1000),
    )


def trust(domain: Domain) -> ssl.SSLContext:
    """Only what this file's authority signed is believed, and only under the name it was signed for."""
    try:
        return ssl.create_default_context(cafile=domain.ca_file)
    except (OSError, ssl.SSLError):
        raise NotFound("active-directory.no-ca-file", system=domain.system, file=str(domain.ca_file)) from None


def _server(options: Options, text: str) -> Server:
    named = _SERVER.fullmatch(text)
    if not named:
        raise Conflict("active-directory.server-malformed", system=options.system, server=text)
    return Server(host=named["host"], port=int(named["port"] or LDAPS))


def _correlation(options: Options) -> Correlation:
    said = options.settings.get("correlation", "employeeID")
    if said not in _KEY_LENGTHS:
        known = ", ".join(_KEY_LENGTHS)
        raise Conflict("active-directory.correlation-unknown", system=options.system, attribute=said, known=known)
    return cast(Correlation, said)

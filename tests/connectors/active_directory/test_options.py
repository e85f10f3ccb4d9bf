"""What the connection file may say of a domain, and what is said back when it is wrong."""

from pathlib import Path

import pytest

from onboarding.connectors.active_directory import options
from onboarding.connectors.active_directory.options import Server
from onboarding.connectors.base import Options
from onboarding.domain.errors import Conflict, NotFound

SAID = {
    "servers": "dc1.example, dc2.example:1636",
    "base": "DC=example",
    "people_ou": "OU=Ansatte,DC=example",
    "upn_suffix": "@example.no",
    "bind_dn": "CN=svc,DC=example",
    "ca_file": "ca.pem",
}


def read(**more: str) -> options.Domain:
    return options.read(Options(system="ad", settings={**SAID, **more}, secrets={"password": "x"}))


def test_what_is_not_said_has_a_value() -> None:
    domain = read()
    assert domain.servers == (Server(host="dc1.example", port=636), Server(host="dc2.example", port=1636))
    assert (domain.group_base, domain.disabled_ou, domain.mail_domain) == ("DC=example", None, None)
    assert (domain.correlation, domain.longest_key, domain.upn_suffix) == ("employeeID", 16, "example.no")
    assert (domain.answer_within, domain.page_size) == (30, 1000)
    assert read(correlation="employeeNumber").longest_key == 512


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"correlation": "mail"}, "active-directory.correlation-unknown"),
        ({"servers": "dc1, ldaps://dc2"}, "active-directory.server-malformed"),
        ({"servers": ""}, "active-directory.server-malformed"),
        ({"page_size": "0"}, "system.setting-not-a-number"),
        ({"password": "in plain text"}, "system.setting-unknown"),
    ],
)
def test_what_is_wrong_is_said(more: dict[str, str], key: str) -> None:
    with pytest.raises(Conflict) as wrong:
        read(**more)
    assert wrong.value.key == key
    assert "plain text" not in str(wrong.value)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_without_an_authority_nothing_is_believed(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(NotFound) as missing:
        options.trust(read(ca_file=str(file)))
    assert missing.value.key == "active-directory.no-ca-file"

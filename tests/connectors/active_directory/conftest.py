"""One domain per run with a municipality's tree in it, a relay in front, and connectors to either."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

import pytest

from onboarding.connectors.active_directory.connector import ActiveDirectory
from onboarding.connectors.base import Options
from onboarding.domain.accounts import Desired
from onboarding.twins import samba_certificates
from onboarding.twins.samba import Samba
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.relay import Relay

Make = Callable[..., ActiveDirectory]


@pytest.fixture(scope="session")
def tree(samba_dc: Samba) -> Iterator[OwnSide]:
    own = OwnSide(samba_dc)
    for ou in ("", "OU=Grupper,", "OU=Sluttet,", "OU=Ansatte,", "OU=1200,OU=Ansatte,", "OU=1300,OU=Ansatte,"):
        own.make_ou(f"{ou}{own.municipality}")
    own.make_group("conformance")
    yield own
    own.close()


@pytest.fixture(scope="session")
def one_relay(samba_dc: Samba) -> Iterator[Relay]:
    relay = Relay(samba_dc, samba_certificates.issue(samba_dc.ca_file.parent, "relay", ["127.0.0.1"]))
    yield relay
    relay.close()


@pytest.fixture
def relay(one_relay: Relay) -> Relay:
    one_relay.rest()
    return one_relay


@pytest.fixture
def options(samba_dc: Samba, tree: OwnSide) -> Options:
    return Options(
        system="active-directory",
        settings={
            "servers": samba_dc.address,
            "server_name": samba_dc.host,
            "base": tree.base,
            "people_ou": f"OU={{unit_id}},OU=Ansatte,{tree.municipality}",
            "group_base": tree.municipality,
            "upn_suffix": "fjordvik.example",
            "bind_dn": samba_dc.bind_dn,
            "ca_file": str(samba_dc.ca_file),
        },
        secrets={"password": samba_dc.password.get_secret_value()},
    )


@pytest.fixture
def make(options: Options) -> Make:
    """A connector to the domain controller itself, with these settings besides or instead. None takes one away."""

    def made(password: str | None = None, **settings: str | None) -> ActiveDirectory:
        said = {name: value for name, value in {**options.settings, **settings}.items() if value is not None}
        secrets = {"password": password} if password else options.secrets
        return ActiveDirectory(Options(system=options.system, settings=said, secrets=secrets))

    return made


@pytest.fixture
def through(make: Make, relay: Relay) -> Make:
    """The same by way of the relay."""
    return lambda **settings: make(**{"servers": relay.server, "server_name": None, **settings})


@pytest.fixture
def kari() -> Desired:
    number = uuid4().hex[:12]
    return Desired(
        key=number,
        username=f"k{number}",
        given_name="Kåri",
        family_name="Nordmann, født Ås",
        display_name="Kåri Nordmann",
        title="Sykepleier",
        unit="Sone nord",
        unit_id="1200",
        mobile="+47 900 00 000",
        first_day=date(2026, 12, 1),
    )


@pytest.fixture(scope="session")
def multitude(samba_dc: Samba, tree: OwnSide, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A group of 2,000, of whom 1,001 are accounts: put in by Samba's own tool, which is much faster."""
    place = tree.make_ou(f"OU=Mange,{tree.base}")
    account = "objectClass: user\nsAMAccountName: many{0:04}\nemployeeID: many{0:04}\nuserAccountControl: 514\n"
    entries = [
        f"dn: CN=many{n:04},{place}\n" + (account.format(n) if n <= 1000 else "objectClass: contact\n")
        for n in range(2000)
    ]
    file = tmp_path_factory.mktemp("multitude") / "all.ldif"
    file.write_text("\n".join(entries))
    samba_dc.run_tool("ldbadd", "-H", samba_dc.database, file)
    return tree.make_group("GG-Mange", [f"CN=many{n:04},{place}" for n in range(2000)])

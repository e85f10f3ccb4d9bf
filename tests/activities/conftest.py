"""A town in a real directory for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.store.engine import Store
from onboarding.twins import samba_certificates
from onboarding.twins.samba import Samba
from tests.activities.town import Domain, Town
from tests.connectors.active_directory.relay import Relay


@pytest.fixture(scope="session")
def town_domain(samba_dc: Samba) -> Iterator[Domain]:
    domain = Domain(samba_dc)
    yield domain
    domain.own.close()


@pytest.fixture(scope="session")
def town_relay(samba_dc: Samba) -> Iterator[Relay]:
    relay = Relay(samba_dc, samba_certificates.issue(samba_dc.ca_file.parent, "town-relay", ["127.0.0.1"]))
    yield relay
    relay.close()


@pytest.fixture
def town(town_domain: Domain, town_relay: Relay, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    town_relay.rest()
    store = Store(sqlite_url)
    town = Town(town_domain, town_relay, store, tmp_path)
    yield town
    town.leave()
    store.close()

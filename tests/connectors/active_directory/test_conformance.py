"""The connector's proof, against a real domain controller."""

from typing import ClassVar

import pytest

from onboarding.connectors.base import Connector
from onboarding.connectors.conformance import ConnectorConformance
from onboarding.domain.accounts import Desired
from tests.connectors.active_directory.conftest import Make
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.relay import Relay


@pytest.mark.xdist_group("samba")
class TestActiveDirectory(ConnectorConformance):
    cannot: ClassVar = {"throttle": "LDAP's 'busy' says no time to come back at"}

    @pytest.fixture(autouse=True)
    def _system(self, tree: OwnSide, relay: Relay, through: Make) -> None:
        self.own, self.relay, self.made_with = tree, relay, through

    def connector(self) -> Connector:
        # The municipality alone: other tests fill the rest of the domain with people.
        return self.made_with(base=self.own.municipality, page_size="2")

    def connector_with(self, secret: str) -> Connector:
        return self.made_with(password=secret)

    def count_accounts(self, key: str) -> int:
        return len(self.own.with_number(key))

    def put(self, want: Desired, key: str | None) -> str:
        numbered = {"employeeID": key} if key else {}
        place = f"OU=Ansatte,{self.own.municipality}"
        return self.own.make_account(
            str(want.username), place, displayName=want.display_name, description="Vikar til jul", **numbered
        )

    def theirs(self, native_id: str) -> str:
        return self.own.text(native_id, "description") or ""

    def lose_next_answer(self) -> None:
        self.relay.lose_next_answer = True

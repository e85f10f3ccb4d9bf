"""A directory that turned us away is knocked on and let go by itself; and one press goes for all that stopped alike."""

import pytest

from onboarding.connectors.active_directory.health import PARTIAL_SECRETS
from tests.activities.town import LOGIN, PASSWORD, VPN, Town
from tests.connectors.active_directory.test_faults import NOBODY

pytestmark = pytest.mark.xdist_group("samba")


def test_one_server_that_is_away_keeps_no_hold(town: Town) -> None:
    town.password = "not-the-password-9"
    town.hire()
    town.run()
    assert town.states()["ad:name"] == "held"
    town.knock()
    assert town.states()["ad:name"] == "held"
    town.password = PASSWORD
    town.settings["servers"] = f"{NOBODY},{town.relay.server}"
    town.knock()
    assert town.state == "prepared"


def test_a_hold_by_one_that_only_reads_stays_until_one_can_be_written_to(town: Town) -> None:
    town.relay.answer_writes_with = 10
    town.relay.instead = (b"1.2.840.113556.1.4.1791", PARTIAL_SECRETS)
    town.hire()
    town.run()
    town.knock()
    assert (town.states()["ad:account"], town.writes()) == ("held", 1)
    town.relay.rest()
    town.knock()
    assert town.state == "prepared"


def test_a_hold_for_a_base_that_is_not_there_stays_until_it_is(town: Town) -> None:
    town.settings["base"] = f"OU=Borte,{town.own.base}"
    town.hire()
    town.run()
    town.knock()
    assert town.states()["ad:name"] == "held"
    town.settings["base"] = town.own.base
    town.knock()
    assert town.state == "prepared"


def test_one_press_goes_for_all_steps_that_stopped_for_the_same(town: Town) -> None:
    for group in (LOGIN, VPN):
        town.own.delete(f"CN={group},{town.groups}")
    town.hire()
    town.run()
    for group in (LOGIN, VPN):
        town.own.make_group(group)
    (hers,) = town.hers()
    town.own.set(hers, employeeID="")
    town.account("tuva2", employeeID=town.key)  # so that nobody can say which is hers
    for step in ("ad:grant:login", "ad:grant:vpn"):
        town.press("retry", step)
    (cause,) = town.stopped("nb")["causes"]
    assert (cause["reason"], cause["count"], cause["refused"]) == ("system.two-accounts", 2, False)
    town.own.set(f"CN=tuva2,{town.unit}", employeeID="")
    town.own.set(hers, employeeID=town.key)
    town.press("retry", "ad:grant:login")
    assert town.state == "prepared"
    assert town.members(LOGIN) == town.members(VPN) == [hers]

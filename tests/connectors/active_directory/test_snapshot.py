"""Everybody in a domain, read a page at a time: over a thousand, so that no domain controller gives all at once."""

import pytest

from onboarding.connectors.base import Page
from onboarding.domain.accounts import Account
from tests.connectors.active_directory.conftest import Make
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.relay import SEARCH, Relay

pytestmark = pytest.mark.xdist_group("samba")

PAGED = b"1.2.840.113556.1.4.319"
A_THOUSAND = b"\x02\x02\x03\xe8"


def pages(made: Make, **settings: str) -> list[Page]:
    found: list[Page] = []
    with made(**settings).session() as session:
        while not found or found[-1].next:
            found.append(session.snapshot(found[-1].next if found else None))
    return found


def test_over_a_thousand_are_read_in_pages_of_a_thousand(
    through: Make, relay: Relay, tree: OwnSide, multitude: str
) -> None:
    found = pages(through, base=f"OU=Mange,{tree.base}", group_base=tree.base)
    assert [len(page.accounts) for page in found] == [1000, 1]
    asked = [message for kind, message in relay.asked if kind == SEARCH and PAGED in message]
    assert [A_THOUSAND in message.split(PAGED)[1] for message in asked] == [True, True]
    accounts = [account for page in found for account in page.accounts]
    assert {account.key for account in accounts} == {f"many{n:04}" for n in range(1001)}
    assert not any(account.enabled for account in accounts)


def test_a_page_tells_what_each_has(make: Make, tree: OwnSide) -> None:
    place = tree.make_ou(f"OU=Få,{tree.base}")
    here = f"OU=Grupper,{tree.municipality}"
    for name, flags in (("faa1", "512"), ("faa2", "514")):
        tree.make_account(name, place, employeeID=name, unicodePwd='"Lang-Nok-9876"'.encode("utf-16-le"))
        tree.set(f"CN={name},{place}", userAccountControl=flags)
    tree.make_group("GG-Få", [f"CN=faa1,{place}"])
    tree.must(tree.connection.add(f"CN=ingen,{place}", ["contact"], {"employeeID": "faa3"}))
    everybody = [account for page in pages(make) for account in page.accounts]
    seen: dict[str | None, Account] = {account.key: account for account in everybody}
    assert "faa3" not in seen
    domain_users = {"Domain Users", f"CN=Domain Users,CN=Users,{tree.base}"}
    assert seen["faa1"].targets == {"GG-Få", f"CN=GG-Få,{here}"} | domain_users
    assert seen["faa2"].targets == domain_users
    assert (seen["faa1"].enabled, seen["faa2"].enabled) == (True, False)

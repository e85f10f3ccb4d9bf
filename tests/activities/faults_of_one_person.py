"""What stops one person in a directory: her account, her name, her groups, and what we may do to them."""

import functools
from collections.abc import Generator

from onboarding.connectors.active_directory import directory
from onboarding.domain.catalogue import Naming, Usernames
from tests.activities.stories import story
from tests.activities.town import LOGIN, VPN, Town
from tests.municipality import with_system

LONG_TITLE = ("Sykepleier med særskilt ansvar for medisin, opplæring og vaktlister " * 3).strip()


@story
def two_accounts_with_her_number(town: Town) -> Generator[None, None, None]:
    for name in ("tuva1", "tuva2"):
        town.account(name, employeeID=town.key)
    town.hire()
    town.run()
    yield
    assert set(town.states().values()) == {"stuck", "waiting"} and town.writes() == 0
    town.own.set(f"CN=tuva1,{town.unit}", employeeID="")
    town.press("retry", "ad:name")
    assert town.names() == {"tuva1", "tuva2"} and town.hers() == [f"CN=tuva2,{town.unit}"]


@story
def an_account_that_is_hers_and_has_no_number(town: Town) -> Generator[None, None, None]:
    hers = town.account("tuvfos", displayName="FOSSDAL, Tuva (sommervikar)")
    town.hire()
    town.run()
    yield
    assert town.writes() == 0
    town.own.set(f"<GUID={hers}>", employeeID=town.key)
    town.press("retry", "ad:name")
    assert town.names() == {"tuvfos"} and town.own.text(hers, "displayName") == "Tuva Fossdal"


@story
def an_account_with_her_name_that_is_another_persons(town: Town) -> Generator[None, None, None]:
    theirs = town.account("tuvfos", displayName="Tuva Fossdal")
    town.hire()
    town.run()
    yield
    (mend,) = [offer for offer in town.card("ad:name", "nb")["offers"] if offer["kind"] == "mend"]
    assert mend["proposal"] == "tufoss"
    town.press("mend", "ad:name")
    assert town.names() == {"tuvfos", "tufoss"} and town.own.text(theirs, "employeeID") is None


@story
def an_account_with_her_user_name_that_shows_no_name(town: Town) -> Generator[None, None, None]:
    theirs = town.account("tuvfos")
    town.hire()
    town.run()
    yield
    town.own.set(f"<GUID={theirs}>", employeeID=f"{town.key}b")  # whoever it is, it is not she
    town.press("retry", "ad:name")
    assert town.names() == {"tuvfos", "tufoss"}


@story
def an_account_with_her_user_name_that_shows_another_name(town: Town) -> Generator[None, None, None]:
    theirs = town.account("tuvfos", givenName="Tuvia", sn="Foss")
    town.hire()
    town.run()
    yield
    assert town.names() == {"tuvfos", "tufoss"} and town.own.text(theirs, "employeeID") is None


@story
def a_user_name_that_got_an_owner_without_a_number_meanwhile(town: Town) -> Generator[None, None, None]:
    town.relay.before_write = functools.partial(_made_meanwhile, town)
    town.hire()
    town.run()
    yield
    assert town.hers() == []
    town.press("mend", "ad:account", "tuva")
    assert town.names() == {"tuvfos", "tuva"}


def _made_meanwhile(town: Town) -> None:
    town.account("tuvfos", displayName="Tuva Fossdal")


@story
def a_user_name_of_21_characters(town: Town) -> Generator[None, None, None]:
    names = Usernames(patterns=("{given}{family}",), lengths=64)
    town.catalogue = with_system(town.catalogue, "ad", naming=Naming(max_length=64)).model_copy(
        update={"usernames": names}
    )
    town.hire(family_name="Fossdalstrandhaug")
    town.run()
    yield
    assert town.writes() == 0
    town.press("mend", "ad:account", "tuva.fossdal")
    assert town.names() == {"tuva.fossdal"}


@story
def a_group_that_was_deleted(town: Town) -> Generator[None, None, None]:
    town.own.delete(f"CN={VPN},{town.groups}")
    town.hire()
    town.run()
    yield
    assert town.members(LOGIN) == town.hers()
    town.own.make_group(VPN)
    town.press("retry", "ad:grant:vpn")
    assert town.members(VPN) == town.hers()


@story
def a_group_that_is_spelled_otherwise(town: Town) -> Generator[None, None, None]:
    town.own.set(f"CN={VPN},{town.groups}", sAMAccountName=VPN.lower())
    town.hire()
    town.run()
    yield
    assert town.members(VPN) == []
    town.press("by hand", "ad:grant:vpn")


@story
def a_group_too_large_for_one_read(town: Town) -> Generator[None, None, None]:
    """Windows gives 1,500 members at a time: what she has is read of her, and never of the group."""
    town.own.delete(f"CN={VPN},{town.groups}")
    crowd = town.fill_group(VPN, 1600)
    town.hire()
    town.run()
    yield
    assert len(town.members(VPN)) == crowd + 1 and set(town.hers()) <= set(town.members(VPN))


@story
def more_groups_than_are_read_at_once(town: Town) -> Generator[None, None, None]:
    """As she is given her second group: she has more than are read at a time, which is 1,500."""
    before, directory.RANGE = directory.RANGE, 1
    try:
        town.hire()
        town.run()
        yield
    finally:
        directory.RANGE = before
    assert town.members(LOGIN) == town.members(VPN) == town.hers()
    assert any(b"range=1-1" in asked for _, asked in town.relay.asked)


@story
def a_user_who_was_moved_by_hand(town: Town) -> Generator[None, None, None]:
    town.own.delete(f"CN={VPN},{town.groups}")
    town.hire()
    town.run()
    (dn,) = town.hers()
    hers = town.own.native_id(dn)
    town.own.rename(dn, "CN=Omdøpt", town.people)
    town.own.make_group(VPN)
    town.press("retry", "ad:grant:vpn")
    yield
    assert town.hers() == [f"CN=Omdøpt,{town.people}"] == town.members(VPN)
    assert town.own.native_id(town.hers()[0]) == hers


@story
def an_object_we_are_not_let_near(town: Town) -> Generator[None, None, None]:
    town.account("tuva1", employeeID=town.key)
    with town.domain.denied(f"CN=tuva1,{town.unit}", "WP"):
        town.hire()
        town.run()
        yield
        assert town.members(LOGIN) == []
    town.press("retry", "ad:account")
    assert town.names() == {"tuva1"}


@story
def an_account_protected_from_deletion(town: Town) -> Generator[None, None, None]:
    town.hire()
    town.run()
    (dn,) = town.hers()
    town.domain.allow(dn, "(D;;SDDT;;;WD)")  # as the check box in Windows' own tool does, with the next
    town.domain.allow(town.unit, "(D;;DC;;;WD)")
    town.press("withdraw")
    yield
    assert town.hers() == [dn] and town.members(VPN) == []
    town.domain.erase([dn])
    town.press("retry", "ad:account")


@story
def no_right_to_make_accounts(town: Town) -> Generator[None, None, None]:
    with town.domain.denied(town.unit, "CC"):
        town.hire()
        town.run()
        yield
    town.press("retry", "ad:account")
    assert len(town.hers()) == 1


@story
def an_OU_that_is_not_there(town: Town) -> Generator[None, None, None]:  # noqa: N802 - as the table has it
    town.hire(unit="1310")
    town.run()
    yield
    assert town.hers() == []
    town.own.make_ou(f"OU=1310,{town.people}")
    town.press("retry", "ad:account")
    assert len(town.hers()) == 1


@story
def a_value_the_directory_refuses(town: Town) -> Generator[None, None, None]:
    town.hire(title=LONG_TITLE)
    town.run()
    yield
    (dn,) = town.hers()  # all but that value is there
    assert "title" not in town.own.row(dn)
    town.press("mend", "ad:account", "Sykepleier")
    assert town.own.row(dn)["title"] == [b"Sykepleier"]


@story
def a_number_too_long_for_its_field(town: Town) -> Generator[None, None, None]:
    town.hire(employee_number="12345678901234567")
    town.run()
    yield
    town.settings["correlation"] = "employeeNumber"
    town.press("retry", "ad:account")
    assert town.own.row(f"CN=Tuva Fossdal (tuvfos),{town.unit}")["employeeNumber"] == [b"12345678901234567"]

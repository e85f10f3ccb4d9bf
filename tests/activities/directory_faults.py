"""The stories behind directory_faults.toml: each makes a fault, hires, stops to be looked at, and mends as IT would."""

import functools
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from onboarding.connectors.active_directory import directory, health
from onboarding.domain.catalogue import Naming, Usernames
from onboarding.twins import samba_certificates
from tests.activities.town import LOGIN, PASSWORD, VPN, Town
from tests.connectors.active_directory.relay import Relay
from tests.municipality import with_system

LONG_TITLE = ("Sykepleier med særskilt ansvar for medisin, opplæring og vaktlister " * 3).strip()

Story = Callable[[Town], Generator[None, None, None]]


def story(told: Story) -> Story:
    told.is_a_story = True  # type: ignore[attr-defined]  # for the test that no story is forgotten
    return told


@story
def a_wrong_password(town: Town) -> Generator[None, None, None]:
    town.own.set(town.own.base, lockoutThreshold="5")  # where nobody can be locked out, nothing is counted
    try:
        town.password = "not-the-password-9"
        town.hire()
        others = [town.order(employee_number=f"{town.key}{n}", family_name=f"Fossdal{n}") for n in "abc"]
        for number in (town.number, *others):
            town.run(number)
        yield
        row = town.own.row(town.domain.service)
        assert (town.binds(), row["badPwdCount"], row.get("lockoutTime", [b"0"])) == (1, [b"1"], [b"0"])
        assert town.names() == set()
        town.password = PASSWORD
        town.release()
    finally:
        town.own.set(town.own.base, lockoutThreshold="0")


@contextmanager
def ours(town: Town, **changed: str) -> Iterator[None]:
    """Our account as somebody has left it, and as it was again."""
    before = {name: town.own.text(town.own.native_id(town.domain.service), name) or "" for name in changed}
    town.own.set(town.domain.service, **changed)
    try:
        yield
    finally:
        town.own.set(town.domain.service, **before)


@story
def our_account_is_locked(town: Town) -> Generator[None, None, None]:
    town.own.set(town.own.base, lockoutThreshold="1")
    try:
        assert not town.own.lets_in(town.domain.service, "somebody else's guess")
        town.hire()
        town.run()
        yield
        assert town.binds() == 1
    finally:
        town.own.set(town.own.base, lockoutThreshold="0")
        town.own.set(town.domain.service, lockoutTime="0")
    town.release()


@story
def our_account_is_disabled(town: Town) -> Generator[None, None, None]:
    with ours(town, userAccountControl="514"):
        town.hire()
        town.run()
        yield
    town.release()


@story
def our_account_has_expired(town: Town) -> Generator[None, None, None]:
    with ours(town, accountExpires="133485408000000000"):  # the first of January 2024
        town.hire()
        town.run()
        yield
    town.release()


@story
def our_password_must_be_changed(town: Town) -> Generator[None, None, None]:
    town.own.set(town.domain.service, pwdLastSet="0")
    try:
        town.hire()
        town.run()
        yield
    finally:
        town.own.set(town.domain.service, pwdLastSet="-1")
    town.release()


@contextmanager
def showing(town: Town, certificate: tuple[Path, Path]) -> Iterator[Relay]:
    """A server with this certificate, instead of the one we trust."""
    shown = Relay(town.domain.dc, certificate)
    before = town.settings["servers"]
    town.settings["servers"] = shown.server
    try:
        yield shown
    finally:
        town.settings["servers"] = before
        shown.close()


@story
def a_certificate_that_has_expired(town: Town) -> Generator[None, None, None]:
    issued = samba_certificates.issue(town.domain.dc.ca_file.parent, "town-expired", ["127.0.0.1"], days=-1)
    with showing(town, issued) as server:
        town.hire()
        town.run()
        yield
        assert server.asked == []
    town.release()


@story
def a_certificate_of_an_authority_we_do_not_know(town: Town) -> Generator[None, None, None]:
    ours = town.settings["ca_file"]
    town.settings["ca_file"] = str(samba_certificates.make_ca(town.directory, "Somebody else"))
    town.hire()
    town.run()
    yield
    assert town.binds() == 0
    town.settings["ca_file"] = ours
    town.release()


@story
def a_certificate_of_another_name(town: Town) -> Generator[None, None, None]:
    town.settings["server_name"] = "dc9.fjordvik.example"
    town.hire()
    town.run()
    yield
    assert town.binds() == 0
    del town.settings["server_name"]
    town.release()


@story
def a_clock_that_is_behind_a_certificate(town: Town) -> Generator[None, None, None]:
    with showing(town, _of_the_future(town.domain.dc.ca_file.parent)) as server:
        town.hire()
        town.run()
        yield
        assert server.asked == []
    town.release()


def _of_the_future(directory: Path) -> tuple[Path, Path]:
    """A certificate that is valid from the year 2090 on: to it our clock is behind."""
    _, key = samba_certificates.issue(directory, "town-future", ["127.0.0.1"])
    certificate, conf = directory / "town-future.pem", directory / "town-future.cnf"
    (directory / "town-future.index").touch()
    conf.write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=town-future.index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n"
        "policy=p\n[p]\ncommonName=supplied\n"
    )
    command = (
        "openssl ca -batch -notext -config town-future.cnf -cert ca.pem -keyfile ca.key -in town-future.csr "
        "-out town-future.pem -extfile town-future.ext -startdate 20900101000000Z -enddate 20910101000000Z"
    )
    subprocess.run(command.split(), cwd=directory, capture_output=True, check=True)
    return certificate, key


@story
def clocks_that_differ(town: Town) -> Generator[None, None, None]:
    """Nobody is stopped by it: it is said by `systems test`, and is no reason to hold."""
    before, health.FURTHEST = health.FURTHEST, timedelta(seconds=-1)
    try:
        looked = town.connector().test()
        assert [one.key for one in looked.findings if not one.ok] == ["active-directory.clock-differs"]
        assert looked.passable
        town.hire()
        town.run()
        yield
    finally:
        health.FURTHEST = before


@story
def a_base_that_is_not_there(town: Town) -> Generator[None, None, None]:
    town.settings["base"] = f"OU=Borte,{town.own.base}"
    town.hire()
    town.run()
    later = town.order(employee_number=f"{town.key}b", family_name="Fossen")
    town.run(later)
    assert town.binds() == 1
    yield
    town.settings["base"] = town.own.base
    town.release()


@story
def a_base_that_another_domain_has(town: Town) -> Generator[None, None, None]:
    town.settings["base"] = "DC=fjordvk,DC=example"
    town.hire()
    town.run()
    yield
    town.settings["base"] = town.own.base
    town.release()


@story
def a_domain_controller_that_only_reads(town: Town) -> Generator[None, None, None]:
    town.relay.answer_writes_with = 10
    town.hire()
    town.run()
    town.run(town.order(employee_number=f"{town.key}b", family_name="Fossen"))
    yield
    assert (town.binds(), town.writes(), town.names()) == (1, 1, set())
    town.relay.answer_writes_with = None
    town.release()


@story
def a_server_that_freezes_in_the_middle_of_an_add(town: Town) -> Generator[None, None, None]:
    town.settings["answer_within"] = "1"
    with ExitStack() as until:
        town.relay.before_write = functools.partial(until.enter_context, town.domain.dc.frozen())
        town.hire()
        town.run()
        yield
    assert town.writes() == 1
    del town.settings["answer_within"]
    town.run()
    assert len(town.hers()) == 1 and town.names() == {"tuvfos"}


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

"""Accounts in a real domain: made in one operation, kept up to date as a delta, followed wherever they are moved."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import pytest

from onboarding.connectors.active_directory import people
from onboarding.connectors.base import Done, Effect, Outcome, ensure
from onboarding.connectors.conformance_hooks import step
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.errors import NeedsHuman, Refused, Transient
from tests.connectors.active_directory.conftest import Make
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.relay import ADD, MODIFY, WRITES, Relay

pytestmark = pytest.mark.xdist_group("samba")


def visit(make: Make, want: Desired, *works: Work, **settings: str) -> Sequence[Outcome]:
    with make(**settings).session() as session:
        return [outcome for _, outcome in ensure(session, want, works, session.find(want))]


def account(make: Make, want: Desired, **settings: str) -> Effect:
    with make(**settings).session() as session:
        return session.ensure_account(want, None)


def read(make: Make, want: Desired) -> Account:
    with make().session() as session:
        found = session.find(want)
    assert found is not None
    return found


def id_of(effect: Effect) -> str:
    assert isinstance(effect, Done)
    assert effect.native_id
    return effect.native_id


def test_an_account_has_all_that_is_ours(make: Make, tree: OwnSide, kari: Desired) -> None:
    want = kari.model_copy(update={"last_day": date(2027, 6, 30)})
    row = tree.row(f"<GUID={id_of(account(make, want, mail_domain='fjordvik.example'))}>")
    expected = {
        "dn": rf"CN=Kåri Nordmann ({kari.username}),OU=1200,OU=Ansatte,{tree.municipality}",
        "sAMAccountName": kari.username,
        "userPrincipalName": f"{kari.username}@fjordvik.example",
        "displayName": "Kåri Nordmann",
        "givenName": "Kåri",
        "sn": "Nordmann, født Ås",
        "title": "Sykepleier",
        "department": "Sone nord",
        "mobile": "+47 900 00 000",
        "mail": f"{kari.username}@fjordvik.example",
        "employeeID": kari.key,
        "userAccountControl": "514",
        "accountExpires": "134588664000000000",
    }
    assert {name: row[name][0].decode() for name in expected} == expected
    assert row["pwdLastSet"][0] != b"0"  # it has a password, which nobody has
    assert read(make, want).attributes["last_day"] == "2027-06-30"


def test_an_account_is_made_in_one_write(through: Make, relay: Relay, kari: Desired) -> None:
    account(through, kari)
    assert [kind for kind, _ in relay.asked if kind in WRITES] == [ADD]


def test_only_what_differs_is_written(through: Make, relay: Relay, tree: OwnSide, kari: Desired) -> None:
    native_id = id_of(account(through, kari))
    tree.set(f"<GUID={native_id}>", company="Utleid til", telephoneNumber="55 00 00 00")
    relay.asked.clear()
    changed = kari.model_copy(update={"title": "Avdelingsleder", "mobile": None, "native_id": native_id})
    assert account(through, changed) == Done(changed=True, native_id=native_id)
    ((kind, message),) = [(kind, message) for kind, message in relay.asked if kind in WRITES]
    assert kind == MODIFY
    assert b"title" in message and b"mobile" in message
    assert b"displayName" not in message and b"company" not in message
    row = tree.row(f"<GUID={native_id}>")
    assert row["company"] == [b"Utleid til"] and "mobile" not in row
    assert account(through, changed) == Done(changed=False, native_id=native_id)


def test_the_last_day_may_go_away_again(make: Make, tree: OwnSide, kari: Desired) -> None:
    native_id = id_of(account(make, kari.model_copy(update={"last_day": date(2027, 1, 31)})))
    assert account(make, kari) == Done(changed=True, native_id=native_id)
    assert tree.text(native_id, "accountExpires") == "0"
    assert account(make, kari) == Done(changed=False, native_id=native_id)


def test_a_manager_is_left_out_until_she_has_an_account(make: Make, tree: OwnSide, kari: Desired) -> None:
    manager = kari.model_copy(update={"key": f"m{kari.key[:10]}", "username": f"m{kari.key}"})
    hers = kari.model_copy(update={"manager_key": manager.key})
    native_id = id_of(account(make, hers))
    assert tree.text(native_id, "manager") is None
    manager_id = id_of(account(make, manager))
    assert account(make, hers) == Done(changed=True, native_id=native_id)
    assert tree.text(native_id, "manager") == tree.text(manager_id, "distinguishedName")
    assert account(make, hers) == Done(changed=False, native_id=native_id)
    assert account(make, kari) == Done(changed=True, native_id=native_id)
    assert tree.text(native_id, "manager") is None


def test_an_address_that_is_there_stays(make: Make, tree: OwnSide, kari: Desired) -> None:
    place = f"OU=Ansatte,{tree.municipality}"
    native_id = tree.make_account(str(kari.username), place, employeeID=kari.key, mail="kari@fjordvik.example")
    account(make, kari, mail_domain="fjordvik.example")
    assert tree.text(native_id, "mail") == "kari@fjordvik.example"


def test_where_there_is_no_exchange_nobody_is_hidden_and_nothing_stops(make: Make, kari: Desired) -> None:
    want = kari.model_copy(update={"hidden": True, "unit": "", "mobile": None})
    native_id = id_of(account(make, want))
    assert account(make, want) == Done(changed=False, native_id=native_id)


def test_where_there_is_exchange_she_is_hidden_and_never_shown_by_us(
    make: Make, tree: OwnSide, kari: Desired, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = "showInAdvancedViewOnly"  # a flag every schema has, in place of the one that only Exchange brings
    monkeypatch.setattr(people, "HIDES", flag)
    hidden = kari.model_copy(update={"hidden": True})
    native_id = id_of(account(make, hidden))
    assert tree.text(native_id, flag) == "TRUE"
    for want in (hidden, kari):
        assert account(make, want) == Done(changed=False, native_id=native_id)
    tree.set(f"<GUID={native_id}>", **{flag: "FALSE"})
    assert account(make, hidden) == Done(changed=True, native_id=native_id)
    assert tree.text(native_id, flag) == "TRUE"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("kari-nordmann-hansen1", "active-directory.username-too-long"),
        ("kari@fjordvik", "active-directory.username-malformed"),
        ("kari.", "active-directory.username-malformed"),
    ],
)
def test_a_name_windows_would_not_have_is_refused(
    make: Make, tree: OwnSide, kari: Desired, name: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        account(make, kari.model_copy(update={"username": name}))
    assert (refused.value.attribute, refused.value.value, refused.value.reason) == ("username", name, reason)
    assert tree.with_number(kari.key) == []


def test_a_number_too_long_for_its_field_is_refused(make: Make, kari: Desired) -> None:
    long = kari.model_copy(update={"key": "0b6ad7ab-64a6-41a9"})
    with pytest.raises(Refused) as refused:
        account(make, long)
    assert (refused.value.attribute, refused.value.reason) == ("key", "active-directory.number-too-long")
    assert id_of(account(make, long, correlation="employeeNumber"))


def test_a_place_that_is_not_there_is_never_made(make: Make, tree: OwnSide, kari: Desired) -> None:
    lost = kari.model_copy(update={"unit_id": "9999"})
    place = f"OU=9999,OU=Ansatte,{tree.municipality}"
    with pytest.raises(Refused) as made:
        account(make, lost)
    account(make, kari)
    (moved,) = visit(make, lost, step("move"))
    assert isinstance(moved, Refused)
    for refused in (made.value, moved):
        assert (refused.attribute, refused.value, refused.reason) == ("ou", place, "active-directory.no-such-ou")


def test_who_is_of_no_unit_lies_above_the_units(make: Make, tree: OwnSide, kari: Desired) -> None:
    account(make, kari.model_copy(update={"unit_id": "", "unit": ""}))
    assert read(make, kari).attributes["container"] == f"OU=Ansatte,{tree.municipality}"


def test_a_unit_id_cannot_leave_its_place(make: Make, tree: OwnSide, kari: Desired) -> None:
    with pytest.raises(Refused) as refused:
        account(make, kari.model_copy(update={"unit_id": f"1200,OU=Sluttet,{tree.municipality}"}))
    assert refused.value.reason == "active-directory.no-such-ou"


def test_a_refused_bundle_names_the_attribute_and_does_the_rest(make: Make, tree: OwnSide, kari: Desired) -> None:
    long = "Sykepleier med særskilt ansvar " * 5
    for want in (kari.model_copy(update={"title": long}), kari.model_copy(update={"title": long, "unit": "Sone sør"})):
        with pytest.raises(Refused) as refused:
            account(make, want)
        assert (refused.value.attribute, refused.value.value) == ("title", long)
        assert refused.value.reason == "system.value-refused"
        assert long not in str(refused.value)
    found = read(make, kari)
    assert found.attributes["unit"] == "Sone sør"
    assert found.attributes["given_name"] == "Kåri"


def test_an_account_moved_by_hand_is_still_hers(make: Make, tree: OwnSide, kari: Desired) -> None:
    native_id = id_of(account(make, kari))
    tree.rename(f"<GUID={native_id}>", "CN=Omdøpt", f"OU=Sluttet,{tree.municipality}")
    tree.set(f"<GUID={native_id}>", employeeID="")
    known = kari.model_copy(update={"native_id": native_id})
    assert read(make, known).attributes["container"] == f"OU=Sluttet,{tree.municipality}"
    assert account(make, known) == Done(changed=True, native_id=native_id)  # and has her number again
    assert read(make, kari).native_id == native_id


def test_a_number_moved_to_another_account_stops(make: Make, tree: OwnSide, kari: Desired) -> None:
    native_id = id_of(account(make, kari))
    tree.set(f"<GUID={native_id}>", employeeID="")
    tree.make_account(f"x{kari.username}"[:20], f"OU=Ansatte,{tree.municipality}", employeeID=kari.key)
    with pytest.raises(NeedsHuman) as stopped:
        read(make, kari.model_copy(update={"native_id": native_id}))
    assert (stopped.value.scope, stopped.value.key) == ("step", "system.two-accounts")


def test_an_account_deleted_and_made_anew_by_hand_is_found(make: Make, tree: OwnSide, kari: Desired) -> None:
    native_id = id_of(account(make, kari))
    tree.delete(f"<GUID={native_id}>")
    anew = tree.make_account(str(kari.username), f"OU=Ansatte,{tree.municipality}", employeeID=kari.key)
    assert read(make, kari.model_copy(update={"native_id": native_id})).native_id == anew


def test_a_common_name_that_somebody_has_is_not_taken_from_them(make: Make, tree: OwnSide, kari: Desired) -> None:
    dn = f"CN={kari.display_name} ({kari.username}),OU=1200,OU=Ansatte,{tree.municipality}"
    tree.must(tree.connection.add(dn, ["contact"]))
    with pytest.raises(Refused) as refused:
        account(make, kari)
    assert (refused.value.attribute, refused.value.reason) == ("username", "system.username-taken")


def test_a_move_meets_one_of_the_same_name(make: Make, tree: OwnSide, kari: Desired) -> None:
    numbers = [f"{kari.key}{n}" for n in (1, 2)]
    for unit, number in zip(("1200", "1300"), numbers, strict=True):
        ou = f"OU={unit},OU=Ansatte,{tree.municipality}"
        tree.make_account(f"n{number}", ou, employeeID=number)
        tree.rename(f"CN=n{number},{ou}", f"CN=Kari {kari.key}", ou)
    hers = kari.model_copy(update={"key": numbers[0], "unit_id": "1300"})
    assert [outcome for outcome in visit(make, hers, step("move"), step("move")) if isinstance(outcome, Done)]
    assert read(make, hers).attributes["container"] == f"OU=1300,OU=Ansatte,{tree.municipality}"


@pytest.mark.parametrize(
    ("last_day", "enabled", "there"), [("2026-01-31", False, True), ("2026-01-31", True, False), (None, False, False)]
)
def test_only_who_has_left_and_is_off_lies_among_the_leavers(
    make: Make, tree: OwnSide, kari: Desired, last_day: str | None, enabled: bool, there: bool
) -> None:
    want = kari.model_copy(update={"last_day": last_day and date.fromisoformat(last_day)})
    off = f"OU=Sluttet,{tree.municipality}"
    visit(make, want, step("account"), *([step("enable")] if enabled else []), step("move"), disabled_ou=off)
    assert (read(make, want).attributes["container"] == off) == there


def test_an_old_flag_of_others_survives_a_lost_race(through: Make, relay: Relay, tree: OwnSide, kari: Desired) -> None:
    native_id = id_of(account(through, kari))
    never_expires = str(514 | 0x10000)
    relay.before_write = lambda: tree.set(f"<GUID={native_id}>", userAccountControl=never_expires)
    (outcome,) = visit(through, kari, step("enable"))
    assert outcome == Done(changed=True, native_id=native_id)
    assert tree.text(native_id, "userAccountControl") == str(512 | 0x10000)


def test_what_is_deleted_meanwhile_is_made_at_the_next_visit(make: Make, tree: OwnSide, kari: Desired) -> None:
    account(make, kari)
    with make().session() as session:
        found = session.find(kari)
        assert found is not None
        tree.delete(f"<GUID={found.native_id}>")
        assert session.set_enabled(found, False) == Done(changed=False)
        assert session.revoke(found, step("revoke", "conformance")) == Done(changed=False)
        verbs: list[Callable[[], Effect]] = [
            partial(session.set_enabled, found, True),
            partial(session.grant, found, step("grant", "conformance")),
            partial(session.move, found, kari),
        ]
        for verb in verbs:
            with pytest.raises(Transient) as gone:
                verb()
            assert gone.value.sent == "no"


def test_no_sign_in_a_value_means_anything_in_a_filter(make: Make, tree: OwnSide, kari: Desired) -> None:
    """A build of the library that escapes wrongly finds nothing, and makes everybody a second account."""
    odd = kari.model_copy(update={"key": "a(b)*\\c" + kari.key[:6]})
    native_id = id_of(account(make, odd))
    assert account(make, odd) == Done(changed=False, native_id=native_id)
    for key in ("a*", "*", "a(b)*"):
        with make().session() as session:
            assert session.find(kari.model_copy(update={"key": key})) is None


def test_names_are_taken_by_anything(make: Make, tree: OwnSide, kari: Desired) -> None:
    unique = kari.key[:8]
    place = f"OU=Ansatte,{tree.municipality}"
    tree.make_group(f"g{unique}")
    shown = {"displayName": "Ola Annen", "userPrincipalName": f"u{unique}@fjordvik.example"}
    tree.make_account(f"s{unique}", place, **shown)
    tree.set(f"CN=s{unique},{place}", proxyAddresses=f"SMTP:p{unique}@fjordvik.example")
    tree.must(tree.connection.add(f"CN=c{unique},{place}", ["contact"], {"mail": f"m{unique}@fjordvik.example"}))
    free = (f"f{unique}", "*", f"g{unique}*")
    asked = [f"{kind}{unique}" for kind in "gsucpm"]
    with make(mail_domain="fjordvik.example").session() as session:
        assert session.taken([*asked, *free], kari) == set(asked)
        assert session.taken([], kari) == frozenset()
    with make().session() as session:  # whose addresses are another system's
        assert session.taken(asked, kari) == {f"{kind}{unique}" for kind in "gsuc"}


def test_there_are_no_tasks_and_no_changes_to_read(make: Make) -> None:
    with make().session() as session:
        for verb in (lambda: session.ask(step("ask")), lambda: session.changes(None)):
            with pytest.raises(NeedsHuman) as no:
                verb()
            assert no.value.key == "system.not-offered"

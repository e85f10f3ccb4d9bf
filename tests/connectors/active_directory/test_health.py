"""What `systems test` says of a real domain, well and unwell."""

from datetime import timedelta

import pytest

from onboarding.connectors.active_directory import health
from onboarding.connectors.base import Expected, Health
from onboarding.domain.accounts import Desired
from onboarding.texts.catalogue import LANGUAGES, say
from onboarding.twins import samba_certificates
from onboarding.twins.samba import Samba
from tests.connectors.active_directory.conftest import Make
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.relay import Relay
from tests.connectors.active_directory.test_faults import NOBODY, PASSWORD, weak

__all__ = ["weak"]
pytestmark = pytest.mark.xdist_group("samba")


def wrong(looked: Health) -> list[str]:
    for finding in looked.findings:  # each can be said
        assert all(say(finding.key, language, **finding.params) for language in LANGUAGES)
    return [finding.key.removeprefix("active-directory.") for finding in looked.findings if not finding.ok]


def test_all_is_looked_at(make: Make, tree: OwnSide, kari: Desired) -> None:
    tree.make_account(str(kari.username), f"OU=Ansatte,{tree.municipality}", employeeID=kari.key)
    group = tree.make_group(f"GG-{kari.key}")
    expected = Expected(targets=frozenset({"conformance", group}), units=frozenset({"1200", "1300"}))
    looked = make(disabled_ou=f"OU=Sluttet,{tree.municipality}").test(expected)
    assert wrong(looked) == []
    assert [finding.key.removeprefix("active-directory.") for finding in looked.findings] == [
        "server-answers",
        "certificate-valid",
        "clock-agrees",
        "ou-there",
        "ou-there",
        "ou-there",
        "ou-there",
        "may-make-accounts",
        "may-change",
        "system.targets-there",
        "may-fill-groups",
        "number-read",
    ]


def test_what_is_missing_is_named(make: Make, tree: OwnSide, weak: str) -> None:
    assert wrong(make(people_ou="OU=Borte,DC=fjordvik,DC=example", disabled_ou="OU=Ute,DC=no").test()) == [
        "ou-missing",
        "ou-missing",
    ]
    looked = make(password=PASSWORD, bind_dn=weak).test()
    assert set(wrong(looked)) == {"may-not-make-accounts", "may-not-change", "may-not-fill-groups"}
    about = next(finding.params for finding in looked.findings if finding.key.endswith("may-not-change"))
    assert {"employeeID", "userAccountControl", "accountExpires"} <= set(about["attributes"].split(", "))


def test_what_policy_gives_and_is_not_there_is_named(make: Make, tree: OwnSide, kari: Desired) -> None:
    tree.make_group(f"GG-{kari.key}")
    place = f"OU=Grupper,{tree.municipality}"
    many = {f"GG-{kari.key}-{n:03}" for n in range(120)}  # more than are asked about at once
    missing = {*many, "Åpen (gruppe)", f"CN=Borte,{place}", "a=b=c,,"}  # the last is no DN at all
    there = {f"GG-{kari.key}", "conformance", f"CN=conformance,{place}"}
    looked = make().test(Expected(targets=frozenset(missing | there)))
    about = {finding.params["target"] for finding in looked.findings if finding.key == "system.target-missing"}
    assert about == missing
    assert set(wrong(looked)) == {"system.target-missing"}


def test_a_group_that_is_spelled_otherwise_is_said_with_its_own_spelling(make: Make) -> None:
    looked = make().test(Expected(targets=frozenset({"Conformance"})))
    assert wrong(looked) == ["group-named-otherwise"]
    (about,) = [finding.params for finding in looked.findings if not finding.ok]
    assert about == {"target": "Conformance", "spelled": "conformance"}


def test_a_group_outside_where_groups_are_looked_for_is_not_there(make: Make, tree: OwnSide) -> None:
    looked = make(group_base=f"OU=Ansatte,{tree.municipality}").test(Expected(targets=frozenset({"conformance"})))
    assert wrong(looked) == ["system.target-missing"]


def test_a_unit_without_a_place_is_named(make: Make, tree: OwnSide) -> None:
    units = frozenset({"1200", "1300", "9+9,9"})
    looked = make().test(Expected(units=units))
    assert wrong(looked) == ["ou-missing"]
    (about,) = [finding.params for finding in looked.findings if not finding.ok]
    assert about == {"ou": f"OU=9\\+9\\,9,OU=Ansatte,{tree.municipality}"}
    assert wrong(make(people_ou=f"OU=Ansatte,{tree.municipality}").test(Expected(units=units))) == []


def test_rights_are_said_for_each_place(make: Make, tree: OwnSide, samba_dc: Samba, weak: str) -> None:
    """In one unit of two our account may make and change; in the other, and where those who left lie, it may not."""
    ansatte = f"OU=Ansatte,{tree.municipality}"
    for unit in ("1200", "1300"):
        tree.make_account(f"r{unit}{weak[6:12]}", f"OU={unit},{ansatte}")
    samba_dc.run_tool(
        "samba-tool", "dsacl", "set", f"--objectdn=OU=1200,{ansatte}", f"--trusteedn={weak}",
        "--sddl=(A;CI;GA;;;WD)", "-H", str(samba_dc.database),
    )  # fmt: skip
    looked = make(password=PASSWORD, bind_dn=weak, disabled_ou=f"OU=Sluttet,{tree.municipality}").test()
    closed = [f.params["ou"] for f in looked.findings if f.key == "active-directory.may-not-make-accounts"]
    assert set(closed) == {ansatte, f"OU=Sluttet,{tree.municipality}", f"OU=1300,{ansatte}"}
    unchanged = [f.params["ou"] for f in looked.findings if f.key == "active-directory.may-not-change"]
    assert f"OU=1300,{ansatte}" in unchanged
    assert f"OU=1200,{ansatte}" not in unchanged


def test_each_server_is_looked_at(make: Make, samba_dc: Samba) -> None:
    looked = make(servers=f"{NOBODY},{samba_dc.address},{samba_dc.address}").test()
    assert wrong(looked) == ["server-away"] and looked.passable
    assert not make(servers=f"{NOBODY},{NOBODY}").test().passable
    answered = [finding for finding in looked.findings if finding.key.endswith("server-answers")]
    assert [finding.params["server"] for finding in answered] == [samba_dc.address] * 2
    assert len([finding for finding in looked.findings if finding.key.endswith("may-make-accounts")]) == 1


def test_one_that_only_reads_says_so_and_stops_where_it_is_the_only_one(
    through: Make, relay: Relay, samba_dc: Samba
) -> None:
    relay.instead = (b"1.2.840.113556.1.4.1791", health.PARTIAL_SECRETS)
    alone = through().test()
    assert wrong(alone) == ["server-only-reads"] and not alone.passable
    beside = through(servers=f"{relay.server},{samba_dc.address}", server_name=None).test()
    assert wrong(beside) == ["server-only-reads"] and beside.passable


def test_what_only_some_steps_need_is_no_reason_to_hold(make: Make, tree: OwnSide) -> None:
    looked = make(people_ou="OU=Borte,DC=fjordvik,DC=example").test(Expected(targets=frozenset({"Borte"})))
    assert wrong(looked) == ["ou-missing", "system.target-missing"] and looked.passable
    for setting in ("base", "group_base"):
        gone = make(**{setting: f"OU=Borte,{tree.base}"}).test()
        assert wrong(gone) == ["ou-missing"] and not gone.passable


def test_a_certificate_that_soon_runs_out_is_said_beforehand(make: Make, samba_dc: Samba) -> None:
    soon = Relay(samba_dc, samba_certificates.issue(samba_dc.ca_file.parent, "soon", ["127.0.0.1"], days=5))
    try:
        assert wrong(make(servers=soon.server, server_name=None).test()) == ["certificate-soon"]
    finally:
        soon.close()


def test_a_certificate_nobody_trusts_is_one_finding(make: Make) -> None:
    assert wrong(make(server_name="dc9.fjordvik.example").test()) == ["certificate-name"]


def test_clocks_that_differ_are_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FURTHEST", timedelta(seconds=-1))
    assert wrong(make().test()) == ["clock-differs"]


def test_nobody_with_a_number_is_told_and_is_no_fault(make: Make, tree: OwnSide) -> None:
    looked = make(base=f"OU=Sluttet,{tree.municipality}", correlation="employeeNumber").test()
    assert wrong(looked) == []
    assert looked.findings[-1].key == "active-directory.no-number-read"

"""What goes wrong between us and a domain controller, and what becomes of the person's one account."""

import re
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from onboarding.connectors.active_directory.connector import ActiveDirectory
from onboarding.connectors.base import Done, Effect, ensure
from onboarding.connectors.conformance_hooks import step
from onboarding.domain.accounts import Desired
from onboarding.domain.errors import NeedsHuman, Refused, Transient
from onboarding.twins import samba_certificates
from onboarding.twins.samba import Samba
from tests.connectors.active_directory.conftest import Make
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.relay import BIND, WRITES, Relay

pytestmark = pytest.mark.xdist_group("samba")

PASSWORD = "Fjord-og-Fjell-2026"
ON_ACCOUNT = "no-right-on-account"
NOBODY = "127.0.0.1:9"  # the discard port, where nothing listens


@pytest.fixture
def weak(tree: OwnSide, kari: Desired) -> str:
    """The DN of an ordinary account: it may sign on, and change nothing."""
    name, place = f"svc{kari.key}", f"OU=Ansatte,{tree.municipality}"
    tree.make_account(name, place, unicodePwd=f'"{PASSWORD}"'.encode("utf-16-le"))
    tree.set(f"CN={name},{place}", userAccountControl="512")
    return f"CN={name},{place}"


def opened(connector: ActiveDirectory) -> None:
    with connector.session():
        pass


def test_a_wrong_password_is_tried_once(through: Make, relay: Relay, tree: OwnSide, weak: str) -> None:
    secret = "not-the-password-9"
    connector = through(password=secret, bind_dn=weak, servers=f"{relay.server},{relay.server}")
    tree.set(tree.base, lockoutThreshold="5")  # where nobody can be locked out, nothing is counted
    try:
        with pytest.raises(NeedsHuman) as refused:
            opened(connector)
    finally:
        tree.set(tree.base, lockoutThreshold="0")
    assert (refused.value.scope, refused.value.key) == ("system", "system.credentials-refused")
    assert [kind for kind, _ in relay.asked].count(BIND) == 1
    assert tree.row(weak)["badPwdCount"] == [b"1"]
    health = connector.test()
    assert [finding.key for finding in health.findings] == ["system.credentials-refused"]
    assert [kind for kind, _ in relay.asked].count(BIND) == 2
    for shown in (refused.value, refused.value.__cause__, refused.value.__context__, health, connector):
        assert secret not in f"{shown!s} {shown!r}"


@pytest.mark.parametrize(
    ("wrong", "server"), [("authority", "{dc}"), ("name", "{dc}"), ("authority", "localhost:{port}")]
)
def test_a_certificate_we_cannot_trust_gets_no_password(
    make: Make, relay: Relay, samba_dc: Samba, tmp_path: Path, wrong: str, server: str
) -> None:
    other = samba_certificates.make_ca(tmp_path, "Somebody else")
    settings = {"ca_file": str(other)} if wrong == "authority" else {"server_name": "dc9.fjordvik.example"}
    where = server.format(dc=samba_dc.address, port=relay.server.split(":")[1])
    with pytest.raises(NeedsHuman) as refused:
        opened(make(servers=where, **settings))
    key = {"authority": "active-directory.certificate-unknown", "name": "active-directory.certificate-name"}[wrong]
    assert (refused.value.scope, refused.value.key) == ("system", key)
    assert BIND not in [kind for kind, _ in relay.asked]


def test_a_certificate_that_has_run_out_is_not_trusted(make: Make, samba_dc: Samba) -> None:
    issued = samba_certificates.issue(samba_dc.ca_file.parent, "expired", ["127.0.0.1"], days=-1)
    expired = Relay(samba_dc, issued)
    try:
        with pytest.raises(NeedsHuman) as refused:
            opened(make(servers=expired.server, server_name=None))
    finally:
        expired.close()
    assert refused.value.key == "active-directory.certificate-expired"
    assert expired.asked == []


def test_a_frozen_server_makes_one_account(
    through: Make, relay: Relay, samba_dc: Samba, tree: OwnSide, kari: Desired
) -> None:
    frozen = samba_dc.frozen()
    relay.before_write = frozen.__enter__
    try:
        with pytest.raises(Transient) as lost, through(answer_within="1").session() as session:
            session.ensure_account(kari, None)
    finally:
        frozen.__exit__(None, None, None)
    assert lost.value.sent == "unknown"
    with through().session() as session:
        again = session.ensure_account(kari, session.find(kari))
    assert isinstance(again, Done)
    (dn,) = tree.with_number(kari.key)
    assert tree.native_id(dn) == again.native_id


def test_a_password_nobody_has_is_in_no_error(through: Make, relay: Relay, kari: Desired) -> None:
    relay.lose_next_answer = True
    with pytest.raises(Transient) as lost, through().session() as session:
        session.ensure_account(kari, None)
    ((_, sent),) = [message for message in relay.asked if message[0] in WRITES]
    quoted = re.search(rb'"\0(?:[\x21-\x7e]\0)+"\0', sent)
    assert quoted
    made = quoted[0].decode("utf-16-le").strip('"')
    assert len(made) == 40
    for shown in (lost.value, lost.value.__cause__, lost.value.__context__, lost.value.args):
        assert made not in f"{shown!s} {shown!r}"


def test_the_next_server_is_asked_where_the_first_is_away(make: Make, samba_dc: Samba, kari: Desired) -> None:
    with make(servers=f"{NOBODY},{samba_dc.address}").session() as session:
        assert session.find(kari) is None


def test_nobody_there_is_said_before_anything_was_sent(make: Make) -> None:
    with pytest.raises(Transient) as away:
        opened(make(servers=f"{NOBODY},{NOBODY}"))
    assert away.value.sent == "no"


def test_a_base_that_is_not_there_is_not_an_empty_one(make: Make, kari: Desired) -> None:
    with make(base="OU=Borte,DC=fjordvik,DC=example").session() as session:
        for verb in (lambda: session.find(kari), lambda: session.snapshot(None)):
            with pytest.raises(NeedsHuman) as stopped:
                verb()
            assert (stopped.value.scope, stopped.value.key) == ("system", "active-directory.ou-missing")


def test_a_server_that_accepts_and_says_nothing_is_left_in_time(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Transient) as away:
        opened(make(servers=f"127.0.0.1:{silent.getsockname()[1]}", answer_within="1"))
    assert away.value.sent == "no"


def test_a_server_that_only_reads_passes_the_write_on(
    through: Make, relay: Relay, samba_dc: Samba, tree: OwnSide, options: object, kari: Desired
) -> None:
    issued = samba_certificates.issue(samba_dc.ca_file.parent, "second", ["127.0.0.1"])
    second = Relay(samba_dc, issued)
    relay.answer_writes_with = 10
    try:
        with through(servers=f"{relay.server},{second.server}").session() as session:
            assert isinstance(session.ensure_account(kari, None), Done)
            assert session.find(kari) is not None  # on the server that has it
    finally:
        second.close()
    assert len([kind for kind, _ in second.asked if kind in WRITES]) == 1
    with pytest.raises(NeedsHuman) as stopped, through().session() as session:
        session.ensure_account(kari.model_copy(update={"title": "Rektor"}), None)
    assert (stopped.value.scope, stopped.value.key) == ("system", "active-directory.read-only")


@pytest.mark.parametrize(("code", "sent"), [(51, "no"), (52, "no"), (1, "unknown"), (80, "unknown")])
def test_what_passes_by_itself_is_tried_again(
    through: Make, relay: Relay, tree: OwnSide, kari: Desired, code: int, sent: str
) -> None:
    relay.answer_writes_with = code
    with pytest.raises(Transient) as later, through().session() as session:
        session.ensure_account(kari, None)
    assert later.value.sent == sent
    assert tree.with_number(kari.key) == []


def test_a_hiccup_ends_the_visit_and_the_session_says_so(through: Make, relay: Relay, kari: Desired) -> None:
    relay.lose_next_answer = True
    with through().session() as session:
        outcomes = [outcome for _, outcome in ensure(session, kari, [step("account"), step("enable")], None)]
        assert [type(outcome) for outcome in outcomes] == [Transient]
        with pytest.raises(Transient) as gone:
            session.find(kari)
        assert gone.value.sent == "no"


def test_a_missing_right_names_the_place(make: Make, tree: OwnSide, weak: str, kari: Desired) -> None:
    with make().session() as session:
        session.ensure_account(kari, None)
        account = session.find(kari)
    assert account is not None
    ou, group = f"OU=1200,OU=Ansatte,{tree.municipality}", f"CN=conformance,OU=Grupper,{tree.municipality}"
    other = kari.model_copy(update={"key": "0", "username": f"o{kari.key}"})
    with make(password=PASSWORD, bind_dn=weak).session() as session:
        verbs: list[tuple[Callable[[], Effect], str, str]] = [
            (partial(session.ensure_account, other, None), ou, "no-right"),
            (partial(session.ensure_account, kari.model_copy(update={"title": "Rektor"}), account), ou, ON_ACCOUNT),
            (partial(session.set_enabled, account, True), ou, ON_ACCOUNT),
            (partial(session.grant, account, step("grant", "conformance")), group, "no-right"),
            (partial(session.delete, account), ou, ON_ACCOUNT),
        ]
        for verb, place, key in verbs:
            with pytest.raises(NeedsHuman) as stopped:
                verb()
            assert (stopped.value.scope, stopped.value.key) == ("step", f"active-directory.{key}")
            assert stopped.value.params["place"] == place


def test_a_password_rule_nobody_can_meet_is_said(make: Make, samba_dc: Samba, tree: OwnSide, kari: Desired) -> None:
    tree.set(tree.base, minPwdLength="255")
    try:
        with pytest.raises(NeedsHuman) as stopped, make().session() as session:
            session.ensure_account(kari, None)
    finally:
        tree.set(tree.base, minPwdLength="7")
    assert (stopped.value.scope, stopped.value.key) == ("step", "active-directory.password-policy")
    assert tree.with_number(kari.key) == []


@pytest.mark.parametrize(("code", "key"), [(53, "active-directory.group-refuses"), (67, "active-directory.said-no")])
def test_a_group_that_says_no(make: Make, through: Make, relay: Relay, kari: Desired, code: int, key: str) -> None:
    with make().session() as session:
        session.ensure_account(kari, None)
    relay.answer_writes_with = code
    with through().session() as session:
        ((_, outcome),) = ensure(session, kari, [step("grant", "conformance")], session.find(kari))
    if isinstance(outcome, Refused):
        assert (outcome.attribute, outcome.value, outcome.reason) == ("target", "conformance", key)
    else:
        assert isinstance(outcome, NeedsHuman)
        assert (outcome.scope, outcome.key, outcome.params["answer"]) == ("step", key, "67")


def test_a_refused_core_names_the_user_name(through: Make, relay: Relay, kari: Desired) -> None:
    relay.answer_writes_with = 19
    with pytest.raises(Refused) as refused, through().session() as session:
        session.ensure_account(kari, None)
    assert (refused.value.attribute, refused.value.value) == ("username", kari.username)

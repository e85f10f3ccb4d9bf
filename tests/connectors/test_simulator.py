"""The simulator passes the proof that every connector must pass, and keeps what is its own promise."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

import pytest

from onboarding.connectors.base import Connector, Done, Options
from onboarding.connectors.conformance import ConnectorConformance
from onboarding.connectors.conformance_hooks import step
from onboarding.connectors.simulator import Simulator
from onboarding.connectors.simulator_file import SimulatorFile
from onboarding.domain.accounts import Account, Desired
from onboarding.domain.errors import NeedsHuman, Refused, Transient


class TestSimulator(ConnectorConformance):
    simulated: type[Simulator] = Simulator  # the proof of the proof puts a faulty one here

    @pytest.fixture(autouse=True)
    def _file(self, file: SimulatorFile) -> None:
        self.file = file

    def connector(self) -> Connector:
        self.file.declare(self.known_target)
        return self.connector_with("right")

    def count_accounts(self, key: str) -> int:
        return sum(account.key == key for account in self.file.accounts())

    def put(self, want: Desired, key: str | None) -> str:
        native_id = str(uuid4())
        theirs = {"fax": "51 00 00 00", "title": "something old", "display_name": want.display_name}
        self.file.put(Account(native_id=native_id, name=want.username or "", key=key, enabled=True, attributes=theirs))
        return native_id

    def theirs(self, native_id: str) -> str:
        (account,) = (account for account in self.file.accounts() if account.native_id == native_id)
        return account.attributes["fax"]

    def lose_next_answer(self) -> None:
        self.file.turn(lose_answers="after")

    def throttle(self, delay: timedelta) -> None:
        self.file.turn(throttled=delay.total_seconds())

    def connector_with(self, secret: str) -> Connector:
        self.file.turn(password="right")
        settings = {"file": str(self.file.path), "page_size": "2"}
        return self.simulated(Options(system="fagsystem", settings=settings, secrets={"password": secret}))


def made(simulator: Simulator, want: Desired) -> Account:
    with simulator.session() as session:
        session.ensure_account(want, None)
        account = session.find(want)
    assert account is not None
    return account


def effects(file: SimulatorFile) -> list[tuple[str, str, str]]:
    return [(entry.verb, entry.key, entry.detail) for entry in file.log() if entry.changed]


def test_what_was_done_is_in_its_log_and_what_was_not_is_not(
    simulator: Simulator, file: SimulatorFile, kari: Desired
) -> None:
    account = made(simulator, kari)
    vpn = step("grant", "vpn")
    with simulator.session() as session:
        for _ in range(2):
            session.set_enabled(account, True)
            session.grant(account, vpn)
            session.ensure_account(kari.model_copy(update={"title": "Fagleder", "username": "KARNOR2"}), account)
            session.move(account, kari.model_copy(update={"unit_id": "1300"}))
        for _ in range(2):
            session.revoke(account, vpn)
            session.set_enabled(account, False)
            session.delete(account)
    assert effects(file) == [
        ("account", "100234", "made"),
        ("enable", "100234", "done"),
        ("grant", "100234", "vpn"),
        ("account", "100234", "changed title username"),
        ("move", "100234", "1300"),
        ("revoke", "100234", "vpn"),
        ("disable", "100234", "done"),
        ("delete", "100234", "done"),
    ]
    assert [entry.verb for entry in file.log() if not entry.changed] == ["bind", "bind"]
    assert file.accounts() == ()


def test_an_account_has_what_we_own_and_no_empty_values(simulator: Simulator, kari: Desired) -> None:
    account = made(simulator, kari.model_copy(update={"hidden": True, "mobile": "+47 900 00 000"}))
    assert (account.name, account.key, account.enabled) == ("karnor", "100234", False)
    assert account.attributes == {
        "given_name": "Kari",
        "family_name": "Nordmann",
        "display_name": "Kari Nordmann",
        "title": "Sykepleier",
        "unit": "Sone nord",
        "unit_id": "1200",
        "mobile": "+47 900 00 000",
        "language": "nb",
        "first_day": "2026-12-01",
        "hidden": "yes",
        "container": "1200",
    }
    assert "mobile" not in made(simulator, kari).attributes


def test_without_a_user_name_the_account_is_called_by_its_number_and_keeps_the_name_it_has(
    simulator: Simulator, kari: Desired
) -> None:
    nameless = kari.model_copy(update={"username": None})
    assert made(simulator, nameless).name == "100234"
    assert made(simulator, kari).name == "karnor"
    assert made(simulator, nameless).name == "karnor"


@pytest.mark.parametrize("name", ["KARNOR", "ÆRLIG", "ærlig"])
def test_names_are_unique_without_regard_to_case(simulator: Simulator, kari: Desired, name: str) -> None:
    made(simulator, kari)
    made(simulator, kari.model_copy(update={"key": "2", "username": "Ærlig"}))
    third = kari.model_copy(update={"key": "3", "username": name})
    with simulator.session() as session, pytest.raises(Refused) as refused:
        session.ensure_account(third, None)
    assert (refused.value.attribute, refused.value.reason) == ("username", "system.username-taken")
    assert refused.value.proposal is None


def test_a_new_name_that_is_taken_is_refused_and_nothing_changes(simulator: Simulator, kari: Desired) -> None:
    made(simulator, kari.model_copy(update={"key": "2", "username": "kanord"}))
    before = made(simulator, kari)
    with simulator.session() as session, pytest.raises(Refused):
        session.ensure_account(kari.model_copy(update={"username": "kanord", "title": "Fagleder"}), before)
    assert made(simulator, kari) == before


def test_an_account_that_lost_its_number_gets_it_back(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    file.put(Account(native_id="n1", name="karnor", key=None, enabled=True))
    with simulator.session() as session:
        session.ensure_account(kari.model_copy(update={"native_id": "n1"}), None)
        account = session.find(kari)
    assert account is not None
    assert (account.native_id, account.key) == ("n1", "100234")


def test_targets_are_free_until_any_is_declared(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    account = made(simulator, kari)
    with simulator.session() as session:
        session.grant(account, step("grant", "anything"))
        file.declare("vpn", "journal")
        assert session.grant(account, step("grant", "vpn")) == Done(changed=True, native_id=account.native_id)
        with pytest.raises(Refused) as refused:
            session.grant(account, step("grant", "vnp"))
    assert (refused.value.attribute, refused.value.value, refused.value.reason) == (
        "target",
        "vnp",
        "system.unknown-target",
    )
    assert file.accounts()[0].targets == {"anything", "vpn"}
    assert file.log()[-1].detail == "target: system.unknown-target"


def test_of_an_account_that_is_gone_only_what_takes_away_is_done(
    simulator: Simulator, file: SimulatorFile, kari: Desired
) -> None:
    account = made(simulator, kari)
    file.remove(account.native_id)
    before = effects(file)
    with simulator.session() as session:
        nothing = [
            session.set_enabled(account, False),
            session.revoke(account, step("revoke", "vpn")),
            session.revoke(None, step("revoke", "vpn")),
            session.delete(account),
        ]
        verbs: list[Callable[[], object]] = [
            lambda: session.set_enabled(account, True),
            lambda: session.grant(account, step("grant", "vpn")),
            lambda: session.grant(None, step("grant", "vpn")),
            lambda: session.move(account, kari),
        ]
        for verb in verbs:
            with pytest.raises(Transient) as gone:
                verb()
            assert gone.value.sent == "no"
    assert [isinstance(done, Done) and done.changed for done in nothing] == [False] * 4
    assert effects(file) == before


def test_what_it_does_not_offer_is_for_a_person(simulator: Simulator) -> None:
    with simulator.session() as session:
        verbs: list[Callable[[], object]] = [lambda: session.ask(step("ask")), lambda: session.changes(None)]
        for verb in verbs:
            with pytest.raises(NeedsHuman) as no:
                verb()
            assert (no.value.scope, no.value.key) == ("step", "system.not-offered")


def test_a_snapshot_has_every_account_once_with_its_targets(file: SimulatorFile) -> None:
    accounts = {
        f"n{number:04}": Account(
            native_id=f"n{number:04}", name=f"u{number}", key=str(number), enabled=True, targets=frozenset({"a", "b"})
        )
        for number in range(1001)
    }
    file.put(*accounts.values())
    simulator = Simulator(Options(system="s", settings={"file": str(file.path)}, secrets={}))
    sizes: list[int] = []
    read: dict[str, Account] = {}
    token = None
    with simulator.session() as session:
        while sizes == [] or token is not None:
            page = session.snapshot(token)
            token = page.next
            sizes.append(len(page.accounts))
            read |= {account.native_id: account for account in page.accounts}
    assert sizes == [500, 500, 1]
    assert read == accounts


def work_in(path: Path, keys: Sequence[str], kari: Desired) -> None:
    connector = Simulator(Options(system="s", settings={"file": str(path)}, secrets={}))
    for key in keys:
        account = made(connector, kari.model_copy(update={"key": key, "username": f"u{key}"}))
        with connector.session() as session:
            session.grant(account, step("grant", "vpn"))


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_many_who_want_the_same_make_it_once(tmp_path: Path, kari: Desired, kind: str) -> None:
    path, keys = tmp_path / "deep" / "new.db", [str(number) for number in range(25)]
    pool = (
        ThreadPoolExecutor(8)
        if kind == "threads"
        else ProcessPoolExecutor(2, mp_context=get_context("spawn"))  # fork and threads do not go together
    )
    with pool:
        for done in [pool.submit(work_in, path, keys, kari) for _ in range(8)]:
            done.result()
    file = Simulator.at(path)
    for verb, detail in (("account", "made"), ("grant", "vpn")):
        assert sorted(key for did, key, what in effects(file) if (did, what) == (verb, detail)) == sorted(keys)
    assert [entry.name for entry in path.parent.iterdir() if ".db." in entry.name] == []


def test_a_file_that_is_no_simulator_is_a_system_that_does_not_answer(tmp_path: Path, kari: Desired) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(json.dumps("not a database, and long enough to look at " * 40), encoding="utf-8")
    simulator = Simulator(Options(system="s", settings={"file": str(path)}, secrets={}))
    with pytest.raises(Transient) as away, simulator.session():
        pass
    assert away.value.sent == "no"
    assert [finding.key for finding in simulator.test().findings] == ["system.away"]

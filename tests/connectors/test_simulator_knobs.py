"""Each knob makes the fault it is named after, in every process that has the file open, and leaves it in the log."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from onboarding.connectors.base import Done, InProgress, Options, ensure
from onboarding.connectors.conformance_hooks import step
from onboarding.connectors.simulator import Simulator
from onboarding.connectors.simulator_file import Knobs, SimulatorFile
from onboarding.connectors.simulator_knobs import turn
from onboarding.domain.accounts import Desired
from onboarding.domain.errors import NeedsHuman, Refused, Transient
from onboarding.texts.catalogue import LANGUAGES, say


def lines(file: SimulatorFile) -> list[tuple[str, str, bool]]:
    return [(entry.verb, entry.detail, entry.changed) for entry in file.log() if entry.verb != "bind"]


def test_at_rest_every_knob_is_off_and_turning_one_leaves_the_others(file: SimulatorFile) -> None:
    assert file.knobs == Knobs()
    file.turn(down=True)
    file.turn(slow=0.5, refuses={"title": "x"})
    assert file.knobs == Knobs(down=True, slow=0.5, refuses={"title": "x"})


@pytest.mark.parametrize("wrong", [{"dwon": True}, {"slow": -1}, {"lose_answers": "sometimes"}, {"lose_every": 0}])
def test_a_knob_that_is_not_there_or_cannot_be_so_is_not_turned(file: SimulatorFile, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        file.turn(**wrong)
    assert file.knobs == Knobs()


def test_slow_is_per_call(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    file.turn(slow=0.03)
    begun = time.perf_counter()
    with simulator.session() as session:
        session.find(kari)
        session.ensure_account(kari, None)
        session.taken([], kari)
    assert time.perf_counter() - begun >= 0.09


def test_down_is_felt_at_the_door_and_in_the_middle(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    with simulator.session() as session:
        file.turn(down=True)
        for verb in (lambda: session.find(kari), lambda: session.ensure_account(kari, None)):
            with pytest.raises(Transient) as away:
                verb()
            assert (away.value.sent, away.value.delay) == ("no", None)
    with pytest.raises(Transient) as away, simulator.session():
        pass
    assert away.value.sent == "no"
    assert [entry.verb for entry in file.log()] == ["bind"]  # nobody was there to write the rest


def test_throttled_turns_every_call_away(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    file.turn(throttled=12.5)
    with simulator.session() as session:
        for verb in (lambda: session.snapshot(None), lambda: session.ensure_account(kari, None)):
            with pytest.raises(Transient) as later:
                verb()
            assert (later.value.delay, later.value.sent) == (timedelta(seconds=12.5), "no")
    assert lines(file) == [("snapshot", "throttled", False), ("account", "throttled", False)]
    assert file.accounts() == ()


@pytest.mark.parametrize(
    ("where", "every", "attempts"),
    [
        ("after", 1, ["lost", "there"]),
        ("before", 2, ["made", "lost", "made", "lost"]),
        ("after", 3, ["made", "made", "lost", "there"]),
    ],
)
def test_lost_answers(
    simulator: Simulator, file: SimulatorFile, kari: Desired, where: str, every: int, attempts: list[str]
) -> None:
    """Each attempt is for the first person who was not yet answered for."""
    file.turn(lose_answers=where, lose_every=every)
    number, seen = 1, []
    with simulator.session() as session:
        for _ in attempts:
            want = kari.model_copy(update={"key": str(number), "username": f"u{number}"})
            (outcome,) = (outcome for _, outcome in ensure(session, want, [step("account")], None))
            if isinstance(outcome, Done):
                seen.append("made" if outcome.changed else "there")
                number += 1
            else:
                assert isinstance(outcome, Transient)
                assert outcome.sent == "unknown"
                seen.append("lost")
                assert len(file.accounts()) == (number if where == "after" else number - 1)
    assert seen == attempts
    assert [detail for _, detail, _ in lines(file)].count("answer lost") == attempts.count("lost")
    assert [detail for _, detail, _ in lines(file)].count("made") == len(file.accounts())


def test_turning_a_knob_begins_the_count_anew(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    for key in ("1", "2"):
        file.turn(lose_answers="before", lose_every=2)
        with simulator.session() as session:
            session.ensure_account(kari.model_copy(update={"key": key, "username": key}), None)
    assert len(file.accounts()) == 2


@pytest.mark.parametrize(
    ("refuses", "attribute", "proposal"),
    [
        ({"title": "Sykepleier"}, "title", None),
        ({"unit": "Sone nord"}, "unit", None),
        ({"username": "karnor"}, "username", "karnor3"),
    ],
)
def test_refused_values(
    simulator: Simulator,
    file: SimulatorFile,
    kari: Desired,
    refuses: dict[str, str],
    attribute: str,
    proposal: str | None,
) -> None:
    with simulator.session() as session:
        session.ensure_account(
            kari.model_copy(update={"key": "1", "username": "karnor2", "title": "x", "unit": "y"}), None
        )
        file.turn(refuses=refuses)
        with pytest.raises(Refused) as refused:
            session.ensure_account(kari, None)
    no = refused.value
    assert (no.attribute, no.value, no.reason, no.proposal) == (
        attribute,
        refuses[attribute],
        "system.value-refused",
        proposal,
    )
    assert lines(file)[-1] == ("account", f"{attribute}: system.value-refused", False)
    assert len(file.accounts()) == 1


def test_what_is_not_changed_is_not_refused(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    with simulator.session() as session:
        session.ensure_account(kari, None)
        account = session.find(kari)
        assert account is not None
        session.grant(account, step("grant", "vpn"))
        file.turn(refuses={"title": kari.title, "target": "vpn", "unit_id": kari.unit_id})
        again = [
            session.ensure_account(kari, account),
            session.grant(account, step("grant", "vpn")),
            session.move(account, kari),
        ]
        assert again == [Done(changed=False, native_id=account.native_id)] * 3
        session.revoke(account, step("revoke", "vpn"))
        session.move(account, kari.model_copy(update={"unit_id": "9"}))
        with pytest.raises(Refused):
            session.grant(account, step("grant", "vpn"))
        with pytest.raises(Refused):
            session.move(account, kari)


def test_in_progress_is_remembered_over_visits(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    file.turn(in_progress=3600)
    left = []
    for _ in range(2):
        with simulator.session() as session:
            outcome = session.ensure_account(kari, None)
        assert isinstance(outcome, InProgress)
        left.append(outcome.again)
    assert timedelta(minutes=59) < left[1] < left[0] <= timedelta(hours=1)
    assert lines(file) == []
    file.turn(in_progress=0.05)
    begun = time.perf_counter()
    with simulator.session() as session:
        while isinstance(outcome := session.ensure_account(kari, None), InProgress):
            assert time.perf_counter() - begun < 10
    assert outcome == Done(changed=True, native_id=file.accounts()[0].native_id)


def test_in_progress_is_for_grants_too_and_not_for_what_is_there(
    simulator: Simulator, file: SimulatorFile, kari: Desired
) -> None:
    vpn = step("grant", "vpn")
    with simulator.session() as session:
        session.ensure_account(kari, None)
        account = session.find(kari)
        assert account is not None
        file.turn(in_progress=60)
        assert isinstance(session.grant(account, vpn), InProgress)
        assert session.ensure_account(kari, account) == Done(changed=False, native_id=account.native_id)
        assert session.set_enabled(account, True) == Done(changed=True, native_id=account.native_id)
        file.turn(in_progress=0)
        assert session.grant(account, vpn) == Done(changed=True, native_id=account.native_id)
        session.revoke(account, vpn)
        file.turn(in_progress=60)
        again = session.grant(account, vpn)
    assert isinstance(again, InProgress)
    assert again.again > timedelta(seconds=59)  # asked for anew, it takes its time anew


def test_every_bind_is_in_the_log_and_a_wrong_password_stops_the_system(file: SimulatorFile, kari: Desired) -> None:
    def connector(secrets: dict[str, str]) -> Simulator:
        return Simulator(Options(system="fagsystem", settings={"file": str(file.path)}, secrets=secrets))

    good = connector({"password": "good"})
    file.turn(password="good")
    for simulator in (connector({}), connector({"password": "hunter2"})):
        with pytest.raises(NeedsHuman) as refused, simulator.session():
            pass
        assert (refused.value.scope, refused.value.key) == ("system", "system.credentials-refused")
        assert [say(refused.value.key, language, **refused.value.params) for language in LANGUAGES]
    with good.session() as session:
        session.find(kari)
        file.turn(password="new")  # changed under us
        with pytest.raises(NeedsHuman) as refused:
            session.find(kari)
    assert refused.value.scope == "system"
    assert [(entry.verb, entry.detail) for entry in file.log()] == [
        ("bind", "credentials refused"),
        ("bind", "credentials refused"),
        ("bind", "ok"),
        ("find", "credentials refused"),
    ]
    assert "new" not in repr(file.knobs)


@pytest.mark.parametrize(
    ("turned", "findings"),
    [
        ({}, [("system.reachable", True), ("system.credentials-ok", True)]),
        ({"password": "other"}, [("system.reachable", True), ("system.credentials-refused", False)]),
        ({"down": True}, [("system.away", False)]),
    ],
)
def test_what_a_test_finds(
    simulator: Simulator, file: SimulatorFile, turned: dict[str, object], findings: list[tuple[str, bool]]
) -> None:
    file.turn(**turned)
    health = simulator.test()
    assert [(finding.key, finding.ok) for finding in health.findings] == findings
    assert health.ok == all(ok for _, ok in findings)
    for finding in health.findings:
        assert "fagsystem" in say(finding.key, "nb", **finding.params)


def test_knobs_are_turned_from_a_shell(file: SimulatorFile, simulator: Simulator) -> None:
    command = [sys.executable, "-m", "onboarding.connectors.simulator_knobs", str(file.path)]
    changes = ["down=true", "slow=0.25", "lose_answers=after", 'refuses={"title": "x"}', "password=abc"]
    said = subprocess.run([*command, *changes], check=True, capture_output=True, text=True)
    assert '"down": true' in said.stdout
    assert "abc" not in said.stdout
    assert file.knobs == Knobs(down=True, slow=0.25, lose_answers="after", refuses={"title": "x"}, password="abc")
    with pytest.raises(Transient), simulator.session():
        pass


def test_without_a_change_the_knobs_are_shown(tmp_path: Path) -> None:
    assert turn(tmp_path / "new.db", []) == Knobs()

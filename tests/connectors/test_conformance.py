"""The proof can fail: a connector with one fault is caught by the test that is there for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from onboarding.connectors.base import NOTHING, Capabilities, Done, Effect, Expected, Health, Page, Session
from onboarding.connectors.conformance import ConnectorConformance
from onboarding.connectors.conformance_hooks import ABILITIES
from onboarding.connectors.simulator import Simulator
from onboarding.connectors.simulator_file import SimulatorFile
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.errors import NeedsHuman, Refused, Transient
from tests.connectors.test_simulator import TestSimulator as Sound


class Faulty:
    """A session like the simulator's, with one verb that is wrong."""

    def __init__(self, sound: Session, file: SimulatorFile) -> None:
        self.sound, self.file = sound, file

    def __getattr__(self, verb: str) -> object:
        return getattr(self.sound, verb)


class Doubles(Faulty):
    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        if found is None:
            for account in self.file.accounts():
                self.file.remove(account.native_id)
        return self.sound.ensure_account(want, None)


class MakesAnew(Faulty):
    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        if found is not None and found.name != want.username:
            self.file.remove(found.native_id)
        return self.sound.ensure_account(want, None)


class AlwaysChanged(Faulty):
    def grant(self, account: Account | None, work: Work) -> Effect:
        self.sound.grant(account, work)
        return Done(changed=True)

    def set_enabled(self, account: Account, on: bool) -> Effect:
        self.sound.set_enabled(account, on)
        return Done(changed=True)


class SaysItIsDone(Faulty):
    def revoke(self, account: Account | None, work: Work) -> Effect:
        return Done(changed=account is not None and work.target in account.targets)


class TakesTheFirst(Faulty):
    def find(self, want: Desired) -> Account | None:
        hits = [one for one in self.file.accounts() if one.key == want.key or one.native_id == want.native_id]
        return hits[0] if hits else None


class GuessesByName(Faulty):
    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        for account in self.file.accounts():
            if account.name == want.username and account.key != want.key:
                self.file.remove(account.native_id)
                self.file.put(account.model_copy(update={"key": want.key}))
        return self.sound.ensure_account(want, found)


class Replaces(Faulty):
    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        outcome = self.sound.ensure_account(want, found)
        account = self.sound.find(want)
        assert account is not None
        self.file.remove(account.native_id)
        self.file.put(account.model_copy(update={"attributes": account.attributes | {"fax": ""}}))
        return outcome


class ReadsForEver(Faulty):
    def snapshot(self, token: str | None) -> Page:
        return self.sound.snapshot(None)


class ReadsOnePage(Faulty):
    def snapshot(self, token: str | None) -> Page:
        return self.sound.snapshot(token).model_copy(update={"next": None})


class LosesTheDelay(Faulty):
    def find(self, want: Desired) -> Account | None:
        try:
            return self.sound.find(want)
        except Transient:
            raise Transient(timedelta(seconds=1), sent="no") from None


class HearsNothingTaken(Faulty):
    def taken(self, names: Sequence[str], want: Desired) -> frozenset[str]:
        return frozenset()


class TakesTheNext(Faulty):
    def taken(self, names: Sequence[str], want: Desired) -> frozenset[str]:
        try:
            return self.sound.taken(names, want)
        except Refused as perhaps_hers:
            return frozenset({perhaps_hers.value})


class FindsAnything(Simulator):
    def test(self, expected: Expected = NOTHING) -> Health:
        return super().test()


FAULTS = [
    (Doubles, "test_made_twice_is_one_account"),
    (MakesAnew, "test_a_new_name_is_the_same_account"),
    (AlwaysChanged, "test_grants_and_revokes_may_be_repeated"),
    (AlwaysChanged, "test_enabled_and_disabled_twice"),
    (SaysItIsDone, "test_grants_and_revokes_may_be_repeated"),
    (TakesTheFirst, "test_two_accounts_with_her_number_stop"),
    (TakesTheFirst, "test_a_native_id_that_is_now_another_persons_stops"),
    (GuessesByName, "test_the_same_name_without_a_number_is_asked_about"),
    (GuessesByName, "test_a_name_that_is_another_persons_is_refused"),
    (Replaces, "test_what_we_do_not_own_is_left_alone"),
    (ReadsForEver, "test_every_account_is_on_one_page"),
    (ReadsOnePage, "test_every_account_is_on_one_page"),
    (LosesTheDelay, "test_later_is_passed_on_with_its_delay"),
    (HearsNothingTaken, "test_says_which_names_are_taken"),
    (TakesTheNext, "test_a_name_whose_account_may_be_hers_is_asked_about_before_another_is_taken"),
]


def sound(path: Path) -> Sound:
    conformance = Sound()
    conformance.file = Simulator.at(path)
    return conformance


def faulty(path: Path, fault: type[Faulty]) -> Sound:
    class Broken(Simulator):
        @contextmanager
        def session(self) -> Iterator[Session]:
            with super().session() as session:
                yield fault(session, Simulator.at(path))  # type: ignore[misc]  # what it lacks it has from the sound one

    run = sound(path)
    run.simulated = Broken
    return run


@pytest.mark.parametrize(("fault", "test"), FAULTS, ids=lambda part: getattr(part, "__name__", part))
def test_a_fault_is_caught(tmp_path: Path, fault: type[Faulty], test: str) -> None:
    getattr(sound(tmp_path / "sound.db"), test)()
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        getattr(faulty(tmp_path / "faulty.db", fault), test)()


def test_a_target_that_is_not_looked_for_is_caught(tmp_path: Path) -> None:
    sound(tmp_path / "sound.db").test_says_what_policy_gives_and_is_not_there()
    run = sound(tmp_path / "faulty.db")
    run.simulated = FindsAnything
    with pytest.raises(AssertionError):
        run.test_says_what_policy_gives_and_is_not_there()


def test_a_secret_that_is_told_is_caught(tmp_path: Path) -> None:
    class Telling(Simulator):
        @contextmanager
        def session(self) -> Iterator[Session]:
            raise NeedsHuman("system", "system.credentials-refused", tried=str(self._password))
            yield

    run = sound(tmp_path / "s.db")
    run.simulated = Telling
    with pytest.raises(AssertionError):
        run.test_bad_credentials_stop_the_system_and_name_no_secret()


def test_what_a_system_cannot_is_not_collected() -> None:
    class Small(ConnectorConformance):
        cannot = {"lose_answers": "its answers come by post", "moves": "it has no tree"}

    def tests(cls: type) -> set[str]:
        return {name for name in dir(cls) if name.startswith("test_") and callable(getattr(cls, name))}

    assert tests(ConnectorConformance) - tests(Small) == {
        "test_a_lost_answer_is_one_account",
        "test_a_lost_answer_is_one_grant",
        "test_a_new_place_is_the_same_account",
    }
    assert tests(Sound) == tests(ConnectorConformance)


@pytest.mark.parametrize("cannot", [{"loose_answers": "a slip"}, {"lose_answers": ""}])
def test_what_a_system_cannot_is_said_with_its_name_and_a_reason(cannot: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="must be one of"):
        type("Wrong", (ConnectorConformance,), {"cannot": cannot})


def test_what_is_said_to_be_impossible_must_be_so(tmp_path: Path) -> None:
    modest = sound(tmp_path / "s.db")
    modest.cannot = {"moves": "not tried"}  # type: ignore[misc]  # said of this one only
    with pytest.raises(AssertionError, match="moves"):
        modest.test_says_truly_what_it_can()


def test_every_capability_but_the_three_has_its_word() -> None:
    known = set(Capabilities.model_fields) - {"reads", "accounts", "changes", "lengths"}
    assert known <= set(ABILITIES)

"""How verbs become outcomes, and what counts as so: the one place every visit goes through."""

from collections.abc import Sequence

import pytest

from onboarding.connectors.base import Done, InProgress, Outcome, Session, ensure, holds
from onboarding.connectors.conformance_hooks import step
from onboarding.connectors.simulator import Simulator
from onboarding.connectors.simulator_file import SimulatorFile
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.errors import NeedsHuman, Refused, Transient
from onboarding.domain.plan import Action

ACCOUNT, ENABLE, DISABLE, DELETE = step("account"), step("enable"), step("disable"), step("delete")
VPN, JOURNAL = step("grant", "vpn"), step("grant", "journal")


def undo(work: Work) -> Work:
    return work.model_copy(update={"want": "undo"})


def visit(simulator: Simulator, want: Desired, *works: Work) -> list[Outcome]:
    with simulator.session() as session:
        return [outcome for _, outcome in ensure(session, want, works, session.find(want))]


def shape(outcomes: Sequence[Outcome]) -> list[str]:
    return [
        f"done {outcome.changed}" if isinstance(outcome, Done) else type(outcome).__name__.lower()
        for outcome in outcomes
    ]


def test_a_whole_visit_and_the_same_again(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    name = step("name").model_copy(update={"candidates": ("karnor", "kanord")})
    works = (name, ACCOUNT, VPN, JOURNAL, ENABLE)
    first = visit(simulator, kari, *works)
    assert shape(first) == ["done False", *["done True"] * 4]
    again = visit(simulator, kari, *works)
    assert shape(again) == ["done False"] * 5
    assert again[0] == Done(changed=False, taken=frozenset({"karnor"}))
    (account,) = file.accounts()
    assert all(holds(work, account) for work in works)
    assert [outcome.native_id for outcome in first[1:] if isinstance(outcome, Done)] == [account.native_id] * 4


@pytest.mark.parametrize(
    ("turned", "works", "outcomes"),
    [
        # A refusal or a question is this step's own: the next is tried.
        ({"refuses": {"target": "vpn"}}, [ACCOUNT, VPN, JOURNAL], ["done True", "refused", "done True"]),
        ({}, [ACCOUNT, step("ask"), JOURNAL], ["done True", "needshuman", "done True"]),
        # What may pass by itself, or stops the whole system, ends the visit.
        ({"throttled": 5}, [VPN, JOURNAL], ["transient"]),
        ({"lose_answers": "after"}, [ACCOUNT, VPN], ["transient"]),
        ({"lose_answers": "before", "lose_every": 2}, [ACCOUNT, VPN, JOURNAL], ["done True", "transient"]),
        ({"password": "another"}, [ACCOUNT, VPN], ["needshuman"]),
        # Without an account there is nothing to give to or to enable, and nothing to take away.
        ({"refuses": {"title": "Sykepleier"}}, [ACCOUNT, VPN, JOURNAL], ["refused", "transient"]),
        ({}, [ENABLE, ACCOUNT], ["transient"]),
        ({}, [step("move"), ACCOUNT], ["transient"]),
        ({}, [DISABLE, DELETE, step("revoke", "vpn")], ["done False"] * 3),
        ({}, [undo(VPN), undo(ENABLE), undo(ACCOUNT), undo(step("name"))], ["done False"] * 4),
    ],
)
def test_what_ends_a_visit(
    simulator: Simulator,
    file: SimulatorFile,
    kari: Desired,
    turned: dict[str, object],
    works: list[Work],
    outcomes: list[str],
) -> None:
    with simulator.session() as session:
        file.turn(**turned)
        assert shape([outcome for _, outcome in ensure(session, kari, works, None)]) == outcomes


def test_in_progress_does_not_end_a_visit(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    visit(simulator, kari, ACCOUNT)
    file.turn(in_progress=60)
    outcomes = visit(simulator, kari, VPN, ENABLE)
    assert isinstance(outcomes[0], InProgress)
    assert shape(outcomes[1:]) == ["done True"]


@pytest.mark.parametrize(
    ("before", "work", "holding"),
    [
        ([ACCOUNT, VPN], undo(VPN), []),
        ([ACCOUNT], undo(step("revoke", "vpn")), ["vpn"]),
        ([ACCOUNT, VPN], step("revoke", "vpn"), []),
        ([ACCOUNT, ENABLE], undo(ENABLE), ["disabled"]),
        ([ACCOUNT], undo(DISABLE), ["enabled"]),
        ([ACCOUNT, ENABLE], DISABLE, ["disabled"]),
        ([ACCOUNT, VPN], undo(ACCOUNT), ["gone"]),
        ([ACCOUNT, VPN], DELETE, ["gone"]),
    ],
)
def test_each_step_and_its_undoing(
    simulator: Simulator, file: SimulatorFile, kari: Desired, before: list[Work], work: Work, holding: list[str]
) -> None:
    visit(simulator, kari, *before)
    assert shape(visit(simulator, kari, work)) == ["done True"]
    assert shape(visit(simulator, kari, work)) == ["done False"]
    (account,) = file.accounts() or (None,)
    assert holds(work, account)
    match holding:
        case ["gone"]:
            assert account is None
        case ["enabled" | "disabled" as state]:
            assert account is not None
            assert account.enabled == (state == "enabled")
        case targets:
            assert account is not None
            assert account.targets == set(targets)


def test_deleted_behind_our_back_between_two_steps(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    with simulator.session() as session:
        outcomes = ensure(session, kari, [ACCOUNT, VPN, ENABLE], session.find(kari))
        _, made = next(outcomes)
        assert isinstance(made, Done)
        file.remove(made.native_id or "")
        assert shape([outcome for _, outcome in outcomes]) == ["transient"]
    known = kari.model_copy(update={"native_id": made.native_id})
    assert shape(visit(simulator, known, ACCOUNT, VPN, ENABLE)) == ["done True"] * 3
    assert file.accounts()[0].native_id != made.native_id


def test_nothing_is_done_before_it_is_asked_for(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    with simulator.session() as session:
        outcomes = ensure(session, kari, [ACCOUNT, VPN], None)
        assert file.accounts() == ()
        next(outcomes)
        assert [account.targets for account in file.accounts()] == [frozenset()]
        outcomes.close()  # type: ignore[attr-defined]  # a generator, promised as an iterator
    assert [account.targets for account in file.accounts()] == [frozenset()]


def test_the_errors_are_the_outcomes_themselves(simulator: Simulator, file: SimulatorFile, kari: Desired) -> None:
    file.turn(refuses={"username": "karnor"})
    (refused,) = visit(simulator, kari, ACCOUNT)
    assert isinstance(refused, Refused)
    assert refused.proposal == "karnor2"
    (asked,) = visit(simulator, kari, step("ask"))
    assert isinstance(asked, NeedsHuman)
    assert (asked.scope, asked.params) == ("step", {"system": "fagsystem"})


def test_an_error_that_is_not_ours_is_not_an_outcome(simulator: Simulator, kari: Desired) -> None:
    class Falling:
        def find(self, want: Desired) -> None:
            raise ZeroDivisionError

        def __getattr__(self, name: str) -> object:
            return lambda *_: Done(changed=True)

    falling: Session = Falling()  # type: ignore[assignment]  # only the two verbs this visit calls
    with pytest.raises(ZeroDivisionError):
        list(ensure(falling, kari, [ACCOUNT], None))


NONE = None
OFF = Account(native_id="1", name="karnor", key="100234", enabled=False)
ON = OFF.model_copy(update={"enabled": True, "targets": frozenset({"vpn"})})


@pytest.mark.parametrize(
    ("action", "there"),
    [
        # for which of: no account, a disabled one without the target, an enabled one with it
        ("account", (False, True, True)),
        ("delete", (True, False, False)),
        ("enable", (False, False, True)),
        ("disable", (True, True, False)),
        ("grant", (False, False, True)),
        ("revoke", (True, True, False)),
    ],
)
def test_what_was_read_back_holds(action: Action, there: tuple[bool, bool, bool]) -> None:
    work = step(action, "vpn")
    assert tuple(holds(work, account) for account in (NONE, OFF, ON)) == there
    assert tuple(holds(undo(work), account) for account in (NONE, OFF, ON)) == tuple(not so for so in there)


@pytest.mark.parametrize("action", ["name", "ask", "move"])
def test_what_cannot_be_read_back_holds(action: Action) -> None:
    for work in (step(action), undo(step(action))):
        assert [holds(work, account) for account in (NONE, OFF, ON)] == [True] * 3


def test_another_target_is_not_this_one() -> None:
    assert not holds(step("grant", "vpn-admin"), ON)
    assert not holds(JOURNAL, ON)


def test_transient_is_what_a_visit_without_an_account_ends_with(simulator: Simulator, kari: Desired) -> None:
    (outcome,) = visit(simulator, kari, VPN)
    assert isinstance(outcome, Transient)
    assert outcome.sent == "no"

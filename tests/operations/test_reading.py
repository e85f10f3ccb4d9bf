"""What pages and commands are shown, from the store alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from onboarding.domain.catalogue import Title
from onboarding.domain.errors import NotFound
from onboarding.operations import listing, policies, reading
from onboarding.operations.acting import act
from onboarding.store import accounts, case_lists, grants, refusals, tasks, whole_cases
from onboarding.store.engine import Store, Transaction
from onboarding.store.refusals import Refusal
from tests import municipality
from tests.operations.desk import HR, OWNER, SOON, again, begun, hire, order, ordered, stand

TITLE = Refusal(attribute="title", value="Sykepleier🙂", reason="ad.letters", proposal="Sykepleier")


def happenings(store: Store, number: str) -> list[str]:
    return [event.what for event, _ in reading.case_history(store, number)[1]]


def test_a_received_case_has_a_file_without_a_plan(store: Store) -> None:
    case = ordered(store)
    file = reading.case_file(store, case.number)
    assert (file.case, file.steps, file.tasks, file.roles) == (case, (), (), ())
    assert happenings(store, case.number) == ["case.ordered"]
    assert file.employment.start == SOON


def test_where_nobody_begins_on_a_case_the_list_and_the_page_say_so(store: Store) -> None:
    case = ordered(store)
    for minutes, key in ((0, "case.received"), (5, "case.received-waits")):
        now = case.received_at + timedelta(minutes=minutes)
        [line] = listing.listed(store, case_lists.Wanted(), now).lines
        assert (line.forecast.key, reading.case_file(store, case.number, now).forecast.key) == (key, key)


def test_a_file_holds_all_there_is_to_know(store: Store) -> None:
    case = begun(store)
    with store.writing() as tx:
        tasks.ask(
            tx,
            case.id,
            "key:grant:card",
            "by hand",
            "key@fjordvik.example",
            Title(nb="Lag et kort."),
            datetime.now(UTC),
        )
        refusals.write(tx, case.id, "ad:account", TITLE, datetime.now(UTC))
    file = reading.case_file(store, f" {case.number.lower()}")
    assert file.case == case and file.person.id == case.person and file.employment.id == case.employment
    assert file.units == {"1210": municipality.UNITS["1210"].name}  # those the case speaks of, and no others
    assert file.catalogue.hash == case.policy and file.roles == ("nurse",)
    assert file.steps[0].id == "ad:name" and len(file.steps) == 9
    assert [task.instructions.nb for task in file.tasks] == ["Lag et kort."] and file.refusals == {"ad:account": TITLE}
    assert happenings(store, case.number) == ["case.ordered", "case.planned", "case.state"]
    assert case.state == "waiting" and file.forecast.day == SOON


def test_what_is_written_between_two_questions_is_not_half_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The case is read, then it is withdrawn and each step with it, then its steps are read."""
    case = begun(store)
    asked = whole_cases.steps_of

    def late(tx: Transaction, of: UUID) -> list[whole_cases.OneStep]:
        monkeypatch.setattr(whole_cases, "steps_of", asked)
        act(store, OWNER, case.number, "withdraw", note="ombestemt")
        again(store, case)
        return asked(tx, of)

    monkeypatch.setattr(whole_cases, "steps_of", late)
    file = reading.case_file(store, case.number)
    assert file.case.withdrawn and {step.want for step in file.steps} == {"undo"}


def test_a_case_is_shown_under_the_policy_it_was_ordered_under(store: Store) -> None:
    case = begun(store)
    policies.adopt(store, municipality.catalogue("policy-2"), HR)
    assert reading.case_file(store, case.number).catalogue.hash == "policy-1"
    assert reading.case_file(store, order(store, hire(2))[0].number or "").catalogue.hash == "policy-2"


def test_a_number_nobody_has(store: Store) -> None:
    with pytest.raises(NotFound) as error:
        reading.case_file(store, "B-1999-000001")
    assert (error.value.key, error.value.params) == ("act.no-such-case", {"number": "B-1999-000001"})


@pytest.mark.parametrize("page", [1, 2, 3, 5, 6, 50])
def test_all_files_come_once_and_in_order_whatever_the_page(store: Store, page: int) -> None:
    numbers = [one.number or "" for one in order(store, *(hire(n) for n in range(6)))]
    assert [file.case.number for file in reading.case_files(store, page=page)] == numbers
    for over in numbers[::2]:
        act(store, OWNER, over, "withdraw", note="because")
    left = [file.case.number for file in reading.case_files(store, open_only=True, page=page)]
    assert left == numbers[1::2]
    assert len(list(reading.case_files(store, page=page))) == 6


def test_what_comes_while_one_reads_keeps_nothing_back(store: Store) -> None:
    numbers = [one.number for one in order(store, *(hire(n) for n in range(3)))]
    seen: list[str | None] = []
    for file in reading.case_files(store, page=2):
        if not seen:
            numbers += [one.number for one in order(store, hire(9))]
        seen.append(file.case.number)
    assert seen == numbers


def test_open_tasks_come_with_their_cases_number_and_the_oldest_first(store: Store) -> None:
    first, second = begun(store, employee_number="E1"), begun(store, employee_number="E2")
    with store.writing() as tx:
        for case, day in ((first, 2), (second, 1)):
            at = datetime(2026, 11, day, tzinfo=UTC)
            tasks.ask(tx, case.id, "key:grant:card", "by hand", "key@fjordvik.example", Title(nb="Lag et kort."), at)
        tasks.ask(tx, first.id, "ad:account", "confirm", "it", Title(nb="?"), datetime(2026, 11, 3, tzinfo=UTC))
        tasks.close(tx, first.id, "ad:account", datetime.now(UTC), "Ida", "approved")
    assert [(one.number, one.task.step) for one in listing.open_tasks(store)] == [
        (second.number, "key:grant:card"),
        (first.number, "key:grant:card"),
    ]


def test_proposals_name_the_case_and_the_step(store: Store) -> None:
    case = begun(store)
    assert reading.proposals(store) == []
    with store.writing() as tx:
        refusals.write(tx, case.id, "ad:account", TITLE, datetime.now(UTC))
        refusals.write(tx, case.id, "pay:account", TITLE.model_copy(update={"proposal": None}), datetime.now(UTC))
    assert reading.proposals(store) == [(case.number, "ad:account")]


def test_accounts_and_grants_are_counted_per_system(store: Store) -> None:
    case, now = begun(store), datetime.now(UTC)
    assert reading.counted(store) == {}
    with store.writing() as tx:
        for system, native in (("ad", "guid-1"), ("pay", None)):
            accounts.lease(tx, case.person, system, "visit", 1, now)
            accounts.leave(
                tx, case.person, system, "visit/1", accounts.Read(native, None, enabled=False, verified_at=now)
            )
        those = [
            grants.Given(
                person=case.person, entitlement=what, unit="", system=system, employment=case.employment,
                case=case.id, verified_at=verified,
            )
            for what, system, verified in (("vpn", "ad", now), ("login", "ad", None), ("card", "key", None))
        ]  # fmt: skip
        grants.given(tx, those, now)
    assert reading.counted(store) == {"ad": (1, 2, 1), "key": (0, 1, 0)}


def test_a_file_tells_of_what_has_stopped(store: Store) -> None:
    case = begun(store)
    stand(store, case, "ad:account", state="stuck", theirs=True, reason="ad.letters")
    [stuck] = [step for step in reading.case_file(store, case.number).steps if step.state == "stuck"]
    assert (stuck.id, stuck.theirs, stuck.reason) == ("ad:account", True, "ad.letters")

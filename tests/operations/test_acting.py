"""What a person may do to a case, by the state it and its step are in, and what is then written."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import uuid4

import pytest

from onboarding.domain.acts import OF_THE_CASE, POSSIBLE, ActKind
from onboarding.domain.cases import ENDED, CaseState, StepState
from onboarding.domain.errors import Conflict, NotAllowed, NotFound
from onboarding.domain.people import Actor
from onboarding.operations.acting import Acted, act
from onboarding.store import acts, cases, people, refusals
from onboarding.store.engine import Store
from onboarding.store.refusals import Refusal
from tests.operations.desk import (
    FOR_THE_MANAGER,
    IDA,
    OLE,
    OWNER,
    again,
    begun,
    ordered,
    refuse_open,
    stand,
    the_case,
    the_step,
)
from tests.store.rows import events_of

ACCOUNT, GATE, BANK, ROLE = "ad:account", "people:gate:contract", "people:approve:bank", "people:role"
DOCTOR, CLERK, NOBODY_KNOWS = "8527", "7531", "9999"
# Per kind: the job code whose plan has such a step, the step, and the value it is given.
WHERE: dict[ActKind, tuple[str, str, str | None]] = {
    "retry": (DOCTOR, ACCOUNT, None),
    "mend": (DOCTOR, ACCOUNT, "Overlege"),
    "by hand": (DOCTOR, ACCOUNT, None),
    "skip": (DOCTOR, ACCOUNT, None),
    "release": (DOCTOR, ACCOUNT, None),
    "answer": (DOCTOR, GATE, None),
    "approve": (CLERK, BANK, None),
    "decline": (CLERK, BANK, None),
    "choose role": (NOBODY_KNOWS, ROLE, "nurse"),
}
NOW = datetime.now(UTC)
LAST_DAY = NOW.date() + timedelta(days=400)
LATER = (NOW.date() + timedelta(days=60)).isoformat()
TITLE = Refusal(attribute="title", value="Overlege🙂", reason="ad.letters", proposal="Overlege")


def do(
    store: Store,
    case: cases.Case,
    kind: ActKind,
    step: str = "",
    *,
    by: Actor = OWNER,
    value: str | None = None,
    note: str | None = "because",
) -> Acted:
    return act(store, by, case.number, kind, step, value=value, note=note)


def why(
    store: Store,
    case: cases.Case,
    kind: ActKind,
    step: str = "",
    *,
    by: Actor = OWNER,
    value: str | None = None,
    note: str | None = "because",
) -> str:
    with pytest.raises(Conflict) as error:
        do(store, case, kind, step, by=by, value=value, note=note)
    return error.value.key


def refused_title(store: Store, case: cases.Case, refusal: Refusal = TITLE) -> None:
    with store.writing() as tx:
        refusals.write(tx, case.id, ACCOUNT, refusal, datetime.now(UTC))


@pytest.mark.parametrize("kind", POSSIBLE)
def test_each_kind_is_possible_in_its_states_and_in_no_other(store: Store, kind: ActKind) -> None:
    code, step, value = WHERE[kind]
    case = begun(store, job_code=code)
    refused_title(store, case)
    for state in get_args(StepState):
        stand(store, case, step, state=state)
        if state in POSSIBLE[kind]:
            done = do(store, case, kind, step, value=value).act
            assert done is not None and (done.kind, done.step, done.state, done.actor) == (kind, step, "open", OWNER.id)
            with store.reading() as tx:
                assert acts.open_on(tx, case.id, step) == done
            refuse_open(store, case.id)
        else:
            assert why(store, case, kind, step, value=value) == f"act.step-is-{state.replace(' ', '-')}"
            with store.reading() as tx:
                assert acts.open_of(tx, case.id) == []


@pytest.mark.parametrize("state", get_args(CaseState))
@pytest.mark.parametrize(("kind", "value"), [("withdraw", None), ("move date", LATER), ("retry", None)])
def test_nothing_is_possible_when_the_case_is_over(
    store: Store, state: CaseState, kind: ActKind, value: str | None
) -> None:
    case = begun(store)
    stand(store, case, ACCOUNT, state="stuck")
    with store.writing() as tx:
        cases.write(tx, case, datetime.now(UTC), state=state)
    step = ACCOUNT if kind == "retry" else ""
    if state in ENDED:
        assert why(store, case, kind, step, value=value) == "act.case-is-over"
    else:
        done = do(store, case, kind, step, value=value)
        assert (done.act is None) == done.withdrawn == (kind == "withdraw" and state == "received")


@pytest.mark.parametrize(
    ("code", "step", "kind"),
    [
        (DOCTOR, GATE, "approve"),
        (DOCTOR, GATE, "decline"),
        (DOCTOR, GATE, "choose role"),
        (CLERK, BANK, "answer"),
        (CLERK, BANK, "by hand"),
        (CLERK, BANK, "choose role"),
        (NOBODY_KNOWS, ROLE, "answer"),
        (NOBODY_KNOWS, ROLE, "approve"),
    ],
)
def test_a_question_takes_its_own_answer_only(store: Store, code: str, step: str, kind: ActKind) -> None:
    case = begun(store, job_code=code)
    stand(store, case, step, state="asked")
    assert why(store, case, kind, step, value="nurse") == "act.not-that-question"


def test_what_is_being_undone_is_not_answered(store: Store) -> None:
    case = begun(store, job_code=CLERK)
    stand(store, case, BANK, state="asked", want="undo")
    assert why(store, case, "approve", BANK) == "act.being-undone"
    assert why(store, case, "retry", "ad:grant:none") == "act.no-such-step"


@pytest.mark.parametrize("kind", ["skip", "by hand", "decline", "withdraw"])
@pytest.mark.parametrize("note", [None, ""])
def test_some_need_a_reason(store: Store, kind: ActKind, note: str | None) -> None:
    case = begun(store, job_code=CLERK)
    step = {"withdraw": "", "decline": BANK}.get(kind, ACCOUNT)
    stand(store, case, BANK, state="asked")
    stand(store, case, ACCOUNT, state="stuck")
    assert why(store, case, kind, step, note=note) == "act.needs-note"
    done = do(store, case, kind, step, note="levert på papir").act
    assert done is not None and done.note is not None
    with store.reading() as tx:
        assert acts.note(tx, done.note) == "levert på papir"
        [asked] = [event for event in events_of(tx, case.id) if event.what == "act.asked"]
    assert (asked.actor, asked.step, asked.note, asked.detail["act"]) == (OWNER.id, step, done.note, kind)


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [
        ("choose role", None, "act.needs-value"),
        ("choose role", "astronaut", "act.unknown-role"),
        ("move date", None, "act.needs-value"),
        ("move date", "6. januar", "act.bad-date"),
        ("move date", "2031-13-01", "act.bad-date"),
        ("move date", "9999-12-31", "act.bad-date"),
        ("move date", (LAST_DAY + timedelta(days=1)).isoformat(), "act.date-after-last-day"),
        ("move date", LAST_DAY.isoformat(), None),
        ("choose role", "doctor", None),
    ],
)
def test_some_need_a_value_that_can_be_used(store: Store, kind: ActKind, value: str | None, key: str | None) -> None:
    case = begun(store, job_code=NOBODY_KNOWS, end=LAST_DAY)
    stand(store, case, ROLE, state="asked")
    step = ROLE if kind == "choose role" else ""
    if key:
        assert why(store, case, kind, step, value=value) == key
    else:
        done = do(store, case, kind, step, value=value, note=None).act
        assert done is not None and done.value == value


@pytest.mark.parametrize(
    ("refusal", "value", "mended"),
    [
        (TITLE, None, "Overlege"),  # what the system proposed
        (TITLE, "Lege", "Lege"),
        (TITLE.model_copy(update={"proposal": None}), None, "act.needs-value"),
        (None, "Lege", "act.nothing-to-mend"),
    ],
)
def test_a_refused_value_is_mended(store: Store, refusal: Refusal | None, value: str | None, mended: str) -> None:
    case = begun(store)
    stand(store, case, ACCOUNT, state="stuck")
    if refusal:
        refused_title(store, case, refusal)
    if mended.startswith("act."):
        assert why(store, case, "mend", ACCOUNT, value=value) == mended
        return
    done = do(store, case, "mend", ACCOUNT, value=value, by=IDA).act
    assert done is not None and done.correction is not None
    assert done.value is None  # the value stands in the correction, and nowhere else
    with store.reading() as tx:
        assert people.correction(tx, done.correction) == ("title", mended)
        assert people.corrected(tx, case.person) == {}  # not before it is settled


@pytest.mark.parametrize("kind", [*POSSIBLE, "withdraw", "move date"])
def test_an_operator_answers_for_a_manager_only_on_behalf_of_somebody(store: Store, kind: ActKind) -> None:
    code, step, value = WHERE.get(kind, (DOCTOR, "", LATER))
    case = begun(store, job_code=code)
    refused_title(store, case)
    if step:
        stand(store, case, step, state=sorted(POSSIBLE[kind])[0])
    if kind in ("retry", "mend", "by hand", "skip", "release"):
        done = do(store, case, kind, step, by=IDA, value=value)
    else:
        with pytest.raises(NotAllowed, match=r"^act\.operator-needs-on-behalf$"):
            do(store, case, kind, step, by=IDA, value=value)
        done = do(store, case, kind, step, by=FOR_THE_MANAGER, value=value)
        assert done.act is not None and done.act.actor == "ida.it on behalf of 900" and done.act.actor_id == "ida.it"
    assert done.act is not None


def test_a_task_by_hand_is_an_operators_own(store: Store) -> None:
    case = begun(store)
    stand(store, case, "key:grant:card", state="asked")
    assert do(store, case, "answer", "key:grant:card", by=IDA).act is not None


@pytest.mark.parametrize("kind", [*POSSIBLE, "withdraw", "move date"])
def test_nobody_acts_on_her_own_case(store: Store, kind: ActKind) -> None:
    code, step, value = WHERE.get(kind, (DOCTOR, "", LATER))
    case = begun(store, job_code=code)
    herself = Actor(kind="person", id="kari", via="web", person=case.person)
    with pytest.raises(NotAllowed, match=r"^act\.not-for-oneself$"):
        do(store, case, kind, step, by=herself, value=value)


def test_a_number_nobody_has(store: Store) -> None:
    with pytest.raises(NotFound) as error:
        act(store, OWNER, "B-2026-999999", "withdraw", note="because")
    assert error.value.key == "act.no-such-case" and error.value.params == {"number": "B-2026-999999"}


def test_a_received_case_is_withdrawn_at_once(store: Store) -> None:
    case = ordered(store)
    assert do(store, case, "move date", value=LATER).act is not None  # nobody has settled it yet
    done = do(store, case, "withdraw")
    assert done.withdrawn and done.act is None
    now = the_case(store, case.number)
    assert now.state == "withdrawn" and now.withdrawn
    with store.reading() as tx:
        assert [event.what for event in events_of(tx, case.id)] == ["case.ordered", "act.asked", "case.withdrawn"]
        assert acts.open_of(tx, case.id) == [] and acts.to_ring(tx, datetime.now(UTC), 10) == []
    assert why(store, case, "withdraw") == "act.case-is-over"


def test_a_case_that_has_begun_is_withdrawn_by_its_workflow_and_once(store: Store) -> None:
    case = begun(store)
    stand(store, case, ACCOUNT, state="done", before=False)
    done = do(store, case, "withdraw")
    assert done.act is not None and not done.withdrawn
    assert the_case(store, case.number).state != "withdrawn"
    now = again(store, case)
    assert now.withdrawn and the_step(store, case, ACCOUNT).want == "undo"
    for kind in sorted(OF_THE_CASE):
        assert why(store, case, kind, value=LATER) == "act.being-undone"


def test_a_skip_says_what_falls_with_it_and_whether_a_second_is_needed(store: Store) -> None:
    case = begun(store)
    stand(store, case, "pay:account", state="stuck")
    stand(store, case, "key:grant:card", state="asked")
    done = do(store, case, "skip", "pay:account", by=IDA)
    assert done.goes_with == ("pay:grant:payslip", "pay:enable") and done.second_needed
    card = do(store, case, "skip", "key:grant:card", by=IDA)
    assert card.goes_with == () and not card.second_needed  # not needed before the first day


def test_a_second_person_confirms_a_skip_and_the_first_cannot(store: Store) -> None:
    case = begun(store)
    stand(store, case, "pay:account", state="stuck")
    do(store, case, "skip", "pay:account", by=IDA)
    again(store, case)
    assert why(store, case, "skip", "pay:account", by=OLE) == "act.waits-for-second"
    assert why(store, case, "approve", "pay:account", by=FOR_THE_MANAGER) == "act.same-person"
    assert do(store, case, "approve", "pay:account").act is not None
    again(store, case)
    step = the_step(store, case, "pay:account")
    assert (step.state, step.by) == ("skipped", "ida.it, owner-1")
    assert the_step(store, case, "pay:enable").reason == "step.went-with"


def first_was(store: Store, case: cases.Case, kind: ActKind, step: str) -> dict[str, str]:
    with pytest.raises(Conflict) as error:
        do(store, case, kind, step, by=OLE)
    assert error.value.key == "act.somebody-first"
    return dict(error.value.params)


@pytest.mark.parametrize("settled", [False, True])
def test_the_one_who_was_too_late_is_told_who_and_when(store: Store, settled: bool) -> None:
    case = begun(store)
    stand(store, case, "key:grant:card", state="asked")
    first = do(store, case, "answer", "key:grant:card", by=IDA).act
    assert first is not None
    if settled:
        again(store, case)
        assert the_step(store, case, "key:grant:card").state == "done"
    told = first_was(store, case, "answer", "key:grant:card")
    assert told["actor"] == "ida.it" and told["act"] == "answer"
    assert abs(datetime.fromisoformat(told["at"]) - first.at) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ago", "by", "first"),
    [
        (timedelta(days=7), "ida.it", True),  # it is her answer that stands there
        (timedelta(days=7), None, False),  # it came to this by itself since
        (timedelta(seconds=5), None, True),
    ],
)
def test_an_act_of_long_ago_explains_only_what_it_left(
    store: Store, ago: timedelta, by: str | None, first: bool
) -> None:
    case, then = begun(store), datetime.now(UTC) - ago
    with store.writing() as tx:
        old = acts.ActRow(
            id=uuid4(), case=case.id, step=ACCOUNT, kind="retry", actor="ida.it", actor_id="ida.it", at=then,
            value=None, correction=None, note=None, state="open", why=None,
        )  # fmt: skip
        acts.add(tx, old)
        acts.close(tx, old.id, then)
    stand(store, case, ACCOUNT, state="done", by=by)
    if first:
        assert first_was(store, case, "retry", ACCOUNT)["actor"] == "ida.it"
    else:
        assert why(store, case, "retry", ACCOUNT, by=OLE) == "act.step-is-done"


@pytest.mark.parametrize("text", ["Fødselsnr 01019040034 trekker seg", "010190 40034", "nr. 01 01 90 400 34"])
def test_an_identity_number_is_never_kept(store: Store, text: str) -> None:
    case = begun(store)
    with pytest.raises(Conflict, match=r"act\.identity-number"):
        act(store, OWNER, case.number, "withdraw", note=text)


@pytest.mark.parametrize("day", ["1926-01-01", "tomorrow"])
def test_a_first_day_that_cannot_be_meant_is_refused(store: Store, day: str) -> None:
    case = begun(store)
    with pytest.raises(Conflict, match=r"act\.bad-date"):
        act(store, OWNER, case.number, "move date", value=day)


@pytest.mark.parametrize("name", ["x" * 21, "ab", " ", "kari nordmann", "2kari", "kåre", "kari.", "-kari"])
def test_a_user_name_that_no_directory_takes_is_never_reserved(store: Store, name: str) -> None:
    case = begun(store)
    stand(store, case, ACCOUNT, state="stuck")
    with store.writing() as tx:
        refusals.write(tx, case.id, ACCOUNT, Refusal(attribute="username", value="k", reason="x", proposal=None), NOW)
    assert why(store, case, "mend", ACCOUNT, value=name) in ("act.bad-username", "act.needs-value")
    assert do(store, case, "mend", ACCOUNT, value="kari.nordmann-2").act


@pytest.mark.parametrize(("value", "note"), [("a\0b", None), ("x" * 201, None), (None, "a\0b"), (None, "\udcff")])
def test_what_no_database_takes_is_told_at_once(store: Store, value: str | None, note: str | None) -> None:
    case = begun(store)
    stand(store, case, ACCOUNT, state="stuck")
    with store.writing() as tx:
        refusals.write(tx, case.id, ACCOUNT, TITLE, NOW)
    kind: ActKind = "mend" if value else "by hand"
    assert why(store, case, kind, ACCOUNT, value=value, note=note) == ("act.bad-value" if value else "act.bad-note")

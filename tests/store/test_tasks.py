"""Tasks: asked twice is one, answered is closed, and the first of two persons is known."""

from uuid import UUID

import pytest

from onboarding.domain.catalogue import Title
from onboarding.domain.plan import Ask
from onboarding.store import acts, tasks
from onboarding.store.engine import Store, Transaction
from tests.store.rows import NOW, SECOND, a_case, a_step, an_act, open_tasks

CARD, BANK = "key:grant:card", "people:approve:bank"


@pytest.fixture
def case(store: Store) -> UUID:
    with store.writing() as tx:
        return a_case(tx).id


def ask(tx: Transaction, case: UUID, step: str, kind: tasks.TaskKind = "by hand", by: str | None = None) -> None:
    tasks.ask(tx, case, step, kind, "key@fjordvik.example", Title(nb="Lag et kort."), NOW, asked_by=by)


def test_asked_twice_is_one_until_it_is_answered(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        ask(tx, case, CARD)
        ask(tx, case, CARD)
        [task] = open_tasks(tx)
        tasks.close(tx, case, CARD, NOW + SECOND, "Ida", "done")
        assert open_tasks(tx) == []
        ask(tx, case, CARD)
        [again] = open_tasks(tx)
        assert again.id != task.id


def test_a_closed_one_keeps_its_answer(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        ask(tx, case, CARD)
        tasks.close(tx, case, CARD, NOW, "Ida", "done")
        tasks.close(tx, case, CARD, NOW + SECOND, "Ole", "void")
        tasks.close_all(tx, case, NOW + SECOND)
        rows = tx.exec_driver_sql("SELECT answered_by, answer FROM tasks").all()
        assert [tuple(row) for row in rows] == [("Ida", "done")]


def test_all_of_a_case_are_closed_and_no_other_cases(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        other = a_case(tx).id
        for one, step in ((case, CARD), (case, BANK), (other, CARD)):
            ask(tx, one, step)
        assert len(open_tasks(tx)) == 3 and len(open_tasks(tx, limit=2)) == 2
        tasks.close_all(tx, case, NOW)
        assert [task.case for task in open_tasks(tx)] == [other]


def test_who_was_first_where_a_skip_waits_for_a_second(store: Store, case: UUID) -> None:
    step = a_step("ad:account")
    with store.writing() as tx:
        assert tasks.confirming(tx, case, step.id) is None and tasks.first_person(tx, case, step) is None
        ask(tx, case, step.id, "confirm", by="ida.it")
        assert tasks.confirming(tx, case, step.id) == "ida.it" == tasks.first_person(tx, case, step)
        tasks.close(tx, case, step.id, NOW, "Ole", "approved")
        assert tasks.first_person(tx, case, step) is None


def test_who_was_first_where_two_must_approve(store: Store, case: UUID) -> None:
    question = Ask(kind="approve", of="vault", for_="pay@fjordvik.example")
    first = a_step(BANK, action="ask", ask=question)
    second = a_step(
        "people:approve-second:bank", action="ask", needs=(BANK,), ask=question.model_copy(update={"second": True})
    )
    with store.writing() as tx:
        assert tasks.first_person(tx, case, None) is None
        assert tasks.first_person(tx, case, second) is None  # nobody has approved yet
        acts.add(tx, act := an_act(case, BANK, "approve", actor="owner-1"))
        acts.close(tx, act.id, NOW)
        assert tasks.first_person(tx, case, first) is None
        assert tasks.first_person(tx, case, second) == "owner-1"

"""What an operator watches, on each database: the counts, the ages, and that no big table is read through for them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from onboarding.domain.catalogue import PEOPLE, Title
from onboarding.store import acts, cases, figures, policies, steps, systems, tasks
from onboarding.store.engine import Store, Transaction
from onboarding.store.figures import Figures, Waiting
from tests.store.rows import CATALOGUE, NOW, SECOND, a_case, a_person, a_post, a_step, an_act, case_of

TODAY = date(2026, 11, 2)
HOUR = timedelta(hours=1)


def looked(store: Store) -> Figures:
    with store.reading() as tx:
        return figures.figures(tx, NOW, TODAY)


def starting(tx: Transaction, day: date, **changed: object) -> UUID:
    person = a_person(tx)
    case = case_of(tx, person, a_post(tx, person, day), **changed)
    assert cases.place(tx, case)
    return case.id


def test_an_empty_store_has_a_nought_for_everything(store: Store) -> None:
    found = looked(store)
    assert set(found.cases.values()) == {0} and len(found.cases) == 8
    assert found.received == found.acts == Waiting()
    assert set(found.tasks.values()) == {Waiting()}
    assert (found.steps, found.systems, found.overdue, found.late, found.soon, found.took) == ({}, {}, 0, 0, 0, ())


def test_cases_are_counted_by_state_and_the_oldest_received_is_known(store: Store) -> None:
    with store.writing() as tx:
        a_case(tx)
        a_case(tx, received_at=NOW - HOUR)
        a_case(tx, state="running", received_at=NOW - 9 * HOUR)
        a_case(tx, state="closed")
    found = looked(store)
    assert {state: count for state, count in found.cases.items() if count} == {"received": 2, "running": 1, "closed": 1}
    assert found.received == Waiting(count=2, since=NOW - HOUR)


def test_open_acts_wait_and_settled_ones_do_not(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx).id
        old, new, settled = (an_act(case, f"ad:{n}", at=NOW - n * SECOND) for n in (9, 1, 30))
        assert all(acts.add(tx, act) for act in (old, new, settled))
        acts.close(tx, settled.id, NOW)
    assert looked(store).acts == Waiting(count=2, since=NOW - 9 * SECOND)


def test_what_stands_is_counted_by_system_and_only_in_cases_that_are_not_over(store: Store) -> None:
    with store.writing() as tx:
        for state, case_state in (("stuck", "waiting"), ("stuck", "waiting"), ("stuck", "superseded")):
            case = a_case(tx, state=case_state).id
            steps.add(tx, case, [a_step("ad:account", state=state)], 0, NOW - HOUR)
        case = a_case(tx, state="waiting").id
        steps.add(tx, case, [a_step("ad:account", state="held"), a_step("pay:account", state="asked")], 0, NOW)
        steps.add(tx, case, [a_step("ad:enable", state="retrying"), a_step("pay:enable", state="done")], 2, NOW)
    assert looked(store).steps == {
        ("ad", "stuck"): Waiting(count=2, since=NOW - HOUR),
        ("ad", "held"): Waiting(count=1, since=NOW),
        ("pay", "asked"): Waiting(count=1, since=NOW),
    }


def test_open_tasks_and_those_past_their_deadline(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx).id
        for n, deadline in enumerate((NOW - SECOND, NOW + SECOND, None)):
            at = NOW - n * HOUR
            tasks.ask(
                tx, case, f"people:approve:{n}", "approve", "eier@x", Title(nb="Godkjenn?"), at, deadline=deadline
            )
        tasks.ask(tx, case, "people:role", "role", "leder@x", Title(nb="Velg rolle"), NOW, deadline=NOW - HOUR)
        tasks.close(tx, case, "people:role", NOW, "leder", "done")
    found = looked(store)
    assert found.tasks["approve"] == Waiting(count=3, since=NOW - 2 * HOUR)
    assert (found.tasks["role"], found.overdue) == (Waiting(), 1)


def test_every_system_of_the_policy_is_there_and_those_that_are_held(store: Store) -> None:
    with store.writing() as tx:
        policies.adopt(tx, CATALOGUE, NOW)
        systems.hold(tx, "ad", "ida.it", "system.held", NOW)
        systems.silent(tx, "gone-from-policy", NOW)
    found = looked(store).systems
    assert set(found) == {PEOPLE, "ad", "pay", "key", "gone-from-policy"}
    assert (found["ad"].held_at, found["pay"].held_at) == (NOW, None)
    assert found["gone-from-policy"].silent_since == NOW


def test_who_begins_soon_and_is_not_prepared(store: Store) -> None:
    day = timedelta(days=1)
    with store.writing() as tx:
        starting(tx, TODAY)
        starting(tx, TODAY - 9 * day, state="waiting")
        starting(tx, TODAY + 3 * day, state="running")
        starting(tx, TODAY + 4 * day)
        starting(tx, TODAY, state="prepared")
        starting(tx, TODAY, state="closed")
        starting(tx, TODAY, state="running", withdrawn=True)
    found = looked(store)
    assert (found.late, found.soon) == (2, 1)


def test_how_long_the_newest_took(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "NEWEST", 2)
    with store.writing() as tx:
        for hours in (9, 1, 2):
            a_case(tx, state="prepared", prepared_at=NOW + hours * HOUR)
        a_case(tx)
    assert looked(store).took == (2 * HOUR, HOUR)


def test_only_small_indexes_are_read_where_much_has_ended(store: Store) -> None:
    """Nothing is read through that grows with the years but the index that cases are counted in."""
    with store.writing() as tx:
        of = a_case(tx, state="closed").id
        done = [a_step(f"ad:grant:{n}", state="done") for n in range(3000)]
        steps.add(tx, of, done, 0, NOW)
        for table in ("steps", "tasks", "acts", "cases"):
            if not store.sqlite:
                tx.exec_driver_sql(f"ANALYZE {table}")
    asked: list[tuple[str, Any]] = []
    event.listen(store.engine, "before_cursor_execute", lambda c, cur, sql, values, *_: asked.append((sql, values)))
    looked(store)
    told = []
    with store.reading() as tx:
        for sql, values in [one for one in asked if one[0].startswith("SELECT")]:
            how = "EXPLAIN QUERY PLAN " if store.sqlite else "EXPLAIN "
            told.append("\n".join(str(tuple(row)) for row in tx.exec_driver_sql(how + sql, values)))
    assert len(told) >= 8
    about_steps = [plan for plan in told if "steps" in plan]
    assert about_steps and all("ix_steps_state" in plan for plan in about_steps)

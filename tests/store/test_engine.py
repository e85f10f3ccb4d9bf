"""One transaction per operation: whole or not at all, one view for a reader, and times with a zone."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from onboarding.domain.catalogue import Title
from onboarding.store import cases, tasks
from onboarding.store.engine import Store
from onboarding.store.schema import policies
from onboarding.store.upgrading import is_current
from tests.store.rows import NOW, a_case, a_person, case_of, open_tasks


@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt])
def test_what_breaks_off_is_not_there(store: Store, error: type[BaseException]) -> None:
    is_not_there_when_broken_off(store, error)


def is_not_there_when_broken_off(store: Store, error: type[BaseException]) -> None:
    def broken_off() -> None:
        with store.writing() as tx:
            a_person(tx, "E0001")
            raise error

    with pytest.raises(error):
        broken_off()
    with store.writing() as tx:
        a_person(tx, "E0001")


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.writing() as tx:
        first = a_case(tx)
    sees_one_moment(store, first)


def sees_one_moment(store: Store, first: cases.Case) -> None:
    with store.reading() as reader:
        assert [line.id for line in cases.listed(reader)] == [first.id]
        with store.writing() as tx:
            a_case(tx)
            cases.write(tx, first, NOW, state="running")
        assert [(line.id, line.state) for line in cases.listed(reader)] == [(first.id, "received")]
    with store.reading() as reader:
        assert len(cases.listed(reader)) == 2


def test_a_question_asked_alone_sees_what_was_committed_and_changes_nothing_for_who_comes_next(store: Store) -> None:
    with store.writing() as tx:
        first = a_case(tx)
    with store.looking() as tx:
        assert [line.id for line in cases.listed(tx)] == [first.id]
    is_not_there_when_broken_off(store, LookupError)  # on the connection that was looked through
    sees_one_moment(store, first)


def test_a_row_needs_what_it_names(store: Store) -> None:
    def unknown() -> None:
        with store.writing() as tx:
            cases.place(tx, case_of(tx, uuid4(), uuid4()))

    with pytest.raises(IntegrityError):
        unknown()


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    row = {"hash": "x", "content": "{}", "current_since": datetime(2026, 11, 2, 8, 0)}  # noqa: DTZ001 that is the case

    def write() -> None:
        with store.writing() as tx:
            tx.execute(insert(policies), row)

    with pytest.raises(StatementError, match="a time without a zone"):
        write()


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11))])
def test_an_instant_comes_back_in_utc(store: Store, zone: timezone) -> None:
    at = datetime(2026, 7, 1, 1, 30, 15, 123456, tzinfo=zone)
    with store.writing() as tx:
        tx.execute(insert(policies), {"hash": "x", "content": "{}", "current_since": at})
        read = tx.execute(select(policies.c.current_since)).scalar_one()
    assert read == at and read.tzinfo is UTC


def test_no_instant_is_none(store: Store) -> None:
    with store.writing() as tx:
        case = a_case(tx)
        tasks.ask(tx, case.id, "key:grant:card", "by hand", "key@fjordvik.example", Title(nb="Lag et kort."), NOW)
        [task] = open_tasks(tx)
        assert task.deadline is None and task.closed_at is None and task.asked_at == NOW


def test_a_schema_that_is_not_there_is_not_current(store: Store, tmp_path: Path) -> None:
    assert is_current(store)
    empty = Store(f"sqlite:///{tmp_path}/empty.db")
    assert not is_current(empty)
    empty.close()

"""The way up from nothing, on both databases: one head, no drift, one step down and up, and a log nobody can edit."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Uuid, bindparam, inspect, text
from sqlalchemy.exc import DBAPIError

from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Title
from onboarding.domain.people import Actor
from onboarding.store import case_lists, cases, events, people, steps, tasks
from onboarding.store.engine import Store
from onboarding.store.schema import metadata
from onboarding.store.upgrading import alembic_config, is_current, upgrade
from onboarding.twins.postgres import Postgres
from tests.store.rows import NOW, a_case, a_person, open_tasks

IDA = Actor(kind="operator", id="ida.it", via="cli")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    name = f"test_{uuid4().hex}"
    server.create_database(name)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def logged(database_url: str) -> Iterator[Store]:
    """A store with an event in its log."""
    store = Store(database_url)
    with store.writing() as tx:
        events.record(tx, IDA, "act.asked", NOW)
    yield store
    store.close()


def tables(url: str) -> set[str]:
    store = Store(url)
    names = set(inspect(store.engine).get_table_names())
    store.close()
    return names - {"alembic_version"}


def test_there_is_one_head_and_every_version_is_on_the_way_to_it() -> None:
    script = ScriptDirectory.from_config(alembic_config("sqlite://"))
    [head] = script.get_heads()
    assert script.get_bases() == ["0001"]
    assert all(len(version._all_down_revisions) <= 1 for version in script.walk_revisions())
    assert len(list(script.walk_revisions(head=head))) == len(list(Path(script.versions).glob("[!_]*.py")))


def test_up_from_empty_makes_every_table(empty_url: str) -> None:
    upgrade(empty_url)
    assert tables(empty_url) == set(metadata.tables)
    upgrade(empty_url)  # and does nothing where it is there
    store = Store(empty_url)
    assert is_current(store)
    store.close()


def test_the_migrations_and_the_schema_say_the_same(database_url: str) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("error")
        command.check(alembic_config(database_url))


def test_one_down_and_up_again(empty_url: str) -> None:
    upgrade(empty_url)
    command.downgrade(alembic_config(empty_url), "-1")
    store = Store(empty_url)
    assert not is_current(store)
    upgrade(empty_url)
    assert is_current(store)
    with store.writing() as tx:
        a_case(tx)
    store.close()
    command.check(alembic_config(empty_url))


def test_posts_from_before_extras_could_be_ordered_have_none(empty_url: str) -> None:
    command.upgrade(alembic_config(empty_url), "0001")
    store = Store(empty_url)
    with store.writing() as tx:
        person = a_person(tx)
        tx.execute(
            text(
                "INSERT INTO employments (id, person, unit, job_code, title, kind, percentage, start)"
                " VALUES (:id, :person, '1210', '7174', '', 'ansatt', 100, '2026-12-01')"
            ).bindparams(bindparam("id", type_=Uuid), bindparam("person", type_=Uuid)),
            {"id": uuid4(), "person": person},
        )
    upgrade(empty_url)
    with store.reading() as tx:
        [post] = people.employments_of(tx, person)
    store.close()
    assert post.extras == ()


def test_what_was_asked_before_was_asked_in_bokmal(database_url: str) -> None:
    store = Store(database_url)
    with store.writing() as tx:
        asked = a_case(tx).id
        both = Title(nb="Lag «kort»\ntil {name}", en="Make a card")
        tasks.ask(tx, asked, "key:grant:card", "by hand", "key@x", both, NOW)
    command.downgrade(alembic_config(database_url), "0004")
    upgrade(database_url)
    with store.reading() as tx:
        [task] = open_tasks(tx)
    store.close()
    assert task.instructions == Title(nb=both.nb)


def test_an_upgrade_that_is_stopped_half_way_leaves_nothing_behind(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.upgrade(alembic_config(empty_url), "0004")
    with monkeypatch.context() as patched:
        patched.setattr(Operations, "drop_column", lambda *_: pytest.fail("the power went"))
        with pytest.raises(pytest.fail.Exception, match="the power went"):
            upgrade(empty_url)
    store = Store(empty_url)
    assert {column["name"] for column in inspect(store.engine).get_columns("tasks")} >= {"instructions"}
    assert not is_current(store)
    upgrade(empty_url)
    assert is_current(store)
    store.close()


def test_all_the_way_down_leaves_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    command.downgrade(alembic_config(empty_url), "base")
    assert tables(empty_url) == set()
    upgrade(empty_url)
    assert tables(empty_url) == set(metadata.tables)


EDITS = ["UPDATE events SET actor = 'nobody'", "DELETE FROM events", "DELETE FROM events WHERE seq = 1"]


def refused(store: Store, edit: str) -> str:
    with pytest.raises(DBAPIError) as refusal, store.writing() as tx:
        tx.execute(text(edit))
    return str(refusal.value)


@pytest.mark.parametrize("edit", EDITS)
def test_the_log_cannot_be_edited(logged: Store, edit: str) -> None:
    assert "events are append-only" in refused(logged, edit)
    with logged.reading() as tx:
        assert tx.execute(text("SELECT actor FROM events")).scalars().all() == ["ida.it"]


@pytest.mark.postgres
def test_the_log_cannot_be_emptied(postgres_url: str) -> None:
    store = Store(postgres_url)
    with store.writing() as tx:
        events.record(tx, IDA, "act.asked", NOW)
    for edit in ("TRUNCATE events", "TRUNCATE events, notes CASCADE"):
        assert "events are append-only" in refused(store, edit)
    store.close()


def test_the_log_can_be_edited_by_no_migration_that_forgot_the_guard(empty_url: str) -> None:
    """Down and up again: the guard is there also the second time."""
    upgrade(empty_url)
    command.downgrade(alembic_config(empty_url), "base")
    upgrade(empty_url)
    store = Store(empty_url)
    with store.writing() as tx:
        events.record(tx, IDA, "act.asked", NOW)
    assert "events are append-only" in refused(store, EDITS[0])
    store.close()


def test_cases_are_told_of_after_the_step_up(database_url: str) -> None:
    """Of one that waits for a person, since no activity may come for weeks; of one that is over, what is not there."""
    store = Store(database_url)
    with store.writing() as tx:
        case, over, withdrawn = a_case(tx), a_case(tx), a_case(tx)
        tx.execute(text("UPDATE cases SET plan = 1, state = 'waiting'"))
        left_out = Step(id="ad:account", system="ad", action="account", state="skipped")
        steps.add(tx, over.id, [left_out], 0, NOW)
        cases.write(tx, over, NOW, state="closed")
        given_up = Step(id="ad:account", system="ad", action="account", state="undone", want="undo")
        steps.add(tx, withdrawn.id, [given_up], 0, NOW)
        tx.execute(text("UPDATE cases SET withdrawn = true WHERE number = :n"), {"n": withdrawn.number})
        cases.write(tx, withdrawn, NOW, state="withdrawn")
        steps.add(
            tx,
            case.id,
            [Step(id="key-cards:grant:key-card", system="key-cards", action="grant", state="asked")],
            0,
            NOW,
        )
    command.downgrade(alembic_config(database_url), "0001")
    upgrade(database_url)
    with store.reading() as tx:
        seen = {row.id: row.outlook for row in case_lists.rows(tx, case_lists.Wanted(which="all"))}
    store.close()
    assert [(wait.what, wait.step) for wait in seen[case.id].waits_for] == [("by hand", "key-cards:grant:key-card")]
    assert [wait.step for wait in seen[over.id].left_out] == ["ad:account"]
    assert seen[withdrawn.id].planned and not seen[withdrawn.id].gave

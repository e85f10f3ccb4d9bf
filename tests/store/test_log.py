"""What is written down for later: events, refusals, imports."""

from uuid import UUID

import pytest
from sqlalchemy import select

from onboarding.domain.people import Actor
from onboarding.store import acts, events, imports, refusals
from onboarding.store.engine import Store
from onboarding.store.imports import ImportRow
from onboarding.store.refusals import Refusal
from onboarding.store.schema import import_rows
from onboarding.store.schema import imports as import_table
from tests.store.rows import NOW, SECOND, a_case, events_of

IDA = Actor(kind="operator", id="ida.it", via="cli", on_behalf_of="900")
TITLE = Refusal(attribute="title", value="Sykepleier🙂", reason="ad.letters", proposal="Sykepleier")


@pytest.fixture
def case(store: Store) -> UUID:
    with store.writing() as tx:
        return a_case(tx).id


def test_an_event_says_who_what_when_and_why(store: Store, case: UUID) -> None:
    with store.writing() as tx:
        note = acts.add_note(tx, "ferdig på papir")
        events.record(tx, IDA, "act.asked", NOW, case=case, step="ad:account", note=note, detail={"act": "skip"})
        events.record(tx, IDA, "system.held", NOW, object="ad")
        events.record(tx, IDA, "case.state", NOW - SECOND, case=case)
        asked, state = events_of(tx, case)  # in the order they were written
    assert state.what == "case.state" and state.seq > asked.seq and state.detail == {}
    who = (asked.actor_kind, asked.actor, asked.on_behalf_of, asked.via)
    assert who == ("operator", "ida.it", "900", "cli")
    assert (asked.step, asked.note, asked.detail, asked.at) == ("ad:account", note, {"act": "skip"}, NOW)


def test_a_refusal_is_the_newest_until_it_is_cleared(store: Store, case: UUID) -> None:
    without = TITLE.model_copy(update={"attribute": "mobile", "proposal": None})
    with store.writing() as tx:
        refusals.write(tx, case, "ad:account", without, NOW)
        refusals.write(tx, case, "ad:account", TITLE, NOW)
        refusals.write(tx, case, "pay:account", without, NOW)
        assert refusals.of_case(tx, case) == {"ad:account": TITLE, "pay:account": without}
        assert refusals.with_proposal(tx) == [(case, "ad:account")]
        refusals.clear(tx, case, "ad:account")
        refusals.clear(tx, case, "ad:account")
        assert refusals.of_case(tx, case) == {"pay:account": without} and refusals.with_proposal(tx) == []


def test_an_import_is_counted_and_kept_row_by_row(store: Store, case: UUID) -> None:
    rows = [
        ImportRow(row=None, outcome="ordered", case=case),
        ImportRow(row=None, outcome="already", case=case),
        ImportRow(row=7, outcome="bad", column="orgId", reason="hr.unknown-unit"),
        ImportRow(row=9, outcome="bad", column="fornavn", reason="hr.missing"),
    ]
    with store.writing() as tx:
        id = imports.record(tx, "hr", "digest", rows, NOW)
        [row] = tx.execute(select(import_table)).all()
        assert (row.id, row.digest, row.ordered, row.already, row.changed, row.bad) == (id, "digest", 1, 1, 0, 2)
        kept = tx.execute(select(import_rows).order_by(import_rows.c.at)).all()
        assert [(one.row, one.outcome, one.reason) for one in kept] == [(r.row, r.outcome, r.reason) for r in rows]
        empty = imports.record(tx, "hr", "other", [], NOW)
        assert empty != id

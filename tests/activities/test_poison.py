"""An act that nobody foresaw: it is refused, alone, and the acts behind it are carried out."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from onboarding.activities.begin import begin
from onboarding.activities.settle import settle
from onboarding.operations import acting, policies
from onboarding.store import acts
from onboarding.store.engine import Store
from onboarding.store.schema import acts as act_rows
from onboarding.store.schema import employments, plans
from tests.activities.rows import rows
from tests.municipality import catalogue, post
from tests.operations.desk import IDA, order

NOW = datetime.now(UTC)
NEVER = "9999-12-31"  # no calendar goes on after it; nobody may ask for it, but a row may have been there before


def asked_for(store: Store, case: UUID) -> None:
    act = acts.ActRow(
        id=uuid4(), case=case, step="", kind="move date", actor="ida.it", actor_id="ida.it", at=NOW, value=NEVER,
        correction=None, note=None, state="open", why=None,
    )  # fmt: skip
    with store.writing() as tx:
        assert acts.add(tx, act)


def test_it_is_refused_and_keeps_nobody_waiting(database_url: str) -> None:
    store = Store(database_url)
    policies.adopt(store, catalogue(), IDA)
    [one] = order(store, post(1, NOW.date()))
    assert one.case and one.number
    begin(store, one.case, NOW)
    asked_for(store, one.case)
    acting.act(store, IDA, one.number, "skip", "key:grant:card", note="because")
    settle(store, one.case, 1, (), NOW)
    closed = {row["kind"]: (row["state"], row["why"]) for row in rows(store, act_rows)}
    assert closed == {"move date": ("refused", "act.unforeseen"), "skip": ("taken", None)}
    assert [row["number"] for row in rows(store, plans)] == [1]  # nothing of it stands
    assert [row["start"] for row in rows(store, employments)] == [NOW.date()]
    store.close()

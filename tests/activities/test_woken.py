"""An attempt that froze and wakes up when another has been in the account since: it tells nobody anything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from temporalio.client import Client

from onboarding.activities import entering
from onboarding.activities.begin import begin
from onboarding.activities.entering import Busy, Entered
from onboarding.activities.settle import settle
from onboarding.domain.accounts import Account
from onboarding.domain.cases import CaseView, Visit
from onboarding.store import accounts, people
from onboarding.store.engine import Store
from onboarding.store.schema import accounts as account_rows
from onboarding.store.schema import events
from tests import municipality
from tests.activities.rows import living, rows
from tests.municipality import post
from tests.workflows.house import House, in_days

NOW = datetime.now(UTC)
THERE = Account(native_id="n1", name="kari", key="E0001", enabled=True, targets=frozenset({"PAYSLIP"}))


@pytest.fixture
def h(database_url: str, tmp_path: Path) -> Iterator[House]:
    """Nobody is at work: the test is every attempt itself."""
    house = House(Store(database_url), cast(Client, None), municipality.catalogue(), tmp_path)
    yield house
    house.store.close()


def enter(h: House, v: Visit, attempt: int) -> Entered:
    entered = entering.enter(h.store, v, attempt, NOW)
    assert isinstance(entered, Entered)
    return entered


def go_out(h: House, v: Visit, e: Entered) -> CaseView:
    """As if all of it was done and read back."""
    was = {id: e.known[id] for id in e.rows}
    e.rows = {id: row.model_copy(update={"state": "done", "verified_at": NOW}) for id, row in e.rows.items()}
    e.account, e.read, e.opened = THERE, True, True
    return entering.leave(h.store, e, v, was, NOW)


def begun(h: House) -> tuple[str, Visit]:
    [number] = h.order(post(1, in_days(0)))
    case = h.case(number).id
    begin(h.store, case, NOW)
    return number, Visit(case=case, run=1, n=1, system="pay", steps=("pay:account", "pay:grant:payslip"))


def told(h: House) -> list[str]:
    return [row["step"] for row in rows(h.store, events, what="step.done")]


def test_what_was_taken_back_meanwhile_is_not_given_again(h: House) -> None:
    number, v = begun(h)
    frozen = enter(h, v, 1)
    go_out(h, v, enter(h, v, 2))
    assert living(h.store) == {"payslip"}
    with h.store.writing() as tx:  # the post is something else now, and its pay slip is taken back
        people.choose_role(tx, h.case(number).employment, "keeper")
    h.act(number, "move date", value=in_days(1).isoformat())
    settle(h.store, v.case, 1, (), NOW)
    before = told(h)
    assert living(h.store) == set()
    with pytest.raises(Busy):
        go_out(h, v, frozen)
    assert living(h.store) == set() and told(h) == before
    assert h.states(number)["pay:grant:payslip"] == "undone"


def test_a_lease_that_ran_out_and_that_nobody_took_is_no_hindrance(h: House) -> None:
    _, v = begun(h)
    e = enter(h, v, 1)
    with h.store.writing() as tx:
        long_ago = NOW - timedelta(minutes=5)
        assert accounts.prolong(tx, e.case.person, "pay", e.holder, long_ago)
    go_out(h, v, e)
    assert living(h.store) == {"payslip"} and told(h) == ["pay:account", "pay:grant:payslip"]
    assert [row["lease_holder"] for row in rows(h.store, account_rows, system="pay")] == [None]

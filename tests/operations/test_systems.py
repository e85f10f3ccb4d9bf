"""A system on hold: who, why, who was first; and what goes on when it is released."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from onboarding.connectors.base import Finding, Health
from onboarding.domain.errors import Conflict, NotFound
from onboarding.operations import reading, systems
from onboarding.store import acts
from onboarding.store import systems as stored
from onboarding.store.engine import Store
from onboarding.store.schema import events
from tests.operations.desk import HR, IDA, OLE, begun, stand
from tests.store.at_once import at_once

REFUSED = Finding(ok=False, key="system.credentials-refused")
SLOW = Finding(ok=False, key="system.slow")
FINE = Finding(ok=True, key="system.credentials-refused")  # what was looked for, and was not so


def said(store: Store) -> list[tuple[str, str, str | None]]:
    with store.reading() as tx:
        rows = tx.execute(select(events).where(events.c.what.like("system.%")).order_by(events.c.seq))
        return [(row.what, row.actor, row.object) for row in rows]


def key_of(error: pytest.ExceptionInfo[Conflict]) -> tuple[str, dict[str, str]]:
    return error.value.key, dict(error.value.params)


def test_held_by_one_person_with_a_reason(store: Store) -> None:
    with pytest.raises(Conflict) as error:
        systems.hold(store, IDA, "ad", "")
    assert key_of(error) == ("act.needs-note", {})
    systems.hold(store, IDA, "ad", "tjenestevindu")
    state = reading.system_states(store)["ad"]
    assert (state.held_by, state.hold_reason, state.credentials_refused) == ("ida.it", "system.held", False)
    assert state.held_at is not None and state.hold_note is not None
    with store.reading() as tx:
        assert acts.note(tx, state.hold_note) == "tjenestevindu"
    with pytest.raises(Conflict) as error:
        systems.hold(store, OLE, "ad", "also")
    key, params = key_of(error)
    assert key == "act.somebody-first" and params["actor"] == "ida.it"
    assert datetime.fromisoformat(params["at"]) == state.held_at
    assert said(store) == [("system.held", "ida.it", "ad")]


def test_of_ten_who_hold_at_once_one_does(store: Store) -> None:
    def hold(n: int) -> str:
        try:
            systems.hold(store, IDA.model_copy(update={"id": f"it-{n}"}), "ad", "tjenestevindu")
        except Conflict as conflict:
            return conflict.key
        return "held"

    assert sorted(at_once(10, hold)) == [*["act.somebody-first"] * 9, "held"]
    assert len(said(store)) == 1


@pytest.mark.parametrize("system", ["mainframe", ""])
def test_a_system_nobody_knows(store: Store, system: str) -> None:
    for ask in (lambda: systems.hold(store, IDA, system, "why"), lambda: systems.release(store, IDA, system)):
        with pytest.raises(NotFound) as error:
            ask()
        assert error.value.key == "system.unknown" and error.value.params == {"system": system}


def test_without_a_policy_no_system_is_known(bare: Store) -> None:
    with pytest.raises(NotFound):
        systems.hold(bare, IDA, "ad", "why")


def test_a_release_lets_every_waiting_case_go_on(store: Store) -> None:
    held, other, free = (begun(store, employee_number=f"E{n}") for n in range(3))
    systems.hold(store, IDA, "ad", "tjenestevindu")
    for case, step in ((held, "ad:account"), (held, "ad:grant:vpn"), (other, "ad:account"), (free, "pay:account")):
        stand(store, case, step, state="held")
    assert systems.release(store, OLE, "ad") == 2
    with store.reading() as tx:
        assert {(act.step, act.kind, act.actor) for act in acts.open_of(tx, held.id)} == {
            ("ad:account", "release", "ole.it"),
            ("ad:grant:vpn", "release", "ole.it"),
        }
        assert acts.open_of(tx, free.id) == []
        assert set(acts.to_ring(tx, datetime.now(UTC), 10)) == {held.id, other.id}
    assert reading.system_states(store)["ad"].held_at is None
    assert said(store)[-1] == ("system.released", "ole.it", "ad")


def test_what_is_not_held_is_not_released(store: Store) -> None:
    for _ in range(2):
        with pytest.raises(Conflict) as error:
            systems.release(store, IDA, "ad")
        assert key_of(error) == ("system.not-held", {"system": "ad"})
    assert said(store) == []


@pytest.mark.parametrize(
    ("findings", "ok", "held"),
    [((FINE,), True, False), ((FINE, SLOW), False, False), ((SLOW, REFUSED), False, True), ((), True, False)],
)
def test_a_test_is_remembered_and_holds_where_our_credentials_are_refused(
    store: Store, findings: tuple[Finding, ...], ok: bool, held: bool
) -> None:
    systems.tested(store, IDA, "ad", Health(findings=findings))
    state = reading.system_states(store)["ad"]
    assert state.tested_ok is ok and state.tested_at is not None
    assert (state.held_at is not None, state.credentials_refused, state.next_probe is not None) == (held, held, held)
    tested = ("system.tested", "ida.it", "ad")
    assert said(store) == ([("system.held", "ida.it", "ad"), tested] if held else [tested])
    if held:
        assert state.hold_reason == "system.credentials-refused"
        with store.writing() as tx:
            assert stored.to_probe(tx, datetime.now(UTC)) == []
            assert stored.to_probe(tx, datetime.now(UTC) + timedelta(minutes=16)) == ["ad"]
        assert systems.release(store, OLE, "ad") == 0


def test_a_test_leaves_a_hold_that_a_person_decided(store: Store) -> None:
    systems.hold(store, IDA, "ad", "tjenestevindu")
    systems.tested(store, HR, "ad", Health(findings=(REFUSED,)))
    state = reading.system_states(store)["ad"]
    assert (state.held_by, state.hold_reason, state.next_probe) == ("ida.it", "system.held", None)
    assert [what for what, *_ in said(store)] == ["system.held", "system.tested"]

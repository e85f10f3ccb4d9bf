"""The policy that was read becomes the current one, once, with an event; the older ones stay."""

from sqlalchemy import select

from onboarding.operations import policies
from onboarding.store.engine import Store
from onboarding.store.schema import events
from tests.municipality import catalogue
from tests.operations.desk import HR
from tests.store.at_once import at_once


def adoptions(store: Store) -> list[str | None]:
    with store.reading() as tx:
        query = select(events.c.object).where(events.c.what == "policy.adopted").order_by(events.c.seq)
        return list(tx.scalars(query))


def test_adopted_once_with_an_event(bare: Store) -> None:
    assert policies.current(bare) is None
    assert policies.adopt(bare, catalogue("monday"), HR) and not policies.adopt(bare, catalogue("monday"), HR)
    assert policies.adopt(bare, catalogue("tuesday"), HR)
    assert policies.current(bare) == catalogue("tuesday") and adoptions(bare) == ["monday", "tuesday"]


def test_of_workers_that_start_at_once_one_adopts(bare: Store) -> None:
    assert sum(at_once(5, lambda _: policies.adopt(bare, catalogue(), HR))) == 1
    assert adoptions(bare) == ["policy-1"]

"""Each version of the policy stays, and the one adopted last is the current one."""

from onboarding.store import policies
from onboarding.store.engine import Store
from tests.municipality import catalogue
from tests.store.at_once import at_once
from tests.store.rows import NOW, SECOND


def test_the_one_adopted_last_is_current_and_the_others_stay(store: Store) -> None:
    monday, tuesday = catalogue("monday"), catalogue("tuesday", clashes=(), everyone=())
    with store.writing() as tx:
        assert policies.current_hash(tx) is None
        assert policies.adopt(tx, monday, NOW)
        assert not policies.adopt(tx, monday, NOW + SECOND)
        assert policies.adopt(tx, tuesday, NOW + 2 * SECOND)
        assert policies.current_hash(tx) == "tuesday"
        assert policies.load(tx, "monday") == monday and policies.load(tx, "tuesday") == tuesday
        assert policies.adopt(tx, monday, NOW + 3 * SECOND)  # back again
        assert policies.current_hash(tx) == "monday"


def test_of_workers_that_start_at_once_one_adopts(store: Store) -> None:
    def adopt(n: int) -> bool:
        with store.writing() as tx:
            return policies.adopt(tx, catalogue(), NOW)

    assert sum(at_once(6, adopt)) == 1

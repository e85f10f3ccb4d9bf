"""What a list says of a case is told anew by what stands when its row is ours, not when we began to wait for it."""

import threading
from datetime import UTC, date, datetime

from sqlalchemy import text

from onboarding.store import cases, outlooks, people, steps
from onboarding.store.engine import Store
from tests.store.rows import NOW, a_case, a_step
from tests.workflows.until import until

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def test_a_day_that_is_moved_meanwhile_is_the_one_that_is_told(postgres_url: str) -> None:
    """The tenth is too late for the first of December, and in time for the twentieth."""
    store = Store(postgres_url)
    with store.writing() as tx:
        case = a_case(tx, state="running", plan=1)
        due = datetime(2026, 12, 10, 12, tzinfo=UTC)
        steps.add(tx, case.id, [a_step("ad:account", state="asked", due=due)], 0, NOW)

    def waits() -> bool:
        with store.looking() as tx:
            return bool(tx.scalar(WAITING))

    telling = threading.Thread(target=outlooks.tell_anew, args=(store,), daemon=True)
    with store.writing() as tx:
        assert cases.lock(tx, case.id, 0)
        telling.start()
        until(waits)
        people.move_start(tx, case.employment, date(2026, 12, 20))
    telling.join(30)
    assert not telling.is_alive()
    with store.reading() as tx:
        told = cases.as_it_stands(tx, case.id).outlook
    store.close()
    assert '"by hand"' in told and "promised" not in told.replace("promised_for", "")

"""Stories over hours, days and weeks: on the time-skipping server, but where a person presses a button."""

# ruff: noqa: T201 - a show tells what it measured

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from onboarding.activities.outcomes import PAUSES
from onboarding.operations import reading
from tests.municipality import post
from tests.workflows.house import House, house, in_days

HOP = timedelta(minutes=5)
A_MINUTE = timedelta(minutes=1)
BANK = "pay:grant:bank"


async def pass_time(
    server: WorkflowEnvironment, true: Callable[[], bool], *, at_most: timedelta, hop: timedelta = HOP
) -> None:
    """In hops, so that what wakes has its turn before the next."""
    until = await server.get_current_time() + at_most
    while not true():
        assert await server.get_current_time() < until, "it did not happen in that time"
        await server.sleep(hop)


def first_day(days: int, *, before: int = 0) -> datetime:
    """00:00 in Oslo, so many days before."""
    day = in_days(days - before)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC)


def silent_events(h: House) -> int:
    with h.store.reading() as tx:
        return int(tx.exec_driver_sql("SELECT count(*) FROM events WHERE what = 'system.silent'").scalar_one())


@pytest.mark.timeskipping
async def test_a_system_away_for_two_hours(sqlite_url: str, time_skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with house(sqlite_url, time_skipping.client, tmp_path, pauses=PAUSES, sweep=None) as h:
        h.systems["pay"].turn(down=True)
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("pay:account") == "retrying")
        await pass_time(
            time_skipping, lambda: h.states(number)["pay:account"] == "stuck", at_most=timedelta(minutes=40)
        )
        step = h.steps(number)["pay:account"]
        assert step.faults_since is not None and step.since is not None and step.reason == "system.away"
        said_after = step.since - step.faults_since
        assert timedelta(minutes=30) <= said_after < timedelta(minutes=31)  # the system's patience, not its next try
        assert h.states(number)["ad:grant:vpn"] == "done" and h.state(number) == "waiting"
        await time_skipping.sleep(timedelta(minutes=90))
        assert h.states(number)["pay:account"] == "stuck"
        h.systems["pay"].turn(down=False)
        back = await time_skipping.get_current_time()
        await pass_time(time_skipping, lambda: h.state(number) == "prepared", at_most=timedelta(hours=2))
        waited = await time_skipping.get_current_time() - back
        events = await h.events(number)
        print(f"stuck after {said_after}; went on by itself within {waited} of its return; {events} events")
        assert events < 100


@pytest.mark.timeskipping
async def test_one_right_in_progress_for_a_week(
    sqlite_url: str, time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with house(sqlite_url, time_skipping.client, tmp_path, pauses=PAUSES, sweep=None) as h:
        pay = h.systems["pay"]
        numbers = h.order(*(post(n, in_days(3), job_code="7531") for n in (1, 2)))
        # Their accounts are made while the right waits for its owner: it is the right alone that takes so long.
        await h.until(lambda: all(h.states(one).get("people:approve:bank") == "asked" for one in numbers))
        await h.until(
            lambda: all(h.states(one)["pay:account"] == h.states(one)["ad:grant:vpn"] == "done" for one in numbers)
        )
        pay.turn(in_progress=8 * 24 * 3600.0)
        for one in numbers:
            h.act(one, "approve", "people:approve:bank")
        await h.until(lambda: all(h.states(one)[BANK] == "in progress" for one in numbers))
        assert silent_events(h) == 0
        hour = timedelta(hours=1)
        await pass_time(time_skipping, lambda: silent_events(h) > 0, at_most=2 * hour)
        state = reading.system_states(h.store)["pay"]
        since = [h.steps(one)[BANK].since for one in numbers]
        assert state.silent_since in since
        await pass_time(
            time_skipping, lambda: all(h.states(one)["ad:enable"] == "done" for one in numbers),
            at_most=timedelta(days=5), hop=hour,
        )  # fmt: skip
        await time_skipping.sleep(timedelta(days=4))
        for one in numbers:
            step, on = h.steps(one)[BANK], h.steps(one)["ad:enable"]
            assert step.state == "in progress" and step.faults_since is None
            assert on.since is not None and timedelta(0) <= on.since - first_day(3) < A_MINUTE
            others = {id: state for id, state in h.states(one).items() if id != step.id}
            assert set(others.values()) == {"done"}, others
        assert silent_events(h) == 1  # one card, however many cases wait and however long
        events = [await h.events(one) for one in numbers]
        print(f"in progress for a week: {events} history events")
        assert max(events) < 100
        pay.turn(in_progress=0)
        # It said itself when to look again, and is not asked before.
        over = timedelta(days=3)
        await pass_time(time_skipping, lambda: {h.state(n) for n in numbers} == {"closed"}, at_most=over, hop=hour)
        assert reading.system_states(h.store)["pay"].silent_since is None


@pytest.mark.timeskipping
async def test_switched_on_at_midnight_of_the_first_day_or_as_early_as_the_role_says(
    sqlite_url: str, time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with house(sqlite_url, time_skipping.client, tmp_path, pauses=PAUSES, sweep=None) as h:
        [plain, early] = h.order(post(1, in_days(6)), post(2, in_days(6), job_code="7523"))
        await h.until(lambda: h.state(plain) == h.state(early) == "prepared")
        assert not any(account.enabled for account in h.systems["ad"].accounts())
        await pass_time(
            time_skipping,
            lambda: h.state(plain) in ("ready", "closed"),
            at_most=timedelta(days=8),
            hop=timedelta(hours=2),
        )
        for number, moment in ((plain, first_day(6)), (early, first_day(6, before=3))):
            on = h.steps(number)["ad:enable"]
            assert on.since is not None and on.not_before == moment
            assert timedelta(0) <= on.since - moment < A_MINUTE, (on.since, moment)
        assert all(account.enabled for account in h.systems["ad"].accounts())


@pytest.mark.temporal
@pytest.mark.parametrize("fault", ["retrying", "stuck"])
async def test_retry_now_starts_the_visit_anew(
    fault: str, sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    """The next try is an hour away: only the press can have done it."""
    async with house(sqlite_url, temporal_client, tmp_path, pauses=(timedelta(hours=1),)) as h:
        pay = h.systems["pay"]
        pay.turn(**({"down": True} if fault == "retrying" else {"refuses": {"display_name": "Karib Nordmanna"}}))
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("pay:account") == fault)
        pay.turn(down=False, refuses={})
        before = h.steps(number)["pay:account"]
        assert before.next_at is None or before.next_at - datetime.now(UTC) > timedelta(minutes=50)
        binds = len(pay.log())
        pressed = time.monotonic()
        h.act(number, "retry", "pay:account")
        await h.until(lambda: h.states(number)["pay:account"] == "done")
        print(f"retry now of a {fault} step: done after {time.monotonic() - pressed:.2f} s")
        await h.until(lambda: h.state(number) == "prepared")
        assert [entry.verb for entry in pay.log()[binds:]].count("bind") == 1
        history = [event async for event in h.handle(number).fetch_history_events()]
        scheduled = [event.activity_task_scheduled_event_attributes for event in history]
        assert [one.task_queue.name for one in scheduled].count("system.pay") == 2

"""From a plan's whole days to moments: Norway's clock, its working days, and when a promise is due."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

OSLO = ZoneInfo("Europe/Oslo")
_CLOSING = time(16)


def instant(day: date, offset: int, at: time | None = None) -> datetime:
    """The moment, in UTC, of 00:00 (or `at`) Norwegian time, `offset` days from the day.

    A time that comes twice in autumn is the first of the two; one that spring leaps over is as much after the leap.
    """
    return datetime.combine(day + timedelta(days=offset), at or time.min, tzinfo=OSLO).astimezone(UTC)


def today(now_utc: datetime) -> date:
    """The day it is in Norway."""
    return now_utc.astimezone(OSLO).date()


def working_days_after(start: date, n: int) -> date:
    """The n-th working day after the start. 0 is the start itself, or the first working day after it."""
    day = start
    while n > 0 or not _is_working_day(day):
        day += timedelta(days=1)
        n -= _is_working_day(day)
    return day


def due(start: datetime, promise: int) -> datetime:
    """When something that can begin at `start` is promised: at closing time, `promise` working days on, in UTC."""
    day = working_days_after(today(start), promise)
    end = instant(day, 0, _CLOSING)
    # What comes in after closing time cannot be done the same day.
    return end if end > start else instant(working_days_after(day, 1), 0, _CLOSING)


def _is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _closed(day.year)


@cache
def _closed(year: int) -> frozenset[date]:
    """Public holidays, and the two eves on which nobody who could do a task is at work.

    The Wednesday before Easter stays a working day: offices are open until noon, and that is enough to keep a promise.
    """
    return frozenset({*holidays.country_holidays("NO", years=year), date(year, 12, 24), date(year, 12, 31)})

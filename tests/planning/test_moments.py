"""Norway's clock and working days."""

from datetime import UTC, date, datetime, time

import pytest

from onboarding.planning.moments import due, instant, today, working_days_after


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "offset", "at", "moment"),
    [
        (date(2026, 12, 1), 0, None, utc("2026-11-30 23:00")),
        (date(2026, 12, 1), -3, None, utc("2026-11-27 23:00")),
        (date(2026, 7, 1), 0, None, utc("2026-06-30 22:00")),
        (date(2026, 3, 29), 0, None, utc("2026-03-28 23:00")),  # the night summer time begins
        (date(2026, 3, 29), 1, None, utc("2026-03-29 22:00")),
        (date(2026, 10, 25), 1, None, utc("2026-10-25 23:00")),  # and the one it ends
        (date(2026, 10, 28), -3, None, utc("2026-10-24 22:00")),
        (date(2026, 12, 1), 1, time(7, 30), utc("2026-12-02 06:30")),
        (date(2026, 10, 24), 1, time(2, 30), utc("2026-10-25 00:30")),  # comes twice: the first
        (date(2026, 3, 28), 1, time(2, 30), utc("2026-03-29 01:30")),  # never comes: 03:30 instead
        (date(2028, 2, 28), 1, None, utc("2028-02-28 23:00")),
    ],
)
def test_instant(day: date, offset: int, at: time | None, moment: datetime) -> None:
    assert instant(day, offset, at) == moment
    assert instant(day, offset, at).utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (utc("2026-11-30 22:59"), date(2026, 11, 30)),
        (utc("2026-11-30 23:00"), date(2026, 12, 1)),
        (utc("2026-06-30 22:00"), date(2026, 7, 1)),
    ],
)
def test_today(now: datetime, day: date) -> None:
    assert today(now) == day


@pytest.mark.parametrize(
    ("start", "n", "day"),
    [
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 12, 1), 1, date(2026, 12, 2)),
        (date(2026, 12, 4), 1, date(2026, 12, 7)),  # over a weekend
        (date(2026, 12, 5), 0, date(2026, 12, 7)),
        (date(2026, 12, 5), 1, date(2026, 12, 7)),
        (date(2026, 12, 1), 5, date(2026, 12, 8)),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # Christmas Eve is nobody's working day
        (date(2026, 12, 30), 1, date(2027, 1, 4)),  # nor New Year's Eve; into another year
        (date(2026, 3, 31), 1, date(2026, 4, 1)),  # the Wednesday before Easter is one
        (date(2026, 4, 1), 1, date(2026, 4, 7)),  # and then Easter
        (date(2026, 5, 13), 1, date(2026, 5, 15)),  # Ascension Day
        (date(2027, 5, 14), 1, date(2027, 5, 18)),  # 17 May, the same Monday as Whit Monday
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # 1 May
    ],
)
def test_working_days(start: date, n: int, day: date) -> None:
    assert working_days_after(start, n) == day


@pytest.mark.parametrize(
    ("start", "promise", "moment"),
    [
        (utc("2026-12-01 08:00"), 1, utc("2026-12-02 15:00")),
        (utc("2026-07-01 08:00"), 1, utc("2026-07-02 14:00")),
        (utc("2026-12-01 08:00"), 0, utc("2026-12-01 15:00")),
        (utc("2026-12-01 15:00"), 0, utc("2026-12-02 15:00")),  # after closing time the same day is over
        (utc("2026-12-04 16:00"), 0, utc("2026-12-07 15:00")),
        (utc("2026-11-30 23:30"), 1, utc("2026-12-02 15:00")),  # already 1 December in Oslo
        (utc("2026-03-27 08:00"), 1, utc("2026-03-30 14:00")),  # summer time begins in between
    ],
)
def test_due(start: datetime, promise: int, moment: datetime) -> None:
    assert due(start, promise) == moment

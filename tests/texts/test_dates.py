"""Days and moments in words, on the clock of Oslo."""

from datetime import UTC, date, datetime

import pytest

from onboarding.texts import dates

TODAY = date(2025, 11, 24)
NOW = datetime(2025, 11, 24, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (date(2025, 12, 1), "nb", "mandag 1. desember"),
        (date(2025, 12, 2), "nn", "tysdag 2. desember"),
        (date(2025, 12, 1), "en", "Monday 1 December"),
        (date(2026, 1, 1), "nb", "torsdag 1. januar 2026"),
        (date(2024, 12, 31), "en", "Tuesday 31 December 2024"),
        (date(2025, 12, 6), "nn", "laurdag 6. desember"),
        (date(2025, 12, 1), "se", "mandag 1. desember"),
    ],
)
def test_a_day(value: date, language: str, expected: str) -> None:
    assert dates.day(value, language, TODAY) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2025, 11, 23), "søndag 23. november"),
        (date(2025, 11, 24), "i dag"),
        (date(2025, 11, 25), "i morgen"),
        (date(2025, 11, 26), "onsdag"),
        (date(2025, 11, 30), "søndag"),
        (date(2025, 12, 1), "mandag 1. desember"),
    ],
)
def test_a_day_that_is_near(value: date, expected: str) -> None:
    assert dates.near(value, "nb", TODAY) == expected


@pytest.mark.parametrize(
    ("at", "language", "expected"),
    [
        (datetime(2025, 11, 24, 13, 5, tzinfo=UTC), "nb", "i dag kl. 14:05"),
        (datetime(2025, 11, 23, 23, 0, tzinfo=UTC), "nb", "i dag kl. 00:00"),
        (datetime(2025, 11, 23, 22, 59, tzinfo=UTC), "nb", "i går kl. 23:59"),
        (datetime(2025, 11, 25, 7, 0, tzinfo=UTC), "nn", "i morgon kl. 08:00"),
        (datetime(2025, 11, 24, 7, 0, tzinfo=UTC), "en", "today at 08:00"),
        (datetime(2025, 11, 20, 7, 0, tzinfo=UTC), "nb", "torsdag 20. november"),
        (datetime(2024, 11, 20, 7, 0, tzinfo=UTC), "nb", "onsdag 20. november 2024"),
    ],
)
def test_a_moment(at: datetime, language: str, expected: str) -> None:
    assert dates.moment(at, language, NOW) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nb", "siden i går kl. 11:00"), ("nn", "sidan i går kl. 11:00"), ("en", "since yesterday at 11:00")],
)
def test_since(language: str, expected: str) -> None:
    assert dates.since(datetime(2025, 11, 23, 10, tzinfo=UTC), language, NOW) == expected


def test_summer_time() -> None:
    now = datetime(2025, 7, 1, 12, tzinfo=UTC)
    assert dates.moment(now, "nb", now) == "i dag kl. 14:00"


def test_a_moment_must_say_which_clock() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dates.moment(datetime(2025, 11, 24, 13, 5), "nb", NOW)  # noqa: DTZ001 - the mistake that is looked for


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "1. des. 14:05"), ("nn", "1. des. 14:05"), ("en", "1 Dec 14:05")]
)
def test_a_moment_among_many_is_short(language: str, said: str) -> None:
    assert dates.stamp(datetime(2026, 12, 1, 13, 5, tzinfo=UTC), language, date(2026, 12, 31)) == said


def test_a_moment_among_many_tells_another_year() -> None:
    at = datetime(2026, 12, 31, 23, 5, tzinfo=UTC)  # in Oslo the new year has begun
    assert dates.stamp(at, "nb", date(2026, 12, 31)) == "1. jan. 2027 00:05"
    assert dates.stamp(at, "nb", date(2027, 3, 1)) == "1. jan. 00:05"

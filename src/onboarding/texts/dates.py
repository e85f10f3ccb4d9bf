"""Dates and moments in words. The store keeps UTC; people read the clock of Oslo."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from onboarding.planning import moments
from onboarding.planning.moments import OSLO
from onboarding.texts.catalogue import say

LOCALES = {"nb": Locale("nb"), "nn": Locale("nn"), "en": Locale("en", "GB")}
PATTERNS = {"nb": "EEEE d. MMMM", "nn": "EEEE d. MMMM", "en": "EEEE d MMMM"}
CLOSE = timedelta(days=6)  # so near, the weekday alone says which day it is


def locale_of(language: str) -> Locale:
    return LOCALES.get(language, LOCALES["nb"])


def local_day(at: datetime) -> date:
    """The day it is in Oslo at this moment."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moments.today(at)


@lru_cache(maxsize=1024)  # a page names few days, and names them often
def day(value: date, language: str, today: date) -> str:
    """mandag 1. desember; with the year where it is another than this one."""
    pattern = PATTERNS.get(language, PATTERNS["nb"]) + ("" if value.year == today.year else " y")
    return format_date(value, pattern, locale=locale_of(language))


@lru_cache(maxsize=1024)
def near(value: date, language: str, today: date) -> str:
    """i dag, i morgen, torsdag, or the day in full where it is past or more than six days away."""
    if value == today:
        return say("date.day-today", language)
    if value == today + timedelta(days=1):
        return say("date.day-tomorrow", language)
    if today < value <= today + CLOSE:
        return format_date(value, "EEEE", locale=locale_of(language))
    return day(value, language, today)


def moment(at: datetime, language: str, now: datetime) -> str:
    """i dag kl. 14:05, i går kl. 14:05, i morgen kl. 14:05; farther away the day alone."""
    then, today = local_day(at), local_day(now)
    keys = {-1: "date.yesterday", 0: "date.today", 1: "date.tomorrow"}
    key = keys.get((then - today).days)
    if key is None:
        return day(then, language, today)
    return say(key, language, time=_clock(at))


def stamp(at: datetime, language: str, today: date) -> str:
    """1. des. 14:05: short, for many in a row; with the year where it is another than this one."""
    return f"{_day_of_month(local_day(at), language, today)} {_clock(at)}"


@lru_cache(maxsize=1024)
def _day_of_month(value: date, language: str, today: date) -> str:
    pattern = ("d MMM" if language == "en" else "d. MMM") + ("" if value.year == today.year else " y")
    return format_date(value, pattern, locale=locale_of(language))


def _clock(at: datetime) -> str:
    there = at.astimezone(OSLO)
    return f"{there.hour:02}:{there.minute:02}"


def since(at: datetime, language: str, now: datetime) -> str:
    """siden i går kl. 14:05."""
    return say("date.since", language, when=moment(at, language, now))

"""An error as a person reads it, on a page or at a prompt: moments, people and systems in words."""

from datetime import date, datetime

from onboarding.domain.errors import OnboardingError
from onboarding.texts import dates
from onboarding.texts.catalogue import say
from onboarding.texts.words import Titles, label_in_words

LONGEST_NUMBER = 60  # characters


def told(error: OnboardingError, language: str, now: datetime, titles: Titles | None = None) -> str:
    """The error's own text; which system is in words where `titles` are at hand."""
    params = {name: str(value) for name, value in error.params.items()}
    if "number" in params:  # of a case that is not there: whatever an address can hold
        params["number"] = _short(params["number"])
    if titles and "system" in params:
        params["system"] = titles.system(params["system"])
    if "at" in params:
        params["at"] = dates.moment(datetime.fromisoformat(params["at"]), language, now)
    if "last_day" in params:
        params["last_day"] = dates.day(date.fromisoformat(params["last_day"]), language, dates.local_day(now))
    if "actor" in params:
        params["actor"] = label_in_words(params["actor"], language)
    return say(error.key, language, **params)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NUMBER else f"{text[: LONGEST_NUMBER - 1]}…"

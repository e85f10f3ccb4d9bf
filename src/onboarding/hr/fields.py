"""Single cells of the HR export become values, or raise the key of the text that says what is wrong with them."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from onboarding.hr.table import is_control

LONGEST_NAME = 100
LONGEST_TEXT = 200
OLDEST_START = 60  # years back: nobody has worked that long, but 2026 is easily written 1926
LATEST_START = 2  # years ahead
NO_END = 9999  # the year many systems write for "no end"

NORWEGIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
NUMBER = re.compile(r"(-?\d{1,9})(?:[.,](\d{1,9}))? ?%?")
IDENTIFIER = re.compile(r"[0-9A-Za-zÆØÅæøå._/-]{1,64}")
LONGEST_CODE = 32
EMAIL = re.compile(r"[^\s@<>\",;:()\[\]\\]{1,64}@[^\s@<>\",;:()\[\]\\]+\.[^\s@<>\",;:()\[\]\\]{2,}")
PHONE = re.compile(r"\+?[\d ().-]{5,25}")
PARTICLES = frozenset({"van", "von", "der", "den", "de", "da", "di", "du", "la", "af", "av", "bin"})
YES_NO = {"": False, "0": False, "nei": False, "n": False, "false": False, "usann": False}
YES_NO |= {"1": True, "ja": True, "j": True, "x": True, "true": True, "sann": True}


class Unreadable(Exception):
    """What is wrong with one cell: a key of `texts`, and what fills it."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


def name(value: str, *, family: bool = False) -> str:
    """A given or family name as a person would write it. Only what is wholly in capitals is changed."""
    tidy = _safe(value, LONGEST_NAME, "hr.name-too-long")
    if not any(letter.isalpha() for letter in tidy):
        raise Unreadable("hr.name-without-letters")
    if not tidy.isupper():
        return tidy
    words = tidy.split(" ")
    last = len(words) - 1
    return " ".join(
        word.lower() if family and place < last and word.lower() in PARTICLES else _capitalised(word)
        for place, word in enumerate(words)
    )


def _capitalised(word: str) -> str:
    """ANNE-LISE -> Anne-Lise, O'BRIEN -> O'Brien."""
    return re.sub(r"[^\W\d_]+", lambda part: part[0][:1] + part[0][1:].lower(), word)


def text(value: str) -> str:
    """A title or another short text."""
    return _safe(value, LONGEST_TEXT, "hr.text-too-long")


def _safe(value: str, longest: int, too_long: str) -> str:
    if any(is_control(letter) for letter in value):
        raise Unreadable("hr.control-characters")
    if "<" in value or ">" in value:
        raise Unreadable("hr.markup")
    tidy = " ".join(value.split())
    if len(tidy) > longest:
        raise Unreadable(too_long, limit=str(longest))
    return tidy


def identifier(value: str) -> str:
    """An employee number, a unit's id, a job code: kept as it stands, leading zeros and all."""
    if not IDENTIFIER.fullmatch(value):
        raise Unreadable("hr.not-a-number-or-code")
    return value


def code(value: str) -> str:
    """A job code: no HR system has one as long as an employee number may be."""
    if len(value) > LONGEST_CODE:
        raise Unreadable("hr.text-too-long", limit=str(LONGEST_CODE))
    return identifier(value)


def reference(value: str) -> str | None:
    """The number of somebody or something else; blank or 0 is nobody."""
    return identifier(value) if value.strip("0") else None


def day(value: str) -> date:
    """01.02.2027 or 2027-02-01."""
    if match := NORWEGIAN_DATE.fullmatch(value):
        parts = (match[3], match[2], match[1])
    elif match := ISO_DATE.fullmatch(value):
        parts = (match[1], match[2], match[3])
    else:
        raise Unreadable("hr.not-a-date")
    try:
        return date(*map(int, parts))
    except ValueError:
        raise Unreadable("hr.no-such-date") from None


def first_day(value: str, today: date) -> date:
    start = day(value)
    if start < _years(today, -OLDEST_START):
        raise Unreadable("hr.start-too-early")
    if start > _years(today, LATEST_START):
        raise Unreadable("hr.start-too-late")
    return start


def last_day(value: str) -> date | None:
    if not value:
        return None
    end = day(value)
    return None if end.year == NO_END else end


def _years(today: date, years: int) -> date:
    if (today.month, today.day) == (2, 29):
        today = today.replace(day=28)
    return today.replace(year=today.year + years)


def percentage(value: str) -> Decimal:
    """53,33 or 53.33; at most two decimals are kept."""
    match = NUMBER.fullmatch(value)
    if match is None:
        raise Unreadable("hr.not-a-percentage")
    found = Decimal(f"{match[1]}.{match[2] or 0}").quantize(Decimal("0.01"), ROUND_HALF_UP)
    if found > 100 or value.startswith("-"):
        raise Unreadable("hr.percentage-out-of-range")
    return found


def email(value: str) -> str | None:
    if value and (len(value) > 254 or not EMAIL.fullmatch(value)):
        raise Unreadable("hr.not-an-email")
    return value or None


def mobile(value: str) -> str | None:
    if value and not PHONE.fullmatch(value):
        raise Unreadable("hr.not-a-phone-number")
    return value or None


def yes_or_no(value: str) -> bool:
    try:
        return YES_NO[value.casefold()]
    except KeyError:
        raise Unreadable("hr.not-yes-or-no") from None

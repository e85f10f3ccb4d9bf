"""User names to try for a person, best first: letters and digits that every system takes."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from anyascii import anyascii

from onboarding.domain.catalogue import Usernames

_OWN_LETTERS: Mapping[str, str] = {"å": "a", "ø": "o", "æ": "ae"}
_SHORTEST = 3
_LAST_NUMBER = 999
_POSSIBLE = re.compile(r"[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]")
_NO_NAME = "bruker"  # for a name of which no letter can be written: it still needs something to stand behind
# Left out in front of a family name, so that van der Berg is found under B, as people look for it.
_PARTICLES = frozenset(
    re.findall(
        r"\w+", "af al av bin da das de del della den der di do dos du el ibn la las le los ten ter van von zu zum zur"
    )
)


def can_be_a_name(name: str, longest: int) -> bool:
    """One that a person thought of: what every directory takes. A name is given for good, also one that is mistyped."""
    return _SHORTEST <= len(name) <= longest and _POSSIBLE.fullmatch(name) is not None


def candidates(rules: Usernames, given: str, family: str, max_length: int) -> Iterator[str]:
    """Each pattern as it is, then each with 2, 3 … 999 behind. Finite; none twice, and the same every time."""
    limit = min(max_length, rules.lengths)
    letters = {**_OWN_LETTERS, **{letter.lower(): plain for letter, plain in rules.letters.items()}}
    first = "".join(_words(given, letters))
    last = "".join(_without_particles(_words(family, letters)))
    bases = list(dict.fromkeys(base for pattern in rules.patterns if (base := _fill(pattern, first, last, letters))))
    reserved = {word.lower() for word in rules.reserved}
    met: set[str] = set()
    for name in _numbered(bases or [_NO_NAME], limit):
        if len(name) >= _SHORTEST and name[0].isalpha() and name not in reserved and name not in met:
            met.add(name)
            yield name


def _numbered(bases: list[str], limit: int) -> Iterator[str]:
    yield from (base[:limit] for base in bases)
    for base in bases:
        for number in range(2, _LAST_NUMBER + 1):
            yield base[: limit - len(str(number))] + str(number)


def _words(name: str, letters: Mapping[str, str]) -> list[str]:
    """The name's words in a-z and 0-9: hyphens and spaces part them, apostrophes do not."""
    # Composed first: some files bring å as an a with a ring behind it.
    lower = unicodedata.normalize("NFC", name).lower()
    mapped = "".join(letters.get(letter, letter) for letter in lower)
    plain = anyascii(mapped).lower()
    return [word for part in re.split(r"[\s\-]+", plain) if (word := _bare(part))]


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text)


def _without_particles(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in _PARTICLES:
        words = words[1:]
    return words


def _fill(pattern: str, first: str, last: str, letters: Mapping[str, str]) -> str:
    parts = {"given": first, "family": last}

    def part(match: re.Match[str]) -> str:
        return parts[match["part"]][: int(match["length"]) if match["length"] else None]

    filled = re.sub(r"\{(?P<part>given|family)(?::(?P<length>\d+))?\}", part, pattern)
    return "".join(_words(filled, letters)).lstrip("0123456789")

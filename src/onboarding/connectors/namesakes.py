"""Whose is an account that has her user name and no number: what an account shows of its owner, beside her own name.

Never guessed: only one that shows another's name is taken for another's. One that may be hers is asked about.
"""

import re
import unicodedata

from anyascii import anyascii

from onboarding.domain.accounts import Desired

PERHAPS_HERS = "system.account-without-number"  # the reason of the refusal that asks

_WORD = re.compile(r"[a-z]{2,}")  # an initial tells nothing
_SPELLED_OUT = (("aa", "a"), ("ae", "a"), ("oe", "o"))  # Aas is Ås, Bjoern is Bjørn


def may_be_hers(want: Desired, *shown: str | None) -> bool:
    """`shown`: the names that stand on the account, as far as it has any.

    Hers where all words of the one are in the other, in any order, whatever their case and marks: *Kari Anne Nordmann*
    and *Nordmann, Kari (vikar)* may both be Kari Nordmann. One that shows no name at all may be anybody's.
    """
    hers = _names(want.display_name, f"{want.given_name} {want.family_name}")
    theirs = _names(*shown)
    return not theirs or any(one <= other or other <= one for one in theirs for other in hers)


def _names(*written: str | None) -> list[frozenset[str]]:
    return [words for name in written if (words := _words(name or ""))]


def _words(name: str) -> frozenset[str]:
    plain = anyascii(unicodedata.normalize("NFC", name)).lower()
    for letters, letter in _SPELLED_OUT:
        plain = plain.replace(letters, letter)
    return frozenset(_WORD.findall(plain))

"""What a domain controller's answers mean: by result code and Windows' own number, never by their text.

Codes are RFC 4511's (appendix A); Windows puts its number in front of the text, as eight hexadecimal digits.
"""

import re
from collections.abc import Mapping
from typing import Literal

from onboarding.domain.errors import NeedsHuman, Transient
from onboarding.domain.people import Value

OK = 0
REFERRAL = 10  # on a write: this domain controller only reads
NO_SUCH_ATTRIBUTE = 16  # also: the value to remove is not there
VALUE_EXISTS = 20
NO_SUCH_OBJECT = 32
CREDENTIALS = 49
NO_RIGHT = 50
UNWILLING = 53
EXISTS = 68
OTHER = 80

# About one value, and the next attempt will be told the same: undefined attribute, bad syntax, out of range …
VALUE_REFUSED = frozenset({16, 17, 18, 19, 20, 21, UNWILLING, 65})
_NOT_NOW = frozenset({3, 11, 51, 52})  # time limit, admin limit, busy, unavailable
_UNCLEAR = frozenset({1, OTHER})  # operations error, other

_WEAK_PASSWORD = 0x52D
_UPN_TAKEN = frozenset({0x202F, 0x21C8})  # Samba's, Windows'
_NO_PARENT = 0x2095  # Samba moves nothing to where nothing is, and says 80
# Why we are not let in: Windows tells it as a number behind the other, and only to who has the right password.
OUR_ACCOUNT: Mapping[int, str] = {
    0x532: "active-directory.our-password-expired",
    0x773: "active-directory.our-password-expired",  # it must be changed first
    0x533: "active-directory.our-account-disabled",
    0x701: "active-directory.our-account-expired",
    0x775: "active-directory.our-account-locked",
}
NOT_LET_IN = frozenset({"system.credentials-refused", *OUR_ACCOUNT.values()})

_DATA = re.compile(r"\bdata ([0-9a-f]{3,4})\b")
_LEADING = re.compile(r"\s*([0-9A-Fa-f]{8})\b")


class Answer(Value):
    code: int
    windows: int | None = None
    data: int | None = None  # of a bind that was refused

    @property
    def ok(self) -> bool:
        return self.code == OK

    @property
    def value_refused(self) -> bool:
        return self.code in VALUE_REFUSED and not self.weak_password and not self.taken

    @property
    def taken(self) -> bool:
        """Somebody has the place in the tree, the user name or the principal name."""
        return self.code == EXISTS or (self.code == 19 and self.windows in _UPN_TAKEN)

    @property
    def weak_password(self) -> bool:
        return self.code in (19, UNWILLING) and self.windows == _WEAK_PASSWORD

    @property
    def no_parent(self) -> bool:
        return self.code == NO_SUCH_OBJECT or (self.code == OTHER and self.windows == _NO_PARENT)


def answer(code: int, message: str) -> Answer:
    leading = _LEADING.match(message)
    data = _DATA.search(message) if code == CREDENTIALS else None
    return Answer(code=code, windows=int(leading[1], 16) if leading else None, data=int(data[1], 16) if data else None)


def fault(
    system: str, said: Answer, place: str, sent: Literal["no", "unknown"] = "unknown", *, account: bool = False
) -> NeedsHuman | Transient:
    """What is left when the caller knows no better. `place` is an OU or a group, never a person.

    `account`: one that is there was to be changed, and may be protected by itself.
    """
    if said.code in _NOT_NOW:
        return Transient(sent="no")
    if said.code in _UNCLEAR:
        return Transient(sent=sent)
    if said.code == CREDENTIALS:
        key = OUR_ACCOUNT.get(said.data or 0, "system.credentials-refused")
        return NeedsHuman("system", key, system=system)
    if said.code == NO_RIGHT:
        key = "active-directory.no-right-on-account" if account else "active-directory.no-right"
        return NeedsHuman("step", key, system=system, place=place)
    if said.weak_password:
        return NeedsHuman("step", "active-directory.password-policy", system=system)
    shown = f"{said.code}" if said.windows is None else f"{said.code} {said.windows:08X}"
    return NeedsHuman("step", "active-directory.said-no", system=system, place=place, answer=shown)

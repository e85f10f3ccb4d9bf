"""What is read from a directory and what is sent to it: values as bytes, names with escapes, times since 1601."""

import re
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from ldap3.utils.conv import escape_bytes, escape_filter_chars  # type: ignore[import-untyped]  # no stubs
from ldap3.utils.dn import escape_rdn  # type: ignore[import-untyped]  # no stubs

from onboarding.domain.people import Value
from onboarding.planning.moments import instant, today

DISABLED = 0x2
NEW = 0x200 | DISABLED  # an ordinary account, off
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_NEVER = frozenset({0, 0x7FFFFFFFFFFFFFFF})  # both are in use
_FIRST_RDN = re.compile(r"^((?:[^,\\]|\\.)*),(.*)$", re.DOTALL)
_UNSAFE_USERNAME = re.compile(r"[^A-Za-z0-9._'-]")
LONGEST_USERNAME, LONGEST_CN = 20, 64


class Entry(Value):
    dn: str
    values: Mapping[str, tuple[bytes, ...]]  # attribute in small letters -> its values

    def text(self, attribute: str) -> str | None:
        values = self.values.get(attribute.lower())
        return values[0].decode("utf-8", "replace") if values else None

    def number(self, attribute: str) -> int:
        """0 where there is none."""
        return int(self.text(attribute) or 0)

    @property
    def native_id(self) -> str:
        return str(UUID(bytes_le=self.values["objectguid"][0]))


def by_guid(native_id: str) -> str:
    """A DN that follows the object wherever it is moved."""
    return f"<GUID={UUID(native_id)}>"


def equals(attribute: str, value: str | bytes) -> str:
    escaped = escape_bytes(value) if isinstance(value, bytes) else escape_filter_chars(value)
    return f"({attribute}={escaped})"


def any_of(filters: Sequence[str]) -> str:
    return f"(|{''.join(filters)})"


def split(dn: str) -> tuple[str, str]:
    """The entry's own part, and where it lies."""
    parts = _FIRST_RDN.match(dn)
    return (parts[1], parts[2]) if parts else (dn, "")


def escaped(value: str) -> str:
    """As part of a DN."""
    return str(escape_rdn(value))


def common_name(display_name: str, username: str) -> str:
    """Unique by the user name in it, since two may be called the same in one OU. People see the display name."""
    discriminator = f" ({username})"
    return f"CN={escaped(display_name[: LONGEST_CN - len(discriminator)].rstrip() + discriminator)}"


def is_legal(username: str) -> bool:
    """Windows' limits, which Samba does not hold; and no letters that a sign-in elsewhere would stumble on."""
    return 0 < len(username) <= LONGEST_USERNAME and not _UNSAFE_USERNAME.search(username) and username[-1] != "."


def quoted(password: str) -> bytes:
    """As `unicodePwd` wants it: the quotation marks are part of the value."""
    return f'"{password}"'.encode("utf-16-le")


def filetime(at: datetime) -> int:
    """Units of 100 ns since 1601, in whole numbers all the way: a float is minutes off."""
    since = at.astimezone(UTC) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10


def expires(last_day: date | None) -> str:
    """The moment after the last day, in Norway. Windows' own tools show it as the last day."""
    return str(filetime(instant(last_day, 1))) if last_day else "0"


def last_day(expiry: str | None) -> date | None:
    """The last whole day before it, in Norway; None where it never comes."""
    ticks = int(expiry or 0)
    return None if ticks in _NEVER else today(_EPOCH + timedelta(microseconds=ticks // 10 - 1))


def same_expiry(one: str | None, other: str) -> bool:
    return {int(one or 0), int(other)} <= _NEVER or int(one or 0) == int(other)


def sid_in_domain(sid: bytes, rid: int) -> bytes:
    """Another's security identifier in the same domain: the last four bytes are its own."""
    return sid[:-4] + struct.pack("<I", rid)

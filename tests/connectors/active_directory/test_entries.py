"""Names, times and flags as Windows has them, which Samba does not hold us to."""

from datetime import UTC, date, datetime

import pytest

from onboarding.connectors.active_directory.answers import Answer, answer, fault
from onboarding.connectors.active_directory.entries import (
    common_name,
    equals,
    expires,
    filetime,
    is_legal,
    last_day,
    quoted,
    same_expiry,
    sid_in_domain,
    split,
)
from onboarding.domain.errors import NeedsHuman, Transient

NEVER = "9223372036854775807"


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("karnor", True),
        ("k.o'nor-m_1", True),
        ("a" * 20, True),
        ("a" * 21, False),
        ("", False),
        ("karnor.", False),
        ("kåre", False),
        *[(f"kar{sign}nor", False) for sign in '"/\\[]:;|=,+*?<>@ \n'],
    ],
)
def test_a_user_name_keeps_to_windows_limits(name: str, legal: bool) -> None:
    assert is_legal(name) == legal


def test_a_common_name_is_cut_before_its_discriminator() -> None:
    assert common_name("Kåri Nordmann", "karnor") == "CN=Kåri Nordmann (karnor)"
    long = common_name("Kåri " * 20, "karnor")
    assert len(long) <= len("CN=") + 64 and long.endswith("(karnor)")
    assert common_name("Ünal, Ayşe", "unaays") == r"CN=Ünal\, Ayşe (unaays)"


@pytest.mark.parametrize(
    ("dn", "own", "place"),
    [
        (r"CN=Ünal\, Ayşe,OU=A,DC=b", r"CN=Ünal\, Ayşe", "OU=A,DC=b"),
        ("CN=a\\\\,OU=b", "CN=a\\\\", "OU=b"),
        ("DC=b", "DC=b", ""),
    ],
)
def test_a_dn_is_split_at_its_first_bare_comma(dn: str, own: str, place: str) -> None:
    assert split(dn) == (own, place)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2027, 1, 31), datetime(2027, 1, 31, 23, tzinfo=UTC)),
        (date(2027, 6, 30), datetime(2027, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_an_account_expires_the_moment_after_the_last_day_in_norway(day: date, moment: datetime) -> None:
    assert expires(day) == str(filetime(moment))
    assert last_day(expires(day)) == day


def test_times_are_exact_to_the_microsecond() -> None:
    assert filetime(datetime(1601, 1, 1, 0, 0, 0, 1, tzinfo=UTC)) == 10
    assert filetime(datetime(2026, 12, 1, 12, 34, 56, 789013, tzinfo=UTC)) == 134406020967890130


@pytest.mark.parametrize(
    ("now", "wanted", "same"),
    [(None, "0", True), (NEVER, "0", True), ("0", "0", True), (NEVER, "7", False), ("7", "7", True), ("7", "0", False)],
)
def test_never_has_two_spellings(now: str | None, wanted: str, same: bool) -> None:
    assert same_expiry(now, wanted) == same
    assert last_day(NEVER) is last_day("0") is last_day(None) is None


def test_a_filter_is_escaped() -> None:
    assert equals("cn", "a(b)*\\c\0") == r"(cn=a\28b\29\2a\5cc\00)"
    assert equals("objectSid", b"\x01*") == r"(objectSid=\01\2a)"


def test_a_password_is_quoted_utf16() -> None:
    assert quoted("pæ") == b'"\0p\0\xe6\0"\0'


def test_a_sid_of_the_same_domain() -> None:
    assert sid_in_domain(b"\x01\x05" + b"d" * 8 + b"\xff\xff\xff\xff", 513) == b"\x01\x05" + b"d" * 8 + b"\x01\x02\0\0"


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (19, "0000052D: SvcErr: DSID-031A12D2", Answer(code=19, windows=0x52D)),
        (80, "00002095: a name", Answer(code=80, windows=0x2095)),
        (53, "Unwilling 0000052D", Answer(code=53)),
        (0, "", Answer(code=0)),
    ],
)
def test_windows_own_number_stands_in_front(code: int, message: str, expected: Answer) -> None:
    assert answer(code, message) == expected


@pytest.mark.parametrize("said", [(53, "0000052D: SvcErr"), (19, "0000052D: x")])
def test_a_weak_password_is_not_a_refused_value(said: tuple[int, str]) -> None:
    got = answer(*said)
    assert got.weak_password
    assert not got.value_refused


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ((68, ""), True),
        ((68, "00000524: x"), True),
        ((19, "000021C8: x"), True),
        ((19, "0000202F: x"), True),
        ((19, ""), False),
    ],
)
def test_a_name_that_is_taken_has_many_answers(said: tuple[int, str], taken: bool) -> None:
    assert answer(*said).taken == taken


@pytest.mark.parametrize(("said", "no_parent"), [((32, ""), True), ((80, "00002095: x"), True), ((80, ""), False)])
def test_a_place_that_is_not_there(said: tuple[int, str], no_parent: bool) -> None:
    assert answer(*said).no_parent == no_parent


@pytest.mark.parametrize(
    ("code", "message", "sent"),
    [(51, "", "no"), (52, "", "no"), (11, "", "no"), (3, "", "no"), (1, "", "unknown"), (80, "", "unknown")],
)
def test_what_passes_by_itself(code: int, message: str, sent: str) -> None:
    raised = fault("ad", answer(code, message), "OU=x")
    assert isinstance(raised, Transient)
    assert raised.sent == sent


@pytest.mark.parametrize(
    ("code", "message", "scope", "key"),
    [
        (49, "80090308: LdapErr: data 52e", "system", "system.credentials-refused"),
        (49, "80090308: LdapErr: comment: x, data 775, v4563", "system", "active-directory.our-account-locked"),
        (49, "80090308: LdapErr: comment: x, data 532, v4563", "system", "active-directory.our-password-expired"),
        (49, "", "system", "system.credentials-refused"),
        (50, "00002098: x", "step", "active-directory.no-right"),
        (53, "0000052D: x", "step", "active-directory.password-policy"),
        (67, "", "step", "active-directory.said-no"),
    ],
)
def test_what_a_person_must_see_to(code: int, message: str, scope: str, key: str) -> None:
    raised = fault("ad", answer(code, message), "OU=x")
    assert isinstance(raised, NeedsHuman)
    assert (raised.scope, raised.key) == (scope, key)
    assert code == 49 or raised.params["system"] == "ad"

"""Rows of the HR export: what is read of a good one, and everything that makes one bad."""

from datetime import date
from decimal import Decimal

import pytest

from onboarding.hr.posts import HrPost
from onboarding.hr.table import without_identity
from onboarding.texts.catalogue import say
from tests.hr.conftest import Read

FULL = {
    "hrm_id": "00042",
    "fornavn": "  OLA ",
    "etternavn": "VAN DER BERG",
    "orgId": "0007",
    "stillingstype": "vikar ",
    "stillingskode": "0123",
    "stillingskodeNavn": "Sykepleier;  natt",
    "stillingsprosent": "53,33",
    "startdatoStilling": "2027-01-04",
    "sluttdatoStilling": "30.06.2027",
    "telefon": "+47 000 00 103",
    "epostHRM": "ola@work.example",
    "privatEpostHRM": "ola@home.example",
    "lederId": "00100",
    "erHovedstilling": "1",
}


def test_a_good_row_is_read_whole(read: Read) -> None:
    export = read(FULL)
    assert export.bad == ()
    assert export.in_doubt == frozenset()
    assert export.posts == (
        HrPost(
            employee_number="00042",
            given_name="Ola",
            family_name="van der Berg",
            email="ola@home.example",
            mobile="+47 000 00 103",
            unit="0007",
            job_code="0123",
            title="Sykepleier; natt",
            kind="ansatt",
            percentage=Decimal("53.33"),
            start=date(2027, 1, 4),
            end=date(2027, 6, 30),
            manager="00100",
            main=True,
        ),
    )


def test_what_may_be_blank_is_blank(read: Read) -> None:
    (post,) = read({"stillingskode": "", "lederId": "0", "epostHRM": "k@work.example"}).posts
    assert (post.job_code, post.manager, post.mobile, post.end, post.main) == ("", None, None, None, False)
    assert post.email == "k@work.example"


@pytest.mark.parametrize("code", ["4711", "ABC"])
def test_an_unknown_job_code_is_not_bad(read: Read, code: str) -> None:
    assert [post.job_code for post in read({"stillingskode": code}).posts] == [code]


def test_the_end_of_time_is_no_end(read: Read) -> None:
    assert read({"sluttdatoStilling": "31.12.9999"}).posts[0].end is None


BAD = [
    ({"hrm_id": ""}, "hrm_id", "hr.missing"),
    ({"hrm_id": "12 34"}, "hrm_id", "hr.not-a-number-or-code"),
    ({"fornavn": " "}, "fornavn", "hr.missing"),
    ({"fornavn": "x" * 101}, "fornavn", "hr.name-too-long"),
    ({"fornavn": "Ka\x07ri"}, "fornavn", "hr.control-characters"),
    ({"fornavn": "Kari\nLise"}, "fornavn", "hr.control-characters"),
    ({"fornavn": "Ka\u200bri"}, "fornavn", "hr.control-characters"),
    ({"etternavn": "<script>"}, "etternavn", "hr.markup"),
    ({"etternavn": "--"}, "etternavn", "hr.name-without-letters"),
    ({"orgId": "1299"}, "orgId", "hr.unknown-unit"),
    ({"orgId": ""}, "orgId", "hr.missing"),
    ({"stillingstype": "Ukjent"}, "stillingstype", "hr.unknown-kind"),
    ({"stillingstype": "Konsulent"}, "stillingstype", "hr.unknown-kind"),
    ({"stillingstype": "Folkevalgt"}, "stillingstype", "hr.unknown-kind"),
    ({"stillingstype": ""}, "stillingstype", "hr.missing"),
    ({"stillingstype": "Innleid"}, "sluttdatoStilling", "hr.end-required"),
    ({"stillingskode": "71 74"}, "stillingskode", "hr.not-a-number-or-code"),
    ({"stillingskode": "7" * 33}, "stillingskode", "hr.text-too-long"),
    ({"stillingskodeNavn": "x" * 201}, "stillingskodeNavn", "hr.text-too-long"),
    ({"stillingsprosent": ""}, "stillingsprosent", "hr.missing"),
    ({"stillingsprosent": "100,01"}, "stillingsprosent", "hr.percentage-out-of-range"),
    ({"stillingsprosent": "5333"}, "stillingsprosent", "hr.percentage-out-of-range"),
    ({"stillingsprosent": "-1"}, "stillingsprosent", "hr.percentage-out-of-range"),
    ({"stillingsprosent": "-0,001"}, "stillingsprosent", "hr.percentage-out-of-range"),
    ({"stillingsprosent": "hel"}, "stillingsprosent", "hr.not-a-percentage"),
    ({"stillingsprosent": "NaN"}, "stillingsprosent", "hr.not-a-percentage"),
    ({"startdatoStilling": ""}, "startdatoStilling", "hr.missing"),
    ({"startdatoStilling": "31.02.2027"}, "startdatoStilling", "hr.no-such-date"),
    ({"startdatoStilling": "04.01.27"}, "startdatoStilling", "hr.not-a-date"),
    ({"startdatoStilling": "01.01.1926"}, "startdatoStilling", "hr.start-too-early"),
    ({"startdatoStilling": "25.11.2028"}, "startdatoStilling", "hr.start-too-late"),
    ({"sluttdatoStilling": "03.01.2027"}, "sluttdatoStilling", "hr.end-before-start"),
    ({"sluttdatoStilling": "snart"}, "sluttdatoStilling", "hr.not-a-date"),
    ({"privatEpostHRM": "kari"}, "privatEpostHRM", "hr.not-an-email"),
    ({"epostHRM": "a@b"}, "epostHRM", "hr.not-an-email"),
    ({"telefon": "ring meg"}, "telefon", "hr.not-a-phone-number"),
    ({"lederId": "Per Li"}, "lederId", "hr.not-a-number-or-code"),
    ({"erHovedstilling": "kanskje"}, "erHovedstilling", "hr.not-yes-or-no"),
]


@pytest.mark.parametrize(("row", "column", "key"), BAD)
def test_a_bad_row(read: Read, row: dict[str, str], column: str, key: str) -> None:
    export = read({"hrm_id": "0001"}, row)
    assert [(bad.row, bad.column, bad.key) for bad in export.bad] == [(3, column, key)]
    assert [post.employee_number for post in export.posts] == ["0001"]
    assert export.in_doubt == (frozenset() if column == "hrm_id" else {"0042"})
    for language in ("nb", "nn", "en"):
        assert say(export.bad[0].key, language, **export.bad[0].params)


@pytest.mark.parametrize(
    "row",
    [
        {"startdatoStilling": "24.11.2028"},
        {"startdatoStilling": "1.1.1990"},
        {"stillingsprosent": "0,00"},
        {"stillingsprosent": "100 %"},
        {"stillingstype": "FAST"},
        {"sluttdatoStilling": "04.01.2027"},
        {"stillingstype": "Folkevalgt", "stillingskode": "0000"},
    ],
)
def test_at_the_edge_of_good(read: Read, row: dict[str, str]) -> None:
    export = read(row)
    assert (len(export.posts), export.bad) == (1, ())


def test_every_bad_thing_of_every_row_at_once(read: Read) -> None:
    export = read(
        {"orgId": "1299", "startdatoStilling": "i dag", "stillingsprosent": "400"},
        {"hrm_id": "0043", "stillingstype": "Rar"},
    )
    assert [(bad.row, bad.column, bad.value) for bad in export.bad] == [
        (2, "orgId", "1299"),
        (2, "stillingsprosent", "400"),
        (2, "startdatoStilling", "i dag"),
        (3, "stillingstype", "Rar"),
    ]
    assert export.posts == ()
    assert "«Rar»" in say(export.bad[-1].key, "nb", **export.bad[-1].params)


def test_one_number_with_two_names_is_nobody(read: Read) -> None:
    export = read({}, {"etternavn": "Hansen", "orgId": "1311"}, {"hrm_id": "0043"})
    assert [(bad.row, bad.key, bad.value) for bad in export.bad] == [
        (2, "hr.two-names", "Nordmann"),
        (3, "hr.two-names", "Hansen"),
    ]
    assert [post.employee_number for post in export.posts] == ["0043"]
    assert export.in_doubt == {"0042"}


def test_capitals_do_not_make_another_name(read: Read) -> None:
    export = read({}, {"fornavn": "KARI", "etternavn": "NORDMANN", "orgId": "1311"})
    assert (len(export.posts), export.bad) == (2, ())


# Synthetic ones only: 80 is added to the month, so that they are nobody's. The second is a D-number.
IDENTITIES = ["01815012190", "41815012184", "31929912031", "018150 12271", "018150-12352"]
SPELLED = ["0 1 8 1 5 0 1 2 1 9 0", "01 81 50 121 90", "01.81.50-12190", "018\u00a0150\u00a0121\u00a090"]
NOT_IDENTITIES = ["01815012191", "01815012180", "12345678901", "00000000103"]


@pytest.mark.parametrize("number", [*IDENTITIES, *SPELLED])
@pytest.mark.parametrize(
    "column", ["hrm_id", "fornavn", "etternavn", "orgId", "stillingstype", "stillingsprosent", "startdatoStilling"]
)
def test_an_identity_number_is_never_shown(read: Read, column: str, number: str) -> None:
    export = read({column: number})
    assert [(bad.column, bad.value, bad.key) for bad in export.bad] == [(column, "…", "hr.identity-number")]
    assert number not in export.model_dump_json()


@pytest.mark.parametrize("number", [*IDENTITIES, *SPELLED])
@pytest.mark.parametrize("column", ["telefon", "epostHRM", "lederId", "stillingskodeNavn", "stillingskode"])
def test_an_identity_number_where_nothing_is_needed_is_dropped(read: Read, column: str, number: str) -> None:
    export = read({column: f"fnr {number}"})
    assert (len(export.posts), export.bad) == (1, ())
    assert number not in export.model_dump_json()


@pytest.mark.parametrize("number", NOT_IDENTITIES)
def test_other_elevens_of_digits_are_kept(read: Read, number: str) -> None:
    assert read({"hrm_id": number}).posts[0].employee_number == number


@pytest.mark.parametrize("text", ["+46 70 123 45 10", "+46701234510", "12 01 81 50 121 90", "01 81 50 121 90 1"])
def test_a_telephone_number_and_a_longer_one_are_none(text: str) -> None:
    """Their eleven digits would pass as one."""
    assert without_identity(text) == text


def test_identity_columns_are_dropped_with_all_columns_nobody_asked_for(read: Read) -> None:
    header = "fodselsnummer;fnr;personnummer;lonn;hrm_id;fornavn;etternavn;orgId;stillingstype;stillingskode;"
    header += "stillingsprosent;startdatoStilling;sluttdatoStilling"
    export = read(data=f"{header}\n01815012433;123;456;900000;1;A;B;1211;Fast;7174;100;04.01.2027;\n")
    assert export.bad == ()
    text = export.model_dump_json()
    assert not any(value in text for value in ("01815012433", "123", "456", "900000"))

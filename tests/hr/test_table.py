"""Files as they come: encodings, headers, and those that are refused as a whole."""

import pytest

from onboarding.domain.errors import Conflict
from onboarding.hr import table
from onboarding.texts.catalogue import say
from tests.hr.conftest import HEADER, Read, as_csv


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_encodings(read: Read, encoding: str) -> None:
    data = as_csv([{"fornavn": "Bjørg", "etternavn": "Åsæ-Çelik"}]).encode(encoding)
    (post,) = read(data=data).posts
    assert (post.given_name, post.family_name) == ("Bjørg", "Åsæ-Çelik")


def test_letters_in_two_parts_are_put_together(read: Read) -> None:
    (post,) = read({"fornavn": "A\u030ase"}).posts
    assert post.given_name == "Åse"


def test_headers_in_any_case_with_blanks_around_and_twice(read: Read) -> None:
    text = as_csv([{"hrm_id": "1"}]).replace("hrm_id;fornavn", " HRM_ID ;Fornavn ")
    header, row, _ = text.split("\r\n")
    export = read(data="\r\n".join([header, row, "", header, row.replace("1;Kari", "2;Kari"), row + ";;"]))
    assert [post.employee_number for post in export.posts] == ["1", "2"]
    assert export.bad == ()


def test_rows_are_numbered_as_in_the_file(read: Read) -> None:
    good, bad = as_csv([{"stillingskodeNavn": "to\nlinjer"}]), as_csv([{"orgId": "x"}]).split("\r\n")[1]
    export = read(data=good + "\n" + bad)
    assert [(row.row, row.key) for row in export.bad] == [(2, "hr.control-characters"), (4, "hr.unknown-unit")]


@pytest.mark.parametrize(("row", "found"), [("1;Kari", "2"), (";".join("x" * 20), "20")])
def test_a_row_of_another_length_is_bad(read: Read, row: str, found: str) -> None:
    export = read(data=as_csv([{}]) + row)
    (bad,) = export.bad
    assert (bad.row, bad.key, bad.params) == (3, "hr.cells", {"expected": str(len(HEADER)), "found": found})
    assert len(export.posts) == 1


REFUSED = [
    (b"", "hr.file-empty"),
    (b" \r\n\r\n", "hr.file-empty"),
    (b";;;\n", "hr.file-empty"),
    (b"PK\x03\x04rest", "hr.file-is-excel"),
    (b"\x89PNG\r\n\x00\x01\x02", "hr.file-not-text"),
    (bytes(range(256)), "hr.file-not-text"),
    ("hrm_id;fornavn".encode("utf-16"), "hr.file-not-text"),
    (b"hrm_id,fornavn,etternavn\n1,2,3\n", "hr.file-columns-missing"),
    (as_csv([]).replace("telefon", "hrm_id").encode(), "hr.file-columns-twice"),
    ((as_csv([{}]) + '"open').encode(), "hr.file-broken"),
]


@pytest.mark.parametrize(("data", "key"), REFUSED)
def test_a_file_that_is_refused_whole(read: Read, data: bytes, key: str) -> None:
    with pytest.raises(Conflict) as refused:
        read(data=data)
    assert refused.value.key == key
    for language in ("nb", "nn", "en"):
        assert say(key, language, **refused.value.params)


def test_all_missing_columns_are_named_at_once(read: Read) -> None:
    with pytest.raises(Conflict) as refused:
        read(data="hrm_id;fornavn;etternavn;orgId;stillingstype;stillingskode\n")
    assert refused.value.params["columns"] == "stillingsprosent, startdatoStilling, sluttdatoStilling"


def test_a_header_alone_is_nobody(read: Read) -> None:
    assert read(data=as_csv([])).posts == ()


def test_too_big(read: Read) -> None:
    with pytest.raises(Conflict) as refused:
        read(data=b"x" * (table.MOST_BYTES + 1))
    assert (refused.value.key, refused.value.params) == ("hr.file-too-big", {"limit": "20"})


def test_too_many_rows() -> None:
    most = table.MOST_ROWS
    for rows, too_many in ((most, False), (most + 1, True)):
        reading = table.rows_of(b"a\n" + b"1\n" * rows, required=["a"], optional=[])
        if too_many:
            with pytest.raises(Conflict) as refused:
                list(reading)
            assert refused.value.key == "hr.file-too-many-rows"
        else:
            assert sum(1 for _ in reading) == most


def test_what_is_shown_is_one_short_line() -> None:
    assert table.shown("a\nb" + "x" * 200) == "a b" + "x" * 96 + "…"

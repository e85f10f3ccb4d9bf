"""Bytes that should be a CSV file become rows of cells; national identity numbers are dropped here, at the edge."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence

from onboarding.domain.errors import Conflict
from onboarding.domain.people import Value

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
HIDDEN = "…"  # stands where a national identity number stood
LONGEST_SHOWN = 100

BETWEEN = r"[ \u00a0.-]"
# As it is written, also beside other numbers; and with something between any of its digits, where it stands alone.
# After a plus stands a telephone number.
ELEVEN_DIGITS = (
    re.compile(rf"(?<![\d+])\d{{6}}{BETWEEN}?\d{{5}}(?!\d)"),
    re.compile(rf"(?<![\d+])(?<!\d{BETWEEN})\d(?:{BETWEEN}?\d){{10}}(?!{BETWEEN}?\d)"),
)
WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))


class BadRow(Value):
    """One thing that is wrong with one row. `say(key, language, **params)` tells it; nothing of the row is used."""

    row: int  # as in the file: the header is 1
    column: str  # as this project spells the header
    value: str  # as it stood, or '…' where it must not be shown
    key: str
    params: dict[str, str] = {}


class Row:
    """One row by column name. Only known columns are kept, so that what is not asked for is not carried around."""

    def __init__(self, number: int, cells: dict[str, str], whole: int) -> None:
        self.number = number
        self.cells = cells
        self.whole = whole  # a hash over every cell: two rows that are equal in all of them are one row written twice

    def __getitem__(self, column: str) -> str:
        """The cell without the blanks around it; '' where it is blank, not in the file, or held an identity number."""
        value = self.cells.get(column, "")
        return "" if value == HIDDEN else value

    def bad(self, column: str, key: str, /, **params: str) -> BadRow:
        return BadRow(row=self.number, column=column, value=shown(self.cells.get(column, "")), key=key, params=params)

    def missing(self, column: str) -> BadRow:
        hidden = self.cells.get(column) == HIDDEN
        return self.bad(column, "hr.identity-number" if hidden else "hr.missing", column=column)


def shown(value: str) -> str:
    """What may be repeated to a person: on one line, not endless."""
    plain = "".join(" " if is_control(letter) else letter for letter in value)
    return plain if len(plain) <= LONGEST_SHOWN else plain[: LONGEST_SHOWN - 1] + "…"


def is_control(letter: str) -> bool:
    return unicodedata.category(letter).startswith("C")


def is_identity_number(digits: str) -> bool:
    """Eleven digits with both check digits right: birth numbers, D-numbers and the synthetic ones alike."""
    return all(sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11 == 0 for weights in WEIGHTS)


def without_identity(value: str) -> str:
    """The cell, or '…' for the whole of it where an identity number stands anywhere in it."""
    written = (match[0] for pattern in ELEVEN_DIGITS for match in pattern.finditer(value))
    found = any(is_identity_number(re.sub(r"\D", "", digits)) for digits in written)
    return HIDDEN if found else value


def rows_of(data: bytes, *, required: Sequence[str], optional: Sequence[str]) -> Iterator[Row | BadRow]:
    """Each row of the file; a BadRow where a row does not have the header's number of cells.

    A file that cannot be read as a whole raises Conflict: then nothing of it is used.
    """
    records = _records(_text(data))
    header = [name.strip() for name in next(records)[1]]
    places = _places(header, required, optional)
    count = 0
    for number, record in records:
        if [cell.strip() for cell in record] == header:
            continue  # exports glued together carry their header along
        count += 1
        if count > MOST_ROWS:
            raise Conflict("hr.file-too-many-rows", limit=str(MOST_ROWS))
        while len(record) > len(header) and not record[-1].strip():
            record.pop()
        if len(record) != len(header):
            expected, found = str(len(header)), str(len(record))
            yield BadRow(row=number, column="", value="", key="hr.cells", params={"expected": expected, "found": found})
            continue
        cells = {name: without_identity(record[place].strip()) for name, place in places.items()}
        yield Row(number, cells, hash(tuple(cell.strip() for cell in record)))


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Conflict("hr.file-too-big", limit=str(MOST_BYTES // (1024 * 1024)))
    if not data.strip():
        raise Conflict("hr.file-empty")
    if data.startswith(b"PK\x03\x04"):
        raise Conflict("hr.file-is-excel")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _windows(data)
    if "\0" in text:
        raise Conflict("hr.file-not-text")
    return unicodedata.normalize("NFC", text)


def _windows(data: bytes) -> str:
    try:
        return data.decode("windows-1252")
    except UnicodeDecodeError:
        raise Conflict("hr.file-not-text") from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of every row that is not blank, the header first. What quotes hold together is one row."""
    number, empty = 0, True
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True), start=1):
            if any(cell.strip() for cell in record):
                empty = False
                yield number, record
    except csv.Error:
        raise Conflict("hr.file-broken", row=str(number + 1)) from None
    if empty:
        raise Conflict("hr.file-empty")


def _places(header: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> dict[str, int]:
    """Where each column we know stands. Headers are met without regard to case; columns we do not know are ignored."""
    found = [name.casefold() for name in header]
    missing = [name for name in required if name.casefold() not in found]
    if missing:
        raise Conflict("hr.file-columns-missing", columns=", ".join(missing))
    known = [name for name in (*required, *optional) if name.casefold() in found]
    twice = [name for name in known if found.count(name.casefold()) > 1]
    if twice:
        raise Conflict("hr.file-columns-twice", columns=", ".join(twice))
    return {name: found.index(name.casefold()) for name in known}

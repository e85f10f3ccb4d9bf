"""HR's export becomes posts and bad rows: every mistake of every row at once, and nothing of a bad row is used."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Unit, Value
from onboarding.hr import fields
from onboarding.hr.kinds import kind_of
from onboarding.hr.posts import HrPost, joined, merged
from onboarding.hr.table import BadRow, Row, rows_of

REQUIRED = (
    "hrm_id",
    "fornavn",
    "etternavn",
    "orgId",
    "stillingstype",
    "stillingskode",
    "stillingsprosent",
    "startdatoStilling",
    "sluttdatoStilling",
)
OPTIONAL = ("telefon", "epostHRM", "privatEpostHRM", "lederId", "stillingskodeNavn", "erHovedstilling")
T = TypeVar("T")


class Export(Value):
    posts: tuple[HrPost, ...]
    bad: tuple[BadRow, ...]
    in_doubt: frozenset[str] = frozenset()  # employee numbers with a bad row: what they lack here says nothing


def read_export(data: bytes, *, catalogue: Catalogue, units: Mapping[str, Unit], today: date) -> Export:
    """Raises Conflict where the file as a whole cannot be used; what is wrong with a row is in `bad`."""
    reading = _Reading(catalogue, units, today)
    seen: set[int] = set()
    for row in rows_of(data, required=REQUIRED, optional=OPTIONAL):
        if isinstance(row, BadRow):
            reading.bad.append(row)
        elif row.whole not in seen:
            seen.add(row.whole)
            reading.read(row)
    return reading.export()


class _Reading:
    def __init__(self, catalogue: Catalogue, units: Mapping[str, Unit], today: date) -> None:
        self.catalogue = catalogue
        self.units = units
        self.today = today
        self.bad: list[BadRow] = []
        self.in_doubt: set[str] = set()
        self.good: dict[str, list[tuple[Row, HrPost]]] = {}
        self.names: dict[str, set[tuple[str, str]]] = {}
        self.named: dict[str, list[Row]] = {}

    def read(self, row: Row) -> None:
        before = len(self.bad)
        number = self.required(row, "hrm_id", fields.identifier)
        given = self.required(row, "fornavn", fields.name)
        family = self.required(row, "etternavn", lambda value: fields.name(value, family=True))
        if number and given and family:
            self.names.setdefault(number, set()).add((given.casefold(), family.casefold()))
            self.named.setdefault(number, []).append(row)
        post = self.post(row, number or "", given or "", family or "")
        if number and (post is None or len(self.bad) > before):
            self.in_doubt.add(number)
        elif number and post is not None:
            self.good.setdefault(number, []).append((row, post))

    def post(self, row: Row, number: str, given: str, family: str) -> HrPost | None:
        unit = self.required(row, "orgId", self.unit)
        job_code = self.optional(row, "stillingskode", lambda value: fields.code(value) if value else "")
        percentage = self.required(row, "stillingsprosent", fields.percentage)
        start = self.required(row, "startdatoStilling", lambda value: fields.first_day(value, self.today))
        before = len(self.bad)
        end = self.optional(row, "sluttdatoStilling", fields.last_day)
        end_known = len(self.bad) == before
        kind = self.required(row, "stillingstype", lambda value: self.kind(value, job_code or ""))
        if kind and end_known and end is None and self.catalogue.kinds[kind].end_date == "required":
            self.bad.append(row.bad("sluttdatoStilling", "hr.end-required", kind=row["stillingstype"]))
        if start and end and end < start:
            self.bad.append(row.bad("sluttdatoStilling", "hr.end-before-start", start=row["startdatoStilling"]))
        private, work = (self.optional(row, column, fields.email) for column in ("privatEpostHRM", "epostHRM"))
        mobile = self.optional(row, "telefon", fields.mobile)
        manager = self.optional(row, "lederId", fields.reference)
        title = self.optional(row, "stillingskodeNavn", fields.text)
        main = self.optional(row, "erHovedstilling", fields.yes_or_no)
        if not unit or not kind or start is None or percentage is None:
            return None
        return HrPost(
            employee_number=number,
            given_name=given,
            family_name=family,
            email=private or work,
            mobile=mobile,
            unit=unit,
            job_code=job_code or "",
            title=title or "",
            kind=kind,
            percentage=percentage,
            start=start,
            end=end,
            manager=manager,
            main=bool(main),
        )

    def unit(self, value: str) -> str:
        if value not in self.units:
            raise fields.Unreadable("hr.unknown-unit", value=value)
        return value

    def kind(self, stillingstype: str, job_code: str) -> str:
        found = kind_of(self.catalogue, stillingstype, job_code)
        if found is None:
            raise fields.Unreadable("hr.unknown-kind", value=stillingstype)
        return found

    def required(self, row: Row, column: str, read: Callable[[str], T]) -> T | None:
        if not row[column]:
            self.bad.append(row.missing(column))
            return None
        return self.optional(row, column, read)

    def optional(self, row: Row, column: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(row[column])
        except fields.Unreadable as wrong:
            self.bad.append(row.bad(column, wrong.key, **wrong.params))
            return None

    def export(self) -> Export:
        for number, names in self.names.items():
            if len(names) > 1:
                self.bad += [row.bad("etternavn", "hr.two-names", number=number) for row in self.named[number]]
                self.in_doubt.add(number)
                self.good.pop(number, None)
        posts = [post for number in list(self.good) for post in self.posts_of(number)]
        bad = tuple(sorted(self.bad, key=lambda bad: bad.row))
        return Export(posts=tuple(posts), bad=bad, in_doubt=frozenset(self.in_doubt))

    def posts_of(self, number: str) -> Iterable[HrPost]:
        rows = self.good[number]
        for key in dict.fromkeys((post.unit, post.job_code) for _, post in rows):
            for group in joined([post for _, post in rows if (post.unit, post.job_code) == key]):
                post = merged(group, self.today)
                if post.percentage > Decimal(100):
                    together = [row for row, part in rows if any(part is other for other in group)]
                    self.bad += [row.bad("stillingsprosent", "hr.together-too-much", number=number) for row in together]
                    self.in_doubt.add(number)
                else:
                    yield post

"""Rows of the HR export for the tests: a good one, and what differs from it."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from onboarding.domain.catalogue import Catalogue, HrMatch, Kind, Place, Title
from onboarding.domain.people import Unit
from onboarding.hr.export import OPTIONAL, REQUIRED, Export, read_export

TODAY = date(2026, 11, 24)
HEADER = (*REQUIRED, *OPTIONAL)
GOOD = {
    "hrm_id": "0042",
    "fornavn": "Kari",
    "etternavn": "Nordmann",
    "orgId": "1211",
    "stillingstype": "Fast",
    "stillingskode": "7174",
    "stillingsprosent": "100",
    "startdatoStilling": "04.01.2027",
    "sluttdatoStilling": "",
}


def _kind(id_: str, *match: HrMatch, **more: object) -> Kind:
    return Kind.model_validate(
        {"id": id_, "title": Title(nb=id_), "match": match, "place": Place(file="kinds.yaml", line=1), **more}
    )


@pytest.fixture
def catalogue() -> Catalogue:
    kinds = (
        _kind("oppdragstaker", HrMatch(types=("Oppdrag",)), HrMatch(job_codes=("9999",)), counts=False),
        _kind("folkevalgt", HrMatch(types=("Folkevalgt",), job_codes=("0000",))),
        _kind("laerling", HrMatch(types=("Lærling",)), end_date="required"),
        _kind("innleid", HrMatch(types=("Innleid",)), end_date="required"),
        _kind("student", HrMatch(types=("Student",)), end_date="required"),
        _kind("ansatt", HrMatch(types=("Fast", "Vikar", "Midlertidig", "Timelønn"))),
        _kind("konsulent", HrMatch(types=("Konsulent",)), from_hr=False),
    )
    return Catalogue(
        hash="test",
        organisation=Title(nb="Fjordvik kommune"),
        systems={},
        entitlements={},
        gates={},
        kinds={kind.id: kind for kind in kinds},
        units={},
        everyone=(),
        roles={},
        clashes=(),
    )


@pytest.fixture
def units() -> dict[str, Unit]:
    return {id_: Unit(id=id_, name=id_) for id_ in ("1211", "1311", "0007")}


Read = Callable[..., Export]


def as_csv(rows: list[dict[str, str]], header: tuple[str, ...] = HEADER) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    writer.writerows([[(GOOD | row).get(name, "") for name in header] for row in rows])
    return out.getvalue()


@pytest.fixture
def read(catalogue: Catalogue, units: dict[str, Unit]) -> Read:
    """Reads rows given as what differs from a good one, or a whole file given as text or bytes."""

    def reads(*rows: dict[str, str], data: str | bytes | None = None, today: date = TODAY) -> Export:
        whole = as_csv(list(rows)) if data is None else data
        return read_export(
            whole.encode() if isinstance(whole, str) else whole, catalogue=catalogue, units=units, today=today
        )

    return reads

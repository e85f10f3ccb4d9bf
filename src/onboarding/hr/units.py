"""The units of the organisation from enheter.csv, as one tree or several, without a loop."""

from collections.abc import Callable

from onboarding.domain.people import Unit
from onboarding.hr import fields
from onboarding.hr.table import BadRow, Row, rows_of

COLUMNS = ("orgId", "orgNavn", "overordnetOrgId", "lederId")


def read_units(data: bytes) -> tuple[dict[str, Unit], tuple[BadRow, ...]]:
    """Units by id, and all bad rows at once. A unit below a bad one is bad too: nobody can say whose it is.

    A top unit has no parent, or itself. Raises Conflict where the file as a whole cannot be used.
    """
    units: dict[str, Unit] = {}
    rows: dict[str, Row] = {}
    bad: list[BadRow] = []
    for row in rows_of(data, required=COLUMNS, optional=()):
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        wrong, unit = _unit(row)
        if unit is not None and unit.id in rows:
            wrong.append(row.bad("orgId", "hr.unit-twice", value=unit.id))
        if wrong or unit is None:
            bad += wrong
        else:
            units[unit.id], rows[unit.id] = unit, row
    for id_ in _in_loops(units):
        bad.append(rows[id_].bad("overordnetOrgId", "hr.unit-in-a-loop"))
        del units[id_]
    while lost := [unit for unit in units.values() if unit.parent is not None and unit.parent not in units]:
        for unit in lost:
            bad.append(rows[unit.id].bad("overordnetOrgId", "hr.unknown-parent", value=unit.parent or ""))
            del units[unit.id]
    return units, tuple(sorted(bad, key=lambda row: row.row))


def _unit(row: Row) -> tuple[list[BadRow], Unit | None]:
    wrong: list[BadRow] = []

    def read(column: str, how: Callable[[str], str | None]) -> str | None:
        try:
            return how(row[column])
        except fields.Unreadable as error:
            wrong.append(row.bad(column, error.key, **error.params))
            return None

    wrong += [row.missing(column) for column in ("orgId", "orgNavn") if not row[column]]
    id_ = read("orgId", lambda value: fields.identifier(value) if value else None) or ""
    name = read("orgNavn", fields.text) or ""
    parent = read("overordnetOrgId", fields.reference)
    manager = read("lederId", fields.reference)
    unit = Unit(id=id_, name=name, parent=None if parent == id_ else parent, manager=manager) if id_ and name else None
    return wrong, unit


def _in_loops(units: dict[str, Unit]) -> list[str]:
    """The ids that come back to themselves by way of their parents."""
    found = []
    for id_ in units:
        parent, seen = units[id_].parent, set[str]()
        while parent is not None and parent in units and parent != id_ and parent not in seen:
            seen.add(parent)
            parent = units[parent].parent
        if parent == id_:
            found.append(id_)
    return found

"""Rows of one person in the same unit with the same job code become one post, where their periods touch or overlap."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from onboarding.domain.people import Value


class HrPost(Value):
    """One post as HR has it. One `employee_number` is one person."""

    employee_number: str  # hrm_id
    given_name: str
    family_name: str
    email: str | None = None  # the private one where there is one: it works before she has an account
    mobile: str | None = None
    unit: str  # Unit.id
    job_code: str  # '' where HR has none
    title: str
    kind: str  # a kind of the policy
    percentage: Decimal  # 0 to 100; what counts from today on
    start: date
    end: date | None = None  # the last day; None is open ended
    manager: str | None = None  # employee number
    main: bool = False


def joined(rows: Sequence[HrPost]) -> list[list[HrPost]]:
    """The rows of one person, unit and job code in groups that each are one post."""
    groups: list[list[HrPost]] = []
    until: date | None = None
    for row in sorted(rows, key=lambda row: (row.start, row.end or date.max)):
        if groups and (until is None or row.start - timedelta(days=1) <= until):
            groups[-1].append(row)
        else:
            groups.append([row])
            until = row.start
        until = None if until is None or row.end is None else max(until, row.end)
    return groups


def merged(rows: Sequence[HrPost], today: date) -> HrPost:
    """One post of rows that belong together. What may differ between them is taken from the row that counts today."""
    start = min(row.start for row in rows)
    ends = [row.end for row in rows if row.end is not None]
    end = max(ends) if len(ends) == len(rows) else None
    day = max(start, today) if end is None else max(start, min(end, today))
    counting = max((row for row in rows if _active(row, day)), key=lambda row: (row.percentage, row.main, row.start))
    whole = {"start": start, "end": end, "main": any(row.main for row in rows), "percentage": together(rows, day)}
    return counting.model_copy(update=whole)


def together(rows: Sequence[HrPost], day: date) -> Decimal:
    """The largest percentage the rows have together on any day from `day` on: what is past does not count."""
    days = [day, *(row.start for row in rows if row.start > day)]
    return max(sum((row.percentage for row in rows if _active(row, at)), Decimal(0)) for at in days)


def _active(row: HrPost, day: date) -> bool:
    return row.start <= day and (row.end is None or day <= row.end)

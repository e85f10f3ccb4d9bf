"""People and who acts: how an actor is written down, and which day a post is active."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pydantic import ValidationError

from onboarding.domain.people import Actor, Employment, Person, Unit

FIRST, LAST = date(2026, 12, 1), date(2027, 1, 31)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("on_behalf_of", "label"),
    [(None, "ida.it"), ("900", "ida.it on behalf of 900"), ("", "ida.it")],
)
def test_an_actor_is_written_down_with_whom_she_answers_for(on_behalf_of: str | None, label: str) -> None:
    assert Actor(kind="operator", id="ida.it", via="cli", on_behalf_of=on_behalf_of).label == label


@pytest.mark.parametrize(
    ("day", "end", "active"),
    [
        (FIRST - DAY, LAST, False),
        (FIRST, LAST, True),
        (LAST, LAST, True),
        (LAST + DAY, LAST, False),
        (LAST + 9999 * DAY, None, True),
        (FIRST - DAY, None, False),
    ],
)
def test_a_post_is_active_from_its_first_to_its_last_day(day: date, end: date | None, active: bool) -> None:
    post = Employment(
        id=uuid4(), person=uuid4(), unit="1210", job_code="7174", title="Sykepleier", kind="ansatt",
        percentage=Decimal("53.33"), start=FIRST, end=end,
    )  # fmt: skip
    assert post.active(day) is active


@pytest.mark.parametrize("percentage", ["-1", "100.01", "33.333"])
def test_a_percentage_that_is_none(percentage: str) -> None:
    with pytest.raises(ValidationError):
        Employment(
            id=uuid4(), person=uuid4(), unit="1210", job_code="", title="", kind="ansatt",
            percentage=Decimal(percentage), start=FIRST, end=None,
        )  # fmt: skip


def test_a_value_is_frozen_and_knows_its_fields() -> None:
    kari = Person(id=uuid4(), employee_number=None, given_name="Kari", family_name="Nordmann")
    assert kari.name == "Kari Nordmann" and kari == Person.model_validate(kari.model_dump())
    with pytest.raises(ValidationError):
        kari.given_name = "Ola"  # type: ignore[misc]  # that is the case
    with pytest.raises(ValidationError):
        Unit.model_validate({"id": "1210", "name": "Fjordgløtt", "boss": "900"})

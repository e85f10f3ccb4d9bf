"""Rows to begin a test of the store with: a person, her post, a case, a step."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import Step
from onboarding.domain.people import Employment, Person
from onboarding.store import case_lists, cases, people, policies, schema, whole_cases
from onboarding.store.acts import ActRow
from onboarding.store.engine import Transaction
from onboarding.store.events import Event
from onboarding.store.tasks import Task
from tests import municipality

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CATALOGUE = municipality.catalogue()


def a_person(tx: Transaction, number: str | None = None) -> UUID:
    person = Person(id=uuid4(), employee_number=number, given_name="Kari", family_name="Nordmann")
    assert people.add_person(tx, person)
    return person.id


def a_post(tx: Transaction, person: UUID, start: date = date(2026, 12, 1)) -> UUID:
    post = Employment(
        id=uuid4(), person=person, unit="1210", job_code="7174", title="Sykepleier", kind="ansatt",
        percentage=Decimal(100), start=start, end=None,
    )  # fmt: skip
    people.add_employment(tx, post)
    return post.id


def case_of(tx: Transaction, person: UUID, employment: UUID, **changed: object) -> cases.Case:
    """As it would be placed; the policy it names is there."""
    policies.adopt(tx, CATALOGUE, NOW)
    values: dict[str, object] = {
        "id": uuid4(),
        "number": cases.next_number(tx, 2026),
        "kind": "onboard",
        "person": person,
        "employment": employment,
        "epoch": 0,
        "policy": CATALOGUE.hash,
        "state": "received",
        "withdrawn": False,
        "plan": 0,
        "run": 0,
        "revision": 0,
        "ordered_by": "hr",
        "ordered_via": "feed",
        "received_at": NOW,
        "state_since": NOW,
        "prepared_at": None,
        **changed,
    }
    return cases.Case.model_validate(values)


def a_case(tx: Transaction, **changed: object) -> cases.Case:
    """Placed, of a person of its own."""
    person = a_person(tx)
    case = case_of(tx, person, a_post(tx, person), **changed)
    assert cases.place(tx, case)
    return case


def a_step(id: str, **changed: object) -> Step:
    system, action = id.split(":")[:2]
    return Step.model_validate({"id": id, "system": system, "action": action, "since": NOW, **changed})


def an_act(case: UUID, step: str, kind: ActKind = "retry", at: datetime = NOW, actor: str = "ida.it") -> ActRow:
    return ActRow(
        id=uuid4(), case=case, step=step, kind=kind, actor=actor, actor_id=actor, at=at, value=None, correction=None,
        note=None, state="open", why=None,
    )  # fmt: skip


def living(tx: Transaction, person: UUID) -> set[tuple[str, str]]:
    """(entitlement, unit or '') of the person's grants that have not ended."""
    table = schema.grants
    query = select(table.c.entitlement, table.c.unit).where(table.c.person == person, table.c.ended_at.is_(None))
    return {(row.entitlement, row.unit) for row in tx.execute(query)}


def case_numbered(tx: Transaction, number: str) -> cases.Case | None:
    whole = whole_cases.by_number(tx, number)
    return whole.case if whole else None


def events_of(tx: Transaction, case: UUID) -> list[Event]:
    return [one.event for one in whole_cases.history(tx, case)]


def open_tasks(tx: Transaction, limit: int = 500) -> list[Task]:
    return [one.task for one in case_lists.open_tasks(tx, limit)]

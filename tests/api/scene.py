"""A municipality for pages: hires at every stage, put there by the operations and activities that would do it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from onboarding.activities.answering import answer
from onboarding.activities.begin import begin
from onboarding.activities.instructions import asked_of, instructions_for
from onboarding.activities.settle import settle
from onboarding.domain.accounts import Desired
from onboarding.domain.acts import ActKind
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Actor
from onboarding.hr.posts import HrPost
from onboarding.operations import acting, ordering, policies
from onboarding.operations.reading import CaseFile, case_file
from onboarding.planning.moments import today
from onboarding.store import acts, cases, refusals, schema, steps, tasks
from onboarding.store.engine import Store
from tests import municipality
from tests.store.rows import case_numbered

HR = Actor(kind="feed", id="hr", via="feed")
IT = Actor(kind="operator", id="ida.it", via="web")


def moved_in(store: Store, catalogue: Catalogue | None = None) -> None:
    """The policy and the units are there; nobody is hired yet."""
    policies.adopt(store, catalogue or municipality.catalogue(), HR)
    ordering.adopt_units(store, list(municipality.UNITS.values()), HR)


def hire(n: int = 1, start: date | None = None, **changed: object) -> HrPost:
    return municipality.post(n, start or today(datetime.now(UTC)) + timedelta(days=20), **changed)


def ordered(store: Store, n: int = 1, **changed: Any) -> str:
    """The number of a case that is received."""
    done = ordering.order_hire(store, hire(n, **changed), HR, datetime.now(UTC))
    assert done.number
    return done.number


def begun(store: Store, n: int = 1, **changed: Any) -> str:
    """Of one that has a plan."""
    number = ordered(store, n, **changed)
    begin_case(store, number)
    return number


def begin_case(store: Store, number: str) -> None:
    begin(store, file_of(store, number).case.id, datetime.now(UTC))


def file_of(store: Store, number: str) -> CaseFile:
    return case_file(store, number)


def step_of(store: Store, number: str, id: str) -> Step:
    return next(step for step in file_of(store, number).steps if step.id == id)


def stands(store: Store, number: str, id: str, state: str, **more: object) -> None:
    """Put a step where a visit would have left it."""
    file, now = file_of(store, number), datetime.now(UTC)
    step = next(step for step in file.steps if step.id == id)
    change = {"state": state, "since": now - timedelta(hours=2), "theirs": state in ("asked", "held", "stuck"), **more}
    with store.writing() as tx:
        locked = cases.lock(tx, file.case.id, file.case.run)
        assert locked is not None
        steps.settle(tx, file.case.id, [step.model_copy(update=change)])
        answer(tx, locked, now)


def asked(store: Store, number: str, id: str, kind: tasks.TaskKind) -> None:
    """Somebody has been asked."""
    stands(store, number, id, "asked")
    file, now = file_of(store, number), datetime.now(UTC)
    step = next(step for step in file.steps if step.id == id)
    want = Desired(
        key="1", given_name=file.person.given_name, family_name=file.person.family_name,
        display_name=file.person.name, title=file.employment.title,
        unit=file.units.get(file.employment.unit, ""), first_day=file.employment.start,
    )  # fmt: skip
    told = instructions_for(file.catalogue, step, want, number, now)
    with store.writing() as tx:
        assert cases.lock(tx, file.case.id, file.case.run)
        who = asked_of(file.catalogue, step)
        tasks.ask(tx, file.case.id, id, kind, who, told, now, deadline=now + timedelta(days=3))


def refused(store: Store, number: str, id: str, proposal: str | None = "kari.nordmann@fjordvik.example") -> None:
    """The system would not take a value."""
    stands(store, number, id, "stuck", reason="system.value-refused", params={"attribute": "email", "system": "pay"})
    no = refusals.Refusal(attribute="email", value="kari@elsewhere", reason="system.value-refused", proposal=proposal)
    with store.writing() as tx:
        refusals.write(tx, file_of(store, number).case.id, id, no, datetime.now(UTC))


def done(store: Store, number: str, *ids: str) -> None:
    for id in ids:
        stands(store, number, id, "done", verified_at=datetime.now(UTC), before=False)


def act(store: Store, number: str, kind: ActKind, step: str = "", **more: str) -> None:
    """Asked for, and carried out."""
    by = IT.model_copy(update={"on_behalf_of": "Liv Leder"})
    acting.act(store, by, number, kind, step, value=more.get("value"), note=more.get("note", "fordi"))
    case = file_of(store, number).case
    settle(store, case.id, case.run, (), datetime.now(UTC))


def taken_over(store: Store, number: str) -> None:
    """By another order; its own steps stay as they stood."""
    with store.writing() as tx:
        tx.execute(update(schema.cases).where(schema.cases.c.number == number).values(state="superseded"))


def protect(store: Store, number: str) -> None:
    """Her address becomes protected."""
    person = file_of(store, number).person.id
    with store.writing() as tx:
        tx.exec_driver_sql(f"UPDATE persons SET protected = true WHERE id = '{_hex(store, str(person))}'")  # noqa: S608


def _hex(store: Store, id: str) -> str:
    return id.replace("-", "") if store.sqlite else id


def open_acts(store: Store, number: str) -> list[tuple[str, str]]:
    with store.reading() as tx:
        case = case_numbered(tx, number)
        assert case is not None
        return [(one.kind, one.step) for one in acts.open_of(tx, case.id)]

"""What pages, lists and commands show: read from the store alone, whether Temporal is there or not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import NotFound
from onboarding.domain.people import Employment, Person, Value
from onboarding.planning.forecast import Forecast, forecast, outlook
from onboarding.planning.moments import today
from onboarding.store import accounts, cases, events, grants, people, policies, refusals, steps, systems, tasks
from onboarding.store.engine import Store, Transaction


class CaseFile(Value):
    """Everything a person may want to know of one case."""

    case: cases.Case
    person: Person
    employment: Employment
    units: dict[str, str]  # Unit.id -> name
    catalogue: Catalogue  # the policy it was ordered under
    steps: tuple[Step, ...]
    tasks: tuple[tasks.Task, ...]
    refusals: dict[str, refusals.Refusal]
    history: tuple[events.Event, ...]
    roles: tuple[str, ...]  # the rules that give it something, as its newest plan says
    forecast: Forecast


def case_file(store: Store, number: str) -> CaseFile:
    """Raises NotFound."""
    with store.reading() as tx:
        case = cases.by_number(tx, number)
        if case is None:
            raise NotFound("act.no-such-case", number=number)
        return _file(tx, case)


def case_files(store: Store, *, open_only: bool = False, page: int = 50) -> Iterator[CaseFile]:
    """All of them, in order of number, a page of rows at a time."""
    last: str | None = None
    while True:
        with store.reading() as tx:
            lines = cases.listed(tx, after=last, limit=page, open_only=open_only)
            files = [_file(tx, case) for line in lines if (case := cases.get(tx, line.id))]
        yield from files
        if len(lines) < page:
            return
        last = lines[-1].number


def open_tasks(store: Store) -> list[tuple[str, tasks.Task]]:
    """With the number of their case."""
    with store.reading() as tx:
        found = tasks.all_open(tx)
        return [(case.number, task) for task in found if (case := cases.get(tx, task.case))]


def proposals(store: Store) -> list[tuple[str, str]]:
    """(case number, step) of what a system refused and proposed another value for."""
    with store.reading() as tx:
        return [(case.number, step) for id, step in refusals.with_proposal(tx) if (case := cases.get(tx, id))]


def counted(store: Store) -> dict[str, tuple[int, int, int]]:
    """Per system: accounts verified, living grants, and how many of those were read back."""
    with store.reading() as tx:
        of_accounts, of_grants = accounts.counted(tx), grants.counted(tx)
    return {id: (of_accounts.get(id, 0), *of_grants.get(id, (0, 0))) for id in sorted({*of_accounts, *of_grants})}


def system_states(store: Store) -> dict[str, systems.SystemState]:
    with store.reading() as tx:
        return systems.all_states(tx)


def _file(tx: Transaction, case: cases.Case) -> CaseFile:
    catalogue = policies.load(tx, case.policy)
    employment = people.employment(tx, case.employment)
    rows = tuple(steps.of_case(tx, case.id))
    spoken_of = [employment.unit, *(step.unit for step in rows if step.unit)]
    plan = cases.newest_plan(tx, case.id)
    rules = {because.rule: None for line in plan.steps for because in line.because} if plan else {}
    return CaseFile(
        case=case,
        person=people.person(tx, case.person),
        employment=employment,
        units={unit.id: unit.name for unit in people.units_named(tx, spoken_of).values()},
        catalogue=catalogue,
        steps=rows,
        tasks=tuple(tasks.open_of(tx, case.id)),
        refusals=refusals.of_case(tx, case.id),
        history=tuple(events.of_case(tx, case.id)),
        roles=tuple(rule for rule in rules if rule in catalogue.roles),
        forecast=_forecast(case, rows, employment.start, datetime.now(UTC)),
    )


def _forecast(case: cases.Case, rows: tuple[Step, ...], first_day: date, now: datetime) -> Forecast:
    return forecast(
        case.kind,
        case.state,
        outlook(case.kind, rows, first_day, withdrawn=case.withdrawn),
        first_day=first_day,
        today=today(now),
        now=now,
        received_at=case.received_at,
        withdrawn=case.withdrawn,
    )

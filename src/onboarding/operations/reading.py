"""What pages, lists and commands show: read from the store alone, whether Temporal is there or not."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import NotFound
from onboarding.domain.people import Employment, Person, Value
from onboarding.domain.plan import Plan
from onboarding.planning.forecast import Forecast, forecast, outlook
from onboarding.planning.moments import today
from onboarding.store import accounts, cases, grants, policies, refusals, systems, tasks, whole_cases
from onboarding.store.engine import Store, Transaction
from onboarding.store.whole_cases import Happening, OneStep, Whole
from onboarding.texts.words import Titles


class Gift(Value):
    """Something the person gets, and the rules that give it."""

    entitlement: str
    system: str
    unit: str | None
    rules: tuple[str, ...]  # ids of roles, 'everyone' or 'ordered'


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
    answered: frozenset[str]  # steps with an answer that is on its way; '' is the case itself
    gifts: tuple[Gift, ...]  # as its newest plan says
    roles: tuple[str, ...]  # those of the rules that are roles
    forecast: Forecast


def titles_of(file: CaseFile, language: str) -> Titles:
    """What its policy and HR's units call things."""
    return Titles(file.catalogue, language, file.units)


def case_file(store: Store, number: str, now: datetime | None = None) -> CaseFile:
    """In two queries, and one more for a version of the policy this process has not met. Raises NotFound.

    Each is a view by itself, which saves the journeys that begin and end a transaction: a seventh of a page. Where the
    case was written between them, they are asked again as one view.
    """
    now = now or datetime.now(UTC)
    with store.looking() as tx:
        whole, rows = _rows(tx, number)
        if all(row.revision == whole.case.revision for row in rows):
            return _file(tx, whole, rows, now)
    with store.reading() as tx:
        return _file(tx, *_rows(tx, number), now)


def case_history(store: Store, number: str, now: datetime | None = None) -> tuple[CaseFile, tuple[Happening, ...]]:
    """The case, and all that has happened to it, the oldest first. Raises NotFound."""
    with store.reading() as tx:
        file = _file(tx, *_rows(tx, number), now or datetime.now(UTC))
        return file, tuple(whole_cases.history(tx, file.case.id))


def case_files(store: Store, *, open_only: bool = False, page: int = 50) -> Iterator[CaseFile]:
    """All of them, in order of number, a page of rows at a time."""
    last: str | None = None
    while True:
        now = datetime.now(UTC)
        with store.reading() as tx:
            lines = cases.listed(tx, after=last, limit=page, open_only=open_only)
            files = [_file(tx, *_rows(tx, line.number), now) for line in lines]
        yield from files
        if len(lines) < page:
            return
        last = lines[-1].number


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


def _rows(tx: Transaction, number: str) -> tuple[Whole, list[OneStep]]:
    whole = whole_cases.by_number(tx, number)
    if whole is None:
        raise NotFound("act.no-such-case", number=number)
    return whole, whole_cases.steps_of(tx, whole.case.id)


def _file(tx: Transaction, whole: Whole, rows: Sequence[OneStep], now: datetime) -> CaseFile:
    case, employment = whole.case, whole.employment
    catalogue = policies.load(tx, case.policy)
    steps = tuple(row.step for row in rows)
    gifts = _gifts(whole.plan) if whole.plan else ()
    rules = dict.fromkeys(rule for gift in gifts for rule in gift.rules)
    named = [(employment.unit, whole.unit), *((row.step.unit, row.unit) for row in rows)]
    return CaseFile(
        case=case,
        person=whole.person,
        employment=employment,
        units={id: name for id, name in named if id and name},
        catalogue=catalogue,
        steps=steps,
        tasks=tuple(sorted((task for row in rows for task in row.tasks), key=lambda one: (one.asked_at, one.step))),
        refusals={row.step.id: row.refused for row in rows if row.refused},
        answered=frozenset(row.step.id for row in rows if row.answered) | ({""} if whole.answered else set()),
        gifts=gifts,
        roles=tuple(rule for rule in rules if rule in catalogue.roles),
        forecast=forecast(
            case.kind,
            case.state,
            outlook(case.kind, steps, employment.start, withdrawn=case.withdrawn),
            first_day=employment.start,
            today=today(now),
            now=now,
            received_at=case.received_at,
            withdrawn=case.withdrawn,
        ),
    )


@lru_cache(maxsize=512)  # a page is asked for again at every change in any case, and most plans are as they were
def _gifts(plan: str) -> tuple[Gift, ...]:
    return tuple(
        Gift(
            entitlement=step.entitlement,
            system=step.system,
            unit=step.unit,
            rules=tuple(dict.fromkeys(because.rule for because in step.because)),
        )
        for step in Plan.model_validate_json(plan).steps
        if step.action == "grant" and step.entitlement
    )

"""What pages show many of: cases with their sentence, one case whole, what has stopped, and who is asked what."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import Conflict, NotFound
from onboarding.domain.people import Actor, Person, Unit, Value
from onboarding.domain.plan import Plan
from onboarding.operations import acting
from onboarding.operations.reading import CaseFile
from onboarding.planning.forecast import Forecast, forecast, outlook
from onboarding.planning.moments import today
from onboarding.store import acts, case_lists, cases, people, policies, tasks
from onboarding.store.case_lists import HeldSystem, Row, StoppedStep, Wanted
from onboarding.store.engine import Store, Transaction

K = TypeVar("K")

LONGEST_LIST = 100


class Line(Value):
    """A case in a list; `forecast` is what its sentence is made of."""

    row: Row
    catalogue: Catalogue
    forecast: Forecast


class Listed(Value):
    lines: tuple[Line, ...]
    after: tuple[str, date] | None  # where the next page begins; None: there is no more
    units: tuple[tuple[str, str], ...]  # (id, name) of those there are cases in


class Gift(Value):
    """Something the person gets, and the rules that give it."""

    entitlement: str
    system: str
    unit: str | None
    rules: tuple[str, ...]  # ids of roles, or 'everyone'


class CasePage(Value):
    file: CaseFile
    gifts: tuple[Gift, ...]
    notes: Mapping[int, str]  # by Event.seq: what somebody wrote
    taken: frozenset[str]  # steps with an answer that is on its way; '' is the case itself


class Cause(Value):
    """Steps that have stopped for one reason in one system."""

    system: str
    reason: str  # a key in `texts`, or '' where none is known
    steps: tuple[StoppedStep, ...]


class Stuck(Value):
    catalogue: Catalogue | None
    causes: tuple[Cause, ...]
    held: tuple[HeldSystem, ...]
    waiting: Mapping[str, tuple[StoppedStep, ...]]  # by held system


def listed(store: Store, wanted: Wanted, now: datetime) -> Listed:
    """One query for the rows, one for the units, and one for each version of the policy this process has not met."""
    limit = min(max(wanted.limit, 1), LONGEST_LIST)
    with store.reading() as tx:
        rows = case_lists.rows(tx, wanted.model_copy(update={"limit": limit + 1}))
        more, rows = len(rows) > limit, rows[:limit]
        known = {hash: policies.load(tx, hash) for hash in {row.policy for row in rows}}
        units = tuple(case_lists.units_with_cases(tx))
    lines = tuple(Line(row=r, catalogue=known[r.policy], forecast=_of_row(r, now)) for r in rows)
    return Listed(lines=lines, after=(rows[-1].number, rows[-1].start) if more else None, units=units)


def _of_row(row: Row, now: datetime) -> Forecast:
    return forecast(
        row.kind,
        row.state,
        row.outlook,
        first_day=row.start,
        today=today(now),
        now=now,
        received_at=row.received_at,
        withdrawn=row.withdrawn,
    )


def case_page(store: Store, number: str, now: datetime) -> CasePage:
    """Everything of one case, in seven queries. Raises NotFound."""
    with store.reading() as tx:
        found = case_lists.whole(tx, number)
        if found is None:
            raise NotFound("act.no-such-case", number=number)
        case, person, employment = found
        catalogue = policies.load(tx, case.policy)
        steps, refused = case_lists.steps_and_refusals(tx, case.id)
        plan = cases.newest_plan(tx, case.id)
        open_tasks = tasks.open_of(tx, case.id)
        units = case_lists.names_of_units(tx, {employment.unit, *(step.unit for step in steps if step.unit)})
        history = case_lists.history(tx, case.id)
        taken = acts.open_of(tx, case.id)
    gifts = _gifts(plan)
    rules = dict.fromkeys(rule for gift in gifts for rule in gift.rules if rule in catalogue.roles)
    file = CaseFile(
        case=case,
        person=person,
        employment=employment,
        units=units,
        catalogue=catalogue,
        steps=tuple(steps),
        tasks=tuple(open_tasks),
        refusals=refused,
        history=tuple(event for event, _ in history),
        roles=tuple(rules),
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
    notes = {event.seq: note for event, note in history if note and event.what != "act.settled"}
    return CasePage(file=file, gifts=gifts, notes=notes, taken=frozenset(act.step for act in taken))


def _gifts(plan: Plan | None) -> tuple[Gift, ...]:
    return tuple(
        Gift(
            entitlement=step.entitlement,
            system=step.system,
            unit=step.unit,
            rules=tuple(dict.fromkeys(because.rule for because in step.because)),
        )
        for step in (plan.steps if plan else ())
        if step.action == "grant" and step.entitlement
    )


def stuck(store: Store) -> Stuck:
    """One cause for each system and reason, the one with most steps first."""
    with store.reading() as tx:
        steps, held = case_lists.stopped_steps(tx, "stuck"), case_lists.held_systems(tx)
        waiting = case_lists.stopped_steps(tx, "held") if held else []
        catalogue = _current(tx)
    together = _grouped(steps, lambda one: (one.step.system, one.step.reason or ""))
    causes = [Cause(system=system, reason=why, steps=those) for (system, why), those in together.items()]
    causes.sort(key=lambda cause: -len(cause.steps))
    of_held = _grouped(waiting, lambda one: one.step.system)
    return Stuck(catalogue=catalogue, causes=tuple(causes), held=tuple(held), waiting=of_held)


def _grouped(steps: Iterable[StoppedStep], key: Callable[[StoppedStep], K]) -> dict[K, tuple[StoppedStep, ...]]:
    found: dict[K, list[StoppedStep]] = {}
    for one in steps:
        found.setdefault(key(one), []).append(one)
    return {one: tuple(those) for one, those in found.items()}


def retry_all(store: Store, actor: Actor, system: str, reason: str) -> int:
    """One act for each step that has stopped so. How many; somebody may have been first with some of them."""
    found = [cause for cause in stuck(store).causes if (cause.system, cause.reason) == (system, reason)]
    tried = 0
    for one in (one for cause in found for one in cause.steps):
        try:
            acting.act(store, actor, one.number, "retry", one.step.id)
            tried += 1
        except Conflict:
            continue  # it goes on already
    return tried


def open_tasks(store: Store) -> list[tuple[str, tasks.Task]]:
    """With the number of their case."""
    with store.reading() as tx:
        return case_lists.open_tasks(tx)


def pulse(store: Store) -> tuple[str, datetime | None]:
    """Another text whenever any case has changed, and when something last did."""
    with store.reading() as tx:
        return case_lists.pulse(tx)


class Ground(Value):
    """What an order is checked against: the policy in use and HR's units."""

    catalogue: Catalogue
    units: dict[str, Unit]


def ground(store: Store) -> Ground:
    """Raises NotFound where no policy is in use."""
    with store.reading() as tx:
        catalogue = _current(tx)
        if catalogue is None:
            raise NotFound("order.no-policy")
        return Ground(catalogue=catalogue, units=people.all_units(tx))


class Known(Value):
    """Somebody we have ordered for before."""

    person: Person
    extras: frozenset[str]  # what was ordered with any of her posts


def known(store: Store, employee_number: str) -> Known | None:
    with store.reading() as tx:
        person = people.by_employee_number(tx, employee_number)
        if person is None:
            return None
        posts = people.employments_of(tx, person.id)
        return Known(person=person, extras=frozenset(extra for post in posts for extra in post.extras))


def _current(tx: Transaction) -> Catalogue | None:
    hash = policies.current_hash(tx)
    return None if hash is None else policies.load(tx, hash)

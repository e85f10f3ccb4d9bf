"""What pages show many of: cases with their sentence, what has stopped, and who is asked what."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import Conflict, NotFound
from onboarding.domain.people import Actor, Employment, Person, Unit, Value
from onboarding.operations import acting
from onboarding.planning.forecast import Forecast, forecast
from onboarding.planning.moments import today
from onboarding.store import case_lists, people, policies
from onboarding.store.case_lists import HeldSystem, OpenTask, Row, StoppedStep, Wanted
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


def stuck(store: Store) -> Stuck:
    """One cause for each system and reason, the one with most steps first."""
    with store.reading() as tx:
        steps, held = case_lists.stuck_steps(tx), case_lists.held_systems(tx)
        waiting = case_lists.waiting_steps(tx) if held else []
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


def open_tasks(store: Store) -> list[OpenTask]:
    with store.reading() as tx:
        return case_lists.open_tasks(tx)


def pulse(store: Store) -> tuple[str, datetime | None]:
    """Another text whenever any case has changed, and when something last did."""
    with store.looking() as tx:
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
    posts: tuple[Employment, ...]


def known(store: Store, employee_number: str) -> Known | None:
    with store.reading() as tx:
        person = people.by_employee_number(tx, employee_number)
        if person is None:
            return None
        return Known(person=person, posts=tuple(people.employments_of(tx, person.id)))


def _current(tx: Transaction) -> Catalogue | None:
    hash = policies.current_hash(tx)
    return None if hash is None else policies.load(tx, hash)

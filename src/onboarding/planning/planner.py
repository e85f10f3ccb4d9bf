"""The plan that brings one employment what it should have: steps, their order and their times."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from onboarding.domain.catalogue import Catalogue, System
from onboarding.domain.people import Employment, Person, Unit, Value
from onboarding.domain.plan import Plan, PlannedStep
from onboarding.planning import asks
from onboarding.planning.given import Given
from onboarding.planning.order import before_first_day, behind_a_person, in_order
from onboarding.planning.resolve import resolve
from onboarding.planning.systems import Call, accounts_first, called_for, home, needs_username


class Has(Value):
    """What the person has already."""

    username: str | None = None
    enabled: Mapping[str, bool] = {}  # system -> is the account there enabled


def plan_onboard(
    catalogue: Catalogue,
    units: Mapping[str, Unit],
    person: Person,
    employments: Sequence[Employment],
    employment: Employment,
    has: Has,
    day: date,
    managers: frozenset[str] | None = None,
) -> Plan:
    """This employment's share of what the person should have on its first day, or on `day` where it has begun."""
    posts = [*(other for other in employments if other.id != employment.id), employment]
    resolved = resolve(catalogue, units, person, posts, max(employment.start, day), managers)
    share = tuple(given for given in resolved.given if given.employment == employment.id)
    calls = called_for(catalogue, share)
    systems = [catalogue.systems[id_] for id_ in calls if catalogue.systems[id_].account]
    names = _names(catalogue, systems, calls, has)
    others = [other for other in posts if other.id != employment.id]
    own_time = _OwnTime(employment.start, has, _in_use_from(catalogue, units, person, others, managers))
    clashes = asks.clashes(catalogue, resolved, employment, posts)
    questions = {ask.id: ask for behind in clashes.values() for ask in behind}
    questions.update((ask.id, ask) for given in share for ask in asks.approvals(catalogue, given))
    questions.update((ask.id, ask) for ask in asks.gates(catalogue, share))
    if employment.id in resolved.undecided:
        questions[asks.role().id] = asks.role()
    steps = in_order(
        [
            *names,
            *(_account(catalogue, system, names) for system in systems),
            *questions.values(),
            *(_grant(catalogue, given, share, calls, own_time, clashes) for given in share),
        ]
    )
    enables = [_enable(system, calls[system.id], steps) for system in systems if not system.mastered_by]
    return Plan(policy=catalogue.hash, steps=before_first_day(in_order([*steps, *enables])))


def _names(
    catalogue: Catalogue, systems: Sequence[System], calls: Mapping[str, Call], has: Has
) -> tuple[PlannedStep, ...]:
    """A person has one user name: it must be free in every system that makes them, also those she may come to later."""
    if has.username or not any(needs_username(catalogue, system) for system in systems):
        return ()
    naming = sorted(system.id for system in catalogue.systems.values() if system.naming)
    return tuple(
        PlannedStep(
            id=f"{id_}:name",
            system=id_,
            action="name",
            before_first_day=False,  # unless an account behind it is
            promise=catalogue.systems[id_].promise,
        )
        for id_ in naming
    )


def _account_id(system: System) -> str:
    return f"{system.id}:account"


def _account(catalogue: Catalogue, system: System, names: Sequence[PlannedStep]) -> PlannedStep:
    named = [step.id for step in names] if needs_username(catalogue, system) else []
    return PlannedStep(
        id=_account_id(system),
        system=system.id,
        action="account",
        needs=(*named, *map(_account_id, accounts_first(catalogue, system))),
        offset=None if system.not_made_before is None else -system.not_made_before,
        before_first_day=False,  # unless a grant or the enabling behind it is
        promise=system.promise,
    )


def _grant_id(catalogue: Catalogue, given: Given) -> str:
    return asks.of_unit(f"{catalogue.entitlements[given.entitlement].system}:grant", given)


def _grant(
    catalogue: Catalogue,
    given: Given,
    share: Sequence[Given],
    calls: Mapping[str, Call],
    own_time: "_OwnTime",
    clashes: Mapping[str, Sequence[PlannedStep]],
) -> PlannedStep:
    entitlement = catalogue.entitlements[given.entitlement]
    system = catalogue.systems[entitlement.system]
    # A thing is not put in an account, but may need one: a PC is set up for somebody.
    accounts = [system] if system.account else accounts_first(catalogue, system)
    needed = [_grant_id(catalogue, other) for other in share if other.entitlement in entitlement.needs]
    gates = [asks.gate_id(need) for need in entitlement.needs if need in catalogue.gates]
    asked = [*asks.approvals(catalogue, given), *clashes.get(given.entitlement, ())]
    return PlannedStep(
        id=_grant_id(catalogue, given),
        system=system.id,
        action="grant",
        entitlement=given.entitlement,
        unit=given.unit,
        target=given.target,
        needs=(*map(_account_id, accounts), *needed, *gates, *(ask.id for ask in asked)),
        offset=_when_granted(catalogue, system, given, calls, own_time),
        before_first_day=given.before_first_day,
        promise=asks.promise_of(catalogue, entitlement),
        because=given.because,
    )


class _OwnTime(NamedTuple):
    """What decides whether a right must wait for its own time: is its account in use before that?"""

    first_day: date
    has: Has
    from_others: Mapping[str, date]  # system -> the day its account comes into use, for another post of hers

    def must_wait(self, given: Given, system: System, home: System) -> bool:
        if self.has.enabled.get(system.id, False) or self.has.enabled.get(home.id, False):
            return True
        return self.from_others.get(home.id, date.max) < self.first_day - timedelta(days=given.days_before)


def _in_use_from(
    catalogue: Catalogue,
    units: Mapping[str, Unit],
    person: Person,
    posts: Sequence[Employment],
    managers: frozenset[str] | None,
) -> Mapping[str, date]:
    found: dict[str, date] = {}
    for post in posts:
        given = resolve(catalogue, units, person, posts, post.start, managers).given
        for id_, call in called_for(catalogue, [one for one in given if one.employment == post.id]).items():
            day = post.start - timedelta(days=call.days_before)
            found[id_] = min(day, found.get(id_, day))
    return found


def _when_granted(
    catalogue: Catalogue, system: System, given: Given, calls: Mapping[str, Call], own_time: _OwnTime
) -> int | None:
    """A right in an account that is not in use can be there at once; in one that is, not before its own time."""
    if not system.account:
        return None
    at = home(catalogue, system)
    early = calls[at.id].days_before > given.days_before
    return -given.days_before if early or own_time.must_wait(given, system, at) else None


def _enable(system: System, call: Call, steps: Sequence[PlannedStep]) -> PlannedStep:
    """Last, when what is needed on the first day is in place.

    It waits for no right that waits for a person or for its own day: a gate holds only the rights that name it.
    """
    held = behind_a_person(steps)
    grants = (
        step.id
        for step in steps
        if step.system == system.id
        and step.action == "grant"
        and step.before_first_day
        and step.offset is None
        and step.id not in held
    )
    return PlannedStep(
        id=f"{system.id}:enable",
        system=system.id,
        action="enable",
        needs=(_account_id(system), *grants),
        offset=-call.days_before,
        before_first_day=call.before_first_day,
        promise=system.promise,
    )

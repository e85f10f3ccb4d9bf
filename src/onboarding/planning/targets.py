"""What policy may ever give in each system, by the names that system has for it: looked for before a case meets it."""

from collections.abc import Iterator, Mapping

from onboarding.domain.catalogue import Catalogue, Condition, Give
from onboarding.domain.people import Unit
from onboarding.planning.conditions import inside, upwards


def targets(catalogue: Catalogue, units: Mapping[str, Unit]) -> dict[str, frozenset[str]]:
    """By system. Where there is one for each unit: of the units that HR has, those that some rule gives it in.

    What may be ordered beyond the rules may be ordered in any unit.
    """
    above = {unit: upwards(unit, units) for unit in units}
    found: dict[str, set[str]] = {}
    for condition, give in _rules(catalogue):
        where = [
            unit
            for unit, over in above.items()
            if all(_in_reach(one, over, catalogue) for one in (condition, give.where))
        ]
        for name in _with_needs(catalogue, give.entitlement):
            entitlement = catalogue.entitlements[name]
            here = found.setdefault(entitlement.system, set())
            if entitlement.per_unit:
                here.update(entitlement.target.replace("{unit}", unit) for unit in where)
            else:
                here.add(entitlement.target)
    return {system: frozenset(names) for system, names in found.items()}


def _rules(catalogue: Catalogue) -> Iterator[tuple[Condition, Give]]:
    yield from ((Condition(), give) for give in catalogue.everyone)
    for role in catalogue.roles.values():
        yield from ((role.for_, give) for give in role.gives)
    for one in catalogue.entitlements.values():
        if one.requestable:
            yield Condition(), Give(entitlement=one.id, place=one.place)


def _in_reach(condition: Condition, above: frozenset[str], catalogue: Catalogue) -> bool:
    return not inside(condition.not_units, above, catalogue) and (
        not condition.units or inside(condition.units, above, catalogue)
    )


def _with_needs(catalogue: Catalogue, entitlement: str) -> set[str]:
    """It, and what comes with it."""
    met: set[str] = set()
    left = [entitlement]
    while left:
        here = left.pop()
        if here not in met and here not in catalogue.gates:
            met.add(here)
            left += catalogue.entitlements[here].needs
    return met

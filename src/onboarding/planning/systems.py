"""Which systems' accounts a person's rights call for, from when, and whose account must be there first."""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

from onboarding.domain.catalogue import Catalogue, System
from onboarding.domain.people import Value
from onboarding.planning.given import Given


class Call(Value):
    """How early an account is wanted."""

    days_before: int
    before_first_day: bool


def prerequisites(system: System) -> tuple[str, ...]:
    """The systems whose account must be there before this one's."""
    master = (system.mastered_by,) if system.mastered_by else ()
    return tuple(dict.fromkeys((*system.account_needs, *master)))


def accounts_first(catalogue: Catalogue, system: System) -> tuple[System, ...]:
    """The prerequisites that have accounts at all."""
    return tuple(found for need in prerequisites(system) if (found := catalogue.systems[need]).account)


def home(catalogue: Catalogue, system: System) -> System:
    """Where its account is enabled: in the system that is copied, where it is a copy."""
    while system.mastered_by:
        system = catalogue.systems[system.mastered_by]
    return system


def needs_username(catalogue: Catalogue, system: System) -> bool:
    if system.naming is not None:
        return True
    return any(needs_username(catalogue, catalogue.systems[need]) for need in prerequisites(system))


def called_for(catalogue: Catalogue, share: Iterable[Given]) -> Mapping[str, Call]:
    """Every system that a right is in, or that such a system needs the account of, whether it has accounts or not.

    A system is wanted as early as what is given in it and in the copies of it. Where nothing is, as early as those
    that cannot do without its account. What was ordered beyond the rules moves no system that the rules call for.
    """
    rights = list(share)
    by_rules = _called_for(catalogue, [given for given in rights if not given.only_ordered])
    return {**_called_for(catalogue, rights), **by_rules}


def _called_for(catalogue: Catalogue, share: Iterable[Given]) -> Mapping[str, Call]:
    own: dict[str, list[Call]] = {}
    for given in share:
        call = Call(days_before=given.days_before, before_first_day=given.before_first_day)
        own.setdefault(catalogue.entitlements[given.entitlement].system, []).append(call)
    askers = _askers(catalogue, own)
    found: dict[str, Call] = {}
    for id_ in TopologicalSorter(askers).static_order():
        copies = [found[asker] for asker in askers[id_] if catalogue.systems[asker].mastered_by == id_]
        others = [found[asker] for asker in askers[id_]]
        found[id_] = Call(
            days_before=max(call.days_before for call in own.get(id_, []) + copies or others),
            before_first_day=any(call.before_first_day for call in own.get(id_, []) + others),
        )
    return found


def _askers(catalogue: Catalogue, touched: Iterable[str]) -> dict[str, list[str]]:
    """Each system with those that need its account, from the touched ones down."""
    askers: dict[str, list[str]] = {}
    left = sorted(touched)
    while left:
        id_ = left.pop()
        if id_ in askers:
            continue
        askers[id_] = []
        left += prerequisites(catalogue.systems[id_])
    for id_ in sorted(askers):
        for need in prerequisites(catalogue.systems[id_]):
            askers[need].append(id_)
    return askers

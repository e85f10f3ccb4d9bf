"""What policy gives a person, and what follows from it: what comes with it, what holds it, what must not meet."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from itertools import product
from uuid import UUID

from onboarding.domain.catalogue import Catalogue, Place
from onboarding.domain.people import Value
from onboarding.domain.plan import Because

Key = tuple[str, str | None, UUID]

EVERYONE = "everyone"  # the rule of the package all get, beside the ids of roles
ORDERED = "ordered"  # no rule's, but a person's: what was ordered beyond what the post gives
NOT_ROLES = frozenset({EVERYONE, ORDERED})  # rules whose titles are texts: `rule.everyone`, `rule.ordered`

# By who opens the gate: rights that are given, but wait.
HELD = {"manager": "rule.held-by-manager", "hr": "rule.held-by-hr", "owner": "rule.held-by-owner"}


class Given(Value):
    """One right in one unit for one employment, by one or several rules."""

    entitlement: str
    unit: str | None  # Unit.id where there is one right per unit
    target: str
    employment: UUID
    because: tuple[Because, ...]
    needed_by: tuple[str, ...] = ()  # the entitlements it comes with; empty where a rule gives it directly
    days_before: int = 0  # the earliest of the rules
    before_first_day: bool = True
    off_at: time | None = None  # the latest of the rules; None: when the last day ends

    @property
    def key(self) -> Key:
        return self.entitlement, self.unit, self.employment

    @property
    def only_ordered(self) -> bool:
        """No rule gives it: it is there because somebody asked."""
        return all(reason.rule == ORDERED for reason in self.because)


class NotGiven(Value):
    """What nearly applied, or is held: a key of `texts` and what fills it (ids, several joined by ', ')."""

    key: str
    params: dict[str, str] = {}
    place: Place | None = None
    rule: str | None = None  # as in `Because`
    entitlements: tuple[str, ...] = ()
    employment: UUID | None = None


class Meeting(Value):
    """Two rights that must not meet in one person; `later` is the later by id."""

    clash: str
    first: Given
    later: Given


class Resolved(Value):
    given: tuple[Given, ...] = ()  # by entitlement, unit and employment
    undecided: tuple[UUID, ...] = ()  # employments for which a person must choose the role
    clashes: tuple[Meeting, ...] = ()
    nearly: tuple[NotGiven, ...] = ()


def add(given: dict[Key, Given], new: Given) -> bool:
    """Join with what is there already. Did it change anything?"""
    old = given.get(new.key)
    given[new.key] = new if old is None else _joined(old, new)
    return given[new.key] != old


def _joined(old: Given, new: Given) -> Given:
    needed_by, because = old.needed_by, old.because
    if old.needed_by or not new.needed_by:
        needed_by = tuple(sorted({*old.needed_by, *new.needed_by}))
    # Where a rule gives it directly, only such rules are its reason. An order is no rule: what calls for it counts too.
    if old.needed_by or not new.needed_by or old.only_ordered:
        because += tuple(reason for reason in new.because if reason not in old.because)
    return old.model_copy(
        update={
            "because": because,
            "needed_by": needed_by,
            "days_before": max(old.days_before, new.days_before),
            "before_first_day": old.before_first_day or new.before_first_day,
            "off_at": max((at for at in (old.off_at, new.off_at) if at), default=None),
        }
    )


def add_needs(catalogue: Catalogue, given: dict[Key, Given], own_unit: Mapping[UUID, str]) -> None:
    """What a right cannot be without comes with it, no later than it; and what that cannot be without."""
    left = [given[key] for key in sorted(given, key=_order)]
    while left:
        asker = left.pop(0)
        asker = given[asker.key]  # it may have been joined since it was put in the queue
        for need in catalogue.entitlements[asker.entitlement].needs:
            if need in catalogue.gates:
                continue
            entitlement = catalogue.entitlements[need]
            unit = own_unit[asker.employment]
            new = asker.model_copy(
                update={
                    "entitlement": need,
                    "unit": unit if entitlement.per_unit else None,
                    "target": entitlement.target.replace("{unit}", unit),
                    "needed_by": (asker.entitlement,),
                }
            )
            if add(given, new):
                left.append(new)


def _order(key: Key) -> tuple[str, str, str]:
    return key[0], key[1] or "", str(key[2])


def in_order(given: Mapping[Key, Given]) -> tuple[Given, ...]:
    return tuple(given[key] for key in sorted(given, key=_order))


def meetings(catalogue: Catalogue, given: Iterable[Given]) -> tuple[Meeting, ...]:
    """Each pair that must not meet, also over several employments."""
    of: dict[str, list[Given]] = {}
    for one in given:
        of.setdefault(one.entitlement, []).append(one)
    return tuple(
        Meeting(clash=clash.id, first=first, later=later)
        for clash in sorted(catalogue.clashes, key=lambda clash: clash.id)
        for first, later in product(*(of.get(entitlement, []) for entitlement in sorted(clash.between)))
    )


def held(catalogue: Catalogue, given: Iterable[Given]) -> Iterator[NotGiven]:
    """Rights that are given, but wait for a gate: their own, or one of something they cannot be without."""
    for entitlement in sorted({one.entitlement for one in given}):
        for gate in sorted(gates_of(catalogue, entitlement)):
            yield NotGiven(
                key=HELD[catalogue.gates[gate].opened_by],
                params={"gate": gate},
                place=catalogue.entitlements[entitlement].place,
                entitlements=(entitlement,),
            )


def gates_of(catalogue: Catalogue, entitlement: str) -> frozenset[str]:
    gates: set[str] = set()
    met: set[str] = set()
    left = [entitlement]
    while left:
        here = left.pop()
        met.add(here)
        needs = catalogue.entitlements[here].needs
        gates.update(need for need in needs if need in catalogue.gates)
        left += [need for need in needs if need not in catalogue.gates and need not in met]
    return frozenset(gates)

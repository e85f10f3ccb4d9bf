"""The questions a plan puts to people, and which rights wait for which."""

from collections.abc import Iterable, Sequence

from onboarding.domain.catalogue import PEOPLE, Catalogue, Entitlement
from onboarding.domain.people import Employment
from onboarding.domain.plan import Ask, Because, PlannedStep
from onboarding.planning.given import Given, Resolved


def owner_of(catalogue: Catalogue, entitlement: Entitlement) -> str:
    """Its own, its system's, or IT where nobody has been named."""
    return entitlement.owner or catalogue.systems[entitlement.system].owner or "it"


def promise_of(catalogue: Catalogue, entitlement: Entitlement) -> int:
    """Working days."""
    own = entitlement.promise
    return catalogue.systems[entitlement.system].promise if own is None else own


def of_unit(id_: str, given: Given) -> str:
    """The id of a step about this right."""
    return f"{id_}:{given.entitlement}@{given.unit}" if given.unit else f"{id_}:{given.entitlement}"


def approvals(catalogue: Catalogue, given: Given) -> tuple[PlannedStep, ...]:
    """None, the owner's, or the owner's and then another's."""
    approval = catalogue.entitlements[given.entitlement].approval
    if approval == "none":
        return ()
    first = _ask_owner(catalogue, given, of_unit(f"{PEOPLE}:approve", given))
    if approval == "owner":
        return (first,)
    return first, _ask_owner(catalogue, given, of_unit(f"{PEOPLE}:approve-second", given), after=(first.id,))


def _ask_owner(catalogue: Catalogue, given: Given, id_: str, after: tuple[str, ...] = ()) -> PlannedStep:
    entitlement = catalogue.entitlements[given.entitlement]
    return PlannedStep(
        id=id_,
        system=PEOPLE,
        action="ask",
        entitlement=given.entitlement,
        unit=given.unit,
        needs=after,
        before_first_day=False,  # unless a right behind it is
        promise=promise_of(catalogue, entitlement),
        ask=Ask(kind="approve", of=given.entitlement, for_=owner_of(catalogue, entitlement), second=bool(after)),
        because=given.because,
    )


def gate_id(gate: str) -> str:
    return f"{PEOPLE}:gate:{gate}"


def gates(catalogue: Catalogue, share: Iterable[Given]) -> tuple[PlannedStep, ...]:
    """One question per gate, however many rights wait behind it."""
    behind: dict[str, list[Given]] = {}
    # What the rules give comes first: whom it asks does not change with what was ordered beyond them.
    for given in sorted(share, key=lambda given: (given.only_ordered, given.entitlement)):
        for need in catalogue.entitlements[given.entitlement].needs:
            if need in catalogue.gates:
                behind.setdefault(need, []).append(given)
    return tuple(_gate(catalogue, gate, behind[gate]) for gate in sorted(behind))


def _gate(catalogue: Catalogue, id_: str, behind: Sequence[Given]) -> PlannedStep:
    gate = catalogue.gates[id_]
    # A gate for the owner of several systems is one question to one of them: the first right's, by id.
    owner = owner_of(catalogue, catalogue.entitlements[behind[0].entitlement])
    because: tuple[Because, ...] = tuple(dict.fromkeys(reason for given in behind for reason in given.because))
    return PlannedStep(
        id=gate_id(id_),
        system=PEOPLE,
        action="ask",
        before_first_day=False,
        promise=gate.promise,
        ask=Ask(kind="gate", of=id_, for_=owner if gate.opened_by == "owner" else gate.opened_by),
        because=because,
    )


def clashes(
    catalogue: Catalogue, resolved: Resolved, employment: Employment, employments: Iterable[Employment]
) -> dict[str, list[PlannedStep]]:
    """Per entitlement of this employment, the questions it waits for: one per clash, to its owner."""
    starts = {post.id: post.start for post in employments}
    waits_for: dict[str, list[PlannedStep]] = {}
    asked: dict[str, PlannedStep] = {}
    for meeting in resolved.clashes:
        # The later by id waits; but of two employments the newer one's, since the older has what it has; and in one
        # what was ordered beyond the rules, since what they give must not be held up by it.
        pair = (meeting.first, meeting.later)
        waits = max(pair, key=lambda given: (starts[given.employment], given.only_ordered, given.entitlement))
        if waits.employment != employment.id:
            continue
        ask = asked.setdefault(meeting.clash, _ask_owner(catalogue, waits, f"{PEOPLE}:approve:clash:{meeting.clash}"))
        behind = waits_for.setdefault(waits.entitlement, [])
        if ask not in behind:
            behind.append(ask)
    return waits_for


def role() -> PlannedStep:
    """Which role the post has: only its manager knows."""
    return PlannedStep(id=f"{PEOPLE}:role", system=PEOPLE, action="ask", ask=Ask(kind="role", of="", for_="manager"))

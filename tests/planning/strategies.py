"""Any policy the checks would let through, and any posts: for what must hold whatever is written."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from onboarding.domain.catalogue import (
    Active,
    Catalogue,
    Clash,
    Condition,
    Entitlement,
    Give,
    Naming,
    NotCounted,
    Role,
    System,
    Title,
)
from onboarding.domain.people import Employment

from .catalogue_for_tests import FIRST_DAY, at, by_id, catalogue, entitlement, gate, give, kind, post, role, system

CODES = ("7174", "7003", "")
KINDS = ("ansatt", "konsulent", "oppdragstaker")
UNIT_IDS = ("1", "1200", "1210", "1300")


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple) if values else st.just(())


conditions = st.builds(
    Condition,
    kinds=some(*KINDS[:2]),
    not_kinds=some("konsulent"),
    job_codes=some("7174", "7003"),
    units=some("health", "school"),
    percentage_from=st.sampled_from([None, Decimal(50)]),
    percentage_below=st.sampled_from([None, None, Decimal(80)]),
    manages=st.sampled_from([None, None, True, False]),
)
narrow = conditions.filter(lambda condition: condition != Condition())
actives = st.builds(Active, days_before=st.integers(0, 9))


@st.composite
def systems(draw: st.DrawFn) -> list[System]:
    """Each may build on those before it, so there is no ring."""
    found: list[System] = [system("doors", account=False)]
    with_accounts: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        master = draw(st.sampled_from([None, None, *with_accounts]))
        found.append(
            system(
                f"s{number}",
                account_needs=draw(some(*with_accounts)),
                mastered_by=master,
                naming=draw(st.sampled_from([None, Naming()])),
                not_made_before=draw(st.sampled_from([None, 7])),
            )
        )
        with_accounts.append(f"s{number}")
    return found


@st.composite
def entitlements(draw: st.DrawFn, of: list[System]) -> list[Entitlement]:
    found: list[Entitlement] = []
    for number in range(draw(st.integers(1, 7))):
        id_ = f"e{number}"
        found.append(
            entitlement(
                id_,
                draw(st.sampled_from([system.id for system in of])),
                target=draw(st.sampled_from([id_, id_ + "-{unit}"])),
                approval=draw(st.sampled_from(["none", "none", "owner", "two"])),
                needs=(*draw(some(*(one.id for one in found))), *draw(some("g1", "g2"))),
            )
        )
    return found


@st.composite
def gives(draw: st.DrawFn, of: list[Entitlement]) -> list[Give]:
    ids = draw(st.lists(st.sampled_from([one.id for one in of]), max_size=4))
    where = st.one_of(st.just(Condition()), conditions)
    return [give(id_, before_first_day=draw(st.booleans()), where=draw(where)) for id_ in ids]


@st.composite
def roles(draw: st.DrawFn, of: list[Entitlement]) -> list[Role]:
    return [
        role(f"r{number}", draw(narrow), *draw(gives(of)), active=draw(actives), chosen=draw(st.booleans()))
        for number in range(draw(st.integers(0, 4)))
    ]


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    of = draw(systems())
    rights = draw(entitlements(of))
    ids = [right.id for right in rights]
    pairs = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=3))
    return catalogue(
        systems=by_id(*of),
        entitlements=by_id(*rights),
        gates=by_id(gate("g1", "hr"), gate("g2", "owner")),
        kinds=by_id(kind("ansatt"), kind("konsulent"), kind("oppdragstaker", counts=False)),
        everyone=tuple(draw(gives(rights))),
        everyone_active=draw(actives),
        roles=by_id(*draw(roles(rights))),
        clashes=tuple(
            Clash(id=f"c{number}", between=pair, why=Title(nb="."), place=at("clashes.yaml", number + 1))
            for number, pair in enumerate(pairs)
            if pair[0] != pair[1]
        ),
        not_counted=tuple(
            NotCounted(where=where, why=Title(nb="."), place=at("organisation.yaml", 1))
            for where in draw(st.lists(narrow, max_size=1))
        ),
    )


@st.composite
def posts(draw: st.DrawFn, latest_start: date = FIRST_DAY) -> list[Employment]:
    """One to four, begun by `latest_start` at the latest; some may have ended."""
    return [
        post(
            number,
            unit=draw(st.sampled_from(UNIT_IDS)),
            job_code=draw(st.sampled_from(CODES)),
            kind=draw(st.sampled_from(KINDS)),
            percentage=draw(st.sampled_from([Decimal(0), Decimal(50), Decimal(100)])),
            role=draw(st.sampled_from([None, None, "r0", "r9"])),
            extras=draw(st.one_of(st.just(()), some("e0", "e1", "e2", "e3", "e4", "gone"))),
            start=latest_start - timedelta(days=draw(st.integers(0, 40))),
            end=draw(st.sampled_from([None, latest_start, latest_start - timedelta(days=1)])),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]

"""What holds for any policy, any posts and any day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.catalogue import PEOPLE, Catalogue
from onboarding.domain.people import Employment
from onboarding.domain.plan import Plan
from onboarding.planning.planner import Has, plan_onboard
from onboarding.planning.resolve import resolve

from .catalogue_for_tests import FIRST_DAY, PERSON, UNITS
from .strategies import catalogues, posts

often = settings(max_examples=150, deadline=None)
has_any = st.builds(
    Has,
    username=st.sampled_from([None, "karnor"]),
    enabled=st.dictionaries(st.sampled_from(["s0", "s1"]), st.booleans()),
)
manages = st.sampled_from([frozenset[str](), frozenset({"100"})])


def plans(
    catalogue: Catalogue, employments: Sequence[Employment], has: Has, managers: frozenset[str], day: date = FIRST_DAY
) -> Mapping[Employment, Plan]:
    return {one: plan_onboard(catalogue, UNITS, PERSON, employments, one, has, day, managers) for one in employments}


@often
@given(catalogues(), posts(), has_any, manages)
def test_prerequisites_come_first_and_so_nothing_goes_in_a_ring(
    catalogue: Catalogue, employments: list[Employment], has: Has, managers: frozenset[str]
) -> None:
    for plan in plans(catalogue, employments, has, managers).values():
        met: set[str] = set()
        for step in plan.steps:
            assert met.issuperset(step.needs)
            assert step.id not in met
            met.add(step.id)


@often
@given(catalogues(), posts(), has_any, manages, st.randoms(use_true_random=False))
def test_the_same_said_in_any_order_is_the_same_plan(
    catalogue: Catalogue, employments: list[Employment], has: Has, managers: frozenset[str], random: Random
) -> None:
    shuffled = list(employments)
    random.shuffle(shuffled)
    first, second = plans(catalogue, employments, has, managers), plans(catalogue, shuffled, has, managers)
    assert [first[one] for one in employments] == [second[one] for one in employments]


@often
@given(catalogues(), posts(), has_any, manages)
def test_the_shares_of_all_employments_are_the_union(
    catalogue: Catalogue, employments: list[Employment], has: Has, managers: frozenset[str]
) -> None:
    union = resolve(catalogue, UNITS, PERSON, employments, FIRST_DAY, managers).given
    should = sorted((one.entitlement, one.unit or "", str(one.employment)) for one in union)
    planned = plans(catalogue, employments, has, managers)
    shares = sorted(
        (step.entitlement or "", step.unit or "", str(one.id))
        for one, plan in planned.items()
        for step in plan.steps
        if step.action == "grant"
    )
    assert shares == should
    assert {step.target for plan in planned.values() for step in plan.steps} - {""} == {one.target for one in union}


@often
@given(catalogues(), posts(), manages)
def test_the_union_is_what_each_post_would_give_alone(
    catalogue: Catalogue, employments: list[Employment], managers: frozenset[str]
) -> None:
    union = resolve(catalogue, UNITS, PERSON, employments, FIRST_DAY, managers).given
    alone = [
        given for one in employments for given in resolve(catalogue, UNITS, PERSON, [one], FIRST_DAY, managers).given
    ]
    assert sorted(union, key=str) == sorted(alone, key=str)


@often
@given(catalogues(), posts(), has_any, manages)
def test_nothing_is_outside_the_policy(
    catalogue: Catalogue, employments: list[Employment], has: Has, managers: frozenset[str]
) -> None:
    places = {give.place for give in catalogue.everyone}
    places |= {give.place for role in catalogue.roles.values() for give in role.gives}
    places |= {entitlement.place for entitlement in catalogue.entitlements.values()}  # of what was ordered beyond them
    for plan in plans(catalogue, employments, has, managers).values():
        assert plan.policy == catalogue.hash
        for step in plan.steps:
            assert step.system == PEOPLE or step.system in catalogue.systems
            assert step.action in ("name", "account", "grant", "enable", "ask")
            assert {because.place for because in step.because} <= places
            if step.action == "grant":
                assert step.because
                entitlement = catalogue.entitlements[step.entitlement or ""]
                assert step.system == entitlement.system
                assert (step.unit is not None) == entitlement.per_unit


@often
@given(catalogues(), posts(), has_any, manages, st.integers(-400, 400))
def test_a_moved_date_moves_nothing_in_the_plan(
    catalogue: Catalogue, employments: list[Employment], has: Has, managers: frozenset[str], days: int
) -> None:
    by = timedelta(days=days)
    moved = [one.model_copy(update={"start": one.start + by, "end": one.end and one.end + by}) for one in employments]
    here = plans(catalogue, employments, has, managers)
    there = plans(catalogue, moved, has, managers, FIRST_DAY + by)
    assert [here[one] for one in employments] == [there[one] for one in moved]


@often
@given(catalogues(), posts(), has_any, manages)
def test_what_the_first_day_needs_and_what_holds_it(
    catalogue: Catalogue, employments: list[Employment], has: Has, managers: frozenset[str]
) -> None:
    for plan in plans(catalogue, employments, has, managers).values():
        by_id = {step.id: step for step in plan.steps}
        behind_asks: set[str] = set()
        for step in plan.steps:
            if step.action == "ask" or behind_asks.intersection(step.needs):
                behind_asks.add(step.id)
            if step.before_first_day:
                assert all(by_id[need].before_first_day for need in step.needs)
            if step.action in ("name", "account", "enable"):  # a question holds only rights
                assert step.id not in behind_asks
            if step.action == "grant" and catalogue.systems[step.system].account:
                assert f"{step.system}:account" in step.needs
            if step.action == "enable":
                assert step.offset is not None
                assert step.offset <= 0
                assert catalogue.systems[step.system].mastered_by is None


@often
@given(catalogues(), posts(), has_any, manages)
def test_what_is_ordered_beyond_the_rules_changes_nothing_that_the_first_day_needs(
    catalogue: Catalogue, employments: list[Employment], has: Has, managers: frozenset[str]
) -> None:
    """Neither what it waits for, nor when it is done, nor who is asked."""
    one, others = employments[0], employments[1:]
    plain = one.model_copy(update={"extras": ()})
    asked = one.model_copy(update={"extras": tuple(catalogue.entitlements)})
    of = [plan_onboard(catalogue, UNITS, PERSON, [*others, it], it, has, FIRST_DAY, managers) for it in (plain, asked)]
    first, second = ([line.model_copy(update={"because": ()}) for line in plan.steps] for plan in of)
    needed = {line.id: line for line in first if line.before_first_day}
    assert {line.id: line for line in second if line.before_first_day} == needed

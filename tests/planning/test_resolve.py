"""What is given, by which rules, and what is nearly given."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from onboarding.domain.catalogue import Active, Clash, Condition, Title
from onboarding.domain.people import Employment
from onboarding.planning.given import Given, NotGiven, Resolved
from onboarding.planning.resolve import managers_of, resolve

from .catalogue_for_tests import (
    ENTITLEMENTS,
    EVERYONE,
    FIRST_DAY,
    NURSE,
    PERSON,
    UNITS,
    at,
    by_id,
    catalogue,
    entitlement,
    give,
    post,
    role,
)

ALL_GET = {"login", "office", "key-card"}
NURSES_GET = {*ALL_GET, "record-read", "record-write"}


def resolved(*posts: Employment, day: date = FIRST_DAY, managers: Sequence[str] = (), **changed: Any) -> Resolved:
    return resolve(catalogue(**changed), UNITS, PERSON, posts, day, frozenset(managers))


def names(answer: Resolved) -> set[str]:
    return {given.entitlement for given in answer.given}


def one(answer: Resolved, entitlement_id: str) -> Given:
    (found,) = [given for given in answer.given if given.entitlement == entitlement_id]
    return found


def near(answer: Resolved, rule: str | None) -> NotGiven:
    (found,) = [near for near in answer.nearly if near.rule == rule and not near.key.startswith("rule.held")]
    return found


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {*NURSES_GET, "vpn"}),
        ({"unit": "1200"}, {*NURSES_GET, "vpn"}),  # the unit itself, not only those below
        ({"unit": "1300"}, {*ALL_GET, "vpn"}),
        ({"unit": "of another world"}, {*ALL_GET, "vpn"}),
        ({"percentage": Decimal("49.99")}, NURSES_GET),
        ({"percentage": Decimal(50)}, {*NURSES_GET, "vpn"}),
        ({"kind": "konsulent"}, {*ALL_GET, "vpn"}),
        ({"job_code": "7003"}, ALL_GET),  # an accountant, but not in health
        ({"job_code": "7003", "unit": "1300"}, {*ALL_GET, "payment", "ledger"}),
        ({"job_code": "07174"}, ALL_GET),  # a leading zero is part of a code
        ({"job_code": ""}, ALL_GET),
        ({"role": "night", "job_code": ""}, {*ALL_GET, "record-read"}),
        ({"role": "night"}, {*ALL_GET, "record-read"}),  # in place of those by job code
        ({"role": "nurse", "job_code": "", "unit": "1300", "kind": "konsulent"}, NURSES_GET),  # as it is
        ({"role": "gone"}, {*NURSES_GET, "vpn"}),
        ({"kind": "oppdragstaker"}, set()),
        ({"kind": "never heard of"}, set()),
        ({"percentage": Decimal("0.5")}, set()),
        ({"start": FIRST_DAY + timedelta(days=1)}, set()),
        ({"start": date(2026, 1, 1), "end": FIRST_DAY}, {*NURSES_GET, "vpn"}),  # the last day is one of them
        ({"start": date(2026, 1, 1), "end": FIRST_DAY - timedelta(days=1)}, set()),
    ],
)
def test_which_posts_get_what(changed: dict[str, Any], expected: set[str]) -> None:
    assert names(resolved(post(**changed))) == expected


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        (Condition(kinds=("ansatt", "konsulent")), True),
        (Condition(kinds=("konsulent",)), False),
        (Condition(not_kinds=("konsulent",)), True),
        (Condition(not_kinds=("ansatt",)), False),
        (Condition(job_codes=("1", "7174")), True),
        (Condition(units=("school", "health")), True),
        (Condition(units=("school",)), False),
        (Condition(not_units=("school",)), True),
        (Condition(not_units=("health",)), False),
        (Condition(percentage_from=Decimal(80)), True),
        (Condition(percentage_below=Decimal(80)), False),
        (Condition(percentage_below=Decimal("80.01")), True),
        (Condition(manages=False), True),
        (Condition(manages=True), False),
        (Condition(kinds=("ansatt",), units=("health",), job_codes=("2",)), False),  # all that is named must fit
    ],
)
def test_each_condition_holds_for_roles_gives_and_what_counts(condition: Condition, fits: bool) -> None:
    here = post(percentage=Decimal(80))
    by_role = resolved(here, roles=by_id(role("r", condition, give("ledger"))))
    by_give = resolved(here, everyone=(give("ledger", where=condition),), roles={})
    assert ("ledger" in names(by_role)) is fits
    assert ("ledger" in names(by_give)) is fits


def test_managers_are_those_whom_units_name() -> None:
    boss = PERSON.model_copy(update={"employee_number": "902"})
    unnumbered = PERSON.model_copy(update={"employee_number": None})
    assert managers_of(UNITS) == {"900", "901", "902"}
    assert "invoice" in names(resolve(catalogue(), UNITS, boss, [post()], FIRST_DAY))
    assert "invoice" not in names(resolve(catalogue(), UNITS, PERSON, [post()], FIRST_DAY))
    assert "invoice" not in names(resolve(catalogue(), UNITS, unnumbered, [post()], FIRST_DAY))
    assert "invoice" in names(resolved(post(), managers=["100"]))


def test_a_right_says_where_it_is_written() -> None:
    given = one(resolved(post()), "record-write")
    assert given.unit == "1210"
    assert given.target == "EPJ-1210-skriv"
    assert [(because.rule, str(because.place), because.employment) for because in given.because] == [
        ("nurse", "role/nurse.yaml:5", str(post().id))
    ]


def test_several_rules_give_one_right_once_the_earliest_and_the_latest_of_them() -> None:
    roles = by_id(
        role("day", NURSE, give("office", before_first_day=False), active=Active(days_before=2, off_at=time(1))),
        role("eve", NURSE, give("office"), active=Active(days_before=5, off_at=time(7, 30))),
    )
    everyone = (give("office", before_first_day=False),)
    given = one(resolved(post(), roles=roles, everyone=everyone, everyone_active=Active(days_before=1)), "office")
    assert [because.rule for because in given.because] == ["everyone", "day", "eve"]
    assert (given.days_before, given.before_first_day, given.off_at) == (5, True, time(7, 30))
    late = one(resolved(post(), roles={}, everyone=everyone), "office")
    assert (late.days_before, late.before_first_day, late.off_at) == (0, False, None)


def test_what_a_right_needs_comes_along_no_later_than_it() -> None:
    read = one(resolved(post()), "record-read")
    assert (read.needed_by, read.unit, read.days_before) == (("record-write",), "1210", 3)
    assert [str(because.place) for because in read.because] == ["role/nurse.yaml:5"]


def test_what_is_given_and_also_needed_has_only_its_own_rules_but_the_earlier_time() -> None:
    everyone = (give("record-read", 9, unit="own", before_first_day=False),)
    read = one(resolved(post(), everyone=everyone), "record-read")
    assert [because.rule for because in read.because] == ["everyone"]
    assert (read.needed_by, read.days_before, read.before_first_day) == ((), 3, True)


def test_needs_go_on_and_a_ring_of_them_ends() -> None:
    ring = by_id(
        entitlement("a", "ad", needs=("b",)),
        entitlement("b", "erp", needs=("c",)),
        entitlement("c", "ad", needs=("a",)),
    )
    given = resolved(post(), entitlements=ring, everyone=(give("a"),), roles={}).given
    assert [(one.entitlement, one.needed_by) for one in given] == [("a", ()), ("b", ("a",)), ("c", ("b",))]


def test_the_union_over_the_posts_that_count() -> None:
    nurse, accountant = post(1), post(2, job_code="7003", unit="1300")
    foster = post(3, kind="oppdragstaker")
    both = resolved(nurse, accountant, foster)
    alone = {*resolved(nurse).given, *resolved(accountant).given}
    assert set(both.given) == alone
    assert resolved(foster, accountant, nurse) == both
    logins = [given.employment for given in both.given if given.entitlement == "login"]
    assert logins == [nurse.id, accountant.id]


@pytest.mark.parametrize(
    ("changed", "undecided"),
    [
        ({}, False),
        ({"job_code": ""}, True),
        ({"job_code": "9999"}, True),
        ({"job_code": "", "role": "night"}, False),
        ({"job_code": "", "role": "gone"}, True),
        ({"job_code": "7003"}, False),  # policy has spoken of the code: not in health
        ({"job_code": "9999", "kind": "oppdragstaker"}, False),
        ({"job_code": "9999", "start": date(2027, 1, 1)}, False),
    ],
)
def test_when_a_person_must_choose_the_role(changed: dict[str, Any], undecided: bool) -> None:
    here = post(**changed)
    assert resolved(here).undecided == ((here.id,) if undecided else ())


def test_nobody_chooses_where_there_is_a_role_already_or_none_to_choose() -> None:
    assert resolved(post(job_code="9999"), managers=["100"]).undecided == ()
    assert resolved(post(job_code="9999"), roles={}).undecided == ()
    only_chosen = by_id(role("night", Condition(job_codes=("9999",)), give("ledger"), chosen=True))
    assert resolved(post(job_code="9999"), roles=only_chosen).undecided == (post().id,)


def test_which_rights_must_not_meet() -> None:
    accountant = post(1, job_code="7003", unit="1300")
    assert resolved(accountant).clashes == ()
    (meeting,) = resolved(accountant, managers=["100"]).clashes
    assert (meeting.clash, meeting.first.entitlement, meeting.later.entitlement) == (
        "own-invoice",
        "invoice",
        "payment",
    )
    over_posts = resolved(accountant, post(2), managers=["100"]).clashes
    assert [(clash.first.employment, clash.later.employment) for clash in over_posts] == [
        (accountant.id, accountant.id),
        (post(2).id, accountant.id),
    ]


def test_clashes_come_in_order() -> None:
    clashes = tuple(
        Clash(id=id_, between=between, why=Title(nb="."), place=at("clashes.yaml", 1))
        for id_, between in [("z", ("office", "login")), ("a", ("login", "key-card"))]
    )
    found = resolved(post(), clashes=clashes).clashes
    assert [(meeting.clash, meeting.first.entitlement) for meeting in found] == [("a", "key-card"), ("z", "login")]


@pytest.mark.parametrize(
    ("changed", "rule", "key", "params", "entitlements"),
    [
        ({"unit": "1300"}, "nurse", "rule.other-unit", {"units": "health", "here": "Skole"}, ("record-write",)),
        (
            {"kind": "konsulent"},
            "nurse",
            "rule.other-kind",
            {"kinds": "ansatt", "kind": "konsulent"},
            ("record-write",),
        ),
        ({"job_code": ""}, "nurse", "rule.no-job-code", {"job_codes": "7174"}, ("record-write",)),
        (
            {"job_code": "1"},
            "nurse",
            "rule.other-job-code",
            {"job_codes": "7174", "job_code": "1"},
            ("record-write",),
        ),
        ({"percentage": Decimal(40)}, "large", "rule.percentage-from", {"limit": "50", "percentage": "40"}, ("vpn",)),
        ({}, "manager", "rule.not-manager", {}, ("invoice",)),
        ({"job_code": "7003"}, "accountant", "rule.not-this-unit", {"units": "health", "here": "Sykehjemmet"}, None),
        ({"unit": "1300"}, "accountant", "rule.other-job-code", {"job_codes": "7003", "job_code": "7174"}, None),
        ({"role": "night"}, "nurse", "rule.another-role", {}, ("record-write",)),
        ({}, "night", None, None, None),  # what only it gives is given by another rule
        ({"unit": "1300"}, "night", "rule.only-chosen", {}, ("record-read",)),
    ],
)
def test_rules_that_fail_on_exactly_one_thing(
    changed: dict[str, Any],
    rule: str,
    key: str | None,
    params: dict[str, str] | None,
    entitlements: tuple[str, ...] | None,
) -> None:
    answer = resolved(post(**changed))
    if key is None:
        assert [near for near in answer.nearly if near.rule == rule] == []
        return
    found = near(answer, rule)
    assert (found.key, found.params, str(found.place)) == (key, params, f"role/{rule}.yaml:1")
    assert found.entitlements == (entitlements or ("payment", "ledger"))
    assert found.employment == post().id


@pytest.mark.parametrize(
    ("condition", "key", "params"),
    [
        (Condition(not_kinds=("ansatt",)), "rule.not-this-kind", {"kind": "ansatt"}),
        (Condition(percentage_below=Decimal(80)), "rule.percentage-below", {"limit": "80", "percentage": "100"}),
        (Condition(manages=True), "rule.not-manager", {}),
    ],
)
def test_one_line_of_a_rule_that_fits_may_fail_too(condition: Condition, key: str, params: dict[str, str]) -> None:
    answer = resolved(post(), everyone=(*EVERYONE, give("ledger", 15, where=condition)))
    found = near(answer, "everyone")
    assert (found.key, found.params, found.entitlements) == (key, params, ("ledger",))
    assert str(found.place) == "everyone.yaml:15"


def test_a_manager_is_told_what_is_not_for_managers() -> None:
    everyone = (*EVERYONE, give("ledger", 15, where=Condition(manages=False)))
    assert near(resolved(post(), everyone=everyone, managers=["100"]), "everyone").key == "rule.is-manager"


def test_what_fails_on_two_things_is_not_near() -> None:
    answer = resolved(post(unit="1300", kind="konsulent"))
    assert [near for near in answer.nearly if near.rule == "nurse"] == []


@pytest.mark.parametrize(
    ("changed", "key", "params", "place"),
    [
        (
            {"kind": "oppdragstaker"},
            "rule.kind-gives-nothing",
            {"title": "Sykepleier", "here": "Sykehjemmet", "kind": "oppdragstaker"},
            "kinds.yaml:3",
        ),
        (
            {"percentage": Decimal(0)},
            "rule.not-counted",
            {"title": "Sykepleier", "here": "Sykehjemmet", "why": "0"},
            "organisation.yaml:8",
        ),
        ({"kind": "x"}, "rule.kind-unknown", {"title": "Sykepleier", "here": "Sykehjemmet", "unknown": "x"}, "None"),
        ({"start": date(2026, 12, 3)}, "rule.not-begun", {"day": "2026-12-01", "first_day": "2026-12-03"}, "None"),
        (
            {"start": date(2026, 1, 1), "end": date(2026, 11, 30)},
            "rule.has-ended",
            {"day": "2026-12-01", "last_day": "2026-11-30"},
            "None",
        ),
    ],
)
def test_why_a_post_gives_nothing(changed: dict[str, Any], key: str, params: dict[str, str], place: str) -> None:
    answer = resolved(post(**changed))
    assert answer.given == ()
    assert [(near.key, near.params, str(near.place)) for near in answer.nearly] == [(key, params, place)]


def test_nobody_without_a_post() -> None:
    assert resolved() == Resolved(nearly=(NotGiven(key="rule.no-post", params={"day": "2026-12-01"}),))


def test_a_role_that_is_gone_is_told() -> None:
    answer = resolved(post(job_code="", role="gone"))
    assert ("rule.role-gone", {"unknown": "gone"}) in [(near.key, near.params) for near in answer.nearly]


def test_what_was_ordered_beyond_the_rules_is_given_from_the_first_day_which_does_not_wait_for_it() -> None:
    given = one(resolved(post(extras=("ledger",))), "ledger")
    assert [(because.rule, str(because.place)) for because in given.because] == [("ordered", "entitlements.yaml:2")]
    assert (given.days_before, given.before_first_day, given.off_at) == (0, False, None)
    assert given.only_ordered


def test_what_was_ordered_is_for_the_posts_own_unit_and_what_it_needs_comes_along() -> None:
    answer = resolved(post(unit="1300", extras=("record-write",)))
    assert [(one(answer, id_).target, one(answer, id_).needed_by) for id_ in ("record-write", "record-read")] == [
        ("EPJ-1300-skriv", ()),
        ("EPJ-1300-les", ("record-write",)),
    ]
    assert ("rule.held-by-owner", ("record-write",)) in [(near.key, near.entitlements) for near in answer.nearly]
    assert one(answer, "record-read").only_ordered


def test_what_a_rule_gives_too_is_given_as_the_rule_says_and_for_both_reasons() -> None:
    given = one(resolved(post(extras=("record-write",))), "record-write")
    assert [because.rule for because in given.because] == ["nurse", "ordered"]
    assert (given.days_before, given.before_first_day, given.only_ordered) == (3, True, False)


def test_a_post_that_does_not_count_gives_nothing_that_was_ordered() -> None:
    assert resolved(post(kind="oppdragstaker", extras=("ledger",))).given == ()


def test_what_was_ordered_and_is_no_longer_in_the_policy_is_told() -> None:
    answer = resolved(post(extras=("gone", "ledger")))
    assert names(answer) == {*NURSES_GET, "vpn", "ledger"}
    assert ("rule.ordered-gone", {"unknown": "gone"}) in [(near.key, near.params) for near in answer.nearly]


def test_what_a_gate_holds_is_given_and_told() -> None:
    held = [near for near in resolved(post()).nearly if near.key.startswith("rule.held")]
    assert [(near.entitlements, near.key, near.params["gate"]) for near in held] == [
        (("record-read",), "rule.held-by-manager", "secrecy"),
        (("record-write",), "rule.held-by-owner", "course"),
        (("record-write",), "rule.held-by-manager", "secrecy"),  # of what it needs
    ]
    assert {str(near.place) for near in held} == {"entitlements.yaml:2"}


def test_a_ring_in_the_tree_of_units_does_not_hang() -> None:
    units = {**UNITS, "1": UNITS["1"].model_copy(update={"parent": "1210"})}
    answer = resolve(catalogue(), units, PERSON, [post()], FIRST_DAY)
    assert {given.unit for given in answer.given if given.entitlement == "record-write"} == {"1210"}


def test_every_right_of_the_example_can_be_had() -> None:
    everything = names(resolved(post(1), post(2, job_code="7003", unit="1300"), managers=["100"]))
    assert everything == ENTITLEMENTS.keys() - {"admin"}

"""The plan of one employment: its steps, what each waits for, and when."""

from collections.abc import Sequence
from datetime import date, timedelta
from graphlib import CycleError
from typing import Any

import pytest

from onboarding.domain.catalogue import Active, Clash, Condition, Naming, Title
from onboarding.domain.people import Employment
from onboarding.domain.plan import Ask, Plan
from onboarding.planning.planner import Has, plan_onboard

from .catalogue_for_tests import (
    ENTITLEMENTS,
    FIRST_DAY,
    NURSE,
    PERSON,
    SYSTEMS,
    UNITS,
    Told,
    at,
    by_id,
    catalogue,
    entitlement,
    gate,
    give,
    ids,
    post,
    role,
    step,
    system,
    told,
)

NOTHING_YET = Has()


def planned(
    *posts: Employment,
    has: Has = NOTHING_YET,
    day: date = FIRST_DAY,
    managers: Sequence[str] = (),
    **changed: Any,
) -> Plan:
    """The plan of the first of the posts."""
    return plan_onboard(catalogue(**changed), UNITS, PERSON, posts, posts[0], has, day, frozenset(managers))


def only(*gives: str, days_before: int = 0, **changed: Any) -> dict[str, Any]:
    """A policy that gives everyone just these."""
    everyone = tuple(give(id_, line) for line, id_ in enumerate(gives, start=1))
    return {"everyone": everyone, "everyone_active": Active(days_before=days_before), "roles": {}, **changed}


def test_a_nurse() -> None:
    """By hand, once: names, accounts, rights behind gates and approvals, and the enabling last."""

    def needs(*of: str, offset: int | None = None, early: bool = True) -> Told:
        return Told(needs=tuple(sorted(of)), offset=offset, before_first_day=early)

    plan = planned(post())
    assert plan.policy == "0" * 64
    assert told(plan) == {
        "ad:name": needs(),
        "ad:account": needs("ad:name"),
        "ad:grant:login": needs("ad:account"),
        "ad:grant:vpn": needs("ad:account", "people:approve:vpn", offset=0, early=False),
        "ad:enable": needs("ad:account", "ad:grant:login", offset=-3),
        "entra:account": needs("ad:account", "ad:name"),
        "entra:grant:office": needs("entra:account", offset=0),
        "epr:account": needs("ad:account", "ad:name", offset=-14),
        "epr:grant:record-read@1210": needs("epr:account", "people:gate:secrecy"),
        "epr:grant:record-write@1210": needs("epr:account", "epr:grant:record-read@1210", "people:gate:course"),
        "epr:enable": needs("epr:account", offset=-3),
        "doors:grant:key-card": needs(early=False),
        "people:gate:secrecy": needs(),
        "people:gate:course": needs(),
        "people:approve:vpn": needs(early=False),
    }


def test_a_step_says_what_and_why() -> None:
    write = step(planned(post()), "epr:grant:record-write@1210")
    assert (write.system, write.action, write.entitlement, write.unit) == ("epr", "grant", "record-write", "1210")
    assert (write.target, write.anchor, write.promise, write.ask) == ("EPJ-1210-skriv", "first", 2, None)
    assert [str(because.place) for because in write.because] == ["role/nurse.yaml:5"]


@pytest.mark.parametrize(
    ("id_", "promise"),
    [
        ("ad:account", 1),
        ("ad:name", 1),
        ("ad:enable", 1),
        ("ad:grant:login", 1),
        ("ad:grant:vpn", 4),  # its own
        ("people:approve:vpn", 4),
        ("epr:grant:record-read@1210", 2),  # its system's
        ("people:gate:course", 7),
        ("people:gate:secrecy", 1),
    ],
)
def test_promises(id_: str, promise: int) -> None:
    assert step(planned(post()), id_).promise == promise


@pytest.mark.parametrize(
    ("id_", "ask"),
    [
        ("people:gate:secrecy", Ask(kind="gate", of="secrecy", for_="manager")),
        ("people:gate:course", Ask(kind="gate", of="course", for_="epr@k.example")),
        ("people:approve:vpn", Ask(kind="approve", of="vpn", for_="security@k.example")),
    ],
)
def test_whom_it_asks(id_: str, ask: Ask) -> None:
    asked = step(planned(post()), id_)
    assert (asked.system, asked.action, asked.ask) == ("people", "ask", ask)
    assert asked.because


def test_two_must_approve_one_after_the_other() -> None:
    plan = planned(post(), **only("admin"))
    first, second = step(plan, "people:approve:admin"), step(plan, "people:approve-second:admin")
    assert first.ask == Ask(kind="approve", of="admin", for_="ad@k.example")
    assert second.ask == Ask(kind="approve", of="admin", for_="ad@k.example", second=True)
    assert second.needs == (first.id,)
    assert {first.id, second.id} < set(step(plan, "ad:grant:admin").needs)
    assert (first.promise, second.promise) == (1, 1)


def test_a_right_in_one_unit_is_approved_for_that_unit() -> None:
    rights = by_id(entitlement("read", "erp", target="R-{unit}", approval="two"))
    plan = planned(post(), **only("read", entitlements=rights))
    assert {"people:approve:read@1210", "people:approve-second:read@1210"} < set(
        step(plan, "erp:grant:read@1210").needs
    )
    assert step(plan, "people:approve:read@1210").unit == "1210"


def test_where_nobody_owns_it_it_is_asked() -> None:
    systems = {**SYSTEMS, "ad": system("ad", owner="")}
    asked = step(planned(post(), **only("admin", systems=systems)), "people:approve:admin").ask
    assert asked is not None
    assert asked.for_ == "it"


def test_one_gate_is_one_question() -> None:
    rights = by_id(
        entitlement("b", "erp", needs=("course",)),
        entitlement("a", "ad", needs=("course",), owner="a@k.example"),
        entitlement("free", "erp"),
    )
    plan = planned(post(), **only("b", "a", "free", entitlements=rights))
    behind = {other.id for other in plan.steps if "people:gate:course" in other.needs}
    assert behind == {"ad:grant:a", "erp:grant:b"}
    asked = step(plan, "people:gate:course")
    assert asked.ask == Ask(kind="gate", of="course", for_="a@k.example")
    assert len(asked.because) == 2


@pytest.mark.parametrize("opened_by", ["hr", "manager"])
def test_who_opens_a_gate(opened_by: str) -> None:
    plan = planned(post(), gates=by_id(gate("secrecy", opened_by), gate("course", "owner")))
    asked = step(plan, "people:gate:secrecy").ask
    assert asked is not None
    assert asked.for_ == opened_by


def test_a_gate_holds_only_the_rights_that_name_it() -> None:
    """Not the account, not its enabling, and no other right."""
    rights = by_id(entitlement("held", "ad", needs=("secrecy",)), entitlement("free", "ad"))
    plan = planned(post(), **only("held", "free", entitlements=rights))
    assert step(plan, "ad:enable").needs == ("ad:account", "ad:grant:free")


def test_two_rights_that_must_not_meet_ask_the_owner_of_the_later() -> None:
    plan = planned(post(job_code="7003", unit="1300"), managers=["100"])
    asked = step(plan, "people:approve:clash:own-invoice")
    assert asked.ask == Ask(kind="approve", of="payment", for_="cfo@k.example")
    assert [other.id for other in plan.steps if asked.id in other.needs] == ["erp:grant:payment"]


@pytest.mark.parametrize(
    ("old_starts", "who_waits"),
    [(date(2020, 1, 1), "erp:grant:invoice"), (FIRST_DAY, None)],
)
def test_what_an_older_post_has_stays_and_the_new_one_waits(old_starts: date, who_waits: str | None) -> None:
    """Begun on the same day, it is the later by id that waits: then in the other's plan."""
    new, old = post(1), post(2, job_code="7003", unit="1300", kind="konsulent", start=old_starts)
    roles = by_id(role("boss", NURSE, give("invoice")), role("payer", Condition(job_codes=("7003",)), give("payment")))
    ask = "people:approve:clash:own-invoice"
    waiting = [other.id for other in planned(new, old, roles=roles).steps if ask in other.needs]
    assert waiting == ([who_waits] if who_waits else [])
    others = [other.id for other in planned(old, new, roles=roles).steps if ask in other.needs]
    assert others == ([] if who_waits else ["erp:grant:payment"])


def test_what_was_ordered_beyond_the_rules_waits_for_what_they_give() -> None:
    """Also where it comes first by id."""
    everyone_pays = only("payment", "login")
    plan = planned(post(extras=("invoice",)), **everyone_pays)
    asked = step(plan, "people:approve:clash:own-invoice")
    assert asked.ask == Ask(kind="approve", of="invoice", for_="erp@k.example")
    assert [other.id for other in plan.steps if asked.id in other.needs] == ["erp:grant:invoice"]
    assert not asked.before_first_day and not step(plan, "erp:grant:invoice").before_first_day


def test_what_was_ordered_beyond_the_rules_moves_no_account_that_they_call_for() -> None:
    """Nothing but an extra is given in ad, but the health record's account needs ad's, three days early."""
    rules = only("record-read", days_before=3)
    plain, asked = planned(post(), **rules), planned(post(extras=("login",)), **rules)
    assert step(plain, "ad:enable").offset == step(asked, "ad:enable").offset == -3
    assert (step(asked, "ad:grant:login").offset, step(asked, "ad:grant:login").before_first_day) == (0, False)


def test_what_was_ordered_beyond_the_rules_changes_nobody_who_is_asked() -> None:
    rights = by_id(entitlement("a", "doors", needs=("course",)), entitlement("b", "erp", needs=("course",)))
    plan = planned(post(extras=("a",)), **only("b", entitlements=rights))
    asked = step(plan, "people:gate:course").ask
    assert asked and asked.for_ == "erp@k.example"


def test_one_right_in_two_clashes_waits_for_both() -> None:
    clashes = tuple(
        Clash(id=id_, between=("payment", other), why=Title(nb="."), place=at("clashes.yaml", 1))
        for id_, other in [("one", "invoice"), ("two", "ledger")]
    )
    plan = planned(post(), **only("payment", "invoice", "ledger", clashes=clashes))
    assert {"people:approve:clash:one", "people:approve:clash:two"} < set(step(plan, "erp:grant:payment").needs)


def test_where_the_job_code_says_nothing_the_manager_is_asked_and_everyones_goes_on() -> None:
    plan = planned(post(job_code=""))
    asked = step(plan, "people:role")
    assert (asked.ask, asked.needs, asked.before_first_day) == (Ask(kind="role", of="", for_="manager"), (), True)
    assert "ad:grant:login" in ids(plan.steps)
    assert [other.id for other in plan.steps if asked.id in other.needs] == []


def test_another_posts_role_is_asked_for_in_its_own_plan() -> None:
    assert "people:role" not in ids(planned(post(1), post(2, job_code="")).steps)


def test_a_name_she_has_is_not_asked_for_again() -> None:
    plan = planned(post(), has=Has(username="karnor"))
    assert [other.id for other in plan.steps if other.action == "name" or "ad:name" in other.needs] == []


def test_who_needs_a_user_name() -> None:
    """Systems that make them, and those that build on one, however far. It is asked for in all that make them."""
    systems = by_id(
        *SYSTEMS.values(), system("mail", mastered_by="entra"), system("vault", naming=Naming(max_length=8))
    )
    rights = {**ENTITLEMENTS, **by_id(entitlement("mailbox", "mail"))}
    plan = planned(post(), **only("mailbox", "ledger", systems=systems, entitlements=rights))
    assert step(plan, "mail:account").needs == ("ad:name", "vault:name", "entra:account")
    assert step(plan, "erp:account").needs == ()
    assert "vault:account" not in ids(plan.steps)
    without = planned(post(), **only("ledger", systems=systems, entitlements=rights))
    assert ids(without.steps) == ["erp:account", "erp:grant:ledger", "erp:enable"]


def test_an_account_pulls_in_those_it_needs_and_they_are_switched_on_for_it() -> None:
    assert told(planned(post(), **only("office", days_before=4))) == {
        "ad:name": Told(needs=(), offset=None, before_first_day=True),
        "ad:account": Told(needs=("ad:name",), offset=None, before_first_day=True),
        "ad:enable": Told(needs=("ad:account",), offset=-4, before_first_day=True),
        "entra:account": Told(needs=("ad:account", "ad:name"), offset=None, before_first_day=True),
        "entra:grant:office": Told(needs=("entra:account",), offset=None, before_first_day=True),
    }
    pulled = told(planned(post(), **only("record-read", days_before=4)))
    assert pulled["ad:enable"].offset == -4


def test_a_copy_is_awaited_and_never_enabled() -> None:
    plan = planned(post())
    assert "entra:account" in ids(plan.steps)
    assert "entra:enable" not in ids(plan.steps)


def test_a_thing_may_need_an_account_elsewhere() -> None:
    systems = {**SYSTEMS, "pcs": system("pcs", account=False, account_needs=("ad",))}
    rights = by_id(entitlement("pc", "pcs"))
    plan = planned(post(), **only("pc", systems=systems, entitlements=rights, days_before=5))
    assert step(plan, "pcs:grant:pc").needs == ("ad:account",)
    assert step(plan, "pcs:grant:pc").offset is None
    assert not {"pcs:account", "pcs:enable"} & set(ids(plan.steps))


@pytest.mark.parametrize(
    ("early", "enabled", "login", "vpn", "office", "enable"),
    [
        (0, {}, None, None, None, 0),  # the account is not in use before: they can be there at once
        (3, {}, None, 0, 0, -3),  # it is, from three days before: what has its own day waits for it
        (3, {"ad": False}, None, 0, 0, -3),
        (0, {"ad": True}, 0, 0, 0, 0),  # it is in use already, for another post
        (3, {"ad": True}, -3, 0, 0, -3),
        (0, {"entra": True}, None, None, 0, 0),
    ],
)
def test_when_rights_come(
    early: int,
    enabled: dict[str, bool],
    login: int | None,
    vpn: int | None,
    office: int | None,
    enable: int,
) -> None:
    changed: dict[str, Any] = {
        "everyone": (give("vpn"), give("office"), give("key-card")),
        "roles": by_id(role("nurse", NURSE, give("login"), active=Active(days_before=early))),
    }
    plan = planned(post(), has=Has(username="karnor", enabled=enabled), **changed)
    found = [step(plan, id_).offset for id_ in ("ad:grant:login", "ad:grant:vpn", "entra:grant:office", "ad:enable")]
    assert found == [login, vpn, office, enable]
    assert step(plan, "doors:grant:key-card").offset is None
    assert {other.anchor for other in plan.steps} == {"first"}


@pytest.mark.parametrize(
    ("days", "early", "login", "vpn"),
    [
        (-60, 0, 0, 0),  # the account is in use two months before, for the other post
        (0, 0, None, None),
        (0, 3, None, 0),  # … three days before, and what this post's role gives is as early itself
        (60, 0, None, None),
        (2, 3, None, 0),
    ],
)
def test_a_right_is_not_there_before_its_own_time_because_another_post_is(
    days: int, early: int, login: int | None, vpn: int | None
) -> None:
    changed: dict[str, Any] = {
        "everyone": (give("vpn"),),
        "roles": by_id(role("nurse", NURSE, give("login"), active=Active(days_before=early))),
        "clashes": (),
    }
    other = post(2, unit="1300", start=FIRST_DAY + timedelta(days=days))
    plan = planned(post(1), other, **changed)
    assert [step(plan, id_).offset for id_ in ("ad:grant:login", "ad:grant:vpn")] == [login, vpn]


def test_the_enabling_waits_for_no_right_that_has_its_own_day_or_comes_later() -> None:
    changed: dict[str, Any] = {
        "everyone": (give("vpn"), give("ledger"), give("invoice", before_first_day=False)),
        "roles": by_id(role("nurse", NURSE, give("payment"), active=Active(days_before=3))),
        "clashes": (),
    }
    enable = step(planned(post(), **changed), "erp:enable")
    assert enable.needs == ("erp:account", "erp:grant:payment")
    assert enable.offset == -3


@pytest.mark.parametrize("early", [True, False])
def test_what_is_not_needed_before_the_first_day_takes_its_account_with_it(early: bool) -> None:
    plan = planned(post(), everyone=(give("office", before_first_day=early),), roles={})
    assert {other.before_first_day for other in plan.steps} == {early}
    asked = planned(post(), everyone=(give("vpn", before_first_day=early),), roles={})
    assert step(asked, "people:approve:vpn").before_first_day is early


def test_only_this_employments_share() -> None:
    nurse, accountant = post(1), post(2, job_code="7003", unit="1300", start=date(2020, 1, 1))
    grants = {other.entitlement for other in planned(nurse, accountant).steps if other.action == "grant"}
    assert grants == {"login", "office", "key-card", "record-read", "record-write", "vpn"}
    assert grants == {other.entitlement for other in planned(nurse).steps if other.action == "grant"}


def test_a_post_that_has_begun_is_planned_for_the_day() -> None:
    """Another post of hers that has ended since no longer clashes."""
    here = post(1, job_code="7003", unit="1300", start=date(2026, 3, 1))
    old = post(2, start=date(2025, 1, 1), end=date(2026, 6, 30))
    roles = by_id(role("boss", NURSE, give("invoice")), role("payer", Condition(job_codes=("7003",)), give("payment")))
    ask = "people:approve:clash:own-invoice"
    assert ask in ids(planned(here, old, day=date(2026, 2, 1), roles=roles).steps)
    assert ask not in ids(planned(here, old, day=date(2026, 7, 1), roles=roles).steps)


@pytest.mark.parametrize("changed", [{"kind": "oppdragstaker"}, {"end": date(2026, 12, 24)}])
def test_a_post_that_gives_nothing_has_an_empty_plan(changed: dict[str, Any]) -> None:
    assert planned(post(**changed), day=date(2027, 1, 1)).steps == ()


def test_the_post_as_it_is_now_counts_not_as_it_is_in_the_list() -> None:
    plan = plan_onboard(catalogue(), UNITS, PERSON, [post(job_code="")], post(), NOTHING_YET, FIRST_DAY)
    assert "people:role" not in ids(plan.steps)
    assert plan == plan_onboard(catalogue(), UNITS, PERSON, [], post(), NOTHING_YET, FIRST_DAY)


def test_accounts_that_wait_for_each_other_are_refused() -> None:
    ring = {**SYSTEMS, "ad": system("ad", account_needs=("entra",))}
    with pytest.raises(CycleError):
        planned(post(), **only("login", systems=ring))

"""What people do to a case: approve, decline, open a gate, do it by hand, choose a role, move the day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from onboarding.domain.errors import Conflict
from onboarding.domain.people import Actor
from onboarding.store.schema import grants, notes, plans, tasks
from onboarding.texts import dates
from tests import municipality
from tests.activities.rows import answered, living, rows
from tests.municipality import give, post, role
from tests.workflows.house import IT, OTHER, House, house, in_days

MANAGER = Actor(kind="person", id="900", via="web")


async def test_a_hire_whose_day_has_come_is_switched_on_and_closed_by_the_last_hand(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: h.state(number) == "ready" and h.states(number)["key:grant:card"] == "asked")
        steps = h.steps(number)
        assert all(step.verified_at for step in steps.values() if step.id != "key:grant:card")
        [account] = h.systems["ad"].accounts()
        assert account.enabled and account.targets == {"LOGIN", "VPN"}
        h.act(number, "answer", "key:grant:card", by=OTHER)
        await h.until(lambda: h.state(number) == "closed")
        given = rows(h.store, grants)
        case = h.case(number)
        assert {row["entitlement"] for row in given} == {"login", "vpn", "payslip", "card"}
        assert {(row["employment"], row["case"]) for row in given} == {(case.employment, case.id)}
        assert {row["entitlement"] for row in given if row["verified_at"] is None} == {"card"}


async def test_work_by_hand_is_done_with_evidence(sqlite_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("key:grant:card") == "asked")
        with pytest.raises(Conflict, match=r"act\.not-that-question"):
            h.act(number, "approve", "key:grant:card")
        h.act(number, "by hand", "key:grant:card", by=OTHER)
        await h.until(lambda: h.states(number)["key:grant:card"] == "done")
        assert h.steps(number)["key:grant:card"].by == "ole.it"
        assert answered(h.store, "key:grant:card") == [("by hand", "done", "ole.it")]
        assert [row["text"] for row in rows(h.store, notes)] == ["because"]
        assert "card" in living(h.store, case=h.case(number).id)
        with pytest.raises(Conflict, match=r"act\.somebody-first"):
            h.act(number, "by hand", "key:grant:card", by=IT)


async def test_the_owner_approves(database_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(0), job_code="7531"))
        await h.until(
            lambda: h.states(number).get("people:approve:bank") == "asked" and h.states(number)["pay:enable"] == "done"
        )
        assert h.state(number) == "waiting"  # switched on, but bank is needed too
        h.act(number, "approve", "people:approve:bank", by=OTHER)
        await h.until(lambda: h.state(number) == "closed")
        assert h.systems["pay"].accounts()[0].targets == {"BANK"}
        assert answered(h.store, "people:approve:bank") == [("approve", "done", "ole.it")]


async def test_what_was_ordered_beyond_the_post_comes_when_approved_and_nothing_waits_for_it(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        number = h.order_with(post(1, in_days(10)), "bank")
        await h.until(lambda: h.state(number) == "prepared" and h.states(number).get("people:approve:bank") == "asked")
        assert h.systems["pay"].accounts()[0].targets == {"PAYSLIP"}
        h.act(number, "approve", "people:approve:bank", by=OTHER)
        await h.until(lambda: h.states(number)["pay:grant:bank"] == "done")
        assert h.systems["pay"].accounts()[0].targets == {"PAYSLIP", "BANK"}
        assert h.state(number) == "prepared"
        [grant] = rows(h.store, grants, entitlement="bank")
        assert grant["case"] == h.case(number).id and grant["verified_at"]


async def test_the_owner_declines_and_the_right_goes_with_it_but_not_the_account(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(0), job_code="7531"))
        await h.until(lambda: h.states(number).get("people:approve:bank") == "asked")
        acted = h.act(number, "decline", "people:approve:bank", by=OTHER)
        assert acted.goes_with == ("pay:grant:bank",)
        await h.until(lambda: h.state(number) == "closed")
        steps = h.steps(number)
        assert (steps["people:approve:bank"].reason, steps["pay:grant:bank"].reason) == (
            "step.declined",
            "step.went-with",
        )
        assert (steps["people:approve:bank"].by, steps["pay:enable"].state) == ("ole.it", "done")
        [account] = h.systems["pay"].accounts()
        assert account.enabled and account.targets == set()
        assert answered(h.store, "people:approve:bank") == [("approve", "declined", "ole.it")]
        assert living(h.store) == {"login", "vpn"}


async def test_of_two_who_must_approve_neither_is_the_other(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(0), job_code="7532"))
        await h.until(lambda: h.states(number).get("people:approve:vault") == "asked")
        assert h.states(number)["people:approve-second:vault"] == "waiting"
        h.act(number, "approve", "people:approve:vault")
        await h.until(lambda: h.states(number)["people:approve-second:vault"] == "asked")
        with pytest.raises(Conflict, match=r"act\.same-person"):
            h.act(number, "approve", "people:approve-second:vault")
        assert h.states(number)["pay:grant:vault"] == "waiting"
        h.act(number, "approve", "people:approve-second:vault", by=OTHER)
        await h.until(lambda: h.states(number)["pay:grant:vault"] == "done")
        assert answered(h.store, "people:approve:vault") == [("approve", "done", "ida.it")]
        assert answered(h.store, "people:approve-second:vault") == [("approve", "done", "ole.it")]


async def test_a_gate_lets_go_the_rights_that_name_it_and_no_others(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    plain = municipality.catalogue()
    chief = role("chief", ("9001",), (give("records", unit="own"), give("bank"), give("vpn")))
    catalogue = municipality.catalogue("policy-chief", roles={**plain.roles, "chief": chief})
    async with house(sqlite_url, temporal_client, tmp_path, catalogue) as h:
        [number] = h.order(post(1, in_days(0), job_code="9001"))
        await h.until(
            lambda: (
                {h.states(number).get(step) for step in ("people:gate:contract", "people:approve:bank")} == {"asked"}
                and {h.states(number)[step] for step in ("ad:enable", "pay:enable")} == {"done"}
            )
        )
        assert h.systems["ad"].accounts()[0].targets == {"LOGIN", "VPN"}
        assert h.states(number)["ad:grant:records@1210"] == "waiting"
        h.act(number, "answer", "people:gate:contract", by=MANAGER)
        await h.until(lambda: h.states(number)["ad:grant:records@1210"] == "done")
        assert h.systems["ad"].accounts()[0].targets == {"LOGIN", "VPN", "EPJ-1210"}
        assert h.states(number)["pay:grant:bank"] == "waiting"
        assert answered(h.store, "people:gate:contract") == [("gate", "done", "900")]
        [grant] = rows(h.store, grants, entitlement="records")
        assert grant["unit"] == "1210"


async def test_an_unknown_job_code_gives_what_everyone_gets_until_somebody_chooses(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10), job_code="9999"))
        await h.until(
            lambda: h.states(number).get("people:role") == "asked" and h.states(number)["ad:grant:login"] == "done"
        )
        assert h.systems["pay"].accounts() == ()
        with pytest.raises(Conflict, match=r"act\.unknown-role") as no:
            h.act(number, "choose role", "people:role", value="nurze", by=MANAGER)
        assert no.value.params["role"] == "nurze"
        h.act(number, "choose role", "people:role", value="nurse", by=MANAGER)
        await h.until(lambda: h.state(number) == "prepared")
        assert [row["number"] for row in rows(h.store, plans)] == [1, 2]
        assert h.case(number).plan == 2
        assert h.systems["ad"].accounts()[0].targets == {"LOGIN", "VPN"}
        assert h.systems["pay"].accounts()[0].targets == {"PAYSLIP"}
        assert answered(h.store, "people:role") == [("role", "done", "900")]
        made = [entry for entry in h.systems["ad"].log() if entry.verb == "account" and entry.changed]
        assert len(made) == 1  # what was done stayed done


async def test_a_moved_day_moves_the_times_and_what_is_done_stays_done(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(number) == "prepared")
        before = h.steps(number)
        h.act(number, "move date", value=in_days(20).isoformat())
        await h.until(lambda: h.case(number).plan == 2)
        later = h.steps(number)
        moved = later["ad:enable"].not_before, before["ad:enable"].not_before
        assert moved[0] and moved[1] and timedelta(days=9, hours=22) < moved[0] - moved[1] < timedelta(days=10, hours=2)
        assert (later["ad:account"].verified_at, later["ad:account"].state) == (
            before["ad:account"].verified_at,
            "done",
        )
        assert h.state(number) == "prepared"
        h.act(number, "move date", value=in_days(0).isoformat())
        await h.until(lambda: h.state(number) == "ready")
        assert [row["number"] for row in rows(h.store, plans)] == [1, 2, 3]
        assert h.systems["ad"].accounts()[0].enabled
        verbs = [entry.verb for entry in h.systems["ad"].log() if entry.changed]
        assert verbs == ["account", "grant", "grant", "enable"]


async def test_who_was_asked_is_asked_with_the_moved_day(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    """A card that is valid from the old one is the wrong card."""
    asked = {"key:grant:card"}

    def told(h: House, moved: date) -> set[str]:
        day = dates.day(moved, "nb", in_days(0))
        still_open = [row for row in rows(h.store, tasks) if row["closed_at"] is None]
        assert len({row["step"] for row in still_open}) == len(still_open)
        return {row["step"] for row in still_open if day in row["instructions"]["nb"]}

    async with house(sqlite_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: told(h, in_days(10)) == asked)
        h.act(number, "move date", value=in_days(20).isoformat())
        await h.until(lambda: told(h, in_days(20)) == asked)
        assert told(h, in_days(10)) == set()
        assert answered(h.store, "key:grant:card") == [("by hand", "void", None)]
        h.act(number, "by hand", "key:grant:card", by=OTHER)
        await h.until(lambda: h.states(number)["key:grant:card"] == "done")


@pytest.mark.parametrize("value", ["", "in May", "2026-13-01"])
async def test_a_day_that_is_no_day_is_refused(
    value: str, sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(number) == "prepared")
        with pytest.raises(Conflict, match=r"act\.(bad-date|needs-value)"):
            h.act(number, "move date", value=value)
        assert h.case(number).plan == 1

"""A withdrawn order: everything that was begun is undone in reverse and read back, and what was there before stays."""

from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from onboarding.domain.accounts import Account
from onboarding.domain.errors import Conflict
from onboarding.operations import reading
from onboarding.store.engine import Store
from onboarding.store.schema import grants
from tests import municipality
from tests.activities.rows import answered, living, refused_acts, rows
from tests.municipality import post
from tests.workflows.house import IT, OTHER, House, end_all, house, in_days, working


def effects(h: House, system: str) -> list[str]:
    """What was done there, by the system's own log."""
    return [entry.verb for entry in h.systems[system].log() if entry.changed]


def when(h: House, system: str, verb: str) -> datetime:
    return next(entry.at for entry in h.systems[system].log() if entry.verb == verb and entry.changed)


def nothing_left(h: House) -> bool:
    return all(simulated.accounts() == () for simulated in h.systems.values()) and living(h.store) == set()


async def test_what_was_done_is_undone_in_reverse_and_read_back(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: h.state(number) == "ready" and h.states(number)["key:grant:card"] == "asked")
        before = h.steps(number)
        h.act(number, "withdraw")
        await h.until(lambda: h.state(number) == "withdrawn")
        assert nothing_left(h)
        assert effects(h, "ad") == ["account", "grant", "grant", "enable", "disable", "revoke", "revoke", "delete"]
        assert effects(h, "pay") == ["account", "grant", "enable", "disable", "revoke", "delete"]
        assert when(h, "pay", "delete") < when(h, "ad", "delete")  # pay's account needed ad's
        after = h.steps(number)
        assert {step.state for step in after.values()} == {"undone"}
        for id in ("ad:account", "ad:enable", "ad:grant:vpn", "pay:account", "pay:grant:payslip"):
            first, last = before[id].verified_at, after[id].verified_at
            assert first and last and first < last
        assert reading.case_file(h.store, number).tasks == ()
        assert answered(h.store, "key:grant:card") == [("by hand", "void", None)]
        await h.handle(number).result()
        with pytest.raises(Conflict, match=r"act\.case-is-over"):
            h.act(number, "withdraw")


async def test_what_was_there_before_stays(database_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        known = Account(native_id="n1", name="kari", key="E0001", enabled=True, targets=frozenset({"LOGIN", "OLD"}))
        h.systems["ad"].put(known)
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: h.state(number) == "ready")
        assert h.systems["ad"].accounts()[0].targets == {"LOGIN", "OLD", "VPN"}
        h.act(number, "withdraw")
        await h.until(lambda: h.state(number) == "withdrawn")
        [account] = h.systems["ad"].accounts()
        assert (account.native_id, account.name, account.enabled) == ("n1", "kari", True)
        assert account.targets == {"LOGIN", "OLD"}
        assert h.systems["pay"].accounts() == ()
        assert effects(h, "ad")[-1] == "revoke" and "delete" not in effects(h, "ad")
        assert living(h.store) == set()


async def test_withdrawn_in_the_middle_of_a_visit(database_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        h.systems["ad"].turn(slow=0.3)
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: "account" in effects(h, "ad"))
        h.act(number, "withdraw")
        await h.until(lambda: h.state(number) == "withdrawn")
        assert nothing_left(h)
        assert effects(h, "pay") == []  # it was called home, and nothing new was begun
        assert effects(h, "ad")[-1] == "delete"
        assert {step.state for step in h.steps(number).values()} == {"undone"}


@pytest.mark.parametrize("lost", ["before", "after"])
async def test_withdrawn_while_answers_are_lost(
    lost: str, sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.systems["ad"].turn(lose_answers=lost, lose_every=2)
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: any(entry.detail == "answer lost" for entry in h.systems["ad"].log()))
        h.act(number, "withdraw")
        await h.until(lambda: h.state(number) == "withdrawn")
        assert nothing_left(h)
        done = effects(h, "ad")
        assert done.count("account") == done.count("delete") == 1
        assert done.count("grant") == done.count("revoke")


async def test_withdrawn_before_an_answer_that_was_lost_is_known(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.systems["pay"].turn(lose_answers="after")
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: effects(h, "pay") == ["account"])
        h.systems["pay"].turn(lose_answers=None, down=True)  # it landed, and nobody can see that
        h.act(number, "withdraw")
        await h.until(lambda: h.steps(number)["ad:grant:vpn"].state == "undone")
        assert h.state(number) == "running" and len(h.systems["pay"].accounts()) == 1
        h.systems["pay"].turn(down=False)
        await h.until(lambda: h.state(number) == "withdrawn")
        assert nothing_left(h) and effects(h, "pay") == ["account", "delete"]


async def test_a_card_that_was_given_is_asked_back(database_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("key:grant:card") == "asked")
        h.act(number, "answer", "key:grant:card")
        await h.until(lambda: h.states(number)["key:grant:card"] == "done")
        assert "card" in living(h.store)
        h.act(number, "withdraw")
        await h.until(lambda: h.states(number)["key:grant:card"] == "asked" and h.systems["ad"].accounts() == ())
        [task] = reading.case_file(h.store, number).tasks
        assert (task.kind, task.for_) == ("by hand", "key@fjordvik.example")
        assert task.instructions.nb.startswith("Ta tilbake «card»")
        assert living(h.store) == {"card"} and h.state(number) == "running"
        h.act(number, "by hand", "key:grant:card", by=OTHER)
        await h.until(lambda: h.state(number) == "withdrawn")
        assert living(h.store) == set()
        assert all(row["ended_at"] for row in rows(h.store, grants))
        kinds = answered(h.store, "key:grant:card")
        assert sorted(kinds) == [("by hand", "done", "ida.it"), ("by hand", "done", "ole.it")]


async def test_what_others_asked_for_when_it_was_withdrawn_is_refused(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        h = House(Store(sqlite_url), temporal_client, municipality.catalogue(), tmp_path)
        stack.callback(h.store.close)
        stack.push_async_callback(end_all, h)
        async with working(h):
            [number] = h.order(post(1, in_days(10), job_code="7531"))
            await h.until(lambda: h.states(number).get("people:approve:bank") == "asked")
        h.act(number, "withdraw", by=IT)  # nobody is at work, so both lie open
        h.act(number, "approve", "people:approve:bank", by=OTHER)
        async with working(h):
            await h.until(lambda: h.state(number) == "withdrawn")
        assert refused_acts(h.store, "people:approve:bank") in (["act.being-undone"], ["act.step-is-undone"])
        assert answered(h.store, "people:approve:bank") == [("approve", "void", None)]
        assert nothing_left(h)


async def test_one_that_has_not_begun_is_withdrawn_at_once(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    h = House(Store(sqlite_url), temporal_client, municipality.catalogue(), tmp_path)
    [number] = h.order(post(1, in_days(10)))
    acted = h.act(number, "withdraw")  # nobody is at work
    assert (acted.withdrawn, acted.act, h.state(number)) == (True, None, "withdrawn")
    with pytest.raises(Conflict, match=r"act\.case-is-over"):
        h.act(number, "retry", "ad:account")
    h.store.close()

"""A hold by IT: cases wait and say so, a step may be done by hand meanwhile, and a release lets all go on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from onboarding.domain.accounts import Account
from onboarding.domain.errors import Conflict
from onboarding.operations import reading, systems
from onboarding.texts.sentence import sentence
from tests.municipality import post
from tests.workflows.house import IT, OTHER, House, house, in_days


def told(h: House, number: str) -> str:
    file = reading.case_file(h.store, number)
    return sentence(file.forecast, file.catalogue, "nb", now=datetime.now(UTC))


def held(h: House, number: str) -> set[str]:
    return {id for id, state in h.states(number).items() if state == "held"}


async def test_cases_wait_and_say_so_until_it_is_released(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        numbers = h.order(post(1, in_days(10)), post(2, in_days(10)))
        systems.hold(h.store, IT, "pay", "the supplier is at work")
        with pytest.raises(Conflict, match=r"act\.somebody-first"):
            systems.hold(h.store, OTHER, "pay", "me too")
        late = h.order(*(post(n, in_days(10)) for n in range(3, 6)))
        everyone = [*numbers, *late]
        await h.until(lambda: all(h.states(number).get("ad:grant:vpn") == "done" for number in everyone))
        await h.until(lambda: all("pay:account" in held(h, number) for number in late))
        assert all(h.state(number) == "waiting" and "pay er satt på pause" in told(h, number) for number in late)
        assert systems.release(h.store, OTHER, "pay") >= len(late)
        await h.until(lambda: {h.state(number) for number in everyone} == {"prepared"})
        assert not any("pause" in told(h, number) for number in everyone)
        with pytest.raises(Conflict, match=r"system\.not-held"):
            systems.release(h.store, IT, "pay")


async def test_a_held_step_may_be_done_by_hand(sqlite_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.order()
        systems.hold(h.store, IT, "pay", "the supplier is at work")
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: "pay:account" in held(h, number))
        h.systems["pay"].put(Account(native_id="p1", name="karnor", key="E0001", enabled=False))
        h.act(number, "by hand", "pay:account", by=OTHER)
        await h.until(lambda: h.states(number)["pay:account"] == "done")
        step = h.steps(number)["pay:account"]
        assert (step.by, step.reason, step.verified_at) == ("ole.it", None, None)
        await h.until(lambda: "pay:grant:payslip" in held(h, number))
        assert h.systems["pay"].log() == ()  # nobody has knocked
        systems.release(h.store, IT, "pay")
        await h.until(lambda: h.state(number) == "prepared")
        [account] = h.systems["pay"].accounts()
        assert (account.native_id, set(account.targets)) == ("p1", {"PAYSLIP"})


async def test_one_held_step_alone_is_not_let_through(sqlite_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.order()
        systems.hold(h.store, IT, "pay", "the supplier is at work")
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: "pay:account" in held(h, number))
        since = h.steps(number)["pay:account"].since
        h.act(number, "release", "pay:account")
        await h.until(lambda: h.steps(number)["pay:account"].since != since and "pay:account" in held(h, number))
        assert h.systems["pay"].log() == ()

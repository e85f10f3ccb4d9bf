"""A value that a system will not have: stuck at once, and nothing more until a person has mended it."""

from pathlib import Path

import pytest
from temporalio.client import Client

from onboarding.domain.accounts import Account
from onboarding.domain.errors import Conflict
from onboarding.operations import reading
from onboarding.store.refusals import Refusal
from tests import municipality
from tests.activities.rows import refused_acts
from tests.municipality import post, with_system
from tests.workflows.house import House, house, in_days

WRONG = "Karib Nordmanna"  # the first hire's whole name


def refusals(h: House, number: str) -> dict[str, Refusal]:
    return reading.case_file(h.store, number).refusals


def turned_away(h: House, system: str) -> int:
    return len([entry for entry in h.systems[system].log() if entry.verb == "account" and not entry.changed])


async def test_it_is_stuck_at_once_and_left_alone_until_somebody_mends_it(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        h.systems["pay"].turn(refuses={"display_name": WRONG})
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("pay:account") == "stuck")
        assert refusals(h, number) == {
            "pay:account": Refusal(attribute="display_name", value=WRONG, reason="system.value-refused", proposal=None)
        }
        step = h.steps(number)["pay:account"]
        assert (step.theirs, step.next_at, step.params) == (True, None, {"attribute": "display_name", "system": "pay"})
        [other] = h.order(post(2, in_days(10)))
        await h.until(lambda: h.state(other) == "prepared")
        assert turned_away(h, "pay") == 1 and h.state(number) == "waiting"
        with pytest.raises(Conflict, match=r"act\.needs-value"):
            h.act(number, "mend", "pay:account")
        h.act(number, "mend", "pay:account", value="Kari B. Nordmann")
        await h.until(lambda: h.state(number) == "prepared")
        assert refusals(h, number) == {}
        for system in ("ad", "pay"):  # also where the account was made before
            names = {account.key: account.attributes["display_name"] for account in h.systems[system].accounts()}
            assert names == {"E0001": "Kari B. Nordmann", "E0002": "Karic Nordmanna"}


async def test_tried_again_as_it_was_it_is_refused_again(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.systems["ad"].turn(refuses={"display_name": WRONG})
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("ad:account") == "stuck")
        assert h.states(number)["pay:account"] == "waiting"  # it needs that one
        h.act(number, "retry", "ad:account")
        await h.until(lambda: turned_away(h, "ad") == 2 and h.states(number)["ad:account"] == "stuck")
        assert set(refusals(h, number)) == {"ad:account"}
        h.act(number, "mend", "ad:account", value="Kari")
        await h.until(lambda: h.state(number) == "prepared")
        assert h.systems["pay"].accounts()[0].attributes["display_name"] == "Kari"


async def test_what_the_system_proposed_is_used_where_nobody_knows_better(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        h.systems["ad"].turn(refuses={"username": "karnor"})
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("ad:account") == "stuck")
        assert refusals(h, number)["ad:account"].proposal == "karnor2"
        h.act(number, "mend", "ad:account")
        await h.until(lambda: h.state(number) == "prepared")
        assert [h.systems[system].accounts()[0].name for system in ("ad", "pay")] == ["karnor2"] * 2


async def test_a_name_that_is_another_persons_is_neither_proposed_nor_taken(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    catalogue = with_system(municipality.catalogue(), "ad", not_made_before=5)
    async with house(sqlite_url, temporal_client, tmp_path, catalogue) as h:
        ad = h.systems["ad"]
        ad.put(*(Account(native_id=name, name=name, key=f"E9{name}", enabled=True) for name in ("karnor", "kanord")))
        [later] = h.order(post(1, in_days(10)))  # has a name, and no account yet
        await h.until(lambda: h.states(later).get("ad:name") == "done")
        ad.remove("karnor")
        ad.turn(refuses={"username": "karnor"})
        [number] = h.order(post(2, in_days(3)))
        await h.until(lambda: h.states(number).get("ad:account") == "stuck")
        # The system itself would have said karnor2, which nobody has there.
        assert refusals(h, number)["ad:account"].proposal == "karnor3"
        h.act(number, "mend", "ad:account", value="karnor2")
        await h.until(lambda: refused_acts(h.store, "ad:account") == ["act.name-is-another-persons"])
        assert h.states(number)["ad:account"] == "stuck" and set(refusals(h, number)) == {"ad:account"}
        h.act(number, "mend", "ad:account")
        await h.until(lambda: h.state(number) == "prepared")
        assert {account.name for account in ad.accounts()} == {"kanord", "karnor3"}

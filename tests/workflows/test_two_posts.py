"""Two posts of one person: two cases and one account that has the union; what ends takes only its own share."""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.activities.rows import living
from tests.municipality import post
from tests.workflows.house import OTHER, House, house, in_days

CLERK = {"unit": "1310", "job_code": "7531", "title": "Fullmektig"}


async def both(h: House) -> tuple[str, str]:
    """A nurse, and a clerk at the school with a right that somebody approved; both have begun."""
    nurse, clerk = h.order(post(1, in_days(0)), post(1, in_days(0), **CLERK))
    await h.until(lambda: h.states(clerk).get("people:approve:bank") == "asked" and h.state(nurse) == "ready")
    h.act(clerk, "approve", "people:approve:bank", by=OTHER)
    await h.until(lambda: h.state(clerk) == "closed" or h.states(clerk)["pay:grant:bank"] == "done")
    return nurse, clerk


def targets(h: House, system: str) -> tuple[set[str], bool]:
    [account] = h.systems[system].accounts()
    return set(account.targets), account.enabled


async def test_they_share_one_account_that_has_the_union(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        nurse, clerk = await both(h)
        assert targets(h, "ad") == ({"LOGIN", "VPN"}, True)
        assert targets(h, "pay") == ({"PAYSLIP", "BANK"}, True)
        assert living(h.store, case=h.case(nurse).id) == {"login", "vpn", "payslip"}
        assert living(h.store, case=h.case(clerk).id) == {"login", "vpn", "bank"}
        for system in ("ad", "pay"):
            verbs = [entry.verb for entry in h.systems[system].log() if entry.changed]
            assert (verbs.count("account"), verbs.count("enable"), verbs.count("grant")) == (1, 1, 2)


async def test_the_one_that_is_withdrawn_leaves_what_the_other_needs(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        nurse, clerk = await both(h)
        h.act(nurse, "withdraw")
        await h.until(lambda: h.state(nurse) == "withdrawn")
        assert targets(h, "ad") == ({"LOGIN", "VPN"}, True)
        assert targets(h, "pay") == ({"BANK"}, True)
        assert living(h.store, case=h.case(nurse).id) == set()
        assert living(h.store, case=h.case(clerk).id) == {"login", "vpn", "bank"}


@pytest.mark.parametrize("first", ["7174", "7531"])
async def test_when_both_are_withdrawn_nothing_is_left(
    first: str, sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    """Whichever of them made the account, and whichever goes first."""
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        # Neither closes: one waits for a card, the other for an approval.
        nurse, clerk = h.order(post(1, in_days(0)), post(1, in_days(0), **CLERK))
        await h.until(lambda: h.states(clerk).get("pay:enable") == h.states(nurse).get("pay:enable") == "done")
        await h.until(lambda: {h.steps(case)["ad:enable"].state for case in (nurse, clerk)} == {"done"})
        one, other = (nurse, clerk) if first == "7174" else (clerk, nurse)
        h.act(one, "withdraw")
        await h.until(lambda: h.state(one) == "withdrawn")
        assert targets(h, "ad") == ({"LOGIN", "VPN"}, True)
        h.act(other, "withdraw")
        await h.until(lambda: h.state(other) == "withdrawn")
        assert h.systems["ad"].accounts() == h.systems["pay"].accounts() == ()
        assert living(h.store) == set()


LATER = {"unit": "1310", "job_code": "7532", "title": "Arkivar"}  # a post with no right but its own vault and a login


async def test_a_right_of_a_later_post_is_not_there_while_only_the_first_has_begun(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        keeper, nurse = h.order(post(1, in_days(0), **LATER), post(1, in_days(60)))
        await h.until(lambda: h.states(keeper).get("ad:enable") == "done" and h.state(nurse) == "prepared")
        assert targets(h, "ad") == ({"LOGIN"}, True)
        vpn, enable = h.steps(nurse)["ad:grant:vpn"], h.steps(nurse)["ad:enable"]
        assert vpn.state == "waiting" and vpn.not_before == enable.not_before


async def test_where_the_one_that_has_begun_is_withdrawn_the_account_waits_for_the_other(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        nurse, clerk = h.order(post(1, in_days(0)), post(1, in_days(60), **CLERK))
        await h.until(
            lambda: h.states(nurse).get("ad:enable") == "done" and h.states(clerk).get("ad:account") == "done"
        )
        h.act(nurse, "withdraw")
        await h.until(lambda: h.state(nurse) == "withdrawn")
        [account] = h.systems["ad"].accounts()
        assert not account.enabled and h.steps(clerk)["ad:enable"].state == "waiting"

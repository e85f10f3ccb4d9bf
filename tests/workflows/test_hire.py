"""A hire, from the order to prepared and ready, on Temporal's real server."""

from pathlib import Path

from temporalio.client import Client

from tests.municipality import post
from tests.workflows.house import house, in_days


async def test_a_hire_is_prepared_and_then_only_waits_for_the_day(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(number) == "prepared")
        states = h.states(number)
        assert states["ad:enable"] == "waiting" and states["ad:account"] == states["pay:grant:payslip"] == "done"
        assert states["key:grant:card"] == "asked"
        [account] = h.systems["ad"].accounts()
        assert not account.enabled and account.targets == {"LOGIN", "VPN"}
        assert await h.events(number) < 60

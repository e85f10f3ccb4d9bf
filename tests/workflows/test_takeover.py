"""An order that takes over, in the middle of a visit: it stops, takes back what it did, and writes nothing."""

from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus

from onboarding.domain.accounts import Account
from onboarding.store import people
from onboarding.store.schema import accounts, grants
from tests.activities.rows import rows
from tests.municipality import post
from tests.workflows.house import House, house, in_days


def take_over(h: House, number: str) -> None:
    with h.store.writing() as tx:
        people.raise_epoch(tx, h.case(number).employment)


def effects(h: House) -> list[str]:
    return [entry.verb for entry in h.systems["ad"].log() if entry.changed]


async def test_a_visit_that_is_overtaken_takes_back_what_it_did(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        h.systems["ad"].turn(slow=0.4)
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: effects(h) == ["account"])
        take_over(h, number)
        await h.handle(number).result()
        assert (await h.handle(number).describe()).status == WorkflowExecutionStatus.COMPLETED
        assert h.systems["ad"].accounts() == ()
        done = effects(h)
        assert done[0] == "account" and done[-1] == "delete" and "enable" not in done
        assert done.count("grant") == done.count("revoke") <= 1
        assert not {"done", "undone"} & {h.states(number)[id] for id in h.states(number) if id.startswith("ad:grant")}
        assert h.states(number)["ad:account"] == "running"  # begun, and its end is the new plan's to write
        assert rows(h.store, grants) == []
        assert all(row["lease_holder"] is None for row in rows(h.store, accounts, system="ad"))


async def test_it_takes_back_no_more_than_it_did(sqlite_url: str, temporal_client: Client, tmp_path: Path) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        known = Account(native_id="n1", name="kari", key="E0001", enabled=True, targets=frozenset({"LOGIN"}))
        h.systems["ad"].put(known)
        h.systems["ad"].turn(slow=0.4)
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: effects(h) == ["account"])  # its attributes
        take_over(h, number)
        await h.handle(number).result()
        [account] = h.systems["ad"].accounts()
        assert (account.native_id, account.enabled, set(account.targets)) == ("n1", True, {"LOGIN"})

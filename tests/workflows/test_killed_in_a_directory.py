"""The worker is killed while it hires into a real Active Directory: each account and membership is there once."""

# ruff: noqa: T201 - a show tells what it measured

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from onboarding.policy.load import load
from onboarding.twins import samba
from onboarding.twins.samba import Samba
from tests.municipality import post
from tests.worker_process import worker_process, write_policy
from tests.workflows.house import House, furnished, in_days
from tests.workflows.own_server import client_of, doubled, left_behind, own_server
from tests.workflows.test_killed import grown

HIRES, KILLS, SEED = 20, 5, 20261127
PLACE, GROUPS = "Drept", ("LOGIN", "VPN", "FILES")
TODAY = in_days(0)


def connection(dc: Samba) -> str:
    settings = {
        "connector": "active_directory",
        "servers": dc.address,
        "base": dc.base_dn,
        "people_ou": f"OU={PLACE},{dc.base_dn}",
        "upn_suffix": "fjordvik.example",
        "bind_dn": dc.bind_dn,
        "ca_file": str(dc.ca_file),
    }
    lines = [f'{name} = "{value}"\n' for name, value in settings.items()]
    return "".join([*lines, f'password = {{file = "{dc.directory / "password"}"}}\n'])


def people(dc: Samba) -> list[dict[str, list[str]]]:
    """By Samba's own tool: each account's attributes, as they lie in the directory's database."""
    said = dc.run_tool(
        "ldbsearch", "-H", dc.database, "-b", f"OU={PLACE},{dc.base_dn}", "(objectClass=user)",
        "sAMAccountName", "employeeID", "memberOf", "userAccountControl",
    )  # fmt: skip
    found = []
    for record in said.split("# record ")[1:]:
        entry: dict[str, list[str]] = {}
        for line in record.splitlines():
            name, colon, value = line.partition(": ")
            if colon:
                entry.setdefault(name, []).append(value)
        found.append(entry)
    return found


def done(h: House) -> int:
    """How many steps have been read back, in the directory and in the simulated systems."""
    with h.store.reading() as tx:
        return int(tx.exec_driver_sql("SELECT count(*) FROM steps WHERE state = 'done'").scalar_one())


@pytest.mark.temporal
@pytest.mark.postgres
@pytest.mark.xdist_group("samba")
async def test_killed_five_times_each_account_is_there_once(postgres_url: str, samba_dc: Samba, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    catalogue = load(write_policy(tmp_path / "policy"))
    samba.furnish(samba_dc, PLACE, GROUPS)
    with (
        own_server(tmp_path / "temporal") as server,
        furnished(postgres_url, await client_of(server), tmp_path, catalogue) as h,
    ):
        for id in ("mail", "pay"):
            h.systems[id].turn(lose_answers="after", lose_every=5)
        numbers = h.order(*(post(n, TODAY) for n in range(1, HIRES + 1)))
        waits = []
        with worker_process(tmp_path, postgres_url, server, {"ad": connection(samba_dc)}) as worker:
            for _ in range(KILLS):
                await grown(lambda: done(h), done(h) + chance.randint(2, 8), limit=240)
                worker.kill()
                seen, began = done(h), time.monotonic()
                worker.start()
                await grown(lambda: done(h), seen + 1, limit=240)
                waits.append(time.monotonic() - began)
            await h.until(lambda: {h.state(n) for n in numbers} <= {"ready", "closed"}, limit=240)
            said = worker.said()
            assert worker.stop() == 0
        print(f"killed {KILLS} times; restart to the next step done: {', '.join(f'{wait:.1f}' for wait in waits)} s")
        found = people(samba_dc)
        by_number = Counter(person["employeeID"][0] for person in found)
        assert by_number == {post(n, TODAY).employee_number: 1 for n in range(1, HIRES + 1)}
        assert len({person["sAMAccountName"][0].lower() for person in found}) == HIRES
        groups = {f"CN={group},OU={PLACE},{samba_dc.base_dn}" for group in GROUPS}
        assert all(set(person["memberOf"]) == groups for person in found)
        assert {person["userAccountControl"][0] for person in found} == {
            "512"
        }  # a first day that has come: switched on
        assert not doubled(h) and not left_behind(h)
        assert "Nondeterminism" not in said and "unforeseen" not in said

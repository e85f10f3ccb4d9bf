"""Temporal stopped, and its database lost: what people ordered and decided is in the store, and is carried out."""

# ruff: noqa: T201 - a show tells what it measured

import shutil
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError

from onboarding.twins import tether
from tests.municipality import post
from tests.workflows.house import House, furnished, in_days, working
from tests.workflows.own_server import client_of, doubled, left_behind, own_server

GATE, CARD, PAYSLIP = "people:gate:contract", "key:grant:card", "pay:grant:payslip"


class Temporal:
    """Comes and goes at one address."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._config: dict[str, Any] = {"address": f"127.0.0.1:{tether.free_port()}", "database": Path("temporal.db")}
        self._stack = ExitStack()

    def __enter__(self) -> "Temporal":
        self.server = self._stack.enter_context(own_server(self.data, **self._config))
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stack.close()

    def start(self) -> None:
        self.__enter__()


def are_prepared(h: House, numbers: list[str]) -> bool:
    return {h.state(number) for number in numbers} <= {"prepared", "ready", "closed"}


@pytest.mark.temporal
async def test_temporal_stopped_while_people_order_and_act(sqlite_url: str, tmp_path: Path) -> None:
    with (
        Temporal(tmp_path / "temporal") as temporal,
        furnished(sqlite_url, await client_of(temporal.server), tmp_path) as h,
    ):
        async with working(h):
            h.systems["pay"].turn(refuses={"target": "PAYSLIP"})
            posts = (post(1, in_days(9), job_code="8527"), post(2, in_days(9)), post(3, in_days(9)))
            [gate, card, stuck] = h.order(*posts)
            asked = {gate: GATE, card: CARD}
            await h.until(lambda: all(h.states(number).get(step) == "asked" for number, step in asked.items()))
            await h.until(lambda: all(h.states(one).get(PAYSLIP) == "stuck" for one in (gate, card, stuck)))
            h.systems["pay"].turn(refuses={})
            temporal.stop()
            h.act(gate, "answer", GATE)
            h.act(card, "by hand", CARD)
            h.act(stuck, "retry", PAYSLIP)
            new = h.order(*(post(number, in_days(9)) for number in range(4, 9)))
            with pytest.raises(RPCError):
                await h.handle(new[0]).describe()
            assert {h.state(number) for number in new} == {"received"}
            began = time.monotonic()
            temporal.start()
            await h.until(lambda: are_prepared(h, [*new, stuck]), limit=120)
            await h.until(lambda: h.states(gate)["ad:grant:records@1210"] == h.states(card)[CARD] == "done")
            print(f"Temporal is back: all eight carried out after {time.monotonic() - began:.1f} s")
            assert h.states(card)[PAYSLIP] == "stuck"  # nobody pressed anything there
            await h.until(lambda: not left_behind(h))
        assert not doubled(h)


@pytest.mark.temporal
async def test_temporals_database_is_lost_with_ten_cases_open(sqlite_url: str, tmp_path: Path) -> None:
    with (
        Temporal(tmp_path / "temporal") as temporal,
        furnished(sqlite_url, await client_of(temporal.server), tmp_path) as h,
    ):
        async with working(h):
            h.systems["pay"].turn(down=True)
            numbers = h.order(*(post(number, in_days(9)) for number in range(1, 11)))
            await h.until(lambda: all(h.states(one).get(CARD) == "asked" for one in numbers))
            await h.until(lambda: all(h.states(one)["pay:account"] == "retrying" for one in numbers))
        h.act(numbers[0], "by hand", CARD)
        h.act(numbers[1], "skip", CARD)
        temporal.stop()
        shutil.rmtree(temporal.data)
        h.systems["pay"].turn(down=False)
        began = time.monotonic()
        temporal.start()
        async with working(h, sweep=1.0):
            await h.until(lambda: are_prepared(h, numbers), limit=120)
            await h.until(lambda: not left_behind(h))
        print(f"Temporal lost everything: ten cases prepared after {time.monotonic() - began:.1f} s")
        assert [h.states(one)[CARD] for one in numbers] == ["done", "skipped", *["asked"] * 8]
        assert not doubled(h)

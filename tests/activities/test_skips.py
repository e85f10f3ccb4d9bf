"""A step that is needed before the first day is skipped by two people or not at all."""

from pathlib import Path

import pytest
from temporalio.client import Client

from onboarding.domain.errors import Conflict
from onboarding.operations import reading
from onboarding.operations.history import lines
from tests.activities.rows import answered
from tests.municipality import post
from tests.workflows.house import IT, OTHER, House, house, in_days

WENT_WITH = "Det kan ikke være der uten noe annet som ble hoppet over eller avslått."


def told_of(h: House, number: str) -> list[str]:
    """What the case's history says."""
    return [line.text for line in lines(*reading.case_history(h.store, number), "nb")]


async def asked_to_skip(h: House, step: str) -> str:
    """A case whose pay system is away, and that somebody wants to do without."""
    h.systems["pay"].turn(down=True)
    [number] = h.order(post(1, in_days(10)))
    await h.until(
        lambda: h.states(number).get("pay:account") == "retrying" and h.states(number)["ad:grant:vpn"] == "done"
    )
    acted = h.act(number, "skip", step)
    assert acted.second_needed and set(acted.goes_with) == {"pay:grant:payslip", "pay:enable"}
    await h.until(lambda: "confirm" in {task.kind for task in reading.case_file(h.store, number).tasks})
    [task] = [task for task in reading.case_file(h.store, number).tasks if task.kind == "confirm"]
    assert (task.step, task.for_, task.asked_by) == (step, "it", "ida.it")
    assert task.instructions.en and "ida.it wants to skip this for Karib Nordmanna" in task.instructions.en
    assert h.states(number)[step] != "skipped"
    for kind in ("approve", "decline"):
        with pytest.raises(Conflict, match=r"act\.same-person"):
            h.act(number, kind, step, by=IT)
    with pytest.raises(Conflict, match=r"act\.waits-for-second"):
        h.act(number, "skip", step, by=OTHER)
    return number


async def test_the_second_person_skips_it_and_what_cannot_be_without_it(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        number = await asked_to_skip(h, "pay:account")
        h.act(number, "approve", "pay:account", by=OTHER)
        await h.until(lambda: h.state(number) == "prepared")
        steps = h.steps(number)
        assert {steps[id].state for id in ("pay:account", "pay:grant:payslip", "pay:enable")} == {"skipped"}
        assert (steps["pay:account"].by, steps["pay:account"].reason) == ("ida.it, ole.it", "step.skipped")
        assert steps["pay:enable"].reason == "step.went-with"
        assert answered(h.store, "pay:account") == [("confirm", "approved", "ole.it")]
        assert steps["ad:enable"].state == "waiting"
        told = told_of(h, number)
        assert told[told.index("ida.it valgte «Hopp over»: Konto i pay") :] == [
            "ida.it valgte «Hopp over»: Konto i pay",
            "«Hopp over» venter på at en til er enig: Konto i pay",
            "ole.it er enig i å hoppe over dette: Konto i pay",
            f"Tilgang: payslip: hoppet over. {WENT_WITH}",
            f"Slå på kontoen i pay: hoppet over. {WENT_WITH}",
            "Hoppet over, for to er enige: Konto i pay",
            "Bestillingen: klargjort.",
        ]


async def test_the_second_person_says_no_and_it_goes_on(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        number = await asked_to_skip(h, "pay:account")
        h.act(number, "decline", "pay:account", by=OTHER)
        await h.until(lambda: answered(h.store, "pay:account") == [("confirm", "declined", "ole.it")])
        assert h.states(number)["pay:account"] in ("retrying", "running")
        assert told_of(h, number)[-2:] == [
            "ole.it er ikke enig i å hoppe over dette: Konto i pay",
            "Ikke hoppet over, og blir gjort: Konto i pay",
        ]
        h.systems["pay"].turn(down=False)
        await h.until(lambda: h.state(number) == "prepared")
        assert h.states(number)["pay:grant:payslip"] == "done"


async def test_what_is_not_needed_before_the_first_day_one_may_skip(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("key:grant:card") == "asked")
        assert not h.act(number, "skip", "key:grant:card").second_needed
        await h.until(lambda: h.states(number)["key:grant:card"] == "skipped")
        assert answered(h.store, "key:grant:card") == [("by hand", "void", "ida.it")]

"""Cases that began under older code must go on under today's, and be the same however often they are replayed."""

import asyncio
import base64
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import WorkflowSerializationContext
from temporalio.worker import Replayer

from onboarding.domain.errors import OnboardingError
from onboarding.temporal import CONVERTER
from onboarding.workflows.case import CaseWorkflow
from onboarding.workflows.sandbox import Sandbox
from tests.histories.record import STORIES, record
from tests.municipality import post
from tests.workflows.clock import LooksAtTheClock
from tests.workflows.house import House, house, in_days
from tests.workflows.own_server import failures, left_behind, nothing_failed

RECORDED = sorted((Path(__file__).parents[1] / "histories").glob("*.json"))
CASES, SEED = 8, 99


def read(file: Path) -> tuple[str, dict[str, Any]]:
    history = json.loads(file.read_text(encoding="utf-8"))
    return history.pop("workflow"), history


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: str(file.stem))
async def test_recorded_histories_replay(file: Path) -> None:
    workflow, history = read(file)
    replayer = Replayer(workflows=[CaseWorkflow], data_converter=CONVERTER, workflow_runner=Sandbox())
    await replayer.replay_workflow(WorkflowHistory.from_json(workflow, history))


def test_every_story_is_recorded() -> None:
    names = {file.stem for file in RECORDED}
    for story in STORIES:
        assert any(name.startswith(story) for name in names), story
    ends = {file.stem: read(file)[1]["events"][-1]["eventType"] for file in RECORDED}
    assert ends["continued-as-new-1"].endswith("CONTINUED_AS_NEW")
    assert ends["withdrawn-in-the-middle"].endswith("EXECUTION_COMPLETED")
    withdrawn = {event["eventType"] for event in read(next(f for f in RECORDED if "withdrawn" in f.stem))[1]["events"]}
    assert "EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED" in withdrawn  # the visit was called home in the middle


async def test_a_history_that_does_not_fit_is_noticed() -> None:
    """Else the test above could say yes to anything."""
    workflow, history = read(next(file for file in RECORDED if file.stem == "hire"))
    for event in history["events"]:
        if scheduled := event.get("activityTaskScheduledEventAttributes"):
            scheduled["activityType"]["name"] = "another"
    replayer = Replayer(workflows=[CaseWorkflow], data_converter=CONVERTER, workflow_runner=Sandbox())
    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await replayer.replay_workflow(WorkflowHistory.from_json(workflow, history))


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: str(file.stem))
def test_only_ids_travel(file: Path) -> None:
    text = "\n".join(payloads(read(file)[1]))
    assert "ad:account" in text  # what is inside was read
    for personal in ("Kari", "Nordmann", "karnor", "E0001", "fjordvik", "because", "Sykepleier"):
        assert personal.casefold() not in text.casefold()


def payloads(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [base64.b64decode(value["data"]).decode()] if isinstance(value.get("data"), str) else []
        return [*own, *(found for inner in value.values() for found in payloads(inner))]
    return [found for inner in value for found in payloads(inner)] if isinstance(value, list) else []


@pytest.mark.temporal
async def test_the_command_records_what_replays(tmp_path: Path) -> None:
    replayer = Replayer(workflows=[CaseWorkflow], data_converter=CONVERTER, workflow_runner=Sandbox())
    written = await record(tmp_path)
    assert sorted(file.name for file in written) == [file.name for file in RECORDED]
    for file in written:
        workflow, history = read(file)
        await replayer.replay_workflow(WorkflowHistory.from_json(workflow, history))


async def retried_and_withdrawn(h: House, number: str, chance: random.Random) -> None:
    """Somebody presses *retry now* as the system comes back, and somebody else withdraws, at any moment."""
    with suppress(OnboardingError):  # it may have got there by itself
        h.act(number, "retry", "pay:account")
    begun = chance.choice(["pay:account", "pay:grant:payslip"])
    await h.until(lambda: h.states(number)[begun] in ("running", "done"))
    h.act(number, "withdraw")
    await h.until(lambda: h.state(number) == "withdrawn", limit=60)


@pytest.mark.temporal
async def test_retried_and_withdrawn_while_every_task_replays(
    sqlite_url: str, temporal_client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(SEED)
    async with house(sqlite_url, temporal_client, tmp_path, cached=0) as h:
        h.systems["pay"].turn(down=True)
        h.systems["ad"].turn(slow=0.01)
        numbers = h.order(*(post(n, in_days(9)) for n in range(1, CASES + 1)))
        await h.until(lambda: all(h.states(number).get("pay:account") == "retrying" for number in numbers))
        h.systems["pay"].turn(down=False)
        await asyncio.gather(*(retried_and_withdrawn(h, number, random.Random(chance.random())) for number in numbers))
        assert all(not system.accounts() for system in h.systems.values())
        assert {state for number in numbers for state in h.states(number).values()} == {"undone"}
        await h.until(lambda: not left_behind(h))
        assert not failures(caplog) and await nothing_failed(h, numbers)


def test_a_payload_is_the_same_wherever_it_stands() -> None:
    """The sandbox is not entered to be asked what it is part of: a converter that must know needs it to be."""
    ours, context = CONVERTER, WorkflowSerializationContext(namespace="n", workflow_id="w")
    assert ours.with_context(context) is ours and ours.external_storage is None


async def test_what_no_workflow_may_do_is_refused() -> None:
    """Else it would be met when a case replays, months later."""
    workflow, history = read(next(file for file in RECORDED if file.stem == "hire"))
    replayer = Replayer(workflows=[LooksAtTheClock], data_converter=CONVERTER, workflow_runner=Sandbox())
    with pytest.raises(Exception, match=r"(?i)cannot access datetime"):
        await replayer.replay_workflow(WorkflowHistory.from_json(workflow, history))

"""Records the histories that every later version must be able to replay: `python -m tests.histories.record`."""

import asyncio
import json
import re
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHistory

from onboarding.dispatch.loop import workflow_id
from onboarding.store.upgrading import upgrade
from tests.municipality import post
from tests.workflows.house import House, house, in_days
from tests.workflows.own_server import client_of, own_server

HERE = Path(__file__).parent
SMALL = {"limit.historyCount.suggestContinueAsNew": 40}
Story = Callable[[House], Awaitable[str]]
MACHINE = re.compile(r"\d+@")


async def hire(h: House) -> str:
    [number] = h.order(post(1, in_days(5)))
    await h.until(lambda: h.state(number) == "prepared")
    return number


async def withdrawn_in_the_middle(h: House) -> str:
    h.systems["ad"].turn(slow=0.05)
    [number] = h.order(post(1, in_days(5)))
    await h.until(lambda: h.states(number).get("ad:account") == "running")
    h.act(number, "withdraw")
    await h.until(lambda: h.state(number) == "withdrawn")
    return number


async def retry_now(h: House) -> str:
    h.systems["pay"].turn(down=True)
    [number] = h.order(post(1, in_days(5)))
    await h.until(lambda: h.states(number).get("pay:account") == "retrying")
    h.systems["pay"].turn(down=False)
    h.act(number, "retry", "pay:account")
    await h.until(lambda: h.state(number) == "prepared")
    return number


async def moved_date(h: House) -> str:
    number = await hire(h)
    h.act(number, "move date", value=in_days(9).isoformat())
    await h.until(lambda: h.case(number).plan == 2)
    return number


def has_plan(h: House, number: str, plan: int) -> bool:
    return h.case(number).plan >= plan


async def continued_as_new(h: House) -> str:
    """Moved again and again, on a server that suggests to begin anew early."""
    number = await hire(h)
    for times, days in enumerate(range(6, 16), 2):
        h.act(number, "move date", value=in_days(days).isoformat())
        await h.until(partial(has_plan, h, number, times))
    await h.until(lambda: h.case(number).run > 1)
    return number


STORIES: dict[str, Story] = {
    "hire": hire,
    "withdrawn-in-the-middle": withdrawn_in_the_middle,
    "retry-now": retry_now,
    "moved-date": moved_date,
    "continued-as-new": continued_as_new,
}


async def record(directory: Path) -> list[Path]:
    """Every story once, each run of its workflow a file."""
    written: list[Path] = []
    for name, story in STORIES.items():
        with tempfile.TemporaryDirectory() as data:
            tmp = Path(data)
            url = f"sqlite:///{tmp / 'store.db'}"
            upgrade(url)
            with own_server(tmp, settings=SMALL if story is continued_as_new else {}) as server:
                client = await client_of(server)
                async with house(url, client, tmp, pauses=(timedelta(minutes=1),)) as h:
                    number = await story(h)
                    written += await _write(client, workflow_id(h.case(number).id), directory / name)
    return written


async def _write(client: Client, id: str, file: Path) -> list[Path]:
    """The newest run, and the one that continued as it."""
    newest = await _begun(client, id)
    runs = [newest.to_json_dict()]
    started = runs[0]["events"][0]["workflowExecutionStartedEventAttributes"]
    if before := started.get("continuedExecutionRunId"):
        runs.insert(0, (await client.get_workflow_handle(id, run_id=before).fetch_history()).to_json_dict())
    written = []
    for n, run in enumerate(runs):
        path = file.with_name(f"{file.name}{f'-{n + 1}' if len(runs) > 1 else ''}.json")
        text = json.dumps({"workflow": id, **without_machine(run)}, indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")
        written.append(path)
    return written


async def _begun(client: Client, id: str) -> WorkflowHistory:
    """Of a run that has just continued another there may be one event, and the replayer waits for ever for more."""
    async with asyncio.timeout(30):
        while True:
            found = await client.get_workflow_handle(id).fetch_history()
            if any(event.HasField("workflow_task_completed_event_attributes") for event in found.events):
                return found
            await asyncio.sleep(0.02)


def without_machine(value: Any) -> Any:
    """The SDK writes process and host into every event, as 123@host: they say nothing, and are nobody's business."""
    if isinstance(value, dict):
        return {key: without_machine(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_machine(inner) for inner in value]
    return "recorder" if isinstance(value, str) and MACHINE.match(value) else value


if __name__ == "__main__":
    for path in asyncio.run(record(HERE)):
        print(path.name)  # noqa: T201 - the command's answer

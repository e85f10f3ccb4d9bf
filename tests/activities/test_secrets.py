"""What Temporal must never hear of a person, and that nothing is called while a transaction is open."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from onboarding.activities.begin import begin
from onboarding.activities.processing import SystemActivities
from onboarding.connectors.base import Options
from onboarding.domain.cases import Visit
from onboarding.store.schema import cases, events, steps
from tests import municipality
from tests.activities.rows import rows
from tests.activities.watched import CountingStore, Stumbling, install, watched_house
from tests.municipality import post
from tests.workflows.house import IT, OTHER, House, in_days

PERSON = {"given_name": "Ragnfrid", "family_name": "Oksvold", "email": "ragnfrid@example.com", "mobile": "+4798765432"}
NAMES = ("Ragnfrid", "Oksvold", "example.com", "98765432", "ragoks", "raoksv", "E0001", "Sykepleier", "sykehjem")
OWN_VALUE = "Ragna O."


async def heard(h: House, number: str) -> tuple[str, set[str]]:
    """All that the server keeps of a case, payloads as they were sent, and the messages of its failures."""
    history = await h.handle(number).fetch_history()
    raw = b"".join(event.SerializeToString() for event in history.events)
    failures = [event.activity_task_failed_event_attributes.failure for event in history.events]
    failures += [event.activity_task_started_event_attributes.last_failure for event in history.events]
    return raw.decode("latin-1") + history.to_json(), {failure.message for failure in failures if failure.message}


async def test_a_whole_story_tells_temporal_ids_and_states_and_nothing_of_the_person(
    database_url: str, temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    async with watched_house(database_url, temporal_client, tmp_path) as h:
        h.systems["ad"].turn(refuses={"display_name": "Ragnfrid Oksvold"})
        h.systems["pay"].turn(down=True)
        [number] = h.order(post(1, in_days(0), **PERSON))
        await h.until(lambda: h.states(number).get("ad:account") == "stuck")
        h.act(number, "mend", "ad:account", value=OWN_VALUE)
        await h.until(lambda: h.states(number).get("pay:account") == "retrying")
        h.systems["pay"].turn(down=False)
        h.act(number, "answer", "key:grant:card", by=OTHER)
        await h.until(lambda: h.state(number) == "closed")
        text, messages = await heard(h, number)
        assert str(h.case(number).id) in text and "pay:grant:payslip" in text  # it is read as it was sent
        note = "because"
        assert [word for word in (*NAMES, OWN_VALUE, note, number, IT.id, OTHER.id, "LOGIN") if word in text] == []
        assert messages <= {"again", "overtaken"}


async def test_no_transaction_is_open_while_a_system_is_called(
    database_url: str, temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = install(tmp_path, monkeypatch)
    async with watched_house(database_url, temporal_client, tmp_path, ad="watched", pay="watched") as h:
        h.systems["pay"].turn(lose_answers="after", lose_every=2, refuses={"display_name": "Karib Nordmanna"})
        [number] = h.order(post(1, in_days(0)))
        await h.until(lambda: h.states(number).get("pay:account") == "stuck")
        h.act(number, "mend", "pay:account", value="Kari")
        await h.until(lambda: h.state(number) == "ready")
        h.act(number, "withdraw")
        await h.until(lambda: h.state(number) == "withdrawn")
    assert {"open", "find", "taken", "ensure_account", "grant", "set_enabled", "revoke", "delete"} <= set(seen.calls)
    assert seen.inside == []


async def test_what_nobody_foresaw_is_tried_again_and_its_text_stays_with_us(
    database_url: str, temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = install(tmp_path, monkeypatch)
    async with watched_house(database_url, temporal_client, tmp_path, pay="stumbling") as h:
        [number] = h.order(post(1, in_days(10), **PERSON))
        await h.until(lambda: h.steps(number).get("pay:account") is not None)
        await h.until(lambda: h.steps(number)["pay:account"].tries >= 2)
        step = h.steps(number)["pay:account"]
        assert step.state in ("retrying", "running") and step.reason == "system.unforeseen"
        assert set(step.params) == {"system", "log"} and len(step.params["log"]) == 8
        text, messages = await heard(h, number)
        assert [word for word in (*NAMES, "no room", "KeyError") if word in text] == []
        assert messages <= {"again"}
        kept = str([rows(h.store, table) for table in (steps, events, cases)])
        assert step.params["log"] in kept
        assert [word for word in (*PERSON.values(), "no room", "KeyError") if word in kept] == []
        seen.stumbles = False
        await h.until(lambda: h.state(number) == "prepared")


def visited(activities: SystemActivities, v: Visit, at: datetime) -> str:
    """What Temporal hears of one attempt at this moment."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, started_time=at)
    try:
        return environment.run(activities.visit, v).model_dump_json()
    except ApplicationError as error:
        return f"{error.message} {error.details} {error.__cause__} {error.type}"


async def test_and_ends_as_stuck_when_the_systems_patience_is_over(
    sqlite_url: str, temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    h = House(CountingStore(sqlite_url), temporal_client, municipality.catalogue(), tmp_path)
    [number] = h.order(post(1, in_days(10), **PERSON))
    then, case = datetime.now(UTC), h.case(number).id
    begin(h.store, case, then)
    stumbling = Stumbling(Options(system="ad", settings={"file": str(tmp_path / "ad.db")}, secrets={}))
    activities = SystemActivities(h.store, {"ad": stumbling})
    patience = timedelta(minutes=h.catalogue.systems["ad"].patience)
    visited(activities, Visit(case=case, run=1, n=1, system="ad", steps=("ad:name",)), then)
    heard, found = [], []
    for n, after in enumerate((timedelta(), patience / 2, patience + timedelta(seconds=1)), start=2):
        v = Visit(case=case, run=1, n=n, system="ad", steps=("ad:account", "ad:grant:login"))
        heard.append(visited(activities, v, then + after))
        found.append(h.steps(number)["ad:account"])
    assert [step.state for step in found] == ["retrying", "retrying", "stuck"]
    assert {step.reason for step in found} == {"system.unforeseen"}
    assert not found[-1].theirs and found[-1].next_at  # and the trying goes on
    assert heard == ["again () None Again"] * 3
    h.store.close()

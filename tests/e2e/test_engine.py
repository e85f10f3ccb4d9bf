"""The whole way: ordered on a telephone, asked and answered on the page, and followed there until all is prepared."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from onboarding.connectors.simulator_file import SimulatorFile
from onboarding.hr.units import read_units
from onboarding.operations import ordering
from onboarding.planning.moments import today
from onboarding.store.engine import Store
from onboarding.texts.catalogue import say
from onboarding.twins.temporal_server import Running
from tests.api import scene
from tests.e2e.conftest import Opened, served
from tests.worker_process import worker_process

pytestmark = [pytest.mark.temporal, pytest.mark.xdist_group("pages-and-engine")]

ROOT = Path(__file__).parents[2]
START = today(datetime.now(UTC)) + timedelta(days=20)
WITHIN = 60.0  # seconds for the engine to go on to what people see next


class Town:
    """Fjordvik with its own roles/, a worker process, simulated systems, and the pages."""

    def __init__(self, store: Store, address: str, directory: Path) -> None:
        self.store, self.address, self.directory = store, address, directory


@pytest.fixture(scope="module")
def town(sqlite_template: Path, temporal_dev: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    directory = tmp_path_factory.mktemp("town")
    for file in sqlite_template.iterdir():
        shutil.copy(file, directory)
    url = f"sqlite:///{directory}/store.db"
    store = Store(url)
    units, _ = read_units((ROOT / "examples/hr/enheter.csv").read_bytes())
    ordering.adopt_units(store, list(units.values()), scene.HR)
    with worker_process(directory, url, temporal_dev, roles=ROOT / "roles") as worker:
        deadline = time.monotonic() + WITHIN
        while "worker started" not in worker.said():
            assert worker.running and time.monotonic() < deadline, worker.said()
            time.sleep(0.05)
        with served(store) as address:
            yield Town(store, address, directory)
    store.close()


class Reader:
    """A manager at a page, in one language; without scripts she presses «Oppdater siden»."""

    def __init__(self, page: Page, language: str, *, scripts: bool) -> None:
        self.page, self.language, self.scripts = page, language, scripts

    def text(self, key: str) -> str:
        return say(key, self.language)

    def field(self, name: str) -> Locator:
        return self.page.get_by_label(self.text(f"page.field-{name}"))

    def press(self, key: str, within: Locator | None = None) -> None:
        self.pressed((within or self.page).get_by_role("button", name=self.text(key)).first)

    def pressed(self, what: Locator) -> None:
        """By key: what a pointer is aimed at may move, since the engine goes on and the page follows it."""
        what.press("Enter")

    def sees(self, what: Locator) -> None:
        """With scripts the page brings itself up to date: nothing is pressed."""
        deadline = time.monotonic() + WITHIN
        while not self.scripts and not what.is_visible():
            assert time.monotonic() < deadline
            self.page.get_by_role("link", name=self.text("page.refresh")).click()
        expect(what).to_be_visible(timeout=WITHIN * 1000)

    def task(self, title: str) -> Locator:
        found = self.page.locator(".task").filter(has_text=title)
        self.sees(found)
        return found


def ordered(reader: Reader, address: str, number: str, role: str) -> str:
    page = reader.page
    page.goto(f"{address}/cases?lang={reader.language}")
    page.get_by_role("link", name=reader.text("page.order")).first.click()
    reader.field("unit").select_option("Fjordgløtt sykehjem avd. 1")
    reader.field("title").fill(role)
    reader.field("job-code").fill("7174")
    reader.field("first-day").fill(START.isoformat())
    reader.press("page.see-what")
    expect(page.locator("main")).to_contain_text(role)
    reader.field("given-name").fill("Kari")
    reader.field("family-name").fill("Nordmann")
    reader.field("employee-number").fill(number)
    reader.field("on-behalf-of").fill("Liv Leder")
    reader.press("page.place")
    expect(page.get_by_text(reader.text("page.told-ordered"))).to_be_visible()
    return page.url.split("/cases/")[1].split("?")[0]


def sent(reader: Reader, key: str, task: Locator) -> None:
    """What the page says of it may be of the answer before: this one is taken in too."""
    with reader.page.expect_response(lambda answer: answer.request.method == "POST") as taken:
        reader.press(key, task)
    assert taken.value.status == 303
    expect(reader.page.get_by_text(reader.text("page.told-taken"))).to_be_visible()


def confirmed(reader: Reader, title: str, *, by_manager: bool = False) -> None:
    task = reader.task(title)
    if by_manager:
        task.get_by_label(reader.text("page.on-behalf-of")).fill("Liv Leder")
    else:
        reader.pressed(task.get_by_text(reader.text("page.answer-here")))
    sent(reader, "act.kind-answer", task)


def handed_over(reader: Reader, title: str) -> None:
    task = reader.task(title)
    reader.pressed(task.get_by_text(reader.text("page.answer-here")))
    task.get_by_label(reader.text("page.note-done")).fill("Ligger i resepsjonen.")
    sent(reader, "page.report-done", task)


# language, with scripts, employee number; the role, what people are asked, and how it ends, as the page says it
TOLD = [
    (
        "nb", True, "300101", "Sykepleier", "Taushetserklæringen er signert", "Journalkurset er tatt",
        "hovedinngangen", "Kort til medisinrommet", "klargjort",
    ),
    (
        "nn", True, "300102", "Sjukepleiar", "Teieplikterklæringa er signert", "Journalkurset er teke",
        "hovedinngangen", "Kort til medisinrommet", "klargjord",
    ),
    (
        "nb", False, "300103", "Sykepleier", "Taushetserklæringen er signert", "Journalkurset er tatt",
        "hovedinngangen", "Kort til medisinrommet", "klargjort",
    ),
]  # fmt: skip


@pytest.mark.parametrize("told", TOLD, ids=["nb", "nn", "no scripts"])
def test_ordered_on_a_telephone_and_followed_until_prepared(
    town: Town, opened: Opened, told: tuple[str, bool, str, str, str, str, str, str, str]
) -> None:
    language, scripts, number, role, declaration, course, card, medicine, prepared = told
    page = opened(390, scripts=scripts)
    reader = Reader(page, language, scripts=scripts)
    case = ordered(reader, town.address, number, role)
    confirmed(reader, declaration, by_manager=True)
    confirmed(reader, course)
    handed_over(reader, card)
    handed_over(reader, medicine)  # asked for only when the declaration was confirmed
    if scripts:
        page.evaluate("window.theSame = true")
    reader.sees(page.locator(".lead .ds-tag").filter(has_text=prepared))
    if scripts:
        assert page.evaluate("window.theSame")  # no page was loaded
    expect(page.locator(".sentence")).to_contain_text("Alt er klargjort til")
    expect(page.locator(".task")).to_have_count(0)
    assert scene.file_of(town.store, case).case.state == "prepared"
    there = SimulatorFile(town.directory / "active-directory.db").accounts()
    assert [account.key for account in there].count(number) == 1

"""What happens at the same moment: two visits that end together, and people who press while everything moves."""

# ruff: noqa: T201 - a show tells what it measured

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from onboarding.activities.begin import begin
from onboarding.activities.entering import Entered, enter, leave
from onboarding.activities.outcomes import after
from onboarding.activities.visit import Visiting
from onboarding.connectors.base import Done, Options, Session
from onboarding.connectors.simulator import Simulator
from onboarding.domain.acts import POSSIBLE, ActKind
from onboarding.domain.cases import CaseView, Visit, ready, state_of
from onboarding.domain.catalogue import Catalogue, Title
from onboarding.domain.errors import OnboardingError
from onboarding.domain.people import Actor
from onboarding.operations import listing
from onboarding.store import steps, systems, tasks
from onboarding.store.engine import Store
from tests import municipality
from tests.municipality import post
from tests.workflows.house import IT, OTHER, House, house, in_days
from tests.workflows.own_server import doubled, failures, left_behind, nothing_failed, numbers_of

ROUNDS = 100
SEED = 4127


def strangers() -> Catalogue:
    """Two systems that have nothing to do with each other, so that their visits may end at any moment."""
    known = municipality.catalogue("strangers")
    free = {"naming": None, "account_needs": ()}
    changed = {id: known.systems[id].model_copy(update=free) for id in ("ad", "pay")}
    gives = (municipality.give("vpn"), municipality.give("payslip"))
    return known.model_copy(
        update={
            "systems": {**known.systems, **changed},
            "everyone": (),
            "roles": {"nurse": known.roles["nurse"].model_copy(update={"gives": gives})},
        }
    )


def prove(store: Store, ids: tuple[str, ...]) -> None:
    """Our credentials have been accepted: from now on more than one visit goes at a time."""
    now = datetime.now(UTC)
    with store.writing() as tx:
        for id in ids:
            systems.may_go(tx, systems.state(tx, id), now)
            systems.proven(tx, id, now)


def done_here(store: Store, case: UUID, run: int, n: int, system: str, ids: list[str]) -> tuple[Entered, Visit]:
    """A visit that has done all it came for, and is about to leave."""
    now = datetime.now(UTC)
    visit = Visit(case=case, run=run, n=n, system=system, steps=tuple(ids))
    entered = enter(store, visit, 1, now)
    assert isinstance(entered, Entered)
    entered.rows = {id: after(row, Done(changed=True), now) for id, row in entered.rows.items()}
    return entered, visit


@pytest.mark.postgres
def test_two_visits_of_one_case_end_at_the_same_moment(postgres_url: str, tmp_path: Path) -> None:
    catalogue = strangers()
    store = Store(postgres_url)
    began, right = time.monotonic(), 0
    with ThreadPoolExecutor(2) as pool:
        h = House(store, None, catalogue, tmp_path)  # type: ignore[arg-type]  # nobody asks Temporal here
        numbers = h.order(*(post(n, in_days(10)) for n in range(1, ROUNDS + 1)))
        prove(store, ("ad", "pay"))
        for number in numbers:
            case = h.case(number).id
            view = begin(store, case, datetime.now(UTC))
            can_start, _ = ready(view.steps, datetime.now(UTC))
            assert sorted(can_start) == ["ad", "pay"]
            barrier = threading.Barrier(2)

            def go(entered: Entered, visit: Visit, barrier: threading.Barrier = barrier) -> CaseView:
                was = {id: row.model_copy(update={"state": "running"}) for id, row in entered.rows.items()}
                barrier.wait(10)
                return leave(store, entered, visit, was, datetime.now(UTC))

            visits = [done_here(store, case, view.run, n, id, ids) for n, (id, ids) in enumerate(can_start.items(), 1)]
            views = [one.result() for one in [pool.submit(go, *visit) for visit in visits]]
            with store.reading() as tx:
                computed = state_of(steps.of_case(tx, case), datetime.now(UTC))
            newest = max(views, key=lambda view: view.revision)
            assert views[0].revision != views[1].revision and len([s for s in newest.steps if s.over]) == 4
            right += h.state(number) == computed == "prepared"
    took = time.monotonic() - began
    print(f"two visits ending together: {right} of {ROUNDS} right, {took:.1f} s")
    left = left_behind(h)
    store.close()
    assert right == ROUNDS and not left


def something(h: House, chance: random.Random, numbers: list[str]) -> tuple[str, ActKind, str, str | None]:
    """What somebody in a hurry does: any act on any step of any case."""
    number = chance.choice(numbers)
    known = list(h.steps(number).values())
    if chance.random() < 0.07 or not known:
        return number, "move date", "", in_days(chance.randint(3, 20)).isoformat()
    one = chance.choice([step for step in known if not step.over] or known)
    kinds = [kind for kind, states in POSSIBLE.items() if one.state in states and kind != "choose role"]
    return number, chance.choice(kinds or ["retry"]), one.id, None


def press(h: House, chance: random.Random, numbers: list[str], times: int) -> Counter[str]:
    """Until so many acts were taken in, or nothing has been possible for long. Halfway a case is withdrawn."""
    pressed: Counter[str] = Counter()
    pause = threading.Event()
    for _ in range(times * 20):
        number, kind, step, value = something(h, chance, numbers)
        if not pressed["withdraw"] and pressed.total() >= times // 2:
            kind, step, value = "withdraw", "", None
        try:
            h.act(number, kind, step, by=chance.choice((IT, OTHER)), value=value)
            pressed[kind] += 1
        except OnboardingError:
            pressed["not possible"] += 1
        if pressed.total() - pressed["not possible"] >= times:
            break
        pause.wait(chance.random() / 20)  # people are slower than threads
    return pressed


def help_along(h: House) -> bool:
    """Plays everybody who is asked for something; True where nothing is left but the calendar."""
    for one in listing.open_tasks(h.store):
        number, task = one.number, one.task
        kinds: dict[str, ActKind] = {"approve": "approve", "gate": "answer", "by hand": "by hand", "confirm": "decline"}
        with suppress(OnboardingError):
            h.act(number, kinds[task.kind], task.step, by=Actor(kind="dev", id=f"for {task.step}", via="dev"))
    return all(h.state(number) in ("prepared", "closed", "withdrawn") for number in numbers_of(h))


@pytest.mark.temporal
@pytest.mark.parametrize(
    ("server", "orders", "presses"), [("sqlite", 12, 15), pytest.param("postgres", 30, 30, marks=pytest.mark.postgres)]
)
async def test_many_people_press_while_everything_moves(
    server: str, orders: int, presses: int, request: pytest.FixtureRequest, temporal_client: Client, tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Without a cache every workflow task replays the whole case: what is not deterministic shows at once."""
    url = request.getfixturevalue(f"{server}_url")
    async with house(url, temporal_client, tmp_path, cached=0) as h:
        h.systems["ad"].turn(lose_answers="after", lose_every=4, slow=0.01)
        h.systems["pay"].turn(lose_answers="before", lose_every=3)
        codes = ("7174", "8527", "7531", "7532")
        numbers = h.order(*(post(n, in_days(9), job_code=codes[n % 4]) for n in range(1, orders + 1)))
        await h.until(lambda: all(h.steps(one) for one in numbers))
        chances = [random.Random(SEED + thread) for thread in range(4)]
        pressing = [asyncio.to_thread(press, h, chance, numbers, presses) for chance in chances]
        pressed = sum(await asyncio.gather(*pressing), Counter[str]())
        for system in h.systems.values():
            system.turn(lose_answers=None, slow=0)
        await h.until(lambda: help_along(h) and not left_behind(h), limit=150)
        print(f"{orders} cases on {server}: {dict(pressed)}; {dict(Counter(h.state(one) for one in numbers))}")
        assert not doubled(h)
        gone = [one for one in numbers if h.state(one) == "withdrawn"]
        assert pressed["withdraw"] == len(gone) > 0
        assert not failures(caplog)
        assert await nothing_failed(h, numbers)


def test_a_skip_that_the_second_person_declines_leaves_the_question_open(sqlite_url: str, tmp_path: Path) -> None:
    """Found by the story above: the question was closed with the confirmation, and nobody was asked any more."""
    h = House(Store(sqlite_url), None, municipality.catalogue(), tmp_path)  # type: ignore[arg-type]  # no Temporal
    [number] = h.order(post(1, in_days(10), job_code="7531"))
    case, now, step = h.case(number).id, datetime.now(UTC), "people:approve:bank"
    begin(h.store, case, now)
    with h.store.writing() as tx:
        asked = h.steps(number)[step].model_copy(update={"state": "asked", "theirs": True})
        steps.settle(tx, case, [asked])
        tasks.ask(tx, case, step, "approve", "pay@fjordvik.example", Title(nb="?"), now)
    h.act(number, "skip", step, by=IT)
    begin(h.store, case, now)
    h.act(number, "decline", step, by=OTHER)
    begin(h.store, case, now)
    assert h.states(number)[step] == "asked"
    assert [(one.task.kind, one.task.for_) for one in listing.open_tasks(h.store)] == [
        ("approve", "pay@fjordvik.example")
    ]
    h.act(number, "approve", step, by=OTHER)
    begin(h.store, case, now)
    assert h.states(number)[step] == "done" and not listing.open_tasks(h.store)
    h.store.close()


class Overtaking(Simulator):
    """While a visit opens its connection another run takes the case."""

    def __init__(self, options: Options, overtake: Callable[[], object]) -> None:
        super().__init__(options)
        self._overtake = overtake

    @contextmanager
    def session(self) -> Iterator[Session]:
        with super().session() as session:
            self._overtake()
            yield session


def test_an_overtaken_visit_leaves_neither_lease_nor_effect(sqlite_url: str, tmp_path: Path) -> None:
    h = House(Store(sqlite_url), None, strangers(), tmp_path)  # type: ignore[arg-type]  # nobody asks Temporal here
    [number] = h.order(post(1, in_days(10)))
    case = h.case(number).id
    view = begin(h.store, case, datetime.now(UTC))
    steps_here = tuple(ready(view.steps, datetime.now(UTC))[0]["ad"])
    visit = Visit(case=case, run=view.run, n=1, system="ad", steps=steps_here)
    options = Options(system="ad", settings={"file": str(tmp_path / "ad.db")}, secrets={})
    connector = Overtaking(options, lambda: begin(h.store, case, datetime.now(UTC)))
    with pytest.raises(ApplicationError, match="overtaken"):
        ActivityEnvironment().run(lambda: Visiting(h.store, connector, visit).run())
    assert not left_behind(h) and not h.systems["ad"].accounts()
    newer = visit.model_copy(update={"run": view.run + 1})
    assert isinstance(enter(h.store, newer, 1, datetime.now(UTC)), Entered)  # at once, and not after the old lease
    h.store.close()

"""The figures as Prometheus reads them: true, complete where all is well, and with labels that are few and nobody's."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from onboarding.activities.visit import Ended
from onboarding.dispatch.loop import Rounds
from onboarding.monitoring.exposition import exposition, of_parts, of_rounds, of_store
from onboarding.monitoring.meters import Meters
from onboarding.store.engine import Store
from onboarding.store.figures import Figures, Waiting
from onboarding.store.systems import SystemState
from tests.api import scene

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LABELS = {"state", "system", "kind", "outcome", "what", "part", "first_day", "quantile", "le"}


@pytest.fixture
def quick(sqlite_url: str) -> Iterator[Store]:
    store = Store(sqlite_url)
    yield store
    store.close()


def told(*families: Iterable[Metric]) -> dict[tuple[str, ...], float]:
    """(name, values of the labels in order of their names …) -> value, as a reader of the text has it."""
    text = exposition(Meters().registry, *families).decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def found(**changed: object) -> Figures:
    values: dict[str, object] = {
        "cases": {"running": 2}, "received": Waiting(), "acts": Waiting(), "steps": {}, "tasks": {"approve": Waiting()},
        "overdue": 0, "systems": {"ad": SystemState(system="ad")}, "late": 0, "soon": 0, "took": (), **changed,
    }  # fmt: skip
    return Figures.model_validate(values)


def test_a_database_that_is_away_is_told_and_nothing_is_made_up() -> None:
    said = told(of_store(None))
    assert said[("onboarding_database_up",)] == 0
    assert not [name for name, *_ in said if name.startswith("onboarding_cases")]


def test_where_nothing_waits_there_is_a_nought_to_compare_with() -> None:
    said = told(of_store(found(), NOW))
    noughts = [
        ("onboarding_cases_received_oldest_seconds",),
        ("onboarding_steps", "stuck", "ad"),
        ("onboarding_steps_oldest_seconds", "held", "ad"),
        ("onboarding_system_held_seconds", "ad"),
        ("onboarding_system_silent_seconds", "ad"),
        ("onboarding_system_refuses_us", "ad"),
        ("onboarding_tasks_open", "approve"),
        ("onboarding_cases_not_prepared", "come"),
    ]
    assert {name: said[name] for name in noughts} == dict.fromkeys(noughts, 0.0)
    assert said[("onboarding_cases", "running")] == 2


def test_ages_are_those_of_the_oldest() -> None:
    said = told(
        of_store(
            found(
                received=Waiting(count=2, since=NOW - 3 * MINUTE),
                acts=Waiting(count=1, since=NOW + MINUTE),  # a clock that is before ours makes nothing younger than now
                steps={("ad", "stuck"): Waiting(count=4, since=NOW - MINUTE)},
                systems={"ad": SystemState(system="ad", held_at=NOW - 2 * MINUTE, credentials_refused=True)},
                late=5, soon=6, overdue=7,
            ),
            NOW,
        )
    )  # fmt: skip
    assert (said[("onboarding_cases_received",)], said[("onboarding_cases_received_oldest_seconds",)]) == (2, 180)
    assert (said[("onboarding_acts_open",)], said[("onboarding_acts_open_oldest_seconds",)]) == (1, 0)
    assert said[("onboarding_steps", "stuck", "ad")] == 4
    assert said[("onboarding_steps_oldest_seconds", "stuck", "ad")] == 60
    assert said[("onboarding_system_held_seconds", "ad")] == 120
    assert said[("onboarding_system_refuses_us", "ad")] == 1
    assert said[("onboarding_cases_not_prepared", "come")] == 5
    assert said[("onboarding_cases_not_prepared", "soon")] == 6
    assert said[("onboarding_tasks_overdue",)] == 7


@pytest.mark.parametrize(
    ("minutes", "expected"), [([], None), ([5], (5, 5, 5)), ([10, *range(1, 10)], (6, 10, 10)), ([1, 2, 3], (2, 3, 3))]
)
def test_how_long_it_takes(minutes: list[int], expected: tuple[int, ...] | None) -> None:
    said = told(of_store(found(took=tuple(n * MINUTE for n in minutes)), NOW))
    of = tuple(said.get(("onboarding_order_to_prepared_seconds", q)) for q in ("0.5", "0.9", "1.0"))
    assert of == (tuple(n * 60 for n in expected) if expected else (None, None, None))


def test_what_a_process_has_done() -> None:
    meters = Meters()
    for seconds, states in ((0.2, {"ad:account": "done", "ad:grant:vpn": "stuck"}), (70.0, {"ad:enable": "done"})):
        meters.visit_ended(Ended(system="ad", attempt=1, outcome="settled", states=states, seconds=seconds))
    meters.visit_ended(Ended(system="ad", attempt=1, outcome="busy", seconds=0.01))
    text = exposition(meters.registry).decode()
    assert 'onboarding_visits_total{outcome="settled",system="ad"} 2.0' in text
    assert 'onboarding_visits_total{outcome="busy",system="ad"} 1.0' in text
    assert 'onboarding_steps_left_total{state="done",system="ad"} 2.0' in text
    assert 'onboarding_steps_left_total{state="stuck",system="ad"} 1.0' in text
    assert 'onboarding_visit_seconds_bucket{le="60.0",system="ad"} 2.0' in text
    assert 'onboarding_visit_seconds_count{system="ad"} 3.0' in text


def test_how_dispatch_goes() -> None:
    rounds = Rounds()
    said = told(of_rounds(rounds), of_parts({"temporal": True, "dispatch": False}))
    assert ("onboarding_dispatch_last_round_seconds",) not in said
    assert said[("onboarding_dispatch_failures_total", "temporal")] == 0
    assert (said[("onboarding_ready", "temporal")], said[("onboarding_ready", "dispatch")]) == (1, 0)


def test_labels_are_few_and_carry_nobody(quick: Store) -> None:
    from onboarding.store.figures import figures

    scene.moved_in(quick)
    number = scene.begun(quick)
    scene.refused(quick, number, "ad:account")
    scene.asked(quick, scene.begun(quick, 2, job_code="7531"), "people:approve:bank", "approve")
    person = scene.file_of(quick, number).person
    with quick.reading() as tx:
        text = exposition(Meters().registry, of_store(figures(tx, datetime.now(UTC), NOW.date()))).decode()
    families = list(text_string_to_metric_families(text))
    assert {name for family in families for sample in family.samples for name in sample.labels} <= LABELS
    assert len(text.splitlines()) < 200
    secret = {person.given_name, person.family_name, person.employee_number or "", number}
    assert not [one for one in secret if one in text]
    assert 'onboarding_steps{state="stuck",system="ad"} 1.0' in text

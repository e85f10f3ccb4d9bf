"""The figures in the words of Prometheus: what the store says, what this process has done, and what it can do now."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from onboarding.dispatch.loop import Rounds
from onboarding.store.figures import Figures, Waiting

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
STANDING = ("stuck", "asked", "held")
QUANTILES = (0.5, 0.9, 1.0)


def exposition(registry: CollectorRegistry, *families: Iterable[Metric]) -> bytes:
    return generate_latest(registry) + generate_latest(_Told([one for several in families for one in several]))


class _Told(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def of_store(found: Figures | None, now: datetime | None = None) -> Iterator[Metric]:
    """The same from every process, so that several are not to be added together. None: the database is away."""
    yield _gauge("onboarding_database_up", "Whether the database answered.", 0 if found is None else 1)
    if found is None:
        return
    now = now or datetime.now(UTC)
    yield _labelled("onboarding_cases", "Cases, by state.", ["state"], [([s], n) for s, n in found.cases.items()])
    yield from _waiting("onboarding_cases_received", "Cases that no worker has begun", [], [([], found.received)], now)
    yield from _waiting("onboarding_acts_open", "What people asked for, not yet settled", [], [([], found.acts)], now)
    standing: dict[tuple[str, str], Waiting] = {
        (system, state): Waiting() for system in found.systems for state in STANDING
    }
    standing.update({(system, state): one for (system, state), one in found.steps.items()})
    yield from _waiting("onboarding_steps", "Steps that stand", ["system", "state"], [*standing.items()], now)
    asked = [([kind], one) for kind, one in found.tasks.items()]
    yield from _waiting("onboarding_tasks_open", "Tasks that wait for a person", ["kind"], asked, now)
    yield _gauge("onboarding_tasks_overdue", "Open tasks whose deadline has passed.", found.overdue)
    yield from _of_systems(found, now)
    yield _labelled(
        "onboarding_cases_not_prepared",
        "Cases that are not prepared, and whose first day has come or comes within three days.",
        ["first_day"],
        [(["come"], found.late), (["soon"], found.soon)],
    )
    yield _labelled(
        "onboarding_order_to_prepared_seconds",
        "From ordered to prepared, of the newest cases that came so far.",
        ["quantile"],
        [([str(q)], _quantile(found.took, q).total_seconds()) for q in QUANTILES if found.took],
    )


def of_parts(parts: Mapping[str, bool]) -> Iterator[Metric]:
    """What /ready looks at."""
    help = "Whether a part that this process needs is there and well."
    yield _labelled("onboarding_ready", help, ["part"], [([part], int(well)) for part, well in parts.items()])


def of_rounds(rounds: Rounds) -> Iterator[Metric]:
    yield _counter("onboarding_dispatch_rounds", "Rounds of dispatch without a fault.", [], [([], rounds.gone)])
    failed = [([what], count) for what, count in rounds.failed.items()]
    yield _counter("onboarding_dispatch_failures", "Rounds of dispatch that failed.", ["what"], failed)
    yield _counter("onboarding_cases_started", "Workflows that were started.", [], [([], rounds.started)])
    yield _counter("onboarding_bells_rung", "Workflows that were rung for an act.", [], [([], rounds.rung)])
    if rounds.last is not None:
        age = time.monotonic() - rounds.last
        yield _gauge("onboarding_dispatch_last_round_seconds", "Since the last round without a fault.", age)


def _of_systems(found: Figures, now: datetime) -> Iterator[Metric]:
    held = [([id], _age(one.held_at, now)) for id, one in found.systems.items()]
    yield _labelled(
        "onboarding_system_held_seconds", "How long a system has been on hold; 0: it is not.", ["system"], held
    )
    refused = [([id], int(one.credentials_refused)) for id, one in found.systems.items()]
    help = "Whether a system refuses to let us in."
    yield _labelled("onboarding_system_refuses_us", help, ["system"], refused)
    silent = [([id], _age(one.silent_since, now)) for id, one in found.systems.items()]
    help = "How long a system has been at work on something without an end; 0: it is not."
    yield _labelled("onboarding_system_silent_seconds", help, ["system"], silent)


def _waiting(
    name: str, help: str, labels: list[str], found: Sequence[tuple[Sequence[str], Waiting]], now: datetime
) -> Iterator[Metric]:
    """How many, and the age of the oldest: 0 where there is none."""
    yield _labelled(name, f"{help}.", labels, [(key, one.count) for key, one in found])
    ages = [(key, _age(one.since, now)) for key, one in found]
    yield _labelled(f"{name}_oldest_seconds", f"{help}: the age of the oldest.", labels, ages)


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0) if since else 0


def _quantile(took: Iterable[timedelta], quantile: float) -> timedelta:
    ordered = sorted(took)
    return ordered[min(int(len(ordered) * quantile), len(ordered) - 1)]


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)


def _labelled(name: str, help: str, labels: list[str], values: Sequence[tuple[Sequence[str], float]]) -> Metric:
    family = GaugeMetricFamily(name, help, labels=labels)
    for key, value in values:
        family.add_metric(key, value)
    return family


def _counter(name: str, help: str, labels: list[str], values: Sequence[tuple[Sequence[str], float]]) -> Metric:
    family = CounterMetricFamily(name, help, labels=labels)
    for key, value in values:
        family.add_metric(key, value)
    return family

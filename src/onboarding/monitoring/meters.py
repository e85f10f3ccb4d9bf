"""What one process has done since it started, counted where it happens. Labels are ids of systems and words of ours."""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

from onboarding.activities.visit import Ended
from onboarding.dispatch.loop import Rounds

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Process:
    """Memory, processor and open files, as any process has them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)


class Meters(Process):
    """A worker's own."""

    def __init__(self) -> None:
        super().__init__()
        self.rounds = Rounds()
        self._visits = Counter(
            "onboarding_visits", "Visits to a system, by how they ended.", ["system", "outcome"], registry=self.registry
        )
        self._steps = Counter(
            "onboarding_steps_left",
            "Steps, by the state a visit left them in.",
            ["system", "state"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "onboarding_visit_seconds", "How long a visit took.", ["system"], buckets=SECONDS, registry=self.registry
        )

    def visit_ended(self, ended: Ended) -> None:
        self._visits.labels(ended.system, ended.outcome).inc()
        self._seconds.labels(ended.system).observe(ended.seconds)
        for state in ended.states.values():
            self._steps.labels(ended.system, state).inc()

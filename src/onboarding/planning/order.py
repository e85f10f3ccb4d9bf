"""Steps in an order in which they can be done, and what follows from who waits for whom."""

from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter

from onboarding.domain.plan import PlannedStep


def in_order(steps: Iterable[PlannedStep]) -> tuple[PlannedStep, ...]:
    """What is needed comes first; among equals by id, with the enabling last. A ring of needs is a CycleError."""
    by_id = {step.id: step for step in steps}
    sorter = TopologicalSorter({step.id: step.needs for step in by_id.values()})
    sorter.prepare()
    ordered: list[PlannedStep] = []
    while sorter.is_active():
        level = sorter.get_ready()
        ordered += sorted((by_id[id_] for id_ in level), key=lambda step: (step.action == "enable", step.id))
        sorter.done(*level)
    return tuple(ordered)


def before_first_day(steps: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """What something before the first day needs is itself needed before the first day."""
    early: set[str] = set()
    for step in reversed(steps):
        if step.before_first_day or step.id in early:
            early.update((step.id, *step.needs))
    return tuple(step.model_copy(update={"before_first_day": step.id in early}) for step in steps)


def behind_a_person(steps: Sequence[PlannedStep]) -> frozenset[str]:
    """The steps that wait for somebody's answer, at whatever remove."""
    waiting: set[str] = set()
    for step in steps:
        if step.action == "ask" or waiting.intersection(step.needs):
            waiting.add(step.id)
    return frozenset(waiting)

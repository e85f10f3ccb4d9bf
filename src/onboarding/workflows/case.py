"""A case is one loop: start every visit that can start; wait until something happens.

The store knows, visits act, the server waits, and a bell without content says that somebody did something. The workflow
remembers only what the last activity answered.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.workflow import ActivityCancellationType

with workflow.unsafe.imports_passed_through():
    from onboarding.activities.processing import CaseActivities, SettleInput, SystemActivities
    from onboarding.activities.pulse import HEARTBEAT_TIMEOUT
    from onboarding.domain.cases import CaseView, Visit, ready


class UnderWay:
    """A plain class: this module is run anew for each workflow, and a dataclass is compiled each time."""

    def __init__(self, steps: tuple[str, ...], handle: workflow.ActivityHandle[CaseView]) -> None:
        self.steps, self.handle, self.called_home = steps, handle, False


@workflow.defn(name="Case")
class CaseWorkflow:
    def __init__(self) -> None:
        self._rung = False
        self._due = False
        self._visits: dict[str, UnderWay] = {}
        self._coming_home = False  # an act waits until visits are home: until then none is sent out
        self._alarms: set[datetime] = set()
        self._n = 0

    @workflow.signal
    def ring(self) -> None:
        """An act lies in the store. Rung twice, or for nothing, does no harm."""
        self._rung = True

    @workflow.run
    async def run(self, case: UUID) -> None:
        # A first start, continue-as-new, a start anew from the store's rows: all the same.
        self._case = case
        self._view = await self._begin()
        while self._view.open:
            renew = workflow.info().is_continue_as_new_suggested()
            if renew and not self._visits:
                workflow.continue_as_new(case)
            self._go_on(renew)
            await workflow.wait_condition(
                lambda: self._rung or self._due or any(visit.handle.done() for visit in self._visits.values())
            )
            self._due = False
            await self._hear()
        for visit in self._visits.values():  # the case is another's now: what still waits has nothing to do
            visit.handle.cancel()

    def _go_on(self, renew: bool) -> None:
        can_start, later = ready(self._view.steps, workflow.now())
        for system, steps in can_start.items():
            if not renew and not self._coming_home and system not in self._visits:
                self._start(system, tuple(steps))
        for system, visit in self._visits.items():
            outdated = not set(can_start.get(system, [])) <= set(visit.steps)  # more can be done there now
            if (renew or outdated or system in self._view.call_home) and not visit.called_home:
                visit.called_home = True  # also where it has ended by now: an act may still wait for it
                visit.handle.cancel()  # it ends before its next effect
        for moment in later:
            self._wake_at(moment)
        self._view = self._view.model_copy(update={"call_home": ()})

    async def _hear(self) -> None:
        for system, visit in list(self._visits.items()):
            if not visit.handle.done():
                continue
            del self._visits[system]
            self._rung = self._rung or visit.called_home  # an act may have waited for this
            try:
                self._learn(visit.handle.result())
            except ActivityError as error:
                if isinstance(error.cause, ApplicationError) and error.cause.type == "Overtaken":
                    self._view = self._view.model_copy(update={"open": False})
                    return
                # Called home while it waited: nothing was settled, or it would have told us.
                if not visit.called_home:
                    raise
        if self._rung:
            self._rung = False
            settled = await self._settle()
            self._coming_home = bool(settled.call_home)
            self._learn(settled)

    def _learn(self, view: CaseView) -> None:
        if not view.open or view.revision >= self._view.revision:
            self._view = view

    def _start(self, system: str, steps: tuple[str, ...]) -> None:
        self._n += 1
        handle = workflow.start_activity_method(
            SystemActivities.visit,
            Visit(case=self._case, run=self._view.run, n=self._n, system=system, steps=steps),
            task_queue=f"system.{system}",
            start_to_close_timeout=timedelta(minutes=3),
            heartbeat_timeout=timedelta(seconds=HEARTBEAT_TIMEOUT),
            # For crashes only: a visit names its own next time. Doubling would count the server's waits too.
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1),
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,  # else it lands after its own undo
        )
        self._visits[system] = UnderWay(steps, handle)

    async def _begin(self) -> CaseView:
        return await workflow.execute_activity_method(
            CaseActivities.begin,
            self._case,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=10)),  # until the store is back
        )

    async def _settle(self) -> CaseView:
        return await workflow.execute_activity_method(
            CaseActivities.settle,
            SettleInput(case=self._case, run=self._view.run, in_flight=tuple(self._visits)),
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=10)),
        )

    def _wake_at(self, moment: datetime) -> None:
        """One timer per moment, never cancelled.

        A wait with a time-out would cost two events at each thing that happens.
        """

        def ring() -> None:
            self._alarms.discard(moment)
            self._due = True

        if moment not in self._alarms:
            self._alarms.add(moment)
            asyncio.get_running_loop().call_later((moment - workflow.now()).total_seconds(), ring)

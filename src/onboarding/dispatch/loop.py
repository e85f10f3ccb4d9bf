"""Rows become Temporal's work: starts received cases, rings those with open acts, starts anew what Temporal lost.

It claims nothing: two workers may start or ring the same thing, and Temporal or the row says "already". No call is made
inside a transaction, and each is bounded: while Temporal is away the rows simply wait.
"""

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from onboarding.store import acts, cases
from onboarding.store.engine import Store
from onboarding.workflows.case import CaseWorkflow

log = structlog.get_logger()

CASES = "cases"  # the task queue of workflows and store work
POLL = 0.25  # seconds
SWEEP = 300.0  # seconds
CALL = timedelta(seconds=3)
AT_ONCE = 50
START_AGAIN = 5.0  # seconds before a case that was started, and has not begun, is started once more


class Dispatch:
    """`sweep`: seconds between two looks for what Temporal lost; None where the server has no list to look in."""

    def __init__(self, store: Store, client: Client, sweep: float | None = SWEEP) -> None:
        self._store, self._client, self._sweep = store, client, sweep
        self._started: dict[UUID, float] = {}  # so as not to press Temporal four times a second for the same case
        self._down = False

    async def run(self) -> None:
        """Until cancelled."""
        next_sweep = 0.0
        while True:
            try:
                await self._once()
                if self._sweep is not None and time.monotonic() >= next_sweep:
                    await self._start_lost()
                    next_sweep = time.monotonic() + self._sweep
                self._said_down(False)
            except RPCError as error:
                self._said_down(True, error.status.name)
            except Exception:
                # The store is away, or we are wrong: either way the loop is the only one who would notice tomorrow.
                log.exception("dispatch failed, and goes on")
            await asyncio.sleep(POLL)

    async def _once(self) -> None:
        now = datetime.now(UTC)
        self._started = {case: at for case, at in self._started.items() if not self._is_new(case)}
        received, to_ring = await asyncio.to_thread(self._look, now)
        calls = [self.start(case) for case in received if self._is_new(case)]
        calls += [self._ring(case, now) for case in to_ring]
        # All of them are tried before the first that failed is heard: one case never keeps another's bell from ringing.
        answers = await asyncio.gather(*calls, return_exceptions=True)
        for failed in (answer for answer in answers if isinstance(answer, BaseException)):
            raise failed

    def _look(self, now: datetime) -> tuple[list[UUID], list[UUID]]:
        with self._store.reading() as tx:
            # Those that were just started, and cannot begin, must not keep the ones behind them from being seen.
            return cases.received(tx, AT_ONCE + len(self._started)), acts.to_ring(tx, now, AT_ONCE)

    def _is_new(self, case: UUID) -> bool:
        return time.monotonic() - self._started.get(case, -START_AGAIN) >= START_AGAIN

    async def start(self, case: UUID) -> None:
        """Starts the case's workflow; "already started" means that it runs."""
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await self._client.start_workflow(
                CaseWorkflow.run,
                case,
                id=workflow_id(case),
                task_queue=CASES,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                rpc_timeout=CALL,
            )
        self._started[case] = time.monotonic()

    async def _ring(self, case: UUID, now: datetime) -> None:
        """A ring that finds nobody starts the case. The row says when it was rung, so that nobody rings like mad."""
        try:
            await self._client.get_workflow_handle(workflow_id(case)).signal(CaseWorkflow.ring, rpc_timeout=CALL)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            await self.start(case)
        await asyncio.to_thread(self._rung, case, now)

    def _rung(self, case: UUID, now: datetime) -> None:
        with self._store.writing() as tx:
            acts.rung(tx, case, now)

    async def _start_lost(self) -> None:
        """What the store has open and Temporal has not: its database was restored, or the workflow ended too early."""
        running = {
            execution.id
            async for execution in self._client.list_workflows(
                'WorkflowType = "Case" AND ExecutionStatus = "Running"', rpc_timeout=CALL
            )
        }
        lost = [case for case in await asyncio.to_thread(self._open) if workflow_id(case) not in running]
        for case in lost:
            await self.start(case)
        if lost:
            log.info("cases started anew", cases=len(lost))

    def _open(self) -> list[UUID]:
        with self._store.reading() as tx:
            return cases.all_open(tx)

    def _said_down(self, down: bool, status: str = "") -> None:
        if down != self._down:
            self._down = down
            log.warning("Temporal does not answer", status=status) if down else log.info("Temporal answers again")


def workflow_id(case: UUID) -> str:
    return f"case-{case}"

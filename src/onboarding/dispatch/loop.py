"""Rows become Temporal's work: starts received cases, rings those with open acts, starts anew what Temporal lost.

It claims nothing: two workers may start or ring the same thing, and Temporal or the row says "already". No call is made
inside a transaction, and each is bounded: while Temporal is away the rows simply wait.
"""

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
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
SILENCE = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"})  # how gRPC says that nobody answers
START_AGAIN = 5.0  # seconds before a case that was started, and has not begun, is started once more


@dataclass
class Rounds:
    """How the loop has gone since the process started: written here, read by whoever asks."""

    gone: int = 0  # without a fault
    last: float | None = None  # when the last of those ended, by `time.monotonic`
    failed: Counter[str] = field(default_factory=lambda: Counter(temporal=0, other=0))
    started: int = 0  # workflows
    rung: int = 0


class Dispatch:
    """`sweep`: seconds between two looks for what Temporal lost; None where the server has no list to look in."""

    def __init__(self, store: Store, client: Client, sweep: float | None = SWEEP, rounds: Rounds | None = None) -> None:
        self._store, self._client, self._sweep = store, client, sweep
        self._rounds = rounds or Rounds()
        self._started: dict[UUID, float] = {}  # so as not to press Temporal four times a second for the same case
        self._numbers: dict[UUID, str] = {}  # of the cases at hand
        self._at: UUID | None = None  # the case whose call failed
        self._failing: str | None = None  # what is said once, and not four times a second
        self._away = False  # and it was Temporal

    async def run(self) -> None:
        """Until cancelled."""
        next_sweep = 0.0
        while True:
            try:
                failed = await self._once()
                if self._sweep is not None and time.monotonic() >= next_sweep:
                    await self._start_lost()
                    next_sweep = time.monotonic() + self._sweep
                if failed is not None:
                    self._at, error = failed
                    raise error
                self._went_round()
            except RPCError as error:
                self._failed("temporal", error.status.name, error)
            except Exception as error:
                # The store is away, or we are wrong: either way the loop is the only one who would notice tomorrow.
                self._failed("other", type(error).__name__, error)
            await asyncio.sleep(POLL)

    async def _once(self) -> tuple[UUID, BaseException] | None:
        """The first case whose call failed: the others' were made, and so is the sweep before that is heard."""
        now, self._at = datetime.now(UTC), None
        self._started = {case: at for case, at in self._started.items() if not self._is_new(case)}
        received, to_ring = await asyncio.to_thread(self._look, now)
        to_start = [case for case in received if self._is_new(case)]
        calls = [*map(self.start, to_start), *(self._ring(case, now) for case in to_ring)]
        answers = zip([*to_start, *to_ring], await asyncio.gather(*calls, return_exceptions=True), strict=True)
        return next(((case, answer) for case, answer in answers if isinstance(answer, BaseException)), None)

    def _look(self, now: datetime) -> tuple[list[UUID], list[UUID]]:
        with self._store.reading() as tx:
            # Those that were just started, and cannot begin, must not keep the ones behind them from being seen.
            received = cases.received(tx, AT_ONCE + len(self._started))
            to_ring = acts.to_ring(tx, now, AT_ONCE)
            self._numbers = cases.numbers(tx, [*received, *to_ring])
            return received, to_ring

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
            self._rounds.started += 1
            log.info("case started", case=self._number(case))
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
        self._rounds.rung += 1

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
        for self._at in lost:
            await self.start(self._at)
        if lost:
            log.info("cases were not running, and are started anew", cases=len(lost))

    def _open(self) -> list[UUID]:
        with self._store.reading() as tx:
            found = cases.all_open(tx)
            self._numbers = cases.numbers(tx, found)
            return found

    def _went_round(self) -> None:
        self._rounds.gone += 1
        self._rounds.last = time.monotonic()
        if self._failing is not None:
            log.info("Temporal answers again" if self._away else "dispatch goes on as before", after=self._failing)
            self._failing = None

    def _failed(self, what: Literal["temporal", "other"], why: str, error: Exception) -> None:
        """Counted each time, and said when it begins."""
        self._rounds.failed[what] += 1
        silent = what == "temporal" and why in SILENCE
        said = "silence" if silent else why  # an outage gives now one status and now another
        if said == self._failing:
            return
        self._failing, self._away = said, what == "temporal"
        about = {"case": self._number(self._at)} if self._at else {}
        if what == "other":
            log.error("dispatch failed, and goes on", why=why, exc_info=error, **about)
        else:
            event = "Temporal does not answer" if silent else "Temporal refused a call"
            log.warning(event, status=why, **about)

    def _number(self, case: UUID) -> str:
        return self._numbers.get(case, str(case))


def workflow_id(case: UUID) -> str:
    return f"case-{case}"

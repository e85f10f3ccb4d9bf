"""Rows become Temporal's work: starts received cases, rings those with open acts, starts anew what Temporal lost.

It claims nothing: two workers may start or ring the same thing, and Temporal or the row says "already". No call is made
inside a transaction, and each is bounded: while Temporal is away the rows simply wait.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from onboarding.store import acts, cases
from onboarding.store.away import is_away
from onboarding.store.engine import Store
from onboarding.temporal import ANSWER, answers, bounded
from onboarding.workflows.case import CaseWorkflow

log = structlog.get_logger()

CASES = "cases"  # the task queue of workflows and store work
POLL = 0.25  # seconds
SWEEP = 300.0  # seconds
LOOK = 5.0  # seconds between two looks whether Temporal is there, also where there is nothing to hand over
AT_ONCE = 50
SILENCE = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"})  # how gRPC says that nobody answers
# And that it answers nobody: not found is the namespace, since a workflow that is not there is started.
REFUSALS = frozenset({"PERMISSION_DENIED", "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "NOT_FOUND"})
START_AGAIN = 5.0  # seconds before a case that was started and has not begun, or could not be, is started once more


@dataclass
class Rounds:
    """How the loop has gone since the process started: written here, read by whoever asks."""

    gone: int = 0  # where store and Temporal answered, whatever they said of one case
    last: float | None = None  # when the last of those ended, by `time.monotonic`
    failed: Counter[str] = field(default_factory=lambda: Counter(temporal=0, database=0, case=0, other=0))
    started: int = 0  # workflows
    rung: int = 0


class Dispatch:
    """`sweep`: seconds between two looks for what Temporal lost; None where the server has no list to look in."""

    def __init__(self, store: Store, client: Client, sweep: float | None = SWEEP, rounds: Rounds | None = None) -> None:
        self._store, self._client, self._sweep = store, client, sweep
        self._rounds = rounds or Rounds()
        self._started: dict[UUID, float] = {}  # so as not to press Temporal four times a second for the same case
        self._numbers: dict[UUID, str] = {}  # of the cases at hand
        self._refused: dict[UUID, str] = {}  # cases that alone could not be handed over, and why
        self._lost = frozenset[UUID]()  # open here, and not in Temporal, when that was last looked at
        self._failing: str | None = None  # what is said once, and not four times a second
        self._away = False  # and it was Temporal

    async def run(self) -> None:
        """Until cancelled."""
        next_sweep = next_look = 0.0
        while True:
            try:
                if self._away or time.monotonic() >= next_look:
                    if not await bounded(self._client.service_client.check_health(timeout=ANSWER)):
                        raise TimeoutError  # it says itself that it serves nobody now
                    next_look = time.monotonic() + LOOK
                await self._once()
                if self._sweep is not None and time.monotonic() >= next_sweep:
                    await self._start_lost()
                    next_sweep = time.monotonic() + self._sweep
                self._went_round()
            except Exception as error:
                # Temporal or the store is away, or we are wrong: the loop is the only one who would notice tomorrow.
                self._failed(error)
            await asyncio.sleep(POLL)

    async def _once(self) -> None:
        now = datetime.now(UTC)
        self._started = {case: at for case, at in self._started.items() if not self._is_new(case)}
        received, to_ring = await asyncio.to_thread(self._look, now)
        at_hand = {*received, *to_ring}
        self._refused = {case: why for case, why in self._refused.items() if case in at_hand | self._lost}
        to_start = [case for case in received if self._is_new(case)]
        to_ring = [case for case in to_ring if case not in self._refused or self._is_new(case)]
        await self._hand_over(
            [(case, self.start(case)) for case in to_start] + [(case, self._ring(case, now)) for case in to_ring]
        )

    async def _hand_over(self, calls: Sequence[tuple[UUID, Awaitable[None]]]) -> None:
        """Makes every call. What is wrong with one case is said of that case; what is wrong with all is raised."""
        made = await asyncio.gather(*(call for _, call in calls), return_exceptions=True)
        failed = [(case, error) for (case, _), error in zip(calls, made, strict=True) if error is not None]
        for case in {case for case, _ in calls} - {case for case, _ in failed}:
            self._went(case)
        # Silence about one case may be silence about all: that is what Temporal itself is asked.
        there = any(_is_silence(error) for _, error in failed) and await answers(self._client)
        for case, error in failed:
            if not (_is_about_one(error) or (there and _is_silence(error))):
                raise error
            self._case_failed(case, error)

    def _look(self, now: datetime) -> tuple[list[UUID], list[UUID]]:
        with self._store.reading() as tx:
            # Those that were just started, and cannot begin, must not keep the ones behind them from being seen.
            received = cases.received(tx, AT_ONCE + len(self._started))
            to_ring = acts.to_ring(tx, now, AT_ONCE + len(self._refused))
            self._numbers = cases.numbers(tx, [*received, *to_ring])
            return received, to_ring

    def _is_new(self, case: UUID) -> bool:
        return time.monotonic() - self._started.get(case, -START_AGAIN) >= START_AGAIN

    async def start(self, case: UUID) -> None:
        """Starts the case's workflow; "already started" means that it runs."""
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await bounded(
                self._client.start_workflow(
                    CaseWorkflow.run,
                    case,
                    id=workflow_id(case),
                    task_queue=CASES,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    rpc_timeout=ANSWER,
                )
            )
            self._rounds.started += 1
            log.info("case started", case=self._number(case))
        self._started[case] = time.monotonic()

    async def _ring(self, case: UUID, now: datetime) -> None:
        """A ring that finds nobody starts the case. The row says when it was rung, so that nobody rings like mad."""
        handle = self._client.get_workflow_handle(workflow_id(case))
        try:
            await bounded(handle.signal(CaseWorkflow.ring, rpc_timeout=ANSWER))
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
        found = self._client.list_workflows('WorkflowType = "Case" AND ExecutionStatus = "Running"', rpc_timeout=ANSWER)
        running = set[str]()
        with contextlib.suppress(StopAsyncIteration):
            while True:  # each page is a call
                running.add((await bounded(anext(found))).id)
        lost = [case for case in await asyncio.to_thread(self._open) if workflow_id(case) not in running]
        self._lost = frozenset(lost)
        for at in range(0, len(lost), AT_ONCE):
            await self._hand_over([(case, self.start(case)) for case in lost[at : at + AT_ONCE]])
        if started := self._lost - self._refused.keys():
            log.info("cases were not running, and are started anew", cases=len(started))

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
            self._failing, self._away = None, False

    def _went(self, case: UUID) -> None:
        if why := self._refused.pop(case, None):
            log.info("the case was handed to Temporal after all", case=self._number(case), after=why)

    def _case_failed(self, case: UUID, error: BaseException) -> None:
        """The others go on, and so do we; it is tried again in a while, and said once."""
        self._rounds.failed["case"] += 1
        self._started[case] = time.monotonic()
        why = error.status.name if isinstance(error, RPCError) else type(error).__name__
        if self._refused.get(case) != why:
            self._refused[case] = why
            trace = None if isinstance(error, RPCError) else error
            log.error("the case cannot be handed to Temporal", case=self._number(case), why=why, exc_info=trace)

    def _failed(self, error: Exception) -> None:
        """Counted each time, and said when it begins."""
        if is_away(error):  # the store has said it
            self._rounds.failed["database"] += 1
            return
        status = (
            "TIMEOUT" if isinstance(error, TimeoutError) else error.status.name if isinstance(error, RPCError) else ""
        )
        self._rounds.failed["temporal" if status else "other"] += 1
        silent = _is_silence(error)
        # An outage gives now one status and now another.
        said = "silence" if silent else status or type(error).__name__
        if said == self._failing:
            return
        self._failing, self._away = said, bool(status)
        if status:
            log.warning("Temporal does not answer" if silent else "Temporal refuses us", status=status)
        else:
            log.error("dispatch failed, and goes on", why=said, exc_info=error)

    def _number(self, case: UUID) -> str:
        return self._numbers.get(case, str(case))


def workflow_id(case: UUID) -> str:
    return f"case-{case}"


def _is_silence(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or (isinstance(error, RPCError) and error.status.name in SILENCE)


def _is_about_one(error: BaseException) -> bool:
    """Is it this case alone that cannot be handed over? The others' calls were made, and may well be answered."""
    if _is_silence(error) or (isinstance(error, RPCError) and error.status.name in REFUSALS):
        return False
    return isinstance(error, Exception) and not is_away(error)

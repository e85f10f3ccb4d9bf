"""A visit: all the steps of a case that are ready in one system. Lease, read, do, read back, record."""

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from onboarding.activities import naming
from onboarding.activities.entering import (
    BUSY,
    Busy,
    Entered,
    Overtaken,
    Turned,
    begun,
    enter,
    give_back,
    leave,
    still_ours,
)
from onboarding.activities.outcomes import PAUSES, after, faulted, held, out_of_patience
from onboarding.activities.pulse import Pulse
from onboarding.connectors.base import ActionRequired, Connector, Done, Outcome, Session, ensure, holds
from onboarding.domain.accounts import Account, Work
from onboarding.domain.cases import CaseView, Step, StepState, Visit
from onboarding.domain.errors import NeedsHuman, Refused, Transient
from onboarding.domain.people import Value
from onboarding.store.away import is_away
from onboarding.store.engine import Store

log = structlog.get_logger()


class Ended(Value):
    """How one attempt at a visit went, for the log and for whoever counts."""

    system: str
    attempt: int
    outcome: Literal["settled", "again", "held", "busy", "overtaken", "failed"]
    states: Mapping[str, StepState] = {}  # how it left its steps
    reasons: Mapping[str, str] = {}  # of those that are not over: a key in `texts`
    stopped: tuple[str, ...] = ()  # steps that were not stuck before it
    seconds: float


class Visiting:
    """One attempt at one visit."""

    def __init__(self, store: Store, connector: Connector, v: Visit, pauses: tuple[timedelta, ...] = PAUSES) -> None:
        info = activity.info()
        self.store, self.connector, self.v, self.pauses = store, connector, v, pauses
        self.attempt = info.attempt
        self.now: datetime = info.started_time  # the server's clock: true when tests skip time
        self.stopped = False
        self.began = time.monotonic()
        self.ended = Ended(system=v.system, attempt=self.attempt, outcome="failed", seconds=0)

    def run(self) -> CaseView:
        """Answers when something was settled. If nothing was, raises.

        The server waits, and the workflow hears nothing.
        """
        try:
            entered = enter(self.store, self.v, self.attempt, self.now)
            if isinstance(entered, Turned):
                return self._turned(entered)
            view = self._visit(entered)
            self._ends(outcome="settled")
            return view
        except Busy:
            self._ends(outcome="busy")
            raise _again(BUSY) from None
        except Overtaken:
            self._ends(outcome="overtaken")
            raise ApplicationError("overtaken", type="Overtaken", non_retryable=True) from None
        except ApplicationError:
            self._ends(outcome="again")
            raise
        except Exception:
            self._ends(outcome="failed")
            raise

    def _turned(self, at: Turned) -> CaseView:
        structlog.contextvars.bind_contextvars(case=at.number)
        self._ends(outcome="held" if at.held else "settled", **_left(at.held))
        return at.view

    def _visit(self, entered: Entered) -> CaseView:
        structlog.contextvars.bind_contextvars(case=entered.case.number)
        try:
            return self._inside(entered)
        except Overtaken:
            give_back(self.store, entered)
            raise

    def _ends(self, **how: object) -> None:
        self.ended = self.ended.model_copy(update={**how, "seconds": time.monotonic() - self.began})

    def _inside(self, e: Entered) -> CaseView:
        was = {id: e.known[id] for id in e.rows}  # before the way in: what needed no call is recorded too
        due = e.due()
        if due:
            with Pulse(self.store, e.case.person, e.system.id, e.holder) as pulse:
                self._meet(e, due, pulse)
        patience = timedelta(minutes=e.system.patience)
        e.rows = {id: out_of_patience(row, self.now, patience) for id, row in e.rows.items()}
        view = leave(self.store, e, self.v, was, self.now)
        stopped = tuple(id for id, row in e.rows.items() if row.state == "stuck" and was[id].state != "stuck")
        self._ends(stopped=stopped, **_left(e.rows.values()))
        settled = e.settled or any(row.over or row.theirs for row in e.rows.values())
        if settled or (activity.is_cancelled() and not activity.is_worker_shutdown()):
            return view
        raise _again(timedelta(seconds=1) if self.stopped else self._until_next(e, patience))

    def _meet(self, e: Entered, due: list[Step], pulse: Pulse) -> None:
        """Everything that talks to the system; whatever it throws becomes an outcome, and none of it a stack trace."""
        try:
            with self.connector.session() as session:
                self._act(e, due, pulse, session)
        except Transient as fault:
            self._fault(e, due, fault)
        except NeedsHuman as why:
            self._needs_human(e, due, why)
        except Overtaken:
            raise
        except Exception as error:
            if is_away(error):  # nothing can be written down: the next attempt reads what is there
                raise
            self._unforeseen(e, due)

    def _act(self, e: Entered, due: list[Step], pulse: Pulse, session: Session) -> None:
        reads = self.connector.capabilities().reads
        found = session.find(e.want) if reads else None
        e.opened = True
        wanted = [row if row.want == "do" else row.model_copy(update={"want": "do"}) for row in due]
        begun(self.store, e, self.v, {row.id: reads and holds(row, found) for row in wanted})
        self._name(e, due, pulse, session, found)
        effects: list[Step] = []
        try:
            for work, outcome in ensure(session, e.want, self._works(e, due, pulse), found, by_hand=not reads):
                if isinstance(outcome, Done) and outcome.changed and e.rows[work.step].before is False:
                    effects.append(e.rows[work.step])
                self._take(e, due, e.rows[work.step], outcome)
        except Overtaken as by:
            if by.an_order:  # another run of the same case goes on from what is there
                self._take_back(e, session, effects)
            raise
        if reads:
            self._read_back(e, due, session)

    def _works(self, e: Entered, due: list[Step], pulse: Pulse) -> Iterator[Work]:
        """Lazily: what comes next depends on how the last one went, and on whether we may go on at all."""
        for row in due:
            if row.action == "name" or e.rows[row.id].over or not e.its_turn(row):
                continue
            if not self._may_go_on(e, pulse):
                return
            yield e.work(e.rows[row.id])

    def _may_go_on(self, e: Entered, pulse: Pulse) -> bool:
        self.stopped = self.stopped or pulse.must_stop() or not still_ours(self.store, e)
        return not self.stopped

    def _name(self, e: Entered, due: list[Step], pulse: Pulse, session: Session, found: Account | None) -> None:
        for row in due:
            if row.action != "name" or e.rows[row.id].over or not self._may_go_on(e, pulse):
                continue
            kept = naming.keep(self.store, e, self.v, e.rows[row.id], found.name, self.now) if found else None
            if kept:
                e.rows[row.id] = kept
            elif names := naming.names_to_ask(self.store, e):
                try:
                    taken = session.taken(names, e.want)
                except Refused as perhaps_hers:
                    self._take(e, due, row, perhaps_hers)
                    continue
                e.rows[row.id] = naming.reserve(self.store, e, self.v, e.rows[row.id], names, taken, self.now)
                e.settled = e.settled or not e.rows[row.id].over  # none was free: the next are asked about, and now
            else:
                self._take(e, due, row, Refused("username", "", "system.no-free-name"))
            e.want = e.want.model_copy(update={"username": naming.reserved(self.store, e)})

    def _take(self, e: Entered, due: list[Step], row: Step, outcome: Outcome) -> None:
        if isinstance(outcome, Transient):
            self._fault(e, due, outcome)
        elif isinstance(outcome, NeedsHuman) and outcome.scope == "system":
            self._needs_human(e, due, outcome)
        else:
            e.rows[row.id] = after(row, outcome, self.now, self.pauses)
        if isinstance(outcome, ActionRequired):
            e.asked[row.id] = outcome
        if isinstance(outcome, Refused):
            if outcome.attribute == "username" and outcome.value:
                outcome.proposal = naming.to_propose(self.store, e, outcome.proposal)
            e.refused[row.id] = outcome

    def _fault(self, e: Entered, due: list[Step], fault: Transient, key: str = "system.away", **params: str) -> None:
        """From here on the system does not answer: what was not settled is tried again."""
        for row in due:
            if not e.rows[row.id].over and not e.rows[row.id].theirs and e.rows[row.id].state != "in progress":
                e.rows[row.id] = faulted(
                    row_now(e, row),
                    fault,
                    self.now,
                    key=key,
                    pauses=self.pauses,
                    params=params | {"system": e.system.id},
                )

    def _needs_human(self, e: Entered, due: list[Step], why: NeedsHuman) -> None:
        """The whole system is held; or what is next has stopped, and all that needs it waits for that one card."""
        left = [row for row in due if not e.rows[row.id].over and not e.rows[row.id].theirs]
        if why.scope == "system":
            e.hold = why
            e.rows |= {row.id: held(row_now(e, row), why.key, self.now, why.params) for row in left}
            return
        first = [row for row in left if e.its_turn(row)]
        e.rows |= {row.id: after(row_now(e, row), why, self.now, self.pauses) for row in first}

    def _unforeseen(self, e: Entered, due: list[Step]) -> None:
        """Our fault or theirs, nobody foresaw it: it ends as stuck and never in silence.

        The text stays in our own log.
        """
        for row in due:  # what was believed done has not been read back, and is not believed
            if e.rows[row.id].over and row.action != "name" and e.rows[row.id].verified_at is None:
                e.rows[row.id] = row_now(e, row)
        number = secrets.token_hex(4)
        log.exception("unforeseen in a visit", log_number=number, steps=[row.id for row in due])
        self._fault(e, due, Transient(sent="unknown"), "system.unforeseen", log=number)

    def _read_back(self, e: Entered, due: list[Step], session: Session) -> None:
        """Done means read back. What was believed done and is not there is tried again."""
        claimed = [row for row in due if e.rows[row.id].over and row.action != "name"]
        try:
            e.account = session.find(e.want)
            e.read = True
        except Exception:  # whatever it was: what could not be read back is not believed
            for row in claimed:
                e.rows[row.id] = row_now(e, row)
            raise
        for row in claimed:
            if holds(row, e.account):
                e.rows[row.id] = e.rows[row.id].model_copy(update={"verified_at": self.now})
                continue
            e.rows[row.id] = faulted(
                row_now(e, row), Transient(), self.now, key="system.not-read-back", pauses=self.pauses
            )

    def _take_back(self, e: Entered, session: Session, effects: list[Step]) -> None:
        """An order that takes over came in between: what this visit did belongs to nobody, so it is undone at once."""
        works = [e.work(row).model_copy(update={"want": "undo"}) for row in reversed(effects)]
        for work, outcome in ensure(session, e.want, works, session.find(e.want)):
            if not isinstance(outcome, Done):
                log.warning("could not take back", step=work.step)

    def _until_next(self, e: Entered, patience: timedelta) -> timedelta:
        rows = [row for row in e.rows.values() if not row.over and not row.theirs]
        moments = [row.next_at for row in rows if row.next_at]
        # *Stuck* is said on time, and not at the next try.
        moments += [row.faults_since + patience for row in rows if row.faults_since and row.state == "retrying"]
        moments += [
            row.since + timedelta(minutes=e.system.silent_after)
            for row in rows
            if row.state == "in progress" and row.since
        ]
        waits = [moment - self.now for moment in moments if moment > self.now]
        return min([*waits, timedelta(hours=1)])


def _left(rows: Iterable[Step]) -> dict[str, object]:
    rows = list(rows)
    why = {row.id: row.reason for row in rows if row.reason and not row.over}
    return {"states": {row.id: row.state for row in rows}, "reasons": why}


def row_now(e: Entered, row: Step) -> Step:
    """The step as it stood before this attempt, with the before-image of this one."""
    return row.model_copy(update={"before": e.rows[row.id].before})


def _again(delay: timedelta) -> ApplicationError:
    """The server does the waiting: no event in the history, however long it takes."""
    return ApplicationError(
        "again",
        type="Again",
        next_retry_delay=max(delay, timedelta(milliseconds=100)),
        category=ApplicationErrorCategory.BENIGN,
    )

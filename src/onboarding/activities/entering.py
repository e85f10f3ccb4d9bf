"""The short transactions of a visit.

The way in (lease, epoch, holds), what was begun, and the way out with the results.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from onboarding.activities import instructions
from onboarding.activities.answering import ENGINE, answer
from onboarding.activities.granting import record_grants
from onboarding.activities.outcomes import held
from onboarding.connectors.base import ActionRequired
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.cases import ENDED, CaseView, Step, Visit
from onboarding.domain.catalogue import Catalogue, System
from onboarding.domain.errors import NeedsHuman, Refused
from onboarding.domain.people import Value
from onboarding.planning.desired import desired
from onboarding.planning.moments import today
from onboarding.store import (
    accounts,
    cases,
    events,
    grants,
    people,
    policies,
    refusals,
    steps,
    systems,
    tasks,
)
from onboarding.store.engine import Store, Transaction

BUSY = timedelta(seconds=1)


class Overtaken(Exception):
    """Another run has the case, it is over, or (`an_order`) an order that takes over has raised the epoch."""

    def __init__(self, *, an_order: bool = False) -> None:
        super().__init__()
        self.an_order = an_order


class Busy(Exception):
    """Another visit is in this person's account, or goes first to prove our credentials. Not a fault."""


@dataclass
class Entered:
    """A visit that has got in: what is to be done, and for whom."""

    case: cases.Case
    system: System
    catalogue: Catalogue
    want: Desired
    rows: dict[str, Step]  # those of the visit that are not over, in order, as they now stand
    known: Mapping[str, Step]  # every step of the case, as it was on the way in
    holder: str
    stamp: tuple[int, int, int]
    now: datetime
    proving: bool  # our credentials are not proven yet: this visit went first
    silent: bool  # the system was at work on something without an end
    settled: bool = False  # an earlier attempt, or the way in, got further than its answer did
    account: Account | None = None
    opened: bool = False  # the system answered us, and took our credentials
    read: bool = False  # `account` is what was read at the end
    refused: dict[str, Refused] = field(default_factory=dict)
    asked: dict[str, ActionRequired] = field(default_factory=dict)
    hold: NeedsHuman | None = None

    def due(self) -> list[Step]:
        later = {row.id for row in self.rows.values() if row.next_at and row.next_at > self.now}
        return [row for row in self.rows.values() if not row.over and not row.theirs and row.id not in later]

    def its_turn(self, step: Step) -> bool:
        """Is everything over that must come first? Undone goes the other way."""
        first = step.needs if step.want == "do" else [id for id, other in self.known.items() if step.id in other.needs]
        return all(self.rows.get(id, self.known[id]).over for id in first)

    def work(self, step: Step, candidates: tuple[str, ...] = ()) -> Work:
        return Work(
            step=step.id,
            action=step.action,
            target=step.target,
            want=step.want,
            ask=step.ask,
            instructions=instructions.instructions_for(self.catalogue, step, self.want, self.case.number, self.now),
            owner=instructions.asked_of(self.catalogue, step),
            existed=step.before,
            candidates=candidates,
        )


class Turned(Value):
    """A visit that need not begin: nothing is left to do here, or (`held`) the system is on hold."""

    number: str
    view: CaseView
    held: tuple[Step, ...] = ()


def enter(store: Store, v: Visit, attempt: int, now: datetime) -> Entered | Turned:
    """The lease, or Busy."""
    with store.writing() as tx:
        locked = lock(tx, v)
        case = locked.case
        catalogue = policies.load(tx, case.policy)
        known = {step.id: step for step in steps.of_case(tx, case.id)}
        rows = {id: known[id] for id in v.steps if id in known and not known[id].over and not known[id].theirs}
        stamp = (v.run, v.n, attempt)
        state = systems.state(tx, v.system)
        if not rows:
            return Turned(number=case.number, view=answer(tx, locked, now))
        if state.held_at is not None:
            why, filled = state.hold_reason or "system.held", state.hold_params
            waits = tuple(held(row, why, now, filled) for row in rows.values())
            steps.write(tx, case.id, waits, stamp)
            return Turned(number=case.number, view=answer(tx, locked, now), held=waits)
        visit = f"{v.case}/{v.run}/{v.n}"
        # An attempt that died inside was the one that proved our credentials: the next one is in its place.
        first = state.proven_at is None and not _was_inside(tx, case, v.system, visit)
        if first and not systems.may_go(tx, state, datetime.now(UTC)):
            raise Busy
        account = accounts.lease(tx, case.person, v.system, visit, attempt, datetime.now(UTC))
        if account is None:
            raise Busy
        known_of_her = people.with_posts(tx, case.person)
        spared = _spared(tx, case, v.system, rows, now, named=known_of_her.username is not None)
        steps.write(tx, case.id, spared.values(), stamp)
        return Entered(
            case=case,
            system=catalogue.systems[v.system],
            catalogue=catalogue,
            want=_want(tx, known_of_her, account.native_id, today(now)),
            rows={**rows, **spared},
            known=known,
            holder=f"{visit}/{attempt}",
            stamp=stamp,
            now=now,
            proving=state.proven_at is None,
            silent=state.silent_since is not None,
            settled=bool(spared) or len(rows) < len(v.steps),
        )


def _was_inside(tx: Transaction, case: cases.Case, system: str, visit: str) -> bool:
    return (accounts.holder(tx, case.person, system) or "").startswith(f"{visit}/")


def give_back(store: Store, e: Entered) -> None:
    """The lease, and the turn to prove our credentials, where nothing is to be written: others need not wait it out."""
    with store.writing() as tx:
        accounts.leave(tx, e.case.person, e.system.id, e.holder)
        if e.proving:
            systems.not_proven(tx, e.system.id)


def lock(tx: Transaction, v: Visit) -> cases.Locked:
    locked = cases.lock(tx, v.case, v.run)
    if locked is None or locked.overtaken:
        raise Overtaken
    return locked


def _want(tx: Transaction, known: people.WithPosts, native_id: str | None, day: date) -> Desired:
    return desired(
        known.person,
        known.posts,
        known.units,
        username=known.username,
        native_id=native_id,
        corrected=people.corrected(tx, known.person.id),
        day=day,
    )


def _spared(
    tx: Transaction, case: cases.Case, system: str, rows: Mapping[str, Step], now: datetime, *, named: bool
) -> dict[str, Step]:
    """What needs no call: a name the person has already, and an undoing that would take what another case gave."""
    over = {id: row for id, row in rows.items() if row.action == "name" and row.want == "do" and named}
    done = {id: row.model_copy(update={"state": "done", "since": now, "verified_at": now}) for id, row in over.items()}
    undoing = {id: row for id, row in rows.items() if row.want == "undo"}
    if not undoing:
        return done
    living = grants.living_besides(tx, case.person, case.id, system)
    others = cases.others_standing(tx, case.person, case.id)
    needed_by_others = {
        "account": bool(living) or steps.begun_elsewhere(tx, others, system),
        "enable": steps.switched_on_elsewhere(tx, others, system),
    }
    for id, row in undoing.items():
        if (row.entitlement, row.unit or "") in living if row.action == "grant" else needed_by_others.get(row.action):
            done[id] = row.model_copy(update={"state": "undone", "since": now})
    return done


def still_ours(store: Store, e: Entered) -> bool:
    """Between two effects: is the lease ours, and has nobody taken over?"""
    with store.looking() as tx:
        seen = accounts.standing(tx, e.case.id, e.system.id)
    if seen is None or not seen.held_by(e.holder, datetime.now(UTC)):
        return False
    if seen.overtaken:
        raise Overtaken(an_order=True)
    if seen.run != e.case.run or seen.state in ENDED:
        raise Overtaken
    return True


def begun(store: Store, e: Entered, v: Visit, before: Mapping[str, bool]) -> None:
    """Begun, before the first effect, with the before-image: without it an undo would be forgotten. Written once."""
    with store.writing() as tx:
        lock(tx, v)
        found = [id for id, there in before.items() if there and e.rows[id].before is None]
        ours = _there_by_us(tx, e.case) if found else set[str]()
        changed = []
        for id, there in before.items():
            row = e.rows[id]
            image = there and id not in ours if row.before is None else row.before
            e.rows[id] = row.model_copy(update={"before": image})
            changed.append(e.rows[id].model_copy(update={"state": "running"}))
        steps.write(tx, e.case.id, changed, e.stamp)


def _there_by_us(tx: Transaction, case: cases.Case) -> set[str]:
    """What another open case of the person has put there was not there before us: the last to be withdrawn takes it."""
    others = [step for other in cases.other_open(tx, case.person, case.id) for step in steps.of_case(tx, other)]
    return {step.id for step in others if step.before is False and step.state not in ("skipped", "undone")}


def leave(store: Store, e: Entered, v: Visit, was: Mapping[str, Step], now: datetime) -> CaseView:
    """The results, grants, tasks and events, and the lease given back, in one transaction.

    Busy where another has been in the account since: what we read is older than what that one did, so nothing is told.
    """
    with store.writing() as tx:
        locked = lock(tx, v)
        if e.hold is not None:
            _hold(tx, e, e.hold, now)
        elif e.proving and e.opened:
            systems.proven(tx, e.system.id, now)
        elif e.proving:
            systems.not_proven(tx, e.system.id)
        _silence(tx, e, now)
        # After the system's row, as on the way in; what was written above goes with the transaction.
        if not accounts.leave(tx, e.case.person, e.system.id, e.holder, _read(e, now)):
            raise Busy
        steps.write(tx, e.case.id, e.rows.values(), e.stamp)
        changed = [row for row in e.rows.values() if _differs(was[row.id], row)]
        events.record_steps(tx, ENGINE, now, e.case.id, _told(changed))
        for row in changed:
            _record(tx, e, was[row.id], row, now)
        record_grants(tx, e.case, changed, now)
        tasks.void(tx, e.case.id, [row.id for row in changed if row.over], now)  # they need not answer any more
        return answer(tx, locked, now)


def _read(e: Entered, now: datetime) -> accounts.Read | None:
    if not e.read or not e.system.account:
        return None
    seen = e.account
    if seen is None:
        return accounts.Read(native_id=None, name=None, enabled=None, verified_at=now)
    return accounts.Read(native_id=seen.native_id, name=seen.name, enabled=seen.enabled, verified_at=now)


def _hold(tx: Transaction, e: Entered, why: NeedsHuman, now: datetime) -> None:
    """Our own connection is refused: the whole system waits, and is knocked on once in a while, not by every case."""
    again = datetime.now(UTC) + systems.PROBE_AGAIN
    if systems.hold(tx, e.system.id, ENGINE.id, why.key, now, params=why.params, next_probe=again):
        events.record(tx, ENGINE, "system.held", now, object=e.system.id, detail={"why": why.key})


def _differs(was: Step, row: Step) -> bool:
    return (row.state, row.reason, row.theirs) != (was.state, was.reason, was.theirs)


def _told(changed: Iterable[Step]) -> Iterator[events.OfStep]:
    for row in changed:
        if row.state in ("done", "undone", "stuck", "asked", "held"):
            detail = {"state": row.state, **({"why": row.reason} if row.reason else {})}
            yield events.OfStep(what=f"step.{row.state}", step=row.id, system=row.system, detail=detail)


def _record(tx: Transaction, e: Entered, was: Step, row: Step, now: datetime) -> None:
    case = e.case
    if row.id in e.refused and row.state == "stuck":
        no = e.refused[row.id]
        refusal = refusals.Refusal(attribute=no.attribute, value=no.value, reason=no.reason, proposal=no.proposal)
        refusals.write(tx, case.id, row.id, refusal, now)
    elif was.state == "stuck":
        refusals.clear(tx, case.id, row.id)
    if row.state == "asked":
        task = e.asked[row.id]
        kind: tasks.TaskKind = row.ask.kind if row.ask else "by hand"
        tasks.ask(tx, case.id, row.id, kind, task.owner, task.instructions, now, deadline=row.due)


def _silence(tx: Transaction, e: Entered, now: datetime) -> None:
    """A system that is at work on something without an end gets one card, however many cases wait for it."""
    at_it = [row.since for row in e.rows.values() if row.state == "in progress" and row.since]
    if not at_it and not e.silent:
        return
    known = systems.state(tx, e.system.id).silent_since
    if at_it and now - min(at_it) >= timedelta(minutes=e.system.silent_after):
        if known is None:
            systems.silent(tx, e.system.id, min(at_it))
            events.record(tx, ENGINE, "system.silent", now, object=e.system.id)
    elif known is not None and not at_it and e.opened:
        systems.silent(tx, e.system.id, None)

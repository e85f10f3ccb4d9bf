"""Carries out what people asked for, under the case's lock.

Each act is closed in the transaction that changes its step.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

import structlog

from onboarding.activities.answering import ENGINE, answer, over
from onboarding.activities.granting import record_grants
from onboarding.activities.instructions import confirm_skip
from onboarding.activities.plans import make_plan, take_back
from onboarding.domain.acts import OF_THE_CASE, ActKind, as_second, carried_out, goes_with, needs_second, why_not
from onboarding.domain.cases import CaseView, Step
from onboarding.domain.people import Value
from onboarding.store import acts, cases, events, people, policies, refusals, steps, systems, tasks, usernames
from onboarding.store.away import NOTHING_STANDS
from onboarding.store.engine import Store, Transaction

log = structlog.get_logger()

# What they change is not in one system: visits of all of them come home first.
TOUCH_OTHER_SYSTEMS: frozenset[ActKind] = frozenset({"choose role", "mend"})


def settle(store: Store, id: UUID, run: int, in_flight: Collection[str], now: datetime) -> CaseView:
    """Answers with the systems whose visit must come home before the acts that are left can be settled."""
    settled: list[Settled] = []
    with store.writing() as tx:
        locked = cases.lock(tx, id, run)
        if locked is None or locked.overtaken:
            return over(locked)
        call_home = settle_open(tx, locked.case, in_flight, now, settled)
        # An act may have withdrawn it, or moved its first day.
        view = answer(tx, cases.as_it_stands(tx, id), now, call_home)
    tell(locked.case.number, settled)
    return view


class Settled(Value):
    """An act and what became of it, for the log."""

    act: ActKind
    step: str  # '' for the case as a whole
    why: str | None  # not carried out, and why: a key in `texts`


def tell(number: str, settled: Iterable[Settled]) -> None:
    """When it has been committed, and not before."""
    for one in settled:
        log.info("act settled", case=number, **one.model_dump(exclude_none=True))


def settle_open(
    tx: Transaction, case: cases.Case, in_flight: Collection[str], now: datetime, settled: list[Settled]
) -> set[str]:
    """Which visits must come home first; what was settled is added to `settled`."""
    call_home = set[str]()
    for act in acts.open_of(tx, case.id):
        known = steps.of_case(tx, case.id)
        step = next((step for step in known if step.id == act.step), None)
        everywhere = act.kind in OF_THE_CASE | TOUCH_OTHER_SYSTEMS
        busy = set(in_flight) if everywhere or step is None else {step.system} & set(in_flight)
        if busy:  # between one effect and the next the visit ends; then this is settled
            call_home |= busy
            if act.kind in OF_THE_CASE:  # what was asked after it is settled after it
                break
            continue
        if step is not None and step.state == "running":  # no visit is there: a lost one left it so
            step = step.model_copy(update={"state": "retrying"})
        current = cases.get(tx, case.id) or case
        why = why_not(
            act.kind, current.state, step, actor_id=act.actor_id,
            first=tasks.first_person(tx, case.id, step), confirming=(confirming := _confirming(tx, case.id, step)),
        )  # fmt: skip
        if current.withdrawn and act.kind in OF_THE_CASE:
            why = "act.being-undone"
        why = why or _alone(tx, current, act, step, known, now)
        acts.close(tx, act.id, now, why)
        settled.append(Settled(act=act.kind, step=act.step, why=why))
        detail = {"act": act.kind, "state": "refused" if why else "taken", **({"why": why} if why else {})}
        if second := as_second(act.kind, step, confirming=confirming):
            detail["second"] = second
        events.record(tx, ENGINE, "act.settled", now, case=case.id, step=act.step, note=act.note, detail=detail)
    _free_what_nothing_holds(tx, case.id, now)
    return call_home


def _free_what_nothing_holds(tx: Transaction, case: UUID, now: datetime) -> None:
    """A release may have met another open act on the step, or come while the visit that held it was on its way out."""
    free = [step for step in steps.held(tx, case) if systems.state(tx, step.system).held_at is None]
    steps.settle(tx, case, [carried_out("release", step, ENGINE.id, now) for step in free])


def _confirming(tx: Transaction, case: UUID, step: Step | None) -> bool:
    return step is not None and tasks.confirming(tx, case, step.id) is not None


def _alone(
    tx: Transaction, case: cases.Case, act: acts.ActRow, step: Step | None, known: list[Step], now: datetime
) -> str | None:
    """As `_carry_out`, but an act that nobody foresaw is refused: tried for ever, it would keep all others waiting."""
    try:
        with tx.begin_nested():
            return _carry_out(tx, case, act, step, known, now)
    except NOTHING_STANDS:
        raise
    except Exception:
        log.exception("an act could not be carried out", case=case.number, act=str(act.id), kind=act.kind)
        return "act.unforeseen"


def _carry_out(
    tx: Transaction,
    case: cases.Case,
    act: acts.ActRow,
    step: Step | None,
    known: list[Step],
    now: datetime,
) -> str | None:
    """None where it was done; otherwise why not after all."""
    if step is None:
        _carry_out_on_case(tx, case, act, known, now)
        return None
    if act.kind in ("approve", "decline") and (first := tasks.confirming(tx, case.id, step.id)):
        answer = "approved" if act.kind == "approve" else "declined"
        # Only that question is answered: what the step itself was waiting for is waited for still.
        tasks.close(tx, case.id, step.id, now, act.actor, answer, kind="confirm")
        if act.kind == "approve":
            _skip(tx, case, step, known, f"{first}, {act.actor}", now)
        return None
    if needs_second(act.kind, step):
        hired = people.with_posts(tx, case.person)
        named = {unit.id: unit.name for unit in hired.units.values()}
        words = confirm_skip(policies.load(tx, case.policy), step, hired.person.name, act.actor, named)
        tasks.ask(tx, case.id, step.id, "confirm", "it", words, now, asked_by=act.actor_id)
        return None
    if act.kind in ("skip", "decline"):
        _skip(tx, case, step, known, act.actor, now, act.kind)
        return None
    if act.kind == "mend" and (why := _mend(tx, case, act, now)):
        return why
    done = carried_out(act.kind, step, act.actor, now)
    steps.settle(tx, case.id, [done])
    if act.kind == "retry":
        steps.settle(tx, case.id, [*_knocked_for(step, known), *_stopped_with(step, known, act.actor, now)])
    if act.kind == "mend":
        steps.settle(tx, case.id, _told_anew(step, known, now))
    record_grants(tx, case, [done], now)
    refusals.clear(tx, case.id, step.id)
    if done.over:
        tasks.close(tx, case.id, step.id, now, act.actor, "done")
    if act.kind == "choose role":
        people.choose_role(tx, case.employment, act.value or "")
        make_plan(tx, case, now)
    return None


def _knocked_for(step: Step, known: list[Step]) -> list[Step]:
    """What else waits for that system to answer: where one knocks now, the others need not wait out their pause."""
    waits = [other for other in known if other.system == step.system and other.state in ("retrying", "stuck")]
    return [other.model_copy(update={"next_at": None}) for other in waits if other.id != step.id and other.next_at]


def _stopped_with(step: Step, known: list[Step], by: str, now: datetime) -> list[Step]:
    """What a person had to see to in that system, and has: one press goes for all steps that stopped for it."""
    alike = [other for other in known if (other.system, other.reason) == (step.system, step.reason) and other.theirs]
    stopped = [other for other in alike if other.state == "stuck" and "attribute" not in other.params]
    return [carried_out("retry", other, by, now) for other in stopped if other.id != step.id]


def _told_anew(step: Step, known: list[Step], now: datetime) -> list[Step]:
    """A corrected value is every system's: accounts that were made with the old one are visited once more."""
    made = [other for other in known if other.action == "account" and other.state == "done" and other.verified_at]
    return [other.model_copy(update={"state": "waiting", "since": now}) for other in made if other.id != step.id]


def _carry_out_on_case(tx: Transaction, case: cases.Case, act: acts.ActRow, known: list[Step], now: datetime) -> None:
    if act.kind == "move date":
        people.move_start(tx, case.employment, date.fromisoformat(act.value or ""))
        make_plan(tx, case, now)
        _ask_anew(tx, case, now)
        return
    cases.mark_withdrawn(tx, case.id)
    take_back(tx, case, known, now)
    tasks.close_all(tx, case.id, now)


def _ask_anew(tx: Transaction, case: cases.Case, now: datetime) -> None:
    """What people have been asked names the first day and has its deadline from it: they are asked with the new one."""
    asked = [step for step in steps.of_case(tx, case.id) if step.state == "asked" and step.want == "do"]
    for step in asked:
        tasks.close(tx, case.id, step.id, now, None, "void", kind=step.ask.kind if step.ask else "by hand")
    waiting = {"state": "waiting", "theirs": False, "since": now}
    steps.settle(tx, case.id, [step.model_copy(update=waiting) for step in asked])


def _skip(
    tx: Transaction, case: cases.Case, step: Step, known: list[Step], by: str, now: datetime, kind: str = "skip"
) -> None:
    """The step, and what cannot exist without it."""
    why = "step.went-with"
    fall = [other for other in known if other.id in goes_with(known, step.id)]
    with_it = [carried_out("skip", other, by, now).model_copy(update={"reason": why}) for other in fall]
    gone = [carried_out("decline" if kind == "decline" else "skip", step, by, now), *with_it]
    steps.settle(tx, case.id, gone)
    for other in gone:
        refusals.clear(tx, case.id, other.id)
        tasks.close(tx, case.id, other.id, now, by, "declined" if kind == "decline" else "void")
    told = [events.OfStep("step.skipped", one.id, one.system, {"state": one.state, "why": why}) for one in with_it]
    events.record_steps(tx, ENGINE, now, case.id, told)


def _mend(tx: Transaction, case: cases.Case, act: acts.ActRow, now: datetime) -> str | None:
    if act.correction is None:
        return "act.needs-value"
    attribute, value = people.correction(tx, act.correction)
    if attribute == "username" and not usernames.rename(tx, case.person, value, now):
        return "act.name-is-another-persons"
    people.apply_correction(tx, act.correction, now)
    return None

"""What a person does to a case.

The right, the check, the act and its event in one transaction, and an answer at once.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from onboarding.domain.access import may_act
from onboarding.domain.acts import OF_THE_CASE, ActKind, as_second, foreseen, why_not
from onboarding.domain.cases import Step
from onboarding.domain.errors import Conflict, NotAllowed, NotFound
from onboarding.domain.people import Actor, Value
from onboarding.hr.table import is_control, without_identity
from onboarding.planning.moments import today
from onboarding.planning.usernames import can_be_a_name
from onboarding.store import acts, cases, events, people, policies, refusals, steps, tasks
from onboarding.store.engine import Store, Transaction

NEEDS_NOTE: frozenset[ActKind] = frozenset({"skip", "by hand", "decline", "withdraw"})
NEEDS_VALUE: frozenset[ActKind] = frozenset({"choose role", "move date"})
A_YEAR = timedelta(days=365)
LONGEST_VALUE, LONGEST_NOTE = 200, 10_000
A_MOMENT = timedelta(minutes=1)  # after that the state of a step is its own answer, unless the act left it so


class Acted(Value):
    """What was taken in; `withdrawn` where the case had not begun and is over at once."""

    act: acts.ActRow | None
    goes_with: tuple[str, ...]  # steps that fall with a skipped one
    second_needed: bool
    withdrawn: bool = False


def act(
    store: Store,
    actor: Actor,
    number: str,
    kind: ActKind,
    step_id: str = "",
    *,
    value: str | None = None,
    note: str | None = None,
) -> Acted:
    """Raises NotFound, NotAllowed, or Conflict: it is not possible, or somebody was first (who and when are told).

    `value`: the mended value, the role, or the ISO date. `note`: the reason or the evidence.
    """
    now = datetime.now(UTC)
    step_id = "" if kind in OF_THE_CASE else step_id
    refuse_identity(value, note, actor.on_behalf_of)
    _refuse_unreadable(value, note, actor.on_behalf_of)
    with store.writing() as tx:
        case = cases.to_act_on(tx, number)
        if case is None:
            raise NotFound("act.no-such-case", number=number)
        known = steps.of_case(tx, case.id)
        step = next((step for step in known if step.id == step_id), None)
        _check(tx, actor, case, kind, step_id, step, now)
        if kind == "withdraw" and cases.withdraw_received(tx, case.id, now):
            acts.close_all(tx, case.id, now, "act.case-is-over")
            events.record(tx, actor, "case.withdrawn", now, case=case.id, note=_note(tx, kind, note))
            return Acted(act=None, goes_with=(), second_needed=False, withdrawn=True)
        if kind in NEEDS_VALUE and not value:
            raise Conflict("act.needs-value")
        _check_value(tx, case, kind, value)
        row = acts.ActRow(
            id=uuid4(),
            case=case.id,
            step=step_id,
            kind=kind,
            actor=actor.label,
            actor_id=actor.id,
            at=now,
            value=value if kind in NEEDS_VALUE else None,
            correction=_correction(tx, actor, case, step_id, value, now) if kind == "mend" else None,
            note=_note(tx, kind, note),
            state="open",
            why=None,
        )
        if not acts.add(tx, row):
            first = acts.open_on(tx, case.id, row.step)
            _somebody_first(first)
        confirming = tasks.confirming(tx, case.id, step_id) is not None
        more = {
            "chosen": date.fromisoformat(row.value).isoformat() if row.value and kind == "move date" else row.value,
            "was": people.employment(tx, case.employment).start.isoformat() if kind == "move date" else None,
            "second": as_second(kind, step, confirming=confirming),
        }
        detail = {"act": kind, **{name: told for name, told in more.items() if told}}
        events.record(tx, actor, "act.asked", now, case=case.id, step=row.step, note=row.note, detail=detail)
        falls, second = foreseen(kind, known, step_id, confirming=confirming)
        return Acted(act=row, goes_with=tuple(falls), second_needed=second)


def refuse_identity(*texts: str | None) -> None:
    """A national identity number is dropped at the edge, and a person's keyboard is one."""
    if any(text is not None and without_identity(text) != text for text in texts):
        raise Conflict("act.identity-number")


def _refuse_unreadable(value: str | None, *texts: str | None) -> None:
    """What no database or system would take is told to the one who wrote it, while he is there to hear it."""
    if value is not None and (len(value) > LONGEST_VALUE or any(map(is_control, value))):
        raise Conflict("act.bad-value", limit=str(LONGEST_VALUE))
    for text in filter(None, texts):
        if len(text) > LONGEST_NOTE or any(is_control(letter) and letter not in "\n\r\t" for letter in text):
            raise Conflict("act.bad-note", limit=str(LONGEST_NOTE))


def _check(
    tx: Transaction, actor: Actor, case: cases.Case, kind: ActKind, step_id: str, step: Step | None, now: datetime
) -> None:
    if why := may_act(actor, case.person, kind, step):
        raise NotAllowed(why)
    confirming = step is not None and tasks.confirming(tx, case.id, step.id) is not None
    why = why_not(
        kind,
        case.state,
        step,
        actor_id=actor.id,
        first=tasks.first_person(tx, case.id, step),
        confirming=confirming,
    )
    if why is None and case.withdrawn and kind in OF_THE_CASE:
        why = "act.being-undone"
    if why is None:
        return
    # Somebody's act may have been carried out a moment ago: then that is the answer, not the state it left.
    before = acts.last_taken_on(tx, case.id, step.id) if step is not None else None
    left_so = step is not None and before is not None and (step.by == before.actor or now - before.at < A_MOMENT)
    if left_so and why.startswith("act.step-is-"):
        _somebody_first(before)
    raise Conflict(why, number=case.number, step=step_id)


def _somebody_first(first: acts.ActRow | None) -> None:
    if first is None:
        raise Conflict("act.try-again")
    raise Conflict("act.somebody-first", actor=first.actor, at=first.at.isoformat(), act=first.kind)


def _check_value(tx: Transaction, case: cases.Case, kind: ActKind, value: str | None) -> None:
    if kind == "choose role" and value not in policies.load(tx, case.policy).roles:
        raise Conflict("act.unknown-role", role=value or "")
    if kind == "move date":
        try:
            first_day = date.fromisoformat(value or "")
        except ValueError:
            raise Conflict("act.bad-date", date=value or "") from None
        if not -A_YEAR <= first_day - today(datetime.now(UTC)) <= 2 * A_YEAR:  # 2026 is easily written 1926, or 2206
            raise Conflict("act.bad-date", date=value or "")
        last_day = people.employment(tx, case.employment).end
        if last_day is not None and last_day < first_day:
            raise Conflict("act.date-after-last-day", last_day=last_day.isoformat())


def _correction(
    tx: Transaction, actor: Actor, case: cases.Case, step: str, value: str | None, now: datetime
) -> UUID | None:
    """The mended value, or the one the system proposed."""
    refusal = refusals.of_case(tx, case.id).get(step)
    if refusal is None:
        raise Conflict("act.nothing-to-mend")
    mended = value or refusal.proposal
    if not mended or not mended.strip():
        raise Conflict("act.needs-value")
    if refusal.attribute == "username":
        rules = policies.load(tx, case.policy).usernames
        if not can_be_a_name(mended, rules.lengths):
            raise Conflict("act.bad-username", limit=str(rules.lengths))
    return people.propose_correction(tx, case.person, refusal.attribute, mended, actor.label, now)


def _note(tx: Transaction, kind: ActKind, note: str | None) -> UUID | None:
    if kind in NEEDS_NOTE and not note:
        raise Conflict("act.needs-note")
    return acts.add_note(tx, note) if note else None

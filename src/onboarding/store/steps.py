"""The steps of a case: written under the case's lock, and never by an older visit."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import Integer, bindparam, insert, select, tuple_, update

from onboarding.domain.cases import Step
from onboarding.store.engine import Transaction
from onboarding.store.rows import values
from onboarding.store.schema import steps


class Answer(TypedDict):
    """Which names a naming system was asked about, and which of them, or of those before them, are taken there."""

    asked: list[str]
    taken: list[str]


_OF_CASE = (
    select(*(steps.c[name] for name in Step.model_fields)).where(steps.c.case == bindparam("of")).order_by(steps.c.at)
)
# What a visit may write: how a step stands. The plan's part, and whether it is wanted at all, are an act's to change.
_STANDING = (
    "state", "theirs", "before", "since", "faults_since", "tries", "next_at", "verified_at", "by", "reason", "params",
)  # fmt: skip

_WRITE = update(steps).where(
    steps.c.case == bindparam("of"),
    steps.c.id == bindparam("step_id"),
    tuple_(steps.c.run, steps.c.n, steps.c.attempt)
    <= tuple_(*(bindparam(f"by_{name}", type_=Integer) for name in ("run", "n", "attempt"))),
)
_ADD = insert(steps).inline()
_NAMES = _OF_CASE.where(steps.c.action == "name")
_REMEMBER = update(steps).where(steps.c.case == bindparam("of"), steps.c.id == bindparam("step_id"))
_HELD = _OF_CASE.where(steps.c.state == "held")
_ANSWERS = select(steps.c.id, steps.c.answer).where(steps.c.case == bindparam("of"), steps.c.action == "name")


def add(tx: Transaction, case: UUID, new: Sequence[Step], at: int, since: datetime) -> None:
    """`at` is the place of the first of them in the plan's order."""
    rows = [{**_row(step), "case": case, "at": at + i, "since": since} for i, step in enumerate(new)]
    if rows:
        tx.execute(_ADD, rows)


def of_case(tx: Transaction, case: UUID) -> list[Step]:
    return values(tx, _OF_CASE, Step, {"of": case})


def names(tx: Transaction, case: UUID) -> list[Step]:
    """Those that ask a naming system."""
    return values(tx, _NAMES, Step, {"of": case})


def held(tx: Transaction, case: UUID) -> list[Step]:
    """Those that wait for their system to be let go."""
    return values(tx, _HELD, Step, {"of": case})


def write(tx: Transaction, case: UUID, changed: Iterable[Step], stamp: tuple[int, int, int]) -> None:
    """`stamp` is (run, n, attempt): a frozen visit that wakes up is older than what it finds, and writes nothing."""
    run, n, attempt = stamp
    of_visit = {"of": case, "by_run": run, "by_n": n, "by_attempt": attempt, "run": run, "n": n, "attempt": attempt}
    rows: list[dict[str, Any]] = []
    for step in changed:
        rows.append({**of_visit, "step_id": step.id, **{name: getattr(step, name) for name in _STANDING}})
    if rows:
        tx.execute(_WRITE, rows)


def settle(tx: Transaction, case: UUID, changed: Iterable[Step]) -> None:
    """Written by an act, under the case's lock: it is newer than any visit under way, for there is none."""
    for step in changed:
        row = _row(step)
        tx.execute(update(steps).where(steps.c.case == case, steps.c.id == row.pop("id")).values(row))


def reorder(tx: Transaction, case: UUID, ids: Sequence[str]) -> None:
    """The order of a new plan."""
    rows = [{"step_id": id, "at": at} for at, id in enumerate(ids)]
    tx.execute(update(steps).where(steps.c.case == case, steps.c.id == bindparam("step_id")), rows)


def remember_answer(tx: Transaction, case: UUID, id: str, answer: Answer) -> None:
    """What a naming system said of the names it was asked about."""
    tx.execute(_REMEMBER, {"of": case, "step_id": id, "answer": answer})


def answers(tx: Transaction, case: UUID) -> dict[str, Answer]:
    """By step, of all that ask a naming system."""
    return {row.id: row.answer or Answer(asked=[], taken=[]) for row in tx.execute(_ANSWERS, {"of": case})}


def begun_elsewhere(tx: Transaction, person_cases: Sequence[UUID], system: str) -> bool:
    """Has one of these cases begun, or finished, an account in this system?"""
    query = select(steps.c.id).where(
        steps.c.case.in_(person_cases),
        steps.c.system == system,
        steps.c.action == "account",
        steps.c.want == "do",
        steps.c.before.is_not(None),
    )
    return tx.scalar(query.limit(1)) is not None


def switched_on_elsewhere(tx: Transaction, person_cases: Sequence[UUID], system: str) -> bool:
    """Has the day come, in one of these cases, on which the account is to be in use?"""
    query = select(steps.c.id).where(
        steps.c.case.in_(person_cases),
        steps.c.system == system,
        steps.c.action == "enable",
        steps.c.want == "do",
        steps.c.state == "done",
    )
    return tx.scalar(query.limit(1)) is not None


def _row(step: Step) -> dict[str, Any]:
    row = step.model_dump(mode="python")
    row["ask"] = step.ask.model_dump(mode="json") if step.ask else None
    row["needs"] = list(step.needs)
    return row

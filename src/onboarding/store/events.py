"""The log: append-only, who did what to which object, when and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert

from onboarding.domain.people import Actor, Value, label_of
from onboarding.store.engine import Transaction
from onboarding.store.schema import events


class Event(Value):
    seq: int
    at: datetime
    actor_kind: str
    actor: str
    on_behalf_of: str | None
    via: str
    what: str
    case: UUID | None
    step: str | None
    object: str | None
    note: UUID | None
    detail: dict[str, str]

    @property
    def by(self) -> str:
        return label_of(self.actor_kind, self.actor, self.on_behalf_of)


_RECORD = insert(events).inline()  # nobody asks which number it got


def record(
    tx: Transaction,
    actor: Actor,
    what: str,
    at: datetime,
    *,
    case: UUID | None = None,
    step: str | None = None,
    object: str | None = None,
    note: UUID | None = None,
    detail: dict[str, str] | None = None,
) -> None:
    """`detail` holds ids, states, days and keys of texts; never a name, an address or a value."""
    who = _of(actor, at, case)
    tx.execute(_RECORD, {**who, "what": what, "step": step, "object": object, "note": note, "detail": detail or {}})


class OfStep(NamedTuple):
    """What happened to one step of a case."""

    what: str
    step: str
    system: str
    detail: dict[str, str]


def record_steps(tx: Transaction, actor: Actor, at: datetime, case: UUID, of_steps: Iterable[OfStep]) -> None:
    """One after another, in this order."""
    who = _of(actor, at, case)
    rows = [
        {**who, "what": one.what, "step": one.step, "object": one.system, "note": None, "detail": one.detail}
        for one in of_steps
    ]
    if rows:
        tx.execute(_RECORD, rows)


def _of(actor: Actor, at: datetime, case: UUID | None) -> dict[str, object]:
    return {
        "at": at,
        "actor_kind": actor.kind,
        "actor": actor.id,
        "on_behalf_of": actor.on_behalf_of,
        "via": actor.via,
        "case": case,
    }

"""The log: append-only, who did what to which object, when and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from onboarding.domain.people import Actor, Value
from onboarding.store.engine import Transaction
from onboarding.store.rows import values
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
    """`detail` holds ids, states and keys of texts; never a name, an address or a value."""
    row = {
        "at": at,
        "actor_kind": actor.kind,
        "actor": actor.id,
        "on_behalf_of": actor.on_behalf_of,
        "via": actor.via,
        "what": what,
        "case": case,
        "step": step,
        "object": object,
        "note": note,
        "detail": detail or {},
    }
    tx.execute(insert(events), row)


def of_case(tx: Transaction, case: UUID) -> list[Event]:
    query = select(events).where(events.c.case == case).order_by(events.c.seq)
    return values(tx, query, Event)

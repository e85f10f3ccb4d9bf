"""How each system stands with us: held, silent, our credentials accepted or not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update

from onboarding.domain.people import Value
from onboarding.store.engine import Transaction
from onboarding.store.rows import value, value_or_none, values
from onboarding.store.schema import system_state
from onboarding.store.usernames import insert_new

PROBE_AGAIN = timedelta(minutes=15)  # a system that refused us is knocked on so often, by one of us
PROVING = timedelta(seconds=60)  # so long may the first visit take before another may try


class SystemState(Value):
    system: str
    held_at: datetime | None = None
    held_by: str | None = None
    hold_reason: str | None = None
    hold_params: dict[str, str] | None = None
    hold_note: UUID | None = None
    credentials_refused: bool = False
    next_probe: datetime | None = None
    proven_at: datetime | None = None
    proving_until: datetime | None = None
    silent_since: datetime | None = None
    tested_at: datetime | None = None
    tested_ok: bool | None = None


_OF_SYSTEM = select(system_state).where(system_state.c.system == bindparam("of"))
_OF_SYSTEM_LOCKED = _OF_SYSTEM.with_for_update()


def state(tx: Transaction, system: str) -> SystemState:
    """To act on. Where it is held it stays so until we are through: who releases it meets the steps we hold."""
    found = value_or_none(tx, _OF_SYSTEM, SystemState, {"of": system})
    if found is not None and found.held_at is not None:
        return value(tx, _OF_SYSTEM_LOCKED, SystemState, {"of": system})
    return found or SystemState(system=system)


def all_states(tx: Transaction) -> dict[str, SystemState]:
    return {one.system: one for one in values(tx, select(system_state), SystemState)}


def may_go(tx: Transaction, known: SystemState, now: datetime) -> bool:
    """Until our credentials have been accepted once, one visit goes at a time.

    Forty wrong ones would lock the account.
    """
    if known.proven_at is not None:
        return True
    insert_new(tx, system_state, {"system": known.system, "credentials_refused": False})
    alone = (
        system_state.c.system == known.system,
        or_(system_state.c.proving_until.is_(None), system_state.c.proving_until < now),
    )
    return bool(tx.execute(update(system_state).where(*alone).values(proving_until=now + PROVING)).rowcount)


def proven(tx: Transaction, system: str, at: datetime) -> None:
    _set(tx, system, proven_at=at, proving_until=None)


def not_proven(tx: Transaction, system: str) -> None:
    """The first visit never got so far as to be refused or accepted: the next may try."""
    _set(tx, system, proving_until=None)


def hold(
    tx: Transaction,
    system: str,
    by: str,
    reason: str,
    at: datetime,
    *,
    note: UUID | None = None,
    params: Mapping[str, str] | None = None,
    next_probe: datetime | None = None,
) -> bool:
    """False where it is held already. `params` fill the reason; `next_probe` is set where we were refused."""
    insert_new(tx, system_state, {"system": system, "credentials_refused": False})
    values = {
        "held_at": at,
        "held_by": by,
        "hold_reason": reason,
        "hold_params": dict(params) if params else None,
        "hold_note": note,
        "credentials_refused": next_probe is not None,
        "next_probe": next_probe,
        "proven_at": None,
        "proving_until": None,
    }
    # First the lock: a release that is under way is waited for, and does not leave our steps held behind it.
    tx.execute(select(system_state.c.system).where(system_state.c.system == system).with_for_update())
    free = (system_state.c.system == system, system_state.c.held_at.is_(None))
    return bool(tx.execute(update(system_state).where(*free).values(values)).rowcount)


def release(tx: Transaction, system: str) -> bool:
    """False where nothing held it. The credentials are to be proven again."""
    held = (system_state.c.system == system, system_state.c.held_at.is_not(None))
    values = {
        "held_at": None,
        "held_by": None,
        "hold_reason": None,
        "hold_params": None,
        "hold_note": None,
        "credentials_refused": False,
        "next_probe": None,
        "proven_at": None,
        "proving_until": None,
    }
    return bool(tx.execute(update(system_state).where(*held).values(values)).rowcount)


def take_probe(tx: Transaction, system: str, now: datetime, again: timedelta) -> bool:
    """True for one of those who ask at the same time: only that one may knock."""
    due = (system_state.c.system == system, system_state.c.credentials_refused, system_state.c.next_probe <= now)
    return bool(tx.execute(update(system_state).where(*due).values(next_probe=now + again)).rowcount)


def to_probe(tx: Transaction, now: datetime) -> list[str]:
    query = select(system_state.c.system).where(system_state.c.credentials_refused, system_state.c.next_probe <= now)
    return list(tx.scalars(query))


def silent(tx: Transaction, system: str, since: datetime | None) -> None:
    """Since when it has been at work on something without an end; None: it answers again."""
    insert_new(tx, system_state, {"system": system, "credentials_refused": False})
    _set(tx, system, silent_since=since)


def tested(tx: Transaction, system: str, ok: bool, at: datetime) -> None:
    insert_new(tx, system_state, {"system": system, "credentials_refused": False})
    _set(tx, system, tested_ok=ok, tested_at=at)


def _set(tx: Transaction, system: str, **values: object) -> None:
    tx.execute(update(system_state).where(system_state.c.system == system).values(**values))

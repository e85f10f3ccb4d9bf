"""Files that were fed in, row by row: what came of each. A bad value itself is not kept."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert

from onboarding.domain.people import Value
from onboarding.store.engine import Transaction
from onboarding.store.schema import import_rows, imports


class ImportRow(Value):
    row: int | None
    outcome: str  # ordered, already, changed, bad
    case: UUID | None = None
    column: str | None = None
    reason: str | None = None


def record(tx: Transaction, actor: str, digest: str, rows: Sequence[ImportRow], at: datetime) -> UUID:
    id = uuid4()
    counts = {
        outcome: sum(row.outcome == outcome for row in rows) for outcome in ("ordered", "already", "changed", "bad")
    }
    tx.execute(insert(imports), {"id": id, "at": at, "actor": actor, "digest": digest, **counts})
    if rows:
        tx.execute(insert(import_rows), [{"import_id": id, "at": i, **row.model_dump()} for i, row in enumerate(rows)])
    return id

"""Each version of the policy, by its hash, for as long as anybody may ask why."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import select, update

from onboarding.domain.catalogue import Catalogue
from onboarding.store.engine import Transaction
from onboarding.store.schema import policies
from onboarding.store.usernames import insert_new


def adopt(tx: Transaction, catalogue: Catalogue, at: datetime) -> bool:
    """Makes it the current one. False where it was that already, or another worker did it at the same moment."""
    row = {"hash": catalogue.hash, "content": catalogue.model_dump_json(), "current_since": at}
    if insert_new(tx, policies, row):
        return True
    if current_hash(tx) == catalogue.hash:
        return False
    tx.execute(update(policies).where(policies.c.hash == catalogue.hash).values(current_since=at))
    return True


def current_hash(tx: Transaction) -> str | None:
    return tx.scalar(select(policies.c.hash).order_by(policies.c.current_since.desc()).limit(1))


def load(tx: Transaction, hash: str) -> Catalogue:
    """A version never changes: it is read from its text once per process."""
    return _read(tx.execute(select(policies.c.content).where(policies.c.hash == hash)).scalar_one())


@lru_cache(maxsize=32)
def _read(content: str) -> Catalogue:
    return Catalogue.model_validate_json(content)

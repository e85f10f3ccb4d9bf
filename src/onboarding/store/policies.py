"""Each version of the policy, by its hash, for as long as anybody may ask why."""

from datetime import datetime
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, select, update

from onboarding.domain.catalogue import Catalogue
from onboarding.store.engine import Transaction
from onboarding.store.schema import policies
from onboarding.store.usernames import insert_new

# Of each database those this process has met last: a version never changes.
_AT_HAND: WeakKeyDictionary[Pool, dict[str, Catalogue]] = WeakKeyDictionary()
_MOST = 32
_LOOKING = Lock()


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
    """Raises NoResultFound where there was never such a version."""
    with _LOOKING:
        at_hand = _AT_HAND.setdefault(tx.engine.pool, {})
        found = at_hand.pop(hash, None)
        if found is not None:
            at_hand[hash] = found  # the one met last stands last
            return found
    found = Catalogue.model_validate_json(
        tx.execute(select(policies.c.content).where(policies.c.hash == hash)).scalar_one()
    )
    with _LOOKING:
        at_hand[hash] = found
        if len(at_hand) > _MOST:
            del at_hand[next(iter(at_hand))]
    return found

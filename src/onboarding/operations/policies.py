"""Makes the policy that was read the store's current one: open cases keep the version they were ordered under."""

from datetime import UTC, datetime

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Actor
from onboarding.store import events, policies
from onboarding.store.engine import Store


def adopt(store: Store, catalogue: Catalogue, actor: Actor) -> bool:
    """False where it is the current one already."""
    now = datetime.now(UTC)
    with store.writing() as tx:
        changed = policies.adopt(tx, catalogue, now)
        if changed:
            events.record(tx, actor, "policy.adopted", now, object=catalogue.hash)
        return changed


def current(store: Store) -> Catalogue | None:
    """None where no worker has started yet."""
    with store.reading() as tx:
        hash = policies.current_hash(tx)
        return None if hash is None else policies.load(tx, hash)

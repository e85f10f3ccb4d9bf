"""The policy of each case, from the store by its hash; read once per process."""

from onboarding.domain.catalogue import Catalogue
from onboarding.store import policies
from onboarding.store.engine import Transaction


class Policies:
    """A version never changes, so what was read once is true for good."""

    def __init__(self) -> None:
        self._known: dict[str, Catalogue] = {}

    def get(self, tx: Transaction, hash: str) -> Catalogue:
        if hash not in self._known:
            catalogue = policies.load(tx, hash)
            if catalogue is None:
                raise LookupError(f"the store has no policy {hash}")
            self._known[hash] = catalogue
        return self._known[hash]

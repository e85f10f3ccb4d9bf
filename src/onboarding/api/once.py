"""Remembers what was answered to an `Idempotency-Key`, so that a client that lost the answer may ask again."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from onboarding.domain.errors import Conflict

T = TypeVar("T", bound=BaseModel)
MOST = 10_000  # keys; the oldest is forgotten first, and then the store itself says "already"


class Once:
    """In this process only. What must not happen twice is refused by the store, whatever is remembered here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Answer] = OrderedDict()

    def answer(self, key: str | None, asked: BaseModel, make: Callable[[], T]) -> T:
        """The answer that was given to this key, or the one made now. Raises Conflict where it was another question."""
        if not key:
            return make()
        digest = hashlib.sha256(repr(asked).encode()).hexdigest()  # half a letter may be sent, and not written as JSON
        with self._lock:
            known = self._known.setdefault(key, _Answer(digest))
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        if known.digest != digest:
            raise Conflict("page.key-used")
        with known.lock:  # two at the same moment: the second waits for the first one's answer
            if known.value is None:
                try:
                    known.value = make()
                except Exception:
                    self._forget(key)  # what was refused may be mended, and sent again with the same key
                    raise
            return known.value  # type: ignore[return-value]  # the same question has the same kind of answer

    def _forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)


class _Answer:
    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.lock = threading.Lock()
        self.value: BaseModel | None = None

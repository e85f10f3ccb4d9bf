"""Is the database away? Decided in one place, and said once when it goes and once when it is back."""

import contextvars
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

log = structlog.get_logger()

NOTHING_STANDS = (OperationalError, InterfaceError)  # of the transaction: also where two waited for each other
# What PostgreSQL says where it is not there for us: by class (connection, resources, operator), and the one state of a
# copy in recovery, which takes no writes.
AWAY_CLASSES = frozenset({"08", "53", "57", "58"})
IN_RECOVERY = "25006"
CALLED_OFF = "57014"  # a query by itself: it took too long, or somebody ended it
AWAY_IN_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
    }
)  # fmt: skip
# Here reads go on, and say nothing of whether writes do.
WRITES_IN_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY})


def is_away(error: BaseException) -> bool:
    """Is the database not there for us now? Otherwise it is there, and we asked for something wrong."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return (error.orig.sqlite_errorcode & 0xFF) in AWAY_IN_SQLITE
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:  # it was not even reached, or the line broke
        return error.connection_invalidated or isinstance(error, NOTHING_STANDS)
    return (state[:2] in AWAY_CLASSES or state == IN_RECOVERY) and state != CALLED_OFF


def _takes_no_writes(error: Exception) -> bool:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        return (cause.sqlite_errorcode & 0xFF) in WRITES_IN_SQLITE
    return getattr(cause, "sqlstate", None) == IN_RECOVERY


class Outage:
    """Of one database, as all threads of this process meet it."""

    def __init__(self) -> None:
        self._away: Literal["no", "all of it", "for writes"] = "no"
        self._telling = threading.Lock()

    @property
    def lasts(self) -> bool:
        return self._away != "no"

    @contextmanager
    def heard(self, *, writing: bool) -> Iterator[None]:
        """Said once when the database goes and once when it is back, whoever of us meets it, and how often."""
        try:
            yield
        except Exception as error:
            if is_away(error):
                self._went(error)
            raise
        told_by_this = self._away == "all of it" or (writing and self._away == "for writes")
        if told_by_this and self._turns("no"):
            _say(log.info, "the database answers again")

    def _turns(self, away: Literal["no", "all of it", "for writes"]) -> bool:
        """Is that news? Many threads meet the same."""
        with self._telling:
            before, self._away = self._away, away
        return (before == "no") != (away == "no")

    def _went(self, error: Exception) -> None:
        if self._turns("for writes" if _takes_no_writes(error) else "all of it"):
            # What the driver says may quote the address with its password, or a value: its kind is enough.
            _say(log.warning, "the database does not answer", error=type(getattr(error, "orig", error)).__name__)


def _say(how: Callable[..., None], event: str, **more: str) -> None:
    """About no case: who happened to meet it first is nothing to go by."""
    contextvars.Context().run(how, event, **more)

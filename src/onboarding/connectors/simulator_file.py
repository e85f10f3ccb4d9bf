"""The simulator's file: its tables, its knobs, its own log, and what a test may do to it behind everybody's back.

Any number of threads and processes may have it open; a knob that is turned in one is felt by the next call in another.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from uuid import uuid4

from pydantic import Field

from onboarding.domain.accounts import Account
from onboarding.domain.people import Value

# Names are unique without regard to case, also for letters SQLite's own NOCASE does not know: hence `folded`.
# `key` is not unique: that two accounts may carry one number is what the engine must survive.
SCHEMA = """
CREATE TABLE accounts (
    native_id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, key TEXT,
    enabled INTEGER NOT NULL, attributes TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX accounts_by_key ON accounts (key);
CREATE TABLE memberships (native_id TEXT, target TEXT, PRIMARY KEY (native_id, target)) WITHOUT ROWID;
CREATE TABLE targets (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE pending (subject TEXT PRIMARY KEY, since REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE log (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, verb TEXT NOT NULL, key TEXT NOT NULL, detail TEXT NOT NULL,
    changed INTEGER NOT NULL
);
CREATE TABLE knobs (value TEXT NOT NULL, writes INTEGER NOT NULL);
INSERT INTO knobs VALUES ('{}', 0);
"""


class Knobs(Value):
    """How the system misbehaves. All at rest: it answers at once and refuses nothing."""

    slow: float = Field(0, ge=0)  # seconds before each call is answered
    down: bool = False  # nobody answers
    throttled: float | None = Field(None, ge=0)  # seconds: every call is told to come back after so long
    lose_answers: Literal["before", "after"] | None = None  # the answer is lost before, or after, it was written
    lose_every: int = Field(1, ge=1)  # only every nth write, counted from when a knob was last turned
    refuses: Mapping[str, str] = {}  # attribute -> the value it will not have; `username` and `target` too
    in_progress: float = Field(0, ge=0)  # seconds from when an account or grant is first asked for
    password: str | None = Field(None, repr=False)  # None: any password, or none, is good


class Entry(Value):
    """One line of the system's own log."""

    at: datetime
    verb: str
    key: str  # the account's number, or its native id where it has none
    detail: str
    changed: bool


class SimulatorFile:
    """One simulated system, seen from its own side. Each call is a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            _create(path)

    def open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw", uri=True, timeout=30, isolation_level=None
        )
        connection.execute("PRAGMA synchronous = OFF")  # what it holds is worth nothing after a power cut
        return connection

    @property
    def knobs(self) -> Knobs:
        with closing(self.open()) as db:
            return read_knobs(db)

    def turn(self, **changes: object) -> Knobs:
        """Turn these knobs and leave the others as they are."""
        with closing(self.open()) as db, writing(db):
            knobs = Knobs.model_validate(read_knobs(db).model_dump() | changes)
            db.execute("UPDATE knobs SET value = ?, writes = 0", (knobs.model_dump_json(),))
            return knobs

    def log(self) -> tuple[Entry, ...]:
        """Every bind, and every call that had an effect or was turned away, in order."""
        with closing(self.open()) as db:
            rows = db.execute("SELECT at, verb, key, detail, changed FROM log ORDER BY id")
            return tuple(Entry.model_validate(dict(zip(Entry.model_fields, row, strict=True))) for row in rows)

    def accounts(self) -> tuple[Account, ...]:
        with closing(self.open()) as db:
            return read_accounts(db, "ORDER BY folded")

    def put(self, *accounts: Account) -> None:
        """Accounts that were there before us, made by somebody else: not in the log."""
        with closing(self.open()) as db, writing(db):
            for account in accounts:
                for sql, values in insertion(account):
                    db.execute(sql, values)

    def remove(self, native_id: str) -> None:
        """An account deleted behind our back: not in the log."""
        with closing(self.open()) as db, writing(db):
            for sql in DELETION:
                db.execute(sql, (native_id,))

    def declare(self, *targets: str) -> None:
        """The groups there are. Once any is declared, a grant of another is refused."""
        with closing(self.open()) as db, writing(db):
            db.executemany("INSERT OR IGNORE INTO targets VALUES (?)", [(target,) for target in targets])


DELETION = ("DELETE FROM memberships WHERE native_id = ?", "DELETE FROM accounts WHERE native_id = ?")


def insertion(account: Account) -> Iterator[tuple[str, Sequence[object]]]:
    attributes = json.dumps(account.attributes)
    row = (account.native_id, account.name, account.name.casefold(), account.key, account.enabled, attributes)
    yield "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)", row
    for target in account.targets:
        yield "INSERT INTO memberships VALUES (?, ?)", (account.native_id, target)


def read_knobs(db: sqlite3.Connection) -> Knobs:
    (value,) = db.execute("SELECT value FROM knobs").fetchone()
    return _knobs(value)


@lru_cache
def _knobs(value: str) -> Knobs:
    return Knobs.model_validate_json(value)


def read_accounts(db: sqlite3.Connection, where: str, *values: object) -> tuple[Account, ...]:
    """The accounts this end of a query finds, each with what it has."""
    its = "SELECT json_group_array(target) FROM memberships WHERE native_id = accounts.native_id"
    chosen = f"SELECT native_id, name, key, enabled, attributes, ({its}) FROM accounts {where}"  # noqa: S608 - our own
    return tuple(
        Account(
            native_id=native_id,
            name=name,
            key=key,
            enabled=enabled,
            targets=frozenset(json.loads(targets)),
            attributes=json.loads(attributes),
        )
        for native_id, name, key, enabled, attributes, targets in db.execute(chosen, values)
    )


def write_log(db: sqlite3.Connection, verb: str, key: str, detail: str, *, changed: bool) -> None:
    line = (datetime.now(UTC).isoformat(), verb, key, detail, changed)
    db.execute("INSERT INTO log (at, verb, key, detail, changed) VALUES (?, ?, ?, ?, ?)", line)


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[None]:
    """One writer at a time, from the first read on: what was decided still holds when it is written."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _create(path: Path) -> None:
    # Made aside and linked into place, so that of several who come first one makes it and none meets half a file
    # (nor two of them the switch to WAL, which does not wait for a lock).
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{uuid4().hex}")
    try:
        with closing(sqlite3.connect(aside)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(SCHEMA)
        os.link(aside, path)
    except FileExistsError:
        pass  # somebody else was first
    finally:
        aside.unlink(missing_ok=True)

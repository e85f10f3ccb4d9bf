"""One connection to a simulated system: every verb is decided, carried out and logged in one transaction."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal

from onboarding.connectors.base import Done, Effect, InProgress, Page
from onboarding.connectors.simulator_accounts import (
    CONTAINER,
    Change,
    check_target,
    current,
    find,
    make,
    refuse,
    set_attributes,
    taken,
    update,
)
from onboarding.connectors.simulator_file import DELETION, Knobs, read_accounts, read_knobs, write_log, writing
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.errors import NeedsHuman, Refused, Transient

AWAITED = frozenset({"account", "grant"})  # what the knob `in_progress` delays
Decide = Callable[[Knobs], Change]


class SimulatorSession:
    """The verbs of `base.Session`. Each reads anew what it is to change: another visit may have been there."""

    def __init__(self, db: sqlite3.Connection, system: str, page: int, password: str | None) -> None:
        self._db = db
        self._system = system
        self._page = page
        self._password = password

    def find(self, want: Desired) -> Account | None:
        with self._reading("find", want.key):
            return find(self._db, self._system, want, want.native_id)

    def taken(self, names: Sequence[str], want: Desired) -> frozenset[str]:
        with self._reading("name", ""):
            return taken(self._db, names, want)

    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        def decide(knobs: Knobs) -> Change:
            account = find(self._db, self._system, want, found.native_id if found else want.native_id)
            if account is None:
                return make(self._db, want, knobs)
            return update(self._db, account, want, knobs)

        return self._write("account", want.key, want.key, decide)

    def set_enabled(self, account: Account, on: bool) -> Effect:
        def decide(knobs: Knobs) -> Change:
            now = self._there(account) if on else current(self._db, account)
            if now is None or now.enabled == on:
                return Change(account.native_id)
            enable = ("UPDATE accounts SET enabled = ? WHERE native_id = ?", (on, account.native_id))
            return Change(account.native_id, "done", (enable,))

        return self._write("enable" if on else "disable", _label(account), account.native_id, decide)

    def grant(self, account: Account | None, work: Work) -> Effect:
        if account is None:  # here everything is given to an account
            raise Transient(sent="no")

        def decide(knobs: Knobs) -> Change:
            if work.target in self._there(account).targets:
                return Change(account.native_id)
            refuse(knobs, "target", work.target)
            check_target(self._db, work.target)
            insert = ("INSERT INTO memberships VALUES (?, ?)", (account.native_id, work.target))
            return Change(account.native_id, work.target, (insert,))

        return self._write("grant", _label(account), f"{account.native_id} {work.target}", decide)

    def revoke(self, account: Account | None, work: Work) -> Effect:
        if account is None:
            return Done(changed=False)

        def decide(knobs: Knobs) -> Change:
            now = current(self._db, account)
            if now is None or work.target not in now.targets:
                return Change(account.native_id)
            remove = ("DELETE FROM memberships WHERE native_id = ? AND target = ?", (account.native_id, work.target))
            return Change(account.native_id, work.target, (remove,))

        return self._write("revoke", _label(account), f"{account.native_id} {work.target}", decide)

    def move(self, account: Account, want: Desired) -> Effect:
        def decide(knobs: Knobs) -> Change:
            attributes = self._there(account).attributes
            if attributes.get(CONTAINER, "") == want.unit_id:
                return Change(account.native_id)
            refuse(knobs, "unit_id", want.unit_id)
            moved = set_attributes(account.native_id, attributes | {CONTAINER: want.unit_id})
            return Change(account.native_id, want.unit_id, (moved,))

        return self._write("move", _label(account), account.native_id, decide)

    def delete(self, account: Account) -> Effect:
        def decide(knobs: Knobs) -> Change:
            if current(self._db, account) is None:
                return Change()
            return Change(None, "done", tuple((sql, (account.native_id,)) for sql in DELETION))

        return self._write("delete", _label(account), account.native_id, decide)

    def ask(self, work: Work) -> Effect:
        raise NeedsHuman("step", "system.not-offered", system=self._system)

    def snapshot(self, token: str | None) -> Page:
        with self._reading("snapshot", ""):
            one_more = "WHERE native_id > ? ORDER BY native_id LIMIT ?"
            rows = read_accounts(self._db, one_more, token or "", self._page + 1)
        page = rows[: self._page]
        return Page(accounts=page, next=page[-1].native_id if len(rows) > len(page) else None)

    def changes(self, token: str | None) -> Page:
        raise NeedsHuman("step", "system.not-offered", system=self._system)

    def _there(self, account: Account) -> Account:
        now = current(self._db, account)
        if now is None:  # deleted since it was read
            raise Transient(sent="no")
        return now

    def _arrive(self, verb: str, key: str) -> Knobs:
        """What every call meets before it is heard."""
        knobs = read_knobs(self._db)
        if knobs.slow:
            time.sleep(knobs.slow)
        if knobs.down:
            raise Transient(sent="no")
        if knobs.password not in (None, self._password):
            self._turn_away(verb, key, "credentials refused")
            raise NeedsHuman("system", "system.credentials-refused", system=self._system)
        if knobs.throttled is not None:
            self._turn_away(verb, key, "throttled")
            raise Transient(timedelta(seconds=knobs.throttled), sent="no")
        return knobs

    def _turn_away(self, verb: str, key: str, detail: str) -> None:
        with writing(self._db):
            write_log(self._db, verb, key, detail, changed=False)

    @contextmanager
    def _reading(self, verb: str, key: str) -> Iterator[None]:
        with answering("no"):
            self._arrive(verb, key)
            yield

    def _write(self, verb: str, key: str, subject: str, decide: Decide) -> Effect:
        with answering("unknown"):
            knobs = self._arrive(verb, key)
            with writing(self._db):
                outcome = self._carry_out(verb, key, f"{verb} {subject}", decide, knobs)
        if isinstance(outcome, Exception):  # raised only now: the line in the log is to stay
            raise outcome
        return outcome

    def _carry_out(
        self, verb: str, key: str, subject: str, decide: Decide, knobs: Knobs
    ) -> Effect | Refused | NeedsHuman | Transient:
        try:
            change = decide(knobs)
        except (Refused, NeedsHuman) as no:
            write_log(self._db, verb, key, str(no), changed=False)
            return no
        if not change.statements:
            return Done(changed=False, native_id=change.native_id)
        if verb in AWAITED and (seconds := self._wait(subject, knobs)) > 0:
            return InProgress(again=timedelta(seconds=seconds))
        lost = self._loses(knobs)
        if lost != "before":
            for sql, values in change.statements:
                self._db.execute(sql, values)
            self._db.execute("DELETE FROM pending WHERE subject = ?", (subject,))
            write_log(self._db, verb, key, change.detail, changed=True)
        if lost:
            write_log(self._db, verb, key, "answer lost", changed=False)
            return Transient(sent="unknown")
        return Done(changed=True, native_id=change.native_id)

    def _wait(self, subject: str, knobs: Knobs) -> float:
        """Seconds left since this was first asked for, perhaps by another visit."""
        if not knobs.in_progress:
            return 0
        self._db.execute("INSERT OR IGNORE INTO pending VALUES (?, ?)", (subject, time.time()))
        (since,) = self._db.execute("SELECT since FROM pending WHERE subject = ?", (subject,)).fetchone()
        return float(since) + knobs.in_progress - time.time()

    def _loses(self, knobs: Knobs) -> str | None:
        if knobs.lose_answers is None:
            return None
        (writes,) = self._db.execute("UPDATE knobs SET writes = writes + 1 RETURNING writes").fetchone()
        return knobs.lose_answers if writes % knobs.lose_every == 0 else None


@contextmanager
def answering(sent: Literal["no", "unknown"]) -> Iterator[None]:
    """A file that cannot be read or written is a system that did not answer."""
    try:
        yield
    except (sqlite3.Error, OSError):
        raise Transient(sent=sent) from None  # what it was about to write is nobody's to read in a log


def _label(account: Account) -> str:
    return account.key or account.native_id

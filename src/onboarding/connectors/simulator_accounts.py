"""What the simulated system makes of a wish for an account: decided here, written by the session."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from onboarding.connectors.namesakes import PERHAPS_HERS, may_be_hers
from onboarding.connectors.simulator_file import Knobs, insertion, read_accounts
from onboarding.domain.accounts import Account, Desired
from onboarding.domain.errors import NeedsHuman, Refused

# Of an account's attributes; whatever else is there is somebody else's.
OWNED = frozenset(Desired.model_fields) - {"key", "native_id", "username"}
CONTAINER = "container"  # where in the tree it lies: set when it is made, then only by `move`


class Change(NamedTuple):
    """What a verb would do. Without statements there is nothing to do."""

    native_id: str | None = None
    detail: str = ""
    statements: tuple[tuple[str, Sequence[object]], ...] = ()


def find(db: sqlite3.Connection, system: str, want: Desired, native_id: str | None) -> Account | None:
    """The one account that is hers. Two of them, or one that says it is another's, is for a person to settle."""
    hits = read_accounts(db, "WHERE native_id = ? OR key = ?", native_id, want.key)
    if len(hits) > 1:
        raise NeedsHuman("step", "system.two-accounts", system=system)
    if hits and hits[0].key not in (None, want.key):
        raise NeedsHuman("step", "system.another-number", system=system)
    return hits[0] if hits else None


def current(db: sqlite3.Connection, account: Account) -> Account | None:
    hits = read_accounts(db, "WHERE native_id = ?", account.native_id)
    return hits[0] if hits else None


def taken(db: sqlite3.Connection, names: Sequence[str], want: Desired) -> frozenset[str]:
    asked = json.dumps([name.casefold() for name in names])
    used = read_accounts(db, "WHERE folded IN (SELECT value FROM json_each(?))", asked)
    holders = {account.name.casefold(): account for account in used}
    there = [name for name in names if name.casefold() in holders]
    for name in there:
        if _whose(holders[name.casefold()], want) == PERHAPS_HERS:
            raise Refused("username", name, PERHAPS_HERS, next((free for free in names if free not in there), None))
    return frozenset(there)


def _whose(holder: Account, want: Desired) -> str:
    """Why a user name cannot be hers: somebody has it, or, not ours to guess, it may be she herself from before."""
    perhaps = holder.key is None and may_be_hers(want, holder.attributes.get("display_name"))
    return PERHAPS_HERS if perhaps else "system.username-taken"


def make(db: sqlite3.Connection, want: Desired, knobs: Knobs) -> Change:
    name = want.username or want.key  # where no user name is asked for, the account is called by its number
    holder = _holder(db, name)
    if holder is not None:
        raise Refused("username", name, _whose(holder, want))
    attributes = attributes_of(want)
    _refuse_any(db, knobs, {"username": name} | attributes)
    if want.unit_id:
        attributes[CONTAINER] = want.unit_id
    account = Account(native_id=str(uuid4()), name=name, key=want.key, enabled=False, attributes=attributes)
    return Change(account.native_id, "made", tuple(insertion(account)))


def update(db: sqlite3.Connection, account: Account, want: Desired, knobs: Knobs) -> Change:
    """What differs of what we own, the name and the number included; what others own stays as it is."""
    wanted = attributes_of(want)
    changed = {name: wanted.get(name, "") for name in OWNED if account.attributes.get(name) != wanted.get(name)}
    name = want.username or account.name
    if name != account.name:
        holder = _holder(db, name)
        if holder is not None and holder.native_id != account.native_id:
            raise Refused("username", name, "system.username-taken")
        changed["username"] = name
    if account.key is None:
        changed["key"] = want.key
    if not changed:
        return Change(account.native_id)
    _refuse_any(db, knobs, changed)
    theirs = {name: value for name, value in account.attributes.items() if name not in OWNED}
    identity = "UPDATE accounts SET name = ?, folded = ?, key = ? WHERE native_id = ?"
    statements = (
        (identity, (name, name.casefold(), want.key, account.native_id)),
        set_attributes(account.native_id, theirs | wanted),
    )
    return Change(account.native_id, "changed " + " ".join(sorted(changed)), statements)


def attributes_of(want: Desired) -> dict[str, str]:
    """What an account should have of what we own; what is empty is not there."""
    values = want.model_dump(mode="json", include=set(OWNED))
    return {name: "yes" if value is True else str(value) for name, value in values.items() if value}


def set_attributes(native_id: str, attributes: Mapping[str, str]) -> tuple[str, Sequence[object]]:
    return "UPDATE accounts SET attributes = ? WHERE native_id = ?", (json.dumps(attributes), native_id)


def check_target(db: sqlite3.Connection, target: str) -> None:
    if unknown_targets(db, [target]):
        raise Refused("target", target, "system.unknown-target")


def unknown_targets(db: sqlite3.Connection, targets: Collection[str]) -> list[str]:
    """Those that are not among the declared ones; where none is declared, any can be granted."""
    declared = {name for (name,) in db.execute("SELECT name FROM targets")}
    return sorted(set(targets) - declared) if declared else []


def refuse(knobs: Knobs, attribute: str, value: str, proposal: str | None = None) -> None:
    if knobs.refuses.get(attribute) == value:
        raise Refused(attribute, value, "system.value-refused", proposal)


def _refuse_any(db: sqlite3.Connection, knobs: Knobs, values: Mapping[str, str]) -> None:
    for attribute, value in values.items():
        if attribute in knobs.refuses:
            refuse(knobs, attribute, value, _free(db, value) if attribute == "username" else None)


def _holder(db: sqlite3.Connection, name: str) -> Account | None:
    hits = read_accounts(db, "WHERE folded = ?", name.casefold())
    return hits[0] if hits else None


def _free(db: sqlite3.Connection, name: str) -> str:
    number = 2
    while _holder(db, f"{name}{number}"):
        number += 1
    return f"{name}{number}"

"""How an account is made and brought up to date: all in one operation, and apart where that is refused."""

import secrets
import string
from collections.abc import Sequence

from onboarding.connectors.active_directory import people
from onboarding.connectors.active_directory.answers import NO_SUCH_OBJECT, Answer, fault
from onboarding.connectors.active_directory.directory import REPLACE, Change, Directory, Values
from onboarding.connectors.active_directory.entries import (
    NEW,
    Entry,
    any_of,
    by_guid,
    common_name,
    equals,
    quoted,
    split,
)
from onboarding.connectors.active_directory.options import Domain
from onboarding.connectors.base import Done, Effect
from onboarding.connectors.namesakes import PERHAPS_HERS
from onboarding.domain.accounts import Desired
from onboarding.domain.errors import Refused, Transient

CLASSES = ("top", "person", "organizationalPerson", "user")
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#%+-=?_")
_PASSWORD_LENGTH = 40
_TRIES = 2  # a domain's own rules may refuse a password by chance


class Writing:
    def __init__(self, directory: Directory, domain: Domain) -> None:
        self._directory = directory
        self._domain = domain

    def make(self, want: Desired) -> Effect:
        name = people.username(want, None)
        place = people.place(self._domain, want)
        core: dict[str, Values] = {
            **people.names(self._domain, name),
            self._domain.correlation: people.key(self._domain, want),
            "userAccountControl": str(NEW),
        }
        rest = self._rest(want, name)
        dn = f"{common_name(want.display_name, name)},{place}"
        said = self._add(dn, core | {attribute: values for _, attribute, values in rest})
        apart = rest and (said.value_refused or said.code == NO_SUCH_OBJECT)
        if apart and self._directory.read(place, ["objectClass"]):
            said = self._add(dn, core)
        if not said.ok:
            return self._not_made(said, want, name, dn, place)
        made = self._directory.read(dn, ["objectGUID"])
        if made is None:  # moved within that moment: what it is, the next look says
            raise Transient(sent="unknown")
        if apart:
            self._apart(made, rest)
        return Done(changed=True, native_id=made.native_id)

    def update(self, entry: Entry, want: Desired) -> Effect:
        changes = [
            *people.delta(self._domain, entry, want),
            *self._manager(want, entry.text("manager")),
            *self._hidden(want, entry),
        ]
        if not changes:
            return Done(changed=False, native_id=entry.native_id)
        said = self._directory.modify(by_guid(entry.native_id), changes)
        if said.taken:
            name = people.username(want, entry.text("sAMAccountName"))
            raise Refused("username", name, "system.username-taken")
        if said.code == NO_SUCH_OBJECT and people.current(self._directory, self._domain, entry.native_id) is None:
            raise Transient(sent="no")  # deleted since it was read
        if said.value_refused or said.code == NO_SUCH_OBJECT:
            self._apart(entry, changes)
        elif not said.ok:
            raise fault(self._domain.system, said, split(entry.dn)[1], account=True)
        return Done(changed=True, native_id=entry.native_id)

    def _add(self, dn: str, attributes: dict[str, Values]) -> Answer:
        """With a password in the same operation, so that no account is ever without one. Nobody has seen it."""
        for _ in range(_TRIES):
            said = self._directory.add(dn, CLASSES, {**attributes, "unicodePwd": quoted(_password())})
            if not said.weak_password:
                break
        return said

    def _not_made(self, said: Answer, want: Desired, name: str, dn: str, place: str) -> Effect:
        if said.taken:
            return self._taken(want, name, dn)
        if said.code == NO_SUCH_OBJECT and self._directory.read(place, ["objectClass"]) is None:
            raise Refused("ou", place, "active-directory.no-such-ou")
        if said.value_refused:  # of the few that an account cannot be without
            raise Refused("username", name, "system.value-refused")
        raise fault(self._domain.system, said, place)

    def _taken(self, want: Desired, name: str, dn: str) -> Effect:
        """Hers, from a visit whose answer was lost; or somebody's, who must be known before anything is touched."""
        hers = people.find(self._directory, self._domain, want, None)
        if hers:
            return self.update(hers, want)
        held = [equals(*pair) for pair in people.names(self._domain, name).items()]
        filter_ = f"(&{people.PERSON}{any_of([*held, equals('distinguishedName', dn)])})"
        wanted = ["sAMAccountName", *people.SHOWN, self._domain.correlation]
        holders = self._directory.search(self._domain.base, filter_, wanted)
        perhaps = any(people.may_be_hers(self._domain, holder, want) for holder in holders)
        raise Refused("username", name, PERHAPS_HERS if perhaps else "system.username-taken")

    def _rest(self, want: Desired, name: str) -> list[Change]:
        """What a new account has besides what makes it one."""
        values = people.owned(want)
        if self._domain.mail_domain:
            values["mail"] = f"{name}@{self._domain.mail_domain}"
        rest: list[Change] = [(REPLACE, attribute, [value]) for attribute, value in values.items() if value]
        return [*rest, *self._manager(want, None), *self._hidden(want, None)]

    def _manager(self, want: Desired, now: str | None) -> list[Change]:
        """Left as it is until the manager has one account: never a reason to stop."""
        if want.manager_key is None:
            return [(REPLACE, "manager", [])] if now else []
        filter_ = f"(&{people.PERSON}{equals(self._domain.correlation, want.manager_key)})"
        found = self._directory.search(self._domain.base, filter_, ["objectGUID"])
        if len(found) != 1 or found[0].dn.casefold() == (now or "").casefold():
            return []
        return [(REPLACE, "manager", [found[0].dn])]

    def _hidden(self, want: Desired, entry: Entry | None) -> list[Change]:
        """Hidden where she is protected, and never shown by us: who is hidden may be so for others' reasons."""
        if not want.hidden or (entry and entry.text(people.HIDES) == "TRUE") or not self._knows(people.HIDES):
            return []
        return [(REPLACE, people.HIDES, ["TRUE"])]

    def _knows(self, attribute: str) -> bool:
        root = self._directory.read("", ["schemaNamingContext"])
        schema = root.text("schemaNamingContext") if root else None
        return bool(schema and self._directory.search(schema, equals("lDAPDisplayName", attribute), ["cn"]))

    def _apart(self, entry: Entry, changes: Sequence[Change]) -> None:
        """A bundle was refused without a word on which: one by one all that can be is done, then the first is named."""
        refused: list[Change] = []
        for change in _bundles(changes):
            said = self._directory.modify(by_guid(entry.native_id), change)
            attribute = change[0][1]
            if said.taken:
                refused += change
            elif said.value_refused or said.code == NO_SUCH_OBJECT:
                refused += change if attribute != "manager" else []  # deleted since it was looked up
            elif not said.ok:
                raise fault(self._domain.system, said, split(entry.dn)[1], account=True)
        if refused:
            _, attribute, values = refused[0]
            value = str(values[0]) if values else ""
            raise Refused(people.FIELDS[attribute], value, "system.value-refused")


def _bundles(changes: Sequence[Change]) -> list[list[Change]]:
    """Each alone, but the two names together: one without the other is somebody with two."""
    names = [change for change in changes if people.FIELDS[change[1]] == "username"]
    return [*([change] for change in changes if change not in names), *([names] if names else [])]


def _password() -> str:
    """Long, of every kind of character, known to nobody: its owner gets her own when she signs on first."""
    letters = [secrets.choice(kind) for kind in _KINDS]
    letters += [secrets.choice("".join(_KINDS)) for _ in range(_PASSWORD_LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)

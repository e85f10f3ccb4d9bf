"""One connection to one domain controller for one visit: the verbs of `base.Session`, each after a fresh look."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from onboarding.connectors.active_directory import people
from onboarding.connectors.active_directory.answers import (
    EXISTS,
    NO_SUCH_ATTRIBUTE,
    NO_SUCH_OBJECT,
    UNWILLING,
    VALUE_EXISTS,
    Answer,
    fault,
)
from onboarding.connectors.active_directory.directory import ADD, REMOVE, Directory
from onboarding.connectors.active_directory.entries import DISABLED, Entry, any_of, by_guid, common_name, equals, split
from onboarding.connectors.active_directory.groups import Groups
from onboarding.connectors.active_directory.options import Domain
from onboarding.connectors.active_directory.writing import Writing
from onboarding.connectors.base import Done, Effect, Page
from onboarding.connectors.namesakes import PERHAPS_HERS
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.errors import NeedsHuman, Refused, Transient

NO_GROUP = "active-directory.no-such-group"
_FLAGS = "userAccountControl"
_TRIES = 2  # a lost race is read again once


class ActiveDirectorySession:
    def __init__(self, directory: Directory, domain: Domain) -> None:
        self._directory = directory
        self._domain = domain
        self._groups = Groups(directory, domain)
        self._writing = Writing(directory, domain)

    def find(self, want: Desired) -> Account | None:
        entry = people.find(self._directory, self._domain, want, want.native_id)
        return people.as_account(self._domain, entry, self._groups.targets(entry)) if entry else None

    def taken(self, names: Sequence[str], want: Desired) -> frozenset[str]:
        """By anybody and anything: groups and computers have user names too."""
        if not names:
            return frozenset()
        addresses = ["mail", "proxyAddresses"] if self._domain.mail_domain else []
        named = ["sAMAccountName", "userPrincipalName", "cn", *addresses]
        found = self._directory.search(
            self._domain.base,
            any_of([part for name in names for part in self._held(name)]),
            [*named, *people.SHOWN, self._domain.correlation],
        )
        holders = {name: [one for one in found if self._has(one, named, name)] for name in names}
        free = [name for name in names if not holders[name]]
        for name in names:
            if any(people.may_be_hers(self._domain, one, want) for one in holders[name]):
                raise Refused("username", name, PERHAPS_HERS, next(iter(free), None))
        return frozenset(names) - frozenset(free)

    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        native_id = found.native_id if found else want.native_id
        entry = people.find(self._directory, self._domain, want, native_id)
        return self._writing.update(entry, want) if entry else self._writing.make(want)

    def set_enabled(self, account: Account, on: bool) -> Effect:
        """Compare and set: only if nobody has changed a flag since it was read."""
        for _ in range(_TRIES):
            entry = self._current(account)
            if entry is None:
                if on:
                    raise Transient(sent="no")
                return Done(changed=False)
            now = entry.number(_FLAGS)
            then = now & ~DISABLED if on else now | DISABLED
            if then == now:
                return Done(changed=False, native_id=account.native_id)
            changes = [(REMOVE, _FLAGS, [str(now)]), (ADD, _FLAGS, [str(then)])]
            said = self._directory.modify(by_guid(account.native_id), changes)
            if said.ok:
                return Done(changed=True, native_id=account.native_id)
            if said.code != NO_SUCH_ATTRIBUTE:
                raise fault(self._domain.system, said, split(entry.dn)[1], account=True)
        raise Transient(sent="no")

    def grant(self, account: Account | None, work: Work) -> Effect:
        group = self._groups.named(work.target)
        if group is None:
            raise Refused("target", work.target, NO_GROUP)
        entry = self._current(account) if account else None
        if entry is None:  # deleted since it was read
            raise Transient(sent="no")
        said = self._directory.modify(group.dn, [(ADD, "member", [entry.dn])])
        if said.code in (EXISTS, VALUE_EXISTS):
            return Done(changed=False, native_id=entry.native_id)
        if not said.ok:
            raise self._not_granted(said, group, work)
        return Done(changed=True, native_id=entry.native_id)

    def revoke(self, account: Account | None, work: Work) -> Effect:
        entry = self._current(account) if account else None
        if entry is None:
            return Done(changed=False)
        group = self._groups.named(work.target)
        if group is None:
            if work.action == "grant":  # undoing what could not be given
                return Done(changed=False, native_id=entry.native_id)
            raise Refused("target", work.target, NO_GROUP)  # renamed, perhaps, with her still in it
        said = self._directory.modify(group.dn, [(REMOVE, "member", [entry.dn])])
        if said.ok:
            return Done(changed=True, native_id=entry.native_id)
        if said.code in (NO_SUCH_ATTRIBUTE, UNWILLING, NO_SUCH_OBJECT):
            return self._was_not_member(entry, group, said)
        raise fault(self._domain.system, said, group.dn)

    def move(self, account: Account, want: Desired) -> Effect:
        entry = self._current(account)
        if entry is None:
            raise Transient(sent="no")
        enabled = not entry.number(_FLAGS) & DISABLED
        place = people.place(self._domain, want, enabled=enabled)
        ou = self._directory.read(place, ["objectClass"])
        if ou is None:
            raise Refused("ou", place, "active-directory.no-such-ou")
        rdn, parent = split(entry.dn)
        if parent.casefold() == ou.dn.casefold():
            return Done(changed=False, native_id=entry.native_id)
        said = self._directory.rename(entry.dn, rdn, ou.dn)
        if said.code == EXISTS:  # somebody there is called the same: then with the user name behind
            rdn = common_name(want.display_name, entry.text("sAMAccountName") or "")
            said = self._directory.rename(entry.dn, rdn, ou.dn)
        if said.no_parent:  # both were there a moment ago
            raise Transient(sent="no")
        if not said.ok:
            raise fault(self._domain.system, said, ou.dn)
        return Done(changed=True, native_id=entry.native_id)

    def delete(self, account: Account) -> Effect:
        entry = self._current(account)
        if entry is None:
            return Done(changed=False)
        said = self._directory.delete(by_guid(account.native_id))
        if said.code == NO_SUCH_OBJECT:
            return Done(changed=False)
        if not said.ok:
            raise fault(self._domain.system, said, split(entry.dn)[1], account=True)
        return Done(changed=True)

    def ask(self, work: Work) -> Effect:
        raise NeedsHuman("step", "system.not-offered", system=self._domain.system)

    def snapshot(self, token: str | None) -> Page:
        """The token is the domain controller's own, and only this session's. Some give the same one for every page."""
        read, _, theirs = (token or "0.").partition(".")
        cookie = urlsafe_b64decode(theirs)
        wanted = people.attributes(self._domain)
        entries, more = self._directory.page(self._domain.base, f"(&{people.PERSON})", wanted, cookie)
        targets = self._groups.targets_of(entries)
        return Page(
            accounts=tuple(people.as_account(self._domain, *pair) for pair in zip(entries, targets, strict=True)),
            next=f"{int(read) + 1}.{urlsafe_b64encode(more).decode()}" if more else None,
        )

    def changes(self, token: str | None) -> Page:
        raise NeedsHuman("step", "system.not-offered", system=self._domain.system)

    def _current(self, account: Account) -> Entry | None:
        return people.current(self._directory, self._domain, account.native_id)

    def _held(self, name: str) -> list[str]:
        filters = [equals("cn", name), *(equals(*pair) for pair in people.names(self._domain, name).items())]
        if self._domain.mail_domain:  # which Active Directory lets two have, and Entra ID then copies neither
            address = f"{name}@{self._domain.mail_domain}"
            filters += [equals("mail", address), equals("proxyAddresses", f"smtp:{address}")]
        return filters

    def _has(self, entry: Entry, attributes: Sequence[str], name: str) -> bool:
        held = {value for attribute in attributes for value in entry.values.get(attribute.lower(), ())}
        return not self._shapes(name).isdisjoint(value.decode("utf-8", "replace").casefold() for value in held)

    def _shapes(self, name: str) -> set[str]:
        shapes = {name, f"{name}@{self._domain.upn_suffix}"}
        if self._domain.mail_domain:
            address = f"{name}@{self._domain.mail_domain}"
            shapes |= {address, f"smtp:{address}"}
        return {shape.casefold() for shape in shapes}

    def _not_granted(self, said: Answer, group: Entry, work: Work) -> Exception:
        if said.code == NO_SUCH_OBJECT:
            still_there = self._directory.read(group.dn, ["objectClass"])
            return Transient(sent="no") if still_there else Refused("target", work.target, NO_GROUP)
        if said.value_refused:
            return Refused("target", work.target, "active-directory.group-refuses")
        return fault(self._domain.system, said, group.dn)

    def _was_not_member(self, entry: Entry, group: Entry, said: Answer) -> Effect:
        now = people.current(self._directory, self._domain, entry.native_id)
        if now is None or group.dn not in self._groups.of(now):
            return Done(changed=False, native_id=entry.native_id)
        primary = self._groups.primary(now)
        if primary and primary.dn == group.dn:
            raise NeedsHuman("step", "active-directory.primary-group", system=self._domain.system)
        raise fault(self._domain.system, said, group.dn)

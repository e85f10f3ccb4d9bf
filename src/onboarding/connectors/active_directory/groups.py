"""Groups as policy names them and as accounts have them: by `sAMAccountName` or by DN, letter by letter."""

from collections.abc import Iterable, Sequence

from onboarding.connectors.active_directory.directory import Directory
from onboarding.connectors.active_directory.entries import Entry, any_of, equals, sid_in_domain
from onboarding.connectors.active_directory.options import Domain
from onboarding.domain.errors import Refused

_AT_A_TIME = 50  # DNs in one filter
_NAME = "sAMAccountName"


class Groups:
    """What one session has learnt of groups."""

    def __init__(self, directory: Directory, domain: Domain) -> None:
        self._directory = directory
        self._domain = domain
        self._names: dict[str, str | None] = {}  # DN -> name, None for one that this domain does not have
        self._primary: dict[bytes, Entry | None] = {}  # by security identifier

    def named(self, target: str) -> Entry | None:
        """None where there is no such group.

        One spelled otherwise is refused, with the right spelling: what an account has is compared letter by letter.
        """
        group = self._by_dn(target) if "=" in target else self._by_name(target)
        if group is None:
            return None
        spelled = group.dn if "=" in target else group.text(_NAME) or target
        if spelled != target:
            raise Refused("target", target, "active-directory.group-spelled-otherwise", spelled)
        return group

    def targets(self, entry: Entry) -> frozenset[str]:
        """All that the account has, each by name and by DN, since policy may say either."""
        return self.targets_of([entry])[0]

    def targets_of(self, entries: Sequence[Entry]) -> list[frozenset[str]]:
        """As `targets`, with as few questions for many accounts as for one."""
        groups = [self.of(entry) for entry in entries]
        self._learn({dn for dns in groups for dn in dns})
        return [frozenset(name for dn in dns for name in (dn, self._names[dn]) if name) for dns in groups]

    def of(self, entry: Entry) -> list[str]:
        """The DNs of its groups. The primary one is a number on the account, and not among its memberships."""
        dns = [value.decode("utf-8") for value in self._directory.all_values(entry, "memberOf")]
        primary = self.primary(entry)
        return [*dns, primary.dn] if primary else dns

    def primary(self, entry: Entry) -> Entry | None:
        sid = entry.values.get("objectsid")
        rid = entry.number("primaryGroupID")
        if not sid or not rid:
            return None
        wanted = sid_in_domain(sid[0], rid)
        if wanted not in self._primary:
            found = self._directory.search(self._domain.base, equals("objectSid", wanted), [_NAME])
            self._primary[wanted] = found[0] if found else None
        return self._primary[wanted]

    def _by_dn(self, dn: str) -> Entry | None:
        return self._directory.read(dn, [_NAME], "(objectCategory=group)")

    def _by_name(self, name: str) -> Entry | None:
        filter_ = f"(&(objectCategory=group){equals(_NAME, name)})"
        found = self._directory.search(self._domain.group_base, filter_, [_NAME])
        return found[0] if found else None

    def _learn(self, dns: Iterable[str]) -> None:
        unknown = sorted(set(dns) - self._names.keys())
        for first in range(0, len(unknown), _AT_A_TIME):
            part = unknown[first : first + _AT_A_TIME]
            self._names |= dict.fromkeys(part)
            filter_ = any_of([equals("distinguishedName", dn) for dn in part])
            for group in self._directory.search(self._domain.base, filter_, [_NAME]):
                self._names[group.dn] = group.text(_NAME)

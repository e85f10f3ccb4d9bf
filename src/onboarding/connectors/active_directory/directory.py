"""The only place that asks a domain controller anything: one connection to one of them, and its few operations.

ldap3 is left alone with as little as it can do by itself: it follows no referrals (they would be handed our password),
reads no schema, tries nothing twice. Its exceptions never leave this module, since they could quote what was sent.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

# The library has no type stubs: what comes from it is checked and turned into our own values here.
from ldap3 import (  # type: ignore[import-untyped]  # no stubs
    BASE,
    LEVEL,
    MODIFY_ADD,
    MODIFY_DELETE,
    MODIFY_REPLACE,
    NONE,
    SAFE_SYNC,
    SIMPLE,
    SUBTREE,
    Connection,
    Tls,
)
from ldap3 import Server as LdapServer
from ldap3.core.exceptions import LDAPExceptionError, LDAPSocketOpenError  # type: ignore[import-untyped]  # no stubs

from onboarding.connectors.active_directory import answers
from onboarding.connectors.active_directory.answers import Answer, answer, fault
from onboarding.connectors.active_directory.entries import Entry
from onboarding.connectors.active_directory.options import Domain, Server
from onboarding.domain.errors import NeedsHuman, Transient

CONNECT_WITHIN = 5.0  # seconds
_PAGED = "1.2.840.113556.1.4.319"
_RANGED = re.compile(r";range=\d+-(\d+|\*)$")
_NOT_BELIEVED = {  # by OpenSSL's own number (X509_V_ERR_…), which is never another from one version to the next
    9: "active-directory.certificate-not-yet",
    10: "active-directory.certificate-expired",
    18: "active-directory.certificate-unknown",  # signed by itself
    19: "active-directory.certificate-unknown",  # its authority is not among ours
    20: "active-directory.certificate-unknown",
    21: "active-directory.certificate-unknown",
    62: "active-directory.certificate-name",
    64: "active-directory.certificate-name",  # of an address
}
RANGE = 1500  # values asked for at a time: Windows gives no more, and Samba gives all unless asked

Values = str | bytes | Sequence[str | bytes]
Change = tuple[str, str, Sequence[str | bytes]]  # (an operation below, attribute, values)
ADD, REMOVE, REPLACE = MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE


class Directory:
    """A write answers with its result code; what is no answer at all is raised."""

    def __init__(self, domain: Domain, password: str, context: ssl.SSLContext) -> None:
        self._domain = domain
        self._password = password
        self._context = context
        self._untried = iter(domain.servers)
        self._connection = self._connect()

    def close(self) -> None:
        _close(self._connection)

    @property
    def certificate(self) -> Mapping[str, Any]:
        """As `ssl` has it: `notAfter` and the rest."""
        return self._connection.socket.getpeercert() or {}

    def read(self, dn: str, attributes: Sequence[str], filter_: str = "(objectClass=*)") -> Entry | None:
        """The entry with this DN, or `<GUID=…>`; None where there is none that fits."""
        found = self._search(dn, filter_, attributes, BASE)
        return found[0] if found else None

    def search(self, base: str, filter_: str, attributes: Sequence[str]) -> list[Entry]:
        """All below the base that fit."""
        return self._search(base, filter_, attributes, SUBTREE)

    def first(self, base: str, filter_: str, attributes: Sequence[str]) -> Entry | None:
        """Any one below the base, which need not be there. A page of one, since not every server keeps to a limit."""
        said, found, _ = self._page(base, filter_, attributes, 1, b"")
        return found[0] if said.ok and found else None

    def child(self, parent: str, filter_: str, attributes: Sequence[str]) -> Entry | None:
        """Any one directly under the parent."""
        said, found, _ = self._page(parent, filter_, attributes, 1, b"", LEVEL)
        return found[0] if said.ok and found else None

    def page(self, base: str, filter_: str, attributes: Sequence[str], cookie: bytes) -> tuple[list[Entry], bytes]:
        """So many as a page holds, and the cookie of the next: empty where this was the last."""
        said, found, more = self._page(base, filter_, attributes, self._domain.page_size, cookie)
        self._must(said, base)
        return found, more

    def all_values(self, entry: Entry, attribute: str) -> tuple[bytes, ...]:
        """Of an attribute with many values, which was asked for as `ranged(attribute)`."""
        found = list(entry.values.get(attribute.lower(), ()))
        part: Entry | None = entry
        while part is not None:
            key = next((name for name in part.values if name.startswith(f"{attribute.lower()};range=")), None)
            if key is None:
                break
            found += part.values[key]
            last = _RANGED.search(key)
            if last is None or last[1] == "*":
                break
            part = self.read(entry.dn, [ranged(attribute, int(last[1]) + 1)])
        return tuple(found)

    def add(self, dn: str, classes: Sequence[str], attributes: Mapping[str, Values]) -> Answer:
        return self._write(lambda c: c.add(dn, classes, dict(attributes)))

    def modify(self, dn: str, changes: Sequence[Change]) -> Answer:
        """All of them or none."""
        by_attribute: dict[str, list[tuple[str, list[str | bytes]]]] = {}
        for operation, attribute, values in changes:
            by_attribute.setdefault(attribute, []).append((operation, list(values)))
        return self._write(lambda c: c.modify(dn, by_attribute))

    def rename(self, dn: str, rdn: str, parent: str) -> Answer:
        return self._write(lambda c: c.modify_dn(dn, rdn, new_superior=parent))

    def delete(self, dn: str) -> Answer:
        return self._write(lambda c: c.delete(dn))

    def _search(self, base: str, filter_: str, attributes: Sequence[str], scope: str) -> list[Entry]:
        said, response, _ = self._ask(lambda c: c.search(base, filter_, scope, attributes=attributes))
        if said.code in (answers.NO_SUCH_OBJECT, answers.REFERRAL) and scope == BASE:
            return []
        self._must(said, base)
        return _entries(response)

    def _must(self, said: Answer, base: str) -> None:
        """A base that is not there is never taken for one with nobody below it: they would all be made anew."""
        if said.code in (answers.NO_SUCH_OBJECT, answers.REFERRAL):  # referred to: it would be another domain's
            raise NeedsHuman("system", "active-directory.ou-missing", system=self._domain.system, ou=base)
        if not said.ok:
            raise fault(self._domain.system, said, base, "no")

    def _page(
        self, base: str, filter_: str, attributes: Sequence[str], size: int, cookie: bytes, scope: str = SUBTREE
    ) -> tuple[Answer, list[Entry], bytes]:
        said, response, controls = self._ask(
            lambda c: c.search(base, filter_, scope, attributes=attributes, paged_size=size, paged_cookie=cookie)
        )
        return said, _entries(response), controls.get(_PAGED, {}).get("value", {}).get("cookie") or b""

    def _write(self, operation: Callable[[Any], Any]) -> Answer:
        said, _, _ = self._ask(operation, write=True)
        while said.code == answers.REFERRAL:  # it only reads, and has done nothing: the same to the next
            self.close()
            self._connection = self._connect(before="active-directory.read-only")
            said, _, _ = self._ask(operation, write=True)
        return said

    def _ask(self, operation: Callable[[Any], Any], *, write: bool = False) -> tuple[Answer, Any, Mapping[str, Any]]:
        lost: Transient | None = None
        try:
            _, result, response, _ = operation(self._connection)
        except LDAPSocketOpenError:
            lost = Transient(sent="no")
        except (LDAPExceptionError, OSError):
            lost = Transient(sent="unknown" if write else "no")
        if lost:  # raised out here, so that the library's own error is not its context
            raise lost
        return answer(result["result"], result["message"] or ""), response, result.get("controls") or {}

    def _connect(self, before: str | None = None) -> Any:
        """The next server that answers. One whose password is refused is the last: each try counts towards a lock."""
        system, wrong = self._domain.system, before
        for server in self._untried:
            tls = _Verified(self._context, self._domain.server_name or server.host)
            connection = self._new(server, tls)
            try:
                connection.open()
                _, result, _, _ = connection.bind()
            except (LDAPExceptionError, OSError):
                _close(connection)
                wrong = tls.wrong or wrong
                continue
            said = answer(result["result"], result["message"] or "")
            if said.ok:
                return connection
            _close(connection)
            problem = fault(system, said, self._domain.base, "no")
            if isinstance(problem, NeedsHuman):
                raise NeedsHuman("system", problem.key, **problem.params)
        if wrong:
            raise NeedsHuman("system", wrong, system=system)
        raise Transient(sent="no")

    def _new(self, server: Server, tls: "_Verified") -> Any:
        where = LdapServer(
            server.host, port=server.port, use_ssl=True, tls=tls, get_info=NONE, connect_timeout=CONNECT_WITHIN,
            allowed_referral_hosts=[],
        )  # fmt: skip
        return Connection(
            where, user=self._domain.bind_dn, password=self._password, authentication=SIMPLE,
            client_strategy=SAFE_SYNC, receive_timeout=self._domain.answer_within, auto_referrals=False,
            auto_range=False, check_names=False, raise_exceptions=False, return_empty_attributes=False,
        )  # fmt: skip


class _Verified(Tls):  # type: ignore[misc]  # the library has no types
    """Python's own check of chain and name: the library's cannot tell an address and leaves sockets open."""

    def __init__(self, context: ssl.SSLContext, name: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context, self._name = context, name
        self.wrong: str | None = None  # why it is not believed: the library keeps no more than a text

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        try:
            connection.socket = self._context.wrap_socket(connection.socket, server_hostname=self._name)
        except ssl.SSLCertVerificationError as error:
            self.wrong = _NOT_BELIEVED.get(error.verify_code, "active-directory.certificate")
            raise


@contextmanager
def opened(domain: Domain, password: str, context: ssl.SSLContext) -> Iterator[Directory]:
    directory = Directory(domain, password, context)
    try:
        yield directory
    finally:
        directory.close()


def ranged(attribute: str, first: int = 0) -> str:
    return f"{attribute};range={first}-{first + RANGE - 1}"


def _close(connection: Any) -> None:
    with suppress(LDAPExceptionError, OSError):
        connection.unbind()
    if connection.socket is not None:  # of a connection that never came about: the library leaves it open
        connection.socket.close()


def _entries(response: Any) -> list[Entry]:
    """Without the references to other domains that come among them."""
    return [
        Entry(
            dn=one["dn"],
            values={name.lower(): tuple(values) for name, values in one["raw_attributes"].items() if values},
        )
        for one in response or ()
        if one.get("type") == "searchResEntry"
    ]

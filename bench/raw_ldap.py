"""One hire into a directory with ldap3 and nothing else: the same questions and changes as our connector's."""

import secrets
import ssl
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from ldap3 import (  # type: ignore[import-untyped]  # no stubs
    BASE,
    MODIFY_ADD,
    MODIFY_DELETE,
    NONE,
    SAFE_SYNC,
    SUBTREE,
    Connection,
    Server,
    Tls,
)

from onboarding.domain.accounts import Desired
from onboarding.twins.samba import Samba

PERSON = "(objectCategory=person)(objectClass=user)"
READ = [
    "objectGUID", "objectSid", "sAMAccountName", "userPrincipalName", "userAccountControl", "primaryGroupID",
    "employeeID", "givenName", "sn", "displayName", "title", "department", "mobile", "accountExpires", "mail",
    "manager", "msExchHideFromAddressLists", "memberOf",
]  # fmt: skip


class _Verified(Tls):  # type: ignore[misc]  # the library has no types
    """Python's own check: the library's speaks to a function that is on its way out of Python."""

    def __init__(self, samba: Samba) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context, self._name = _context(samba.ca_file), samba.host

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        connection.socket = self._context.wrap_socket(connection.socket, server_hostname=self._name)


@cache
def _context(ca_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def hire(samba: Samba, want: Desired, groups: Sequence[str], names: Sequence[str]) -> None:
    server = Server(samba.address, port=636, use_ssl=True, tls=_Verified(samba), get_info=NONE)
    connection = Connection(
        server, user=samba.bind_dn, password=samba.password.get_secret_value(), client_strategy=SAFE_SYNC,
        check_names=False, auto_range=False, return_empty_attributes=False, auto_bind=True,
    )  # fmt: skip
    try:
        _hire(connection, samba.base_dn, want, groups, names)
    finally:
        connection.unbind()


def _hire(c: Any, base: str, want: Desired, groups: Sequence[str], names: Sequence[str]) -> None:
    hers = f"(&{PERSON}(employeeID={want.key}))"
    _search(c, base, hers, READ)
    shapes = "".join(f"(cn={n})(sAMAccountName={n})(userPrincipalName={n}@fjordvik.example)" for n in names)
    _search(c, base, f"(|{shapes})", ["sAMAccountName", "userPrincipalName", "cn"])
    _search(c, base, hers, READ)
    dn = f"CN={want.display_name} ({want.username}),OU=Fjordvik,{base}"
    _must(c.add(dn, ["top", "person", "organizationalPerson", "user"], _attributes(want)))
    made = _read(c, dn, ["objectGUID"])
    by_guid = f"<GUID={UUID(bytes_le=made['objectGUID'][0])}>"
    read = _read(c, by_guid, READ)
    sid = read["objectSid"][0][:-4] + int(read["primaryGroupID"][0]).to_bytes(4, "little")
    escaped = "".join(f"\\{byte:02x}" for byte in sid)
    (primary,) = _search(c, base, f"(objectSid={escaped})", ["sAMAccountName"])
    _search(c, base, f"(|(distinguishedName={primary['dn']}))", ["sAMAccountName"])
    for group in groups:
        (found,) = _search(c, base, f"(&(objectCategory=group)(sAMAccountName={group}))", ["sAMAccountName"])
        _read(c, by_guid, READ)
        _must(c.modify(found["dn"], {"member": [(MODIFY_ADD, [dn])]}))
    flags = int(_read(c, by_guid, READ)["userAccountControl"][0])
    change = [(MODIFY_DELETE, [str(flags)]), (MODIFY_ADD, [str(flags & ~2)])]
    _must(c.modify(by_guid, {"userAccountControl": change}))
    _search(c, base, hers, READ)
    there = "".join(f"(distinguishedName=CN={group},OU=Fjordvik,{base})" for group in groups)
    if len(_search(c, base, f"(|{there})", ["sAMAccountName"])) != len(groups):
        raise RuntimeError("a group was not found")


def _attributes(want: Desired) -> dict[str, Any]:
    return {
        "sAMAccountName": want.username,
        "userPrincipalName": f"{want.username}@fjordvik.example",
        "employeeID": want.key,
        "userAccountControl": "514",
        "givenName": want.given_name,
        "sn": want.family_name,
        "displayName": want.display_name,
        "title": want.title,
        "department": want.unit,
        "accountExpires": "0",
        "unicodePwd": f'"{secrets.token_urlsafe(24)}aA1!"'.encode("utf-16-le"),
    }


def _search(c: Any, base: str, filter_: str, attributes: list[str]) -> list[Any]:
    return _found(c.search(base, filter_, SUBTREE, attributes=attributes))


def _read(c: Any, dn: str, attributes: list[str]) -> Any:
    (found,) = _found(c.search(dn, "(objectClass=*)", BASE, attributes=attributes))
    return found["raw_attributes"]


def _found(answer: Any) -> list[Any]:
    _must(answer)
    return [one for one in answer[2] if one["type"] == "searchResEntry"]


def _must(answer: Any) -> None:
    if answer[1]["result"] != 0:
        raise RuntimeError(f"the directory said no: {answer[1]['description']}")

"""The directory seen from its own side: its administrator, by a connection the connector has no part in."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from ldap3 import (  # type: ignore[import-untyped]  # no stubs
    ALL_ATTRIBUTES,
    BASE,
    MODIFY_REPLACE,
    NONE,
    SAFE_SYNC,
    SUBTREE,
    Connection,
    Server,
)
from ldap3.protocol.microsoft import security_descriptor_control  # type: ignore[import-untyped]  # no stubs
from ldap3.utils.conv import escape_filter_chars  # type: ignore[import-untyped]  # no stubs

from onboarding.twins.samba import Samba

Row = Mapping[str, list[bytes]]


class OwnSide:
    def __init__(self, dc: Samba) -> None:
        self._server = Server(dc.address, port=636, use_ssl=True, get_info=NONE)
        self.base = dc.base_dn
        self.municipality = f"OU=Fjordvik,{self.base}"
        self.connection = Connection(
            self._server, user=dc.bind_dn, password=dc.password.get_secret_value(), client_strategy=SAFE_SYNC,
            check_names=False, auto_bind=True, return_empty_attributes=False,
        )  # fmt: skip

    def lets_in(self, dn: str, password: str) -> bool:
        """Does this password open the account? Tried once, over a connection of its own."""
        tried = Connection(self._server, user=dn, password=password, client_strategy=SAFE_SYNC)
        tried.open()
        answered: bool = tried.bind()[0]
        tried.unbind()
        return answered

    def close(self) -> None:
        self.connection.unbind()

    def make_ou(self, dn: str) -> str:
        self.must(self.connection.add(dn, ["organizationalUnit"]))
        return dn

    def make_group(self, name: str, members: Sequence[str] = ()) -> str:
        dn = f"CN={name},OU=Grupper,{self.municipality}"
        more = {"member": list(members)} if members else {}
        self.must(self.connection.add(dn, ["group"], {"sAMAccountName": name, **more}))
        return dn

    def make_account(self, name: str, place: str, **attributes: str | bytes) -> str:
        """Its native id."""
        dn = f"CN={name},{place}"
        values = {"sAMAccountName": name, "userAccountControl": "514", **attributes}
        self.must(self.connection.add(dn, ["user"], values))
        return self.native_id(dn)

    def native_id(self, dn: str) -> str:
        return str(UUID(bytes_le=self.row(dn)["objectGUID"][0]))

    def row(self, dn: str) -> Row:
        """All of one entry, by DN or `<GUID=…>`."""
        found = self.connection.search(dn, "(objectClass=*)", BASE, attributes=[ALL_ATTRIBUTES, "memberOf"])[2]
        row: Row = {**found[0]["raw_attributes"], "dn": [found[0]["dn"].encode()]}
        return row

    def text(self, native_id: str, attribute: str) -> str | None:
        values = self.row(f"<GUID={native_id}>").get(attribute)
        return values[0].decode() if values else None

    def with_number(self, key: str) -> list[str]:
        found = self.connection.search(
            self.base, f"(&(objectClass=user)(employeeID={escape_filter_chars(key)}))", SUBTREE, attributes=["cn"]
        )[2]
        return [one["dn"] for one in found if one["type"] == "searchResEntry"]

    def below(self, base: str) -> list[str]:
        """The DNs of all that lies there, the base itself not."""
        found = self.connection.search(base, "(objectClass=*)", SUBTREE, attributes=["cn"])[2]
        return [one["dn"] for one in found if one["type"] == "searchResEntry" and one["dn"] != base]

    def names_below(self, base: str) -> set[str]:
        """The user names of the accounts that lie there."""
        found = self.connection.search(base, "(objectClass=user)", SUBTREE, attributes=["sAMAccountName"])[2]
        entries = [one for one in found if one["type"] == "searchResEntry"]
        return {one["raw_attributes"]["sAMAccountName"][0].decode() for one in entries}

    def set(self, dn: str, **attributes: str) -> None:
        changes = {name: [(MODIFY_REPLACE, [value] if value else [])] for name, value in attributes.items()}
        self.must(self.connection.modify(dn, changes))

    def rights(self, dn: str) -> bytes:
        """Who may do what with it, as the directory keeps it."""
        of_access = security_descriptor_control(sdflags=4)
        found = self.connection.search(
            dn, "(objectClass=*)", BASE, attributes=["nTSecurityDescriptor"], controls=of_access
        )[2]
        kept: bytes = found[0]["raw_attributes"]["nTSecurityDescriptor"][0]
        return kept

    def set_rights(self, dn: str, kept: bytes) -> None:
        change = {"nTSecurityDescriptor": [(MODIFY_REPLACE, [kept])]}
        self.must(self.connection.modify(dn, change, controls=security_descriptor_control(sdflags=4)))

    def rename(self, dn: str, rdn: str, place: str) -> None:
        self.must(self.connection.modify_dn(dn, rdn, new_superior=place))

    def delete(self, dn: str) -> None:
        self.must(self.connection.delete(dn))

    def must(self, answer: tuple[bool, Mapping[str, object], object, object]) -> None:
        assert answer[0], answer[1]

"""A town whose real directory is met as a case meets it: begin, visit and settle, called as Temporal calls them."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from sqlalchemy import update
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from onboarding.activities.begin import begin
from onboarding.activities.processing import SystemActivities
from onboarding.activities.settle import settle
from onboarding.api.app import create_app
from onboarding.connectors.active_directory.connector import ActiveDirectory
from onboarding.connectors.base import Options
from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseView, Visit, ready
from onboarding.domain.catalogue import Catalogue, Naming, Title
from onboarding.hr.posts import HrPost
from onboarding.operations import acting, ordering, policies, systems
from onboarding.operations.reading import CaseFile, case_file
from onboarding.store.engine import Store
from onboarding.store.schema import system_state
from onboarding.twins.samba import Samba
from onboarding.worker import probe_once
from tests import municipality
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.relay import BIND, WRITES, Relay
from tests.workflows.house import HR, IT, in_days

PASSWORD = "Fjord-og-Fjell-2026"
LOGIN, VPN = "GG-Town-Login", "GG-Town-VPN"
LANGUAGES = ("nb", "nn", "en")


class Domain:
    """The OU that is the town's, and our account there: it may do everything in the OU, and nothing outside."""

    def __init__(self, dc: Samba) -> None:
        self.dc, self.own = dc, OwnSide(dc)
        self.place = self.own.make_ou(f"OU=Town,{self.own.base}")
        self.service = f"CN=svc-onboarding,CN=Users,{self.own.base}"
        quoted = f'"{PASSWORD}"'.encode("utf-16-le")
        self.own.make_account("svc-onboarding", f"CN=Users,{self.own.base}", unicodePwd=quoted)
        self.own.set(self.service, userAccountControl="512")
        self.allow(self.place, "(A;CI;GA;;;{us})")

    def allow(self, dn: str, ace: str) -> None:
        """An entry in the object's list of rights, which may deny too. `{us}` in it is our account."""
        tool = ("samba-tool", "dsacl", "set", "-H", str(self.dc.database), f"--objectdn={dn}")
        self.dc.run_tool(*tool, f"--sddl={ace.format(us=self._sid())}")

    @contextmanager
    def denied(self, dn: str, rights: str) -> Iterator[None]:
        """These are taken from our account, and given back as they were."""
        before = self.own.rights(dn)
        self.allow(dn, f"(D;;{rights};;;{{us}})")
        yield
        self.own.set_rights(dn, before)

    def erase(self, dns: Sequence[str]) -> None:
        """Whoever is let near them."""
        if dns:
            self.dc.run_tool("ldbdel", "-H", self.dc.database, *dns)

    def _sid(self) -> str:
        raw = self.own.row(self.service)["objectSid"][0]
        parts = [int.from_bytes(raw[at : at + 4], "little") for at in range(8, len(raw), 4)]
        return "-".join(["S", str(raw[0]), str(int.from_bytes(raw[2:8], "big")), *map(str, parts)])


class Town:
    """One test's: empty but for two groups and the place of one unit. The hire is Tuva Fossdal, a nurse."""

    def __init__(self, domain: Domain, relay: Relay, store: Store, directory: Path) -> None:
        self.domain, self.relay, self.store, self.directory = domain, relay, store, directory
        self.own = domain.own
        self.people = f"OU=Ansatte,{domain.place}"
        self.unit = f"OU=1210,{self.people}"
        self.groups = f"OU=Grupper,{domain.place}"
        self.own.municipality = domain.place
        for ou in (self.people, self.unit, self.groups):
            self.own.make_ou(ou)
        for group in (LOGIN, VPN):
            self.own.make_group(group)
        self.settings: dict[str, str] = {
            "servers": relay.server,
            "base": self.own.base,
            "people_ou": f"OU={{unit_id}},{self.people}",
            "group_base": domain.place,
            "upn_suffix": "fjordvik.example",
            "bind_dn": domain.service,
            "ca_file": str(domain.dc.ca_file),
        }
        self.password = PASSWORD
        self.key = f"7{uuid4().hex[:9]}"
        self.catalogue = catalogue()
        self.web = TestClient(create_app(store, operator="ida.it"), base_url="http://127.0.0.1")
        self.number, self.visits, self.now = "", 0, datetime.now(UTC)

    def leave(self) -> None:
        """All that lies in the town goes, also what nobody is let near."""
        self.domain.erase(sorted(self.own.below(self.domain.place), key=len, reverse=True))

    def connector(self) -> ActiveDirectory:
        """A new one, as a worker that was started anew has it: it reads its settings and its password once."""
        return ActiveDirectory(Options(system="ad", settings=self.settings, secrets={"password": self.password}))

    def hire(self, **changed: object) -> None:
        policies.adopt(self.store, self.catalogue, HR)
        ordering.adopt_units(self.store, list(municipality.UNITS.values()), HR)
        self.number = self.order(**changed)

    def order(self, **changed: object) -> str:
        values: dict[str, Any] = {
            "employee_number": self.key,
            "given_name": "Tuva",
            "family_name": "Fossdal",
            "title": "Sykepleier",
            **changed,
        }
        post: HrPost = municipality.post(1, values.pop("start", in_days(10)), **values)
        done = ordering.order_hire(self.store, post, HR, self.now)
        assert done.number
        return done.number

    def run(self, number: str = "") -> None:
        """A case that is begun, or begun anew, and all its visits until none gets further."""
        id = case_file(self.store, number or self.number).case.id
        self.visit(id, begin(self.store, id, self.now))

    def press(self, kind: ActKind, step: str = "", value: str | None = None) -> None:
        """Taken in and carried out, with the visits that follow."""
        acting.act(self.store, IT, self.number, kind, step, value=value, note="because")
        self.settle()

    def release(self) -> None:
        systems.release(self.store, IT, "ad")
        self.settle()

    def knock(self) -> None:
        """As the worker does now and then where we were turned away; what it lets go is carried on with."""
        with self.store.writing() as tx:
            tx.execute(update(system_state).values(next_probe=self.now - timedelta(seconds=1)))
        probe_once(self.store, {"ad": self.connector()})
        self.settle()

    def settle(self) -> None:
        case = self.file().case
        self.visit(case.id, settle(self.store, case.id, case.run, (), self.now))

    def visit(self, case: UUID, view: CaseView) -> None:
        activities = SystemActivities(self.store, {"ad": self.connector()}, (timedelta(seconds=0),))
        while found := ready(view.steps, self.now)[0]:
            for system, steps in found.items():
                self.visits += 1
                v = Visit(case=case, run=view.run, n=self.visits, system=system, steps=tuple(steps))
                environment = ActivityEnvironment()
                environment.info = dataclasses.replace(environment.info, started_time=self.now, attempt=1)
                try:
                    view = environment.run(activities.visit, v)
                except ApplicationError as error:
                    if error.type != "Again":
                        raise
                    return

    def file(self) -> CaseFile:
        return case_file(self.store, self.number)

    @property
    def state(self) -> str:
        return self.file().case.state

    def states(self) -> dict[str, str]:
        return {step.id: step.state for step in self.file().steps}

    def card(self, step: str, language: str) -> Mapping[str, Any]:
        """The step as a person reads it: `why`, and `offers`."""
        told = self.web.get(f"/api/v1/cases/{self.number}", params={"lang": language}).json()
        found: Mapping[str, Any] = next(one for one in told["steps"] if one["id"] == step)
        return found

    def stopped(self, language: str) -> Mapping[str, Any]:
        """What the page of all that has stopped says: `causes`, and `held`."""
        found: Mapping[str, Any] = self.web.get("/api/v1/stuck", params={"lang": language}).json()
        return found

    def account(self, name: str, **attributes: str | bytes) -> str:
        """Made by somebody else, in the unit's place. Its native id."""
        return self.own.make_account(name, self.unit, **attributes)

    def hers(self) -> list[str]:
        """The DNs of the accounts with her number."""
        return self.own.with_number(self.key)

    def names(self) -> set[str]:
        """The user names of all accounts in the town."""
        return self.own.names_below(self.people)

    def members(self, group: str) -> list[str]:
        row = self.own.row(f"CN={group},{self.groups}")
        return [dn.decode() for dn in row.get("member", [])]

    def fill_group(self, group: str, count: int) -> int:
        """A new group of so many contacts, by Samba's own tool, which is much faster. They stay, beside the town."""
        beside = f"OU=Crowd,{self.own.base}"
        dns = [f"CN=crowd{n:04},{beside}" for n in range(count)]
        entries = [f"dn: {beside}\nobjectClass: organizationalUnit\n"]
        entries += [f"dn: {dn}\nobjectClass: contact\n" for dn in dns]
        members = "".join(f"member: {dn}\n" for dn in dns)
        entries.append(f"dn: CN={group},{self.groups}\nobjectClass: group\nsAMAccountName: {group}\n{members}")
        file = self.directory / "crowd.ldif"
        file.write_text("\n".join(entries), encoding="utf-8")
        self.domain.dc.run_tool("ldbadd", "-H", self.domain.dc.database, file)
        return count

    def filled(self, line: str) -> str:
        """A line of the table."""
        known = {"place": self.domain.place, "base": self.own.base, "title": self.file().employment.title}
        return re.sub(r"<(\w+)>", lambda place: known[place[1]], line)

    def binds(self) -> int:
        return [kind for kind, _ in self.relay.asked].count(BIND)

    def writes(self) -> int:
        return len([kind for kind, _ in self.relay.asked if kind in WRITES])


def catalogue() -> Catalogue:
    """Directory and people alone: a nurse gets two groups."""
    base = municipality.catalogue()
    title = Title(nb="Active Directory")
    ad = municipality.system("ad", "active_directory", title=title, naming=Naming())
    rights = [
        municipality.entitlement("login", "ad", target=LOGIN),
        municipality.entitlement("vpn", "ad", target=VPN),
    ]
    nurse = municipality.role("nurse", ("7174",), (municipality.give("vpn"),))
    return base.model_copy(
        update={
            "systems": {"people": base.systems["people"], "ad": ad},
            "entitlements": {one.id: one for one in rights},
            "roles": {"nurse": nurse},
            "gates": {},
        }
    )

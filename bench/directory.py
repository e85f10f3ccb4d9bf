"""A real directory and two simulated systems: the engine against its connectors' calls bare, those against ldap3."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench import municipality, raw_ldap
from bench.engine import SYSTEMS, WARM_UP, carry_out
from bench.parts import directory_service, parts
from bench.processes import running, settings
from bench.table import Line, at_least
from onboarding.activities.naming import AT_ONCE
from onboarding.connectors.base import Connector, Done, ensure, holds
from onboarding.connectors.connections import Connection, FromFile
from onboarding.domain.accounts import Desired, Work
from onboarding.domain.catalogue import Usernames
from onboarding.domain.plan import Action
from onboarding.hr.posts import HrPost
from onboarding.planning.usernames import candidates
from onboarding.policy.load import load
from onboarding.store.engine import Store
from onboarding.twins.samba import Samba
from onboarding.worker import connectors_for

GROUPS = ["bench-login", "bench-vpn", "bench-files", "bench-print"]
Call = tuple[Action, str]
CALLS: dict[str, tuple[Call, ...]] = {
    "ad": (("account", ""), *(("grant", group) for group in GROUPS), ("enable", "")),
    "mail": (("account", ""), ("grant", "bench-box"), ("grant", "bench-list")),
    "records": (("account", ""), ("grant", "bench-read"), ("grant", "bench-write")),
}


def measure(hires: int = 60) -> Iterator[Line]:
    with directory_service(GROUPS) as samba, parts("SQLite") as there:
        told = _connection(samba)
        extra = "".join(f'{name} = "{value}"\n' for name, value in told.settings.items())
        table = f'[ad]\nconnector = "active_directory"\n{extra}password = {{file = "{samba.directory / "password"}"}}\n'
        file = municipality.simulated(there.directory, ["mail", "records"], table)
        connectors = _connectors(there.directory, told)
        # Before and after the engine, since a directory grows slower as it fills.
        bare = _bare(connectors, range(300_000, 300_000 + hires))
        store = Store(there.database_url)
        try:
            municipality.furnish(store)
            with running(
                there.directory, settings(there.database_url, municipality.ROLES, there.temporal, file), "worker"
            ):
                carry_out(store, range(WARM_UP))
                whole = carry_out(store, range(WARM_UP, WARM_UP + hires))
        finally:
            store.close()
        bare = (bare + _bare(connectors, range(400_000, 400_000 + hires))) / 2
        yield Line(part="directory", what="the engine, Samba AD and two systems", figure=hires / whole, unit="hires/s")
        yield Line(part="directory", what="the same connector calls bare", figure=hires / bare, unit="hires/s")
        yield Line(part="directory", what="the engine against them", figure=bare / whole, wanted=at_least(0.5, 0.8))
        yield from _against_ldap3(samba, connectors["ad"], hires)


def _against_ldap3(samba: Samba, connector: Connector, hires: int) -> Iterator[Line]:
    began = time.monotonic()
    for number in range(500_000, 500_000 + hires):
        _hire_in(connector, _desired(municipality.nurse(number)), CALLS["ad"])
    ours = time.monotonic() - began
    began = time.monotonic()
    for number in range(600_000, 600_000 + hires):
        raw_ldap.hire(samba, _desired(municipality.nurse(number)), GROUPS, _names(municipality.nurse(number)))
    yield Line(part="directory", what="the AD connector against raw ldap3", figure=(time.monotonic() - began) / ours)


def _bare(connectors: dict[str, Connector], numbers: range) -> float:
    began = time.monotonic()
    for number in numbers:
        want = _desired(municipality.nurse(number))
        for system in SYSTEMS:
            _hire_in(connectors[system], want, CALLS[system])
    return time.monotonic() - began


def _hire_in(connector: Connector, want: Desired, calls: Sequence[Call]) -> None:
    """As a visit does it: look, ask which names are taken, do, read back."""
    works = [Work(step=f"{action} {target}", action=action, target=target) for action, target in calls]
    with connector.session() as session:
        found = session.find(want)
        if any(work.action == "enable" for work in works):
            session.taken(_names(want), want)
        outcomes = [outcome for _, outcome in ensure(session, want, works, found)]
        account = session.find(want)
    if not all(isinstance(one, Done) and one.changed for one in outcomes) or not all(
        holds(one, account) for one in works
    ):
        raise RuntimeError(f"a bare hire was not carried out: {outcomes}")


def _names(of: Desired | HrPost) -> list[str]:
    return list(islice(candidates(Usernames(), of.given_name, of.family_name, 20), AT_ONCE))


def _desired(post: HrPost) -> Desired:
    return Desired(
        key=post.employee_number,
        username=_names(post)[0],
        given_name=post.given_name,
        family_name=post.family_name,
        display_name=f"{post.given_name} {post.family_name}",
        title=post.title,
        unit=municipality.UNITS[-1].name,
        unit_id=post.unit,
        first_day=post.start,
    )


def _connection(samba: Samba) -> Connection:
    return Connection(
        connector="active_directory",
        settings={
            "servers": samba.address,
            "base": samba.base_dn,
            "people_ou": f"OU=Fjordvik,{samba.base_dn}",
            "upn_suffix": "fjordvik.example",
            "bind_dn": samba.bind_dn,
            "ca_file": str(samba.ca_file),
        },
        secrets={"password": FromFile(file=samba.directory / "password")},
    )


def _connectors(directory: Path, ad: Connection) -> dict[str, Connector]:
    told = {"ad": ad}
    for id in ("mail", "records"):
        told[id] = Connection(connector="simulator", settings={"file": str(directory / f"{id}.db")})
    systems = load(municipality.ROLES).systems
    return connectors_for([systems[id] for id in SYSTEMS], told)

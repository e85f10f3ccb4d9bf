"""A small policy with Norwegian, nynorsk and English titles."""

import pytest

from onboarding.domain.catalogue import Catalogue, Entitlement, Gate, Place, System, Title

PLACE = Place(file="systems.yaml", line=1)


def _system(id_: str, title: Title, owner: str) -> System:
    return System(id=id_, title=title, owner=owner, connector="simulator", place=PLACE)


def _right(id_: str, system: str, title: Title, target: str = "x", owner: str | None = None) -> Entitlement:
    return Entitlement(id=id_, title=title, system=system, target=target, owner=owner, place=PLACE)


@pytest.fixture
def catalogue() -> Catalogue:
    systems = (
        _system("ad", Title(nb="Active Directory"), "it-drift@example.com"),
        _system("epj", Title(nb="Journalsystemet", en="the health record"), "fag@example.com"),
        _system("keys", Title(nb="Adgangskort", nn="Tilgangskort", en="Key cards"), "servicetorget@example.com"),
    )
    rights = (
        _right("vpn", "ad", Title(nb="VPN")),
        _right("mail", "ad", Title(nb="E-post", en="E-mail")),
        _right("journal", "epj", Title(nb="Journal lesing", nn="Journal lesing", en="Record reading"), "EPJ-{unit}"),
        _right("key-card", "keys", Title(nb="Adgangskort", nn="Tilgangskort", en="Key card"), owner="vakt@example.com"),
        _right("locker", "keys", Title(nb="Skap", en="Locker")),
    )
    contract = Gate(
        id="contract",
        title=Title(nb="Arbeidsavtalen er signert", nn="Arbeidsavtalen er signert", en="The contract is signed"),
        opened_by="hr",
        place=PLACE,
    )
    return Catalogue(
        hash="test",
        organisation=Title(nb="Fjordvik"),
        systems={system.id: system for system in systems},
        entitlements={right.id: right for right in rights},
        gates={contract.id: contract},
        kinds={},
        units={},
        everyone=(),
        roles={},
        clashes=(),
    )

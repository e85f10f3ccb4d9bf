"""A small municipality for stories: three systems, one by hand, and people to hire; in Python, not from roles/."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from onboarding.domain.catalogue import (
    Active,
    Catalogue,
    Condition,
    Entitlement,
    Gate,
    Give,
    Kind,
    Limits,
    Naming,
    Place,
    Role,
    System,
    Title,
)
from onboarding.domain.people import Unit
from onboarding.hr.posts import HrPost

HERE = Place(file="municipality.py", line=1)
UNITS = {
    "1000": Unit(id="1000", name="Fjordvik kommune"),
    "1210": Unit(id="1210", name="Fjordgløtt sykehjem", parent="1000", manager="900"),
    "1310": Unit(id="1310", name="Neset skole", parent="1000", manager="901"),
}


def title(text: str) -> Title:
    return Title(nb=text)


def system(id: str, connector: str = "simulator", **more: object) -> System:
    settings: dict[str, object] = {"limits": Limits(concurrency=8, per_second=500), "owner": f"{id}@fjordvik.example"}
    return System.model_validate(
        {"id": id, "title": title(id), "connector": connector, "place": HERE, **settings, **more}
    )


def entitlement(id: str, system: str, **more: object) -> Entitlement:
    return Entitlement.model_validate(
        {"id": id, "title": title(id), "system": system, "target": id.upper(), "place": HERE, **more}
    )


def give(id: str, **more: object) -> Give:
    return Give.model_validate({"entitlement": id, "place": HERE, **more})


def role(id: str, codes: tuple[str, ...], gives: tuple[Give, ...], **active: object) -> Role:
    return Role(
        id=id, title=title(id), for_=Condition(job_codes=codes), gives=gives, place=HERE,
        active=Active.model_validate(active),
    )  # fmt: skip


def catalogue(hash: str = "policy-1", **changed: object) -> Catalogue:
    systems = [
        system("people", "manual", account=False),
        system("ad", naming=Naming()),
        system("pay", account_needs=("ad",)),
        system("key", "manual", account=False),
    ]
    entitlements = [
        entitlement("login", "ad"),
        entitlement("vpn", "ad"),
        entitlement("records", "ad", target="EPJ-{unit}", needs=("contract",)),
        entitlement("payslip", "pay"),
        entitlement("bank", "pay", approval="owner", requestable=True),
        entitlement("vault", "pay", approval="two", requestable=True),
        entitlement("card", "key"),
    ]
    roles = [
        role("nurse", ("7174",), (give("vpn"), give("payslip"), give("card", before_first_day=False))),
        role("doctor", ("8527",), (give("records", unit="own"), give("payslip"))),
        role("clerk", ("7531",), (give("bank"), give("vpn"))),
        role("keeper", ("7532",), (give("vault"),)),
        role("early", ("7523",), (give("vpn"), give("payslip")), days_before=3),
    ]
    kinds = [Kind(id="ansatt", title=title("ansatt"), place=HERE)]
    gates = [Gate(id="contract", title=title("contract signed"), opened_by="manager", place=HERE)]
    return Catalogue.model_validate(
        {
            "hash": hash,
            "organisation": title("Fjordvik"),
            "systems": {one.id: one for one in systems},
            "entitlements": {one.id: one for one in entitlements},
            "gates": {one.id: one for one in gates},
            "kinds": {one.id: one for one in kinds},
            "units": {},
            "everyone": (give("login"),),
            "roles": {one.id: one for one in roles},
            "clashes": (),
            **changed,
        }
    )


def with_system(base: Catalogue, id: str, **changed: object) -> Catalogue:
    """The same policy but for one system."""
    systems: Mapping[str, System] = {**base.systems, id: base.systems[id].model_copy(update=changed)}
    return base.model_copy(update={"systems": systems, "hash": f"{base.hash}-{id}"})


def post(number: int, start: date, **changed: object) -> HrPost:
    """A hire: a nurse at the nursing home unless said otherwise."""
    values: dict[str, object] = {
        "employee_number": f"E{number:04d}",
        "given_name": f"Kari{chr(97 + number % 26)}",
        "family_name": f"Nordmann{chr(97 + number // 26 % 26)}",
        "unit": "1210",
        "job_code": "7174",
        "title": "Sykepleier",
        "kind": "ansatt",
        "percentage": Decimal(100),
        "start": start,
        **changed,
    }
    return HrPost.model_validate(values)

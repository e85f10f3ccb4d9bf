"""A small municipality's policy, its units, a person and her posts, written in Python."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from onboarding.domain.catalogue import (
    PEOPLE,
    Active,
    Catalogue,
    Clash,
    Condition,
    Entitlement,
    Gate,
    Give,
    Kind,
    Naming,
    NotCounted,
    Place,
    PolicyUnit,
    Role,
    System,
    Title,
)
from onboarding.domain.people import Employment, Person, Unit, Value
from onboarding.domain.plan import Plan, PlannedStep

FIRST_DAY = date(2026, 12, 1)


def at(file: str, line: int) -> Place:
    return Place(file=file, line=line)


def by_id(*things: Any) -> dict[str, Any]:
    return {thing.id: thing for thing in things}


def system(id_: str, **fields: Any) -> System:
    owner = fields.pop("owner", f"{id_}@k.example")
    return System(
        id=id_, title=Title(nb=id_.title()), owner=owner, connector="manual", place=at("systems.yaml", 1), **fields
    )


def entitlement(id_: str, system_id: str, **fields: Any) -> Entitlement:
    target = fields.pop("target", id_.upper())
    return Entitlement(
        id=id_,
        title=Title(nb=id_.capitalize()),
        system=system_id,
        target=target,
        place=at("entitlements.yaml", 2),
        **fields,
    )


def give(id_: str, line: int = 9, file: str = "everyone.yaml", **fields: Any) -> Give:
    return Give(entitlement=id_, place=at(file, line), **fields)


def role(id_: str, for_: Condition, *gives: Give, **fields: Any) -> Role:
    placed = tuple(
        one.model_copy(update={"place": at(f"role/{id_}.yaml", line)}) for line, one in enumerate(gives, start=5)
    )
    return Role(id=id_, title=Title(nb=id_.title()), for_=for_, gives=placed, place=at(f"role/{id_}.yaml", 1), **fields)


def kind(id_: str, **fields: Any) -> Kind:
    return Kind(id=id_, title=Title(nb=id_.title()), place=at("kinds.yaml", 3), **fields)


def gate(id_: str, opened_by: str, **fields: Any) -> Gate:
    return Gate(id=id_, title=Title(nb=id_.title()), opened_by=opened_by, place=at("gates.yaml", 4), **fields)


SYSTEMS = by_id(
    system(PEOPLE, account=False),
    system("ad", naming=Naming(), promise=1),
    system("entra", mastered_by="ad", account_needs=("ad",)),
    system("epr", account_needs=("ad",), not_made_before=14, promise=2),
    system("erp", promise=3),
    system("doors", account=False, promise=5),
)
ENTITLEMENTS = by_id(
    entitlement("login", "ad"),
    entitlement("vpn", "ad", approval="owner", owner="security@k.example", promise=4),
    entitlement("admin", "ad", approval="two"),
    entitlement("office", "entra"),
    entitlement("record-read", "epr", target="EPJ-{unit}-les", needs=("secrecy",)),
    entitlement("record-write", "epr", target="EPJ-{unit}-skriv", needs=("record-read", "course")),
    entitlement("key-card", "doors"),
    entitlement("invoice", "erp"),
    entitlement("payment", "erp", owner="cfo@k.example"),
    entitlement("ledger", "erp"),
)
EVERYONE = (give("login", 9), give("office", 10), give("key-card", 11, before_first_day=False))
NURSE = Condition(kinds=("ansatt",), job_codes=("7174",), units=("health",))
ROLES = by_id(
    role("nurse", NURSE, give("record-write", unit="own"), give("login"), active=Active(days_before=3)),
    role("night", Condition(), give("record-read", unit="own"), chosen=True, active=Active(off_at=time(7, 30))),
    role("large", Condition(job_codes=("7174",), percentage_from=Decimal(50)), give("vpn", before_first_day=False)),
    role("manager", Condition(manages=True, kinds=("ansatt",)), give("invoice")),
    role("accountant", Condition(job_codes=("7003",), not_units=("health",)), give("payment"), give("ledger")),
)


def catalogue(**changed: Any) -> Catalogue:
    fields: dict[str, Any] = {
        "hash": "0" * 64,
        "organisation": Title(nb="Kommunen"),
        "systems": SYSTEMS,
        "entitlements": ENTITLEMENTS,
        "gates": by_id(gate("secrecy", "manager", promise=1), gate("course", "owner", promise=7)),
        "kinds": by_id(kind("ansatt"), kind("konsulent", from_hr=False), kind("oppdragstaker", counts=False)),
        "units": by_id(
            PolicyUnit(id="health", org_id="1200", title=Title(nb="Helse", nn="Helsa"), place=at("units.yaml", 1)),
            PolicyUnit(id="school", org_id="1300", title=Title(nb="Skole"), place=at("units.yaml", 2)),
        ),
        "everyone": EVERYONE,
        "roles": ROLES,
        "clashes": (
            Clash(
                id="own-invoice", between=("payment", "invoice"), why=Title(nb="To øyne."), place=at("clashes.yaml", 1)
            ),
        ),
        "not_counted": (
            NotCounted(
                where=Condition(percentage_below=Decimal(1)),
                why=Title(nb="Tilkalling."),
                place=at("organisation.yaml", 8),
            ),
        ),
    }
    return Catalogue(**{**fields, **changed})


UNITS: Mapping[str, Unit] = by_id(
    Unit(id="1", name="Kommunen", manager="900"),
    Unit(id="1200", name="Helse", parent="1", manager="901"),
    Unit(id="1210", name="Sykehjemmet", parent="1200"),
    Unit(id="1300", name="Skole", parent="1", manager="902"),
)
PERSON = Person(id=UUID(int=1), employee_number="100", given_name="Kari", family_name="Nordmann")


def post(number: int = 1, **fields: Any) -> Employment:
    values: dict[str, Any] = {
        "id": UUID(int=1000 + number),
        "person": PERSON.id,
        "unit": "1210",
        "job_code": "7174",
        "title": "Sykepleier",
        "kind": "ansatt",
        "percentage": Decimal(100),
        "start": FIRST_DAY,
        "end": None,
    }
    return Employment(**{**values, **fields})


class Told(Value):
    """What tests compare of a step."""

    needs: tuple[str, ...]
    offset: int | None
    before_first_day: bool


def told(plan: Plan) -> dict[str, Told]:
    return {
        step.id: Told(needs=tuple(sorted(step.needs)), offset=step.offset, before_first_day=step.before_first_day)
        for step in plan.steps
    }


def step(plan: Plan, id_: str) -> PlannedStep:
    return next(step for step in plan.steps if step.id == id_)


def ids(steps: Sequence[PlannedStep]) -> list[str]:
    return [step.id for step in steps]

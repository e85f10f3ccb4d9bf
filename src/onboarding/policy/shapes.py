"""What authors write in the policy files: the shapes behind the schemas. Form only: sense is in rules and packages."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from onboarding.domain.catalogue import Active, Condition, HrMatch, Limits, Naming, Title, Usernames
from onboarding.domain.people import Value

Name = Annotated[str, Field(min_length=1)]
Risk = Literal["low", "medium", "high"]
Orderer = Literal["hr", "manager", "it"]


class Shape(Value):
    model_config = ConfigDict(use_attribute_docstrings=True)


class SystemShape(Shape):
    title: Title
    owner: Name | None = None
    """Who answers for it: a role's address, never a person's name."""
    connector: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    """How we reach it: active_directory, entra, scim, manual …"""
    account: bool = True
    """false: things are given (a key card, a PC); there is no account to make."""
    account_needs: tuple[Name, ...] = ()
    """Systems where the person must have an account first."""
    mastered_by: Name | None = None
    """Somebody else's copying from that system makes the account: it is awaited, never made."""
    naming: Naming | None = None
    """User names must be free here."""
    mode: Literal["manage", "observe"] = "manage"
    """observe: nothing is written; the owner is asked to do each thing, and it is read back."""
    limits: Limits = Limits()
    promise: int = Field(1, ge=0, le=60)
    """Working days from order to done."""
    patience: int = Field(30, ge=1)
    """Minutes without an answer before IT is told."""
    silent_after: int = Field(60, ge=1)
    """Minutes the system may be at it before it gets a card."""
    not_made_before: int | None = Field(None, ge=0)
    """Days before the first day; nothing is made here earlier."""
    instructions: Title | None = None
    """For work by hand; {name}, {unit}, {first_day} and {target} are filled in."""
    risk: Risk = "medium"
    """High risk is switched off first when somebody leaves."""


class EntitlementShape(Shape):
    title: Title
    system: Name
    target: Name
    """What the system calls it. {unit} where there is one per unit."""
    owner: Name | None = None
    """Who approves it; left out: the system's owner."""
    approval: Literal["none", "owner", "two"] = "none"
    """Besides the manager's order: nobody, the owner, or the owner and a second person."""
    requestable: bool = False
    """true: may be ordered for somebody whose post does not give it."""
    needs: tuple[Name, ...] = ()
    """Entitlements and gates that must be there first."""
    longest_days: int | None = Field(None, ge=1)
    risk: Risk = "low"
    licence: str | None = None
    """The licence it uses up, as it is called on the invoice."""
    promise: int | None = Field(None, ge=0, le=60)
    """Working days; left out: the system's."""
    instructions: Title | None = None
    """For work by hand; {name}, {unit}, {first_day} and {target} are filled in."""


class GateShape(Shape):
    title: Title
    opened_by: Literal["manager", "hr", "owner"]
    """Who says that it is so. owner: of the entitlement that waits for it."""
    promise: int = Field(2, ge=0, le=60)
    """Working days."""


class KindShape(Shape):
    title: Title
    from_hr: bool = True
    match: tuple[HrMatch, ...] = ()
    """Which HR rows are of this kind. Of several kinds the first that fits wins."""
    end_date: Literal["none", "optional", "required"] = "optional"
    longest_months: int | None = Field(None, ge=1)
    sponsor: bool = False
    """Somebody here must answer for the person (intern ansvarlig)."""
    ordered_by: tuple[Orderer, ...] = ("hr", "manager")
    counts: bool = True
    """false: a post of this kind gives no access."""


class UnitShape(Shape):
    org_id: Name
    """HR's orgId, in quotes."""
    title: Title


class GiveShape(Shape):
    unit: Literal["own"] | None = None
    """own: the post's unit fills {unit}."""
    before_first_day: bool = True
    """false: the first day does not wait for it."""
    where: Condition = Condition()
    """Which posts get it, besides the role's own `for`."""


def _form(value: object) -> str:
    return "short" if isinstance(value, str) else "long"


GiveItem = Annotated[
    Annotated[Name, Tag("short")] | Annotated[dict[str, GiveShape], Field(min_length=1, max_length=1), Tag("long")],
    Discriminator(_form),
]


class RoleShape(Shape):
    title: Title
    for_: Condition = Field(Condition(), alias="for")
    """Which posts get this role by themselves. Everything that is named must fit."""
    chosen: bool = False
    """true: never proposed by itself; only a person may choose it."""
    active: Active = Active()
    include: tuple[Name, ...] = ()
    """Other roles, whose gives come with this one (not whom they are for)."""
    gives: tuple[GiveItem, ...] = ()


class EveryoneShape(Shape):
    active: Active = Active()
    gives: tuple[GiveItem, ...]


class ClashShape(Shape):
    between: tuple[Name, Name]
    why: Title


class NotCountedShape(Shape):
    where: Condition
    why: Title


class OrganisationShape(Shape):
    title: Title
    usernames: Usernames = Usernames()
    not_counted: tuple[NotCountedShape, ...] = ()
    """Posts that give nothing."""


def parts(item: "str | dict[str, GiveShape]") -> tuple[str, GiveShape]:
    """The entitlement and how it is given, from either form."""
    return (item, GiveShape()) if isinstance(item, str) else next(iter(item.items()))

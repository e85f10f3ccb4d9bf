"""People, their employments and the units they belong to."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["nb", "nn", "en"]
ON_BEHALF_OF = " on behalf of "  # in the label of who answers for another
PLAYED = " (played)"  # in the label of whom the demo plays: never taken for a person
Percentage = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class Value(BaseModel):
    """A frozen value: compared by content, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Value):
    id: UUID
    employee_number: str | None  # HR's `hrm_id`; None for a person registered before HR has a row
    given_name: str
    family_name: str
    email: str | None = None  # the private or HR one: where to reach her before she has an account
    mobile: str | None = None
    language: Language = "nb"
    protected: bool = False  # protected address: seen only by those who must act

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Employment(Value):
    """One post in one unit with a start and an end (arbeidsforhold). Access belongs to it."""

    id: UUID
    person: UUID
    unit: str  # Unit.id
    job_code: str  # HR's `stillingskode`, leading zeros kept; '' where there is none
    title: str  # HR's `stillingskodeNavn`
    kind: str  # a kind of roles/kinds.yaml
    percentage: Percentage
    start: date
    end: date | None  # the last day; None is open ended
    manager: str | None = None  # employee number of the one HR names as leader
    role: str | None = None  # chosen by a person where the job code says nothing
    extras: tuple[str, ...] = ()  # ordered with the hire beyond what the post gives: ids of entitlements
    epoch: int = 0  # raised by an order that takes over; what was planned under an older one stops

    def active(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


class Unit(Value):
    id: str  # HR's `orgId`
    name: str
    parent: str | None = None  # None for the top
    manager: str | None = None  # employee number; None belongs to the parent's
    managed_from: date | None = None  # until then nothing is revoked, disabled or moved here


class Actor(Value):
    """Who does it, and through what. Every event has one."""

    kind: Literal["person", "operator", "feed", "schedule", "dev"]
    id: str  # the person's id, the OS user's name, the feed's or schedule's name
    via: Literal["web", "api", "cli", "feed", "daily", "dev", "worker"]
    on_behalf_of: str | None = None  # a manager or owner an operator answers for; shown so
    person: UUID | None = None  # the person behind, where known: nobody orders or approves for oneself

    @property
    def label(self) -> str:
        return label_of(self.kind, self.id, self.on_behalf_of)


def label_of(kind: str, id: str, on_behalf_of: str | None) -> str:
    """Who it was, in one text; what an operator writes stands last, and cannot make him another kind of actor."""
    one = f"{id}{PLAYED}" if kind == "dev" else id
    return f"{one}{ON_BEHALF_OF}{on_behalf_of}" if on_behalf_of else one

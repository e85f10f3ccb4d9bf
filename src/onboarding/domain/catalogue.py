"""What an organisation's policy says, loaded and checked.

Systems, entitlements, gates, kinds, roles, clashes, and who gets what.
"""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from onboarding.domain.people import Language, Value

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]

PEOPLE = "people"  # the system of tasks that are not in any system: approvals, gates, choosing a role


class Title(Value):
    nb: str
    nn: str | None = None  # where it differs
    en: str | None = None

    def in_(self, language: str) -> str:
        return {"nn": self.nn, "en": self.en}.get(language) or self.nb

    def language_of(self, wanted: str) -> Language:
        """The one in which `in_` answers."""
        return "nn" if wanted == "nn" and self.nn else "en" if wanted == "en" and self.en else "nb"


class Place(Value):
    """Where in the policy something is written."""

    file: str  # relative to the policy directory
    line: int  # from 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Limits(Value):
    """How hard the system's queue may press it."""

    concurrency: int = Field(4, ge=1, le=100)
    per_second: float = Field(50, gt=0, le=1000)


class Naming(Value):
    """How user names are made in one system."""

    max_length: int = Field(20, ge=3, le=256)


class System(Value):
    id: Id
    title: Title
    owner: str  # who answers for it: a role address or a unit's name, never a person's name
    connector: str  # the name of an entry point: manual, simulator, active_directory …
    account: bool = True  # False: things are given (a key card, a PC), there is no account to make or enable
    account_needs: tuple[str, ...] = ()  # systems whose account must be there first
    mastered_by: str | None = (
        None  # the account is made by somebody else's copying from that system: awaited, never made
    )
    naming: Naming | None = None  # the user name must be free here, and is asked for here
    mode: Literal["manage", "observe"] = "manage"
    limits: Limits = Limits()
    promise: int = Field(1, ge=0, le=60)  # working days
    patience: int = Field(30, ge=1)  # minutes of Transient before a step is stuck
    silent_after: int = Field(60, ge=1)  # minutes of InProgress before the system gets a card
    not_made_before: int | None = Field(None, ge=0)  # days before the first day; None: as soon as the case runs
    instructions: Title | None = None  # for work by hand: {name} {unit} {first_day} {thing} {target} are filled in
    risk: Literal["low", "medium", "high"] = "medium"
    place: Place


class Entitlement(Value):
    id: Id
    title: Title
    system: Id
    target: str  # what the system calls it; `{unit}` where there is one per unit
    owner: str | None = None  # None: the system's owner
    approval: Literal["none", "owner", "two"] = "none"
    requestable: bool = False  # may be ordered for somebody whose post does not give it
    needs: tuple[str, ...] = ()  # other entitlements, or gates
    longest_days: int | None = Field(None, ge=1)
    risk: Literal["low", "medium", "high"] = "low"
    licence: str | None = None
    promise: int | None = Field(None, ge=0, le=60)  # working days; None: the system's
    instructions: Title | None = None
    place: Place

    @property
    def per_unit(self) -> bool:
        return "{unit}" in self.target


class Gate(Value):
    """Something that is not access, but must be so first: a contract signed, a declaration, a course."""

    id: Id
    title: Title
    opened_by: Literal["manager", "hr", "owner"]
    promise: int = Field(2, ge=0, le=60)
    place: Place


class HrMatch(Value):
    """HR rows of this kind: all that are named must fit; of several kinds the first that fits wins."""

    types: tuple[str, ...] = ()  # HR's `stillingstype`
    job_codes: tuple[str, ...] = ()  # HR's `stillingskode`


class Kind(Value):
    id: Id
    title: Title
    from_hr: bool = True
    match: tuple[HrMatch, ...] = ()
    end_date: Literal["none", "optional", "required"] = "optional"
    longest_months: int | None = Field(None, ge=1)
    sponsor: bool = False  # somebody must answer for an external (intern ansvarlig)
    ordered_by: tuple[Literal["hr", "manager", "it"], ...] = ("hr", "manager")
    counts: bool = True  # does a post of this kind give access at all?
    place: Place


class PolicyUnit(Value):
    """A unit policy speaks of by name."""

    id: Id
    org_id: str  # HR's `orgId`
    title: Title
    place: Place


class Condition(Value):
    """Which posts a rule is for. Everything that is named must fit; what is not named fits all."""

    kinds: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()
    job_codes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()  # PolicyUnit ids: the unit or any below it
    not_units: tuple[str, ...] = ()
    percentage_from: Decimal | None = Field(None, ge=0, le=100)
    percentage_below: Decimal | None = Field(None, gt=0, le=100)
    manages: bool | None = None  # the person is the named manager of some unit


class Give(Value):
    entitlement: Id
    unit: Literal["own"] | None = None  # `own`: the post's unit fills `{unit}`
    before_first_day: bool = True
    where: Condition = Condition()  # besides the role's own
    place: Place


class Active(Value):
    days_before: int = Field(0, ge=0, le=60)  # enabled so many days before the first day
    off_at: time | None = None  # a night nurse works until 07:30 the day after her last


class Role(Value):
    id: Id
    title: Title
    for_: Condition = Condition()
    chosen: bool = False  # never proposed by itself: only a person may choose it
    active: Active = Active()
    gives: tuple[Give, ...]
    place: Place


class Clash(Value):
    """Two entitlements that must not meet in one person."""

    id: Id
    between: tuple[str, str]
    why: Title
    place: Place


class Usernames(Value):
    """The pattern of a user name: each is tried in order, then with a number behind."""

    patterns: tuple[str, ...] = ("{given:3}{family:3}", "{given:2}{family:4}")
    lengths: int = Field(20, ge=3, le=64)
    letters: Mapping[str, str] = {}  # own map before transliteration: å -> a or aa
    reserved: tuple[str, ...] = ()


class NotCounted(Value):
    """A post that gives nothing: a foster home, a 0 % on-call row."""

    where: Condition
    why: Title
    place: Place


class Catalogue(Value):
    """One version of the whole policy. `hash` is over its content; places do not count."""

    hash: str
    organisation: Title
    systems: Mapping[str, System]
    entitlements: Mapping[str, Entitlement]
    gates: Mapping[str, Gate]
    kinds: Mapping[str, Kind]
    units: Mapping[str, PolicyUnit]
    everyone: tuple[Give, ...]
    everyone_active: Active = Active()
    roles: Mapping[str, Role]
    clashes: tuple[Clash, ...]
    not_counted: tuple[NotCounted, ...] = ()
    usernames: Usernames = Usernames()

    def __hash__(self) -> int:
        return hash(self.hash)

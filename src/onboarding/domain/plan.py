"""A plan: what must be done for one case, in which system, in which order, and when."""

from typing import Literal

from onboarding.domain.catalogue import Place
from onboarding.domain.people import Value

Action = Literal["name", "account", "grant", "revoke", "enable", "disable", "move", "delete", "ask"]


class Because(Value):
    """The rule that gives it, and where that is written."""

    rule: str  # a role's id, 'everyone', or 'ordered' for what a person asked for beyond them
    place: Place
    employment: str  # Employment.id as text


class Ask(Value):
    """A task for a person: who, and what kind of answer."""

    kind: Literal["approve", "gate", "role"]
    of: str  # entitlement, gate, or '' for the role
    for_: str  # 'manager', 'hr', 'it', or an owner's address
    second: bool = False  # the second of two persons: never the same as the first

    @property
    def question(self) -> Literal["approve", "second", "gate", "role"]:
        return "second" if self.second else self.kind


class PlannedStep(Value):
    """One thing in one system. Times are whole days from the first or last day, at 00:00 Europe/Oslo (or `at`)."""

    id: str  # stable over plans: 'active-directory:grant:vpn' or '…:grant:health-record-read@1200'
    system: str
    action: Action
    entitlement: str | None = None
    unit: str | None = None  # Unit.id where there is one per unit
    target: str = ""  # what the system calls it
    needs: tuple[str, ...] = ()
    anchor: Literal["first", "last"] = "first"
    offset: int | None = None  # days from the anchor (negative is before); None: as soon as the needs are met
    before_first_day: bool = True
    promise: int = 1  # working days from when it can start
    ask: Ask | None = None
    because: tuple[Because, ...] = ()


class Plan(Value):
    policy: str  # Catalogue.hash
    steps: tuple[PlannedStep, ...]

"""What a system should know of a person, and what it was found to have."""

from datetime import date
from typing import Literal

from onboarding.domain.catalogue import Title
from onboarding.domain.people import Language, Value
from onboarding.domain.plan import Action, Ask


class Desired(Value):
    """The person as one system should know her: corrections laid on, the protected variant where she is protected."""

    key: str  # what an account is found by when its native id is not known: the employee number, or our own id
    native_id: str | None = None  # objectGUID, Graph id …: once known, the only key
    username: str | None = None
    given_name: str
    family_name: str
    display_name: str
    title: str = ""
    unit: str = ""  # Unit.name; '' for a protected person
    unit_id: str = ""
    manager_key: str | None = None
    email: str | None = None
    mobile: str | None = None
    language: Language = "nb"
    first_day: date
    last_day: date | None = None
    hidden: bool = False  # protected: not in address lists


class Account(Value):
    """An account as it was read."""

    native_id: str
    name: str
    key: str | None  # the correlation attribute
    enabled: bool
    targets: frozenset[str] = frozenset()  # what it has, as the system calls it
    attributes: dict[str, str] = {}


class Work(Value):
    """One step as a connector meets it."""

    step: str
    action: Action
    target: str = ""
    want: Literal["do", "undo"] = "do"
    ask: Ask | None = None
    instructions: Title = Title(nb="")  # for work by hand: already for this person
    owner: str = ""
    existed: bool | None = None  # the before-image
    candidates: tuple[str, ...] = ()  # action `name`: which of these are taken?

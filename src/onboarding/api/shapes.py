"""What pages and answers are made of: the same values fill the templates and are the JSON."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseKind, CaseState, StepState
from onboarding.domain.people import Language, Value
from onboarding.store.tasks import TaskKind

MOST_EXTRAS = 50  # to be ordered at once beyond what the post gives

Colour = Literal["neutral", "info", "success", "warning", "danger"]


class Mark(Value):
    """How something stands: never by colour alone."""

    glyph: str
    colour: Colour
    words: str


class CaseLine(Value):
    """A case in a list."""

    number: str
    name: str = Field(description="'' where the address is protected")
    role: str
    unit: str
    first_day: date
    first_day_words: str
    countdown: str = Field(description="To the first day, or from it: in ten days, yesterday.")
    state: CaseState
    mark: Mark
    sentence: str
    at_risk: bool = Field(description="It may not be ready for the first day, or is late already.")


class CaseLines(Value):
    cases: tuple[CaseLine, ...]
    after: str | None = Field(description="Send it back as `after` for the next page; null where there is no more.")


class Choice(Value):
    value: str
    words: str


class Offer(Value):
    """Something a person may do here, and what follows from it."""

    kind: ActKind
    step: str
    words: str
    consequence: str = ""
    note: bool = Field(False, description="A note must come with it: why, or what was done.")
    value: bool = Field(
        False,
        description="A value comes with it: the role, the ISO date, or the mended value (or what the system proposed).",
    )
    on_behalf_of: str | None = Field(None, description="Somebody must answer for it; a proposal of whom, or ''.")
    proposal: str = ""
    choices: tuple[Choice, ...] = ()


class TaskOut(Value):
    """What a person has been asked."""

    step: str
    kind: TaskKind
    what: str
    managers: bool = Field(description="Asked of the manager, and not of somebody else.")
    for_words: str
    when_words: str
    asked_at: datetime
    deadline: datetime | None
    late: bool
    instructions: str
    instructions_language: Language = Field(description="The one `instructions` is in: it may not be the reader's.")
    offers: tuple[Offer, ...]


class TaskLine(Value):
    number: str
    step: str
    kind: TaskKind
    for_words: str
    asked_at: datetime
    deadline: datetime | None
    instructions: str = Field(description="'' where the address is protected: they name her, and stand in the case")
    instructions_language: Language = Field(description="The one `instructions` is in: it may not be the reader's.")


class Tasks(Value):
    tasks: tuple[TaskLine, ...]


class StepOut(Value):
    id: str
    what: str
    state: StepState
    phase: Literal["done", "now", "later", "never"] = Field(description="never: the order ended before it was done")
    mark: Mark
    who: str
    since: datetime | None
    since_words: str
    why: str
    waits_for: str = Field(description="What goes on, or has stopped, and must be over first; '' where nothing is.")
    needed: bool = Field(description="Before the first day.")
    answered: bool = Field(description="Somebody has answered, and it is being carried out.")
    offers: tuple[Offer, ...]


class GiftOut(Value):
    what: str
    system: str
    why: tuple[str, ...] = Field(description="The roles that give it, by title; none where no role does.")
    beside: str = Field(description="The system, where what it is does not say it; else ''.")
    because: str = Field(description="Why, in words.")
    rank: int = Field(description="0: a role gives it, 1: everyone gets it, 2: it was ordered in addition.")


class Happened(Value):
    at: datetime
    clock: str
    by: str
    what: str = Field(description="As the log has it: case.ordered, act.asked, step.done …")
    step: str = Field(description="'' where it is about the whole case.")
    text: str
    note: str | None


class HistoryOut(Value):
    number: str
    name: str = Field(description="Also where the address is protected: who has the number may have to act.")
    history: tuple[Happened, ...] = Field(description="The newest first.")


class CaseOut(CaseLine):
    name: str = Field(description="Also where the address is protected: who has the number may have to act.")
    kind: CaseKind
    kind_words: str
    since_words: str
    tasks: tuple[TaskOut, ...]
    steps: tuple[StepOut, ...]
    gifts: tuple[GiftOut, ...]
    offers: tuple[Offer, ...]
    answered: bool


class ActIn(Value):
    kind: ActKind
    step: str = Field("", max_length=255)
    value: str | None = Field(None, max_length=500)
    note: str | None = Field(None, max_length=2000)
    on_behalf_of: str = Field("", max_length=200)


class ActTaken(Value):
    number: str
    kind: ActKind
    step: str
    withdrawn: bool
    second_needed: bool
    goes_with: tuple[str, ...]


class OrderIn(Value):
    """A hire, in HR's words. Every field is read by the same rules as HR's file."""

    employee_number: str
    given_name: str
    family_name: str
    kind: str
    unit: str
    job_code: str = ""
    title: str = ""
    percentage: str = "100"
    first_day: str
    last_day: str = ""
    on_behalf_of: str = Field("", max_length=200)
    extras: tuple[Annotated[str, Field(max_length=64)], ...] = Field(
        (),
        max_length=MOST_EXTRAS,
        description="What is asked for beyond what the post gives: ids of requestable entitlements.",
    )


class OrderOut(Value):
    number: str
    result: Literal["ordered", "already", "changed"]
    address: str
    stands: Literal["open", "withdrawing", "over"] | None = Field(
        None, description="Of what was ordered before: how that order stands. While it is withdrawn nothing is ordered."
    )
    differs: tuple[Literal["first_day", "last_day", "kind", "percentage", "title", "extras"], ...] = Field(
        (), description="What was sent otherwise than it is ordered already. Nothing of it has been changed."
    )


class StuckCase(Value):
    """A case, and which of its steps stand still for this reason."""

    number: str
    name: str = Field(description="'' where the address is protected")
    first_day_words: str
    countdown: str
    what: tuple[str, ...]


class StuckCause(Value):
    system: str
    reason: str
    system_words: str
    reason_words: str
    count: int = Field(description="of steps")
    since_words: str
    refused: bool = Field(description="The system refused a value: trying again helps only once it is mended.")
    next_words: str = Field(description="When we try again by ourselves; '' where we do not.")
    cases: tuple[StuckCase, ...]


class HeldOut(Value):
    system: str
    system_words: str
    words: str
    note: str | None
    refused: bool = Field(description="It does not let us in: somebody must put that right. Else IT chose the pause.")
    steps: int
    cases: tuple[StuckCase, ...] = Field(description="That wait for it, the soonest first day first.")


class StuckOut(Value):
    sentence: str = Field(
        description="How many orders have stopped or wait for a held system, and who begins first; '' where none."
    )
    causes: tuple[StuckCause, ...]
    held: tuple[HeldOut, ...]


class RetryIn(Value):
    system: str = Field(max_length=64)
    reason: str = Field("", max_length=64)


class Retried(Value):
    retried: int

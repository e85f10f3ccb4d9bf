"""The seven errors of the house. One table maps them to HTTP, one place maps them to retry.

Nobody reads their text to decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


class OnboardingError(Exception):
    """What a person meets. `key` names a text in `texts`; `params` fill it, and are never in the error's own text."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(key)  # never the values: exceptions are logged
        self.key = key
        self.params: Mapping[str, str] = params


class NotAllowed(OnboardingError):
    """The actor may not do this."""


class NotFound(OnboardingError):
    """There is no such thing, or it is not the actor's to see."""


class Conflict(OnboardingError):
    """Somebody was first, or it no longer fits what is there."""


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a file somebody wrote: where it is, what it is, and what was probably meant."""

    file: str
    line: int  # from 1
    column: int  # from 1
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


class PolicyError(Exception):
    """All the mistakes of a policy, at once, in order of place."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(map(str, self.mistakes)))


class Transient(Exception):
    """The system did not answer, or says later. `sent` tells whether the last write may have landed.

    Unknown is read before it is repeated.
    """

    def __init__(self, delay: timedelta | None = None, sent: Literal["no", "unknown"] = "unknown") -> None:
        super().__init__(f"sent: {sent}")
        self.delay = delay
        self.sent = sent


class NeedsHuman(Exception):
    """Nothing more will help before a person has done something.

    To this step, or (scope system) to the whole system's connection. `key` names a text in `texts`; `params`
    hold no secret.
    """

    def __init__(self, scope: Literal["step", "system"], key: str, **params: str) -> None:
        super().__init__(key)
        self.scope = scope
        self.key = key
        self.params: Mapping[str, str] = params


class Refused(Exception):
    """The system said no to one value, and will say no again.

    `reason` names a text in `texts`; `proposal` is a value that may do.
    """

    def __init__(self, attribute: str, value: str, reason: str, proposal: str | None = None) -> None:
        super().__init__(f"{attribute}: {reason}")  # never the value: exceptions are logged
        self.attribute = attribute
        self.value = value
        self.reason = reason
        self.proposal = proposal

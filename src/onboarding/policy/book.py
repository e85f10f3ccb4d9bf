"""Collects mistakes, and remembers what they spoil, so that one slip is not reported again as its consequences."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from onboarding.domain.catalogue import Place
from onboarding.domain.errors import Mistake
from onboarding.policy.source import Source, Where

S_co = TypeVar("S_co", covariant=True)


@dataclass(frozen=True)
class Entry(Generic[S_co]):
    """One thing somebody wrote: `where` is () when it is the whole file."""

    id: str
    source: Source
    where: Where
    shape: S_co

    @property
    def place(self) -> Place:
        return self.source.place(self.where)


class Book:
    def __init__(self) -> None:
        self.mistakes: set[Mistake] = set()
        self._told: set[tuple[str, Where]] = set()
        self._harmed: set[tuple[str, Where]] = set()

    def note(self, mistake: Mistake, where: Where = ()) -> None:
        self.mistakes.add(mistake)
        self._told.add((mistake.file, where))
        self._harmed.update(((mistake.file, ()), (mistake.file, where[:1])))

    def add(self, source: Source, where: Where, what: str, *, at_key: bool = False) -> None:
        self.note(source.mistake(where, what, at_key=at_key), where)

    def told(self, source: Source, where: Where) -> bool:
        """Has something been said of this very value?"""
        return (source.file, where) in self._told

    def whole(self, *entries: Entry[object] | None) -> bool:
        """Nothing has been said of any of these, so a rule may trust them."""
        return all(entry is not None and (entry.source.file, entry.where) not in self._harmed for entry in entries)


def hint(name: str, known: Iterable[str]) -> str:
    """What was probably meant; of few possibilities all."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; it may be {', '.join(names)}" if 0 < len(names) <= 8 else ""

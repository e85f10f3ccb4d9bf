"""One table of what was measured, each line with what is wanted of it (the first goal, and the one after)."""

from collections.abc import Sequence
from typing import Literal

from onboarding.domain.people import Value

Kind = Literal["at least", "at most"]
_SIGNS = {"at least": "≥", "at most": "≤"}


class Wanted(Value):
    kind: Kind
    first: float | None  # None: nothing yet
    goal: float


class Line(Value):
    part: str
    what: str
    figure: float
    unit: str = ""
    wanted: Wanted | None = None

    @property
    def held(self) -> bool | None:
        """None where nothing is wanted yet: the line is there to be read beside another."""
        if self.wanted is None or self.wanted.first is None:
            return None
        return self.figure >= self.wanted.first if self.wanted.kind == "at least" else self.figure <= self.wanted.first


def at_least(first: float, goal: float) -> Wanted:
    return Wanted(kind="at least", first=first, goal=goal)


def at_most(first: float | None, goal: float) -> Wanted:
    return Wanted(kind="at most", first=first, goal=goal)


def table(lines: Sequence[Line]) -> str:
    rows = [("", "", "", "", "wanted", "then", "held"), *map(_cells, lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    right = {2, 4, 5}
    return "\n".join(
        "  ".join(cell.rjust(width) if at in right else cell.ljust(width) for at, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    )


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` of them (0 to 1) do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _cells(line: Line) -> tuple[str, ...]:
    limits = ("", "")
    if line.wanted:
        sign, first = _SIGNS[line.wanted.kind], line.wanted.first
        limits = (f"{sign} {first:g}" if first is not None else "", f"{sign} {line.wanted.goal:g}")
    held = "" if line.held is None else "yes" if line.held else "NO"
    return line.part, line.what, f"{line.figure:.4g}", line.unit, *limits, held

"""How lines fit a terminal: its width, what is cut, what is wrapped, and the mark in front of each line."""

import shutil
import textwrap
from collections.abc import Mapping, Sequence

from onboarding.domain.cases import CaseState, Step, StepState

NARROW, USUAL, WIDE = 60, 100, 120

STEP_MARKS: Mapping[StepState, str] = {
    "waiting": "◷",
    "running": "…",
    "retrying": "…",
    "in progress": "…",
    "stuck": "!",
    "asked": "·",
    "held": "‖",
    "done": "✓",
    "skipped": "–",
    "undone": "–",
}
CASE_MARKS: Mapping[CaseState, str] = {
    "received": "◷",
    "running": "…",
    "waiting": "·",
    "prepared": "✓",
    "ready": "✓",
    "closed": "✓",
    "withdrawn": "–",
    "superseded": "–",
}


def width() -> int:
    """The terminal's, within what is good to read; the usual where there is none."""
    return min(max(shutil.get_terminal_size((USUAL, 24)).columns, NARROW), WIDE)


def clipped(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(room - 1, 0)].rstrip() + "…"


def wrapped(text: str, indent: int = 0, *, hanging: int | None = None) -> str:
    """`hanging`: how far the lines after the first stand in, where that is another distance."""
    return textwrap.fill(
        text,
        width(),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def mark_of_case(state: CaseState, steps: Sequence[Step]) -> str:
    """What has stopped is seen first, whatever the case as a whole is called."""
    return "!" if any(step.state == "stuck" for step in steps) else CASE_MARKS[state]

"""The sign, the colour and the word for how a step or a case stands."""

from collections.abc import Mapping

from onboarding.api.shapes import Colour, Mark
from onboarding.domain.cases import CaseState, StepState
from onboarding.texts import words

STEPS: Mapping[StepState, tuple[str, Colour]] = {
    "waiting": ("◷", "neutral"),
    "running": ("…", "info"),
    "retrying": ("↻", "info"),
    "in progress": ("…", "info"),
    "stuck": ("!", "danger"),
    "asked": ("?", "warning"),
    "held": ("‖", "warning"),
    "done": ("✓", "success"),
    "skipped": ("–", "neutral"),
    "undone": ("–", "neutral"),
}
CASES: Mapping[CaseState, tuple[str, Colour]] = {
    "received": ("◷", "neutral"),
    "running": ("…", "info"),
    "waiting": ("?", "warning"),
    "prepared": ("✓", "success"),
    "ready": ("✓", "success"),
    "closed": ("✓", "neutral"),
    "withdrawn": ("–", "neutral"),
    "superseded": ("–", "neutral"),
}


def of_step(state: StepState, language: str) -> Mark:
    glyph, colour = STEPS[state]
    return Mark(glyph=glyph, colour=colour, words=words.step_state(state, language))


def of_case(state: CaseState, language: str, *, stuck: bool) -> Mark:
    """What has stopped is seen first, whatever the case as a whole is called."""
    if stuck:
        return of_step("stuck", language)
    glyph, colour = CASES[state]
    return Mark(glyph=glyph, colour=colour, words=words.case_state(state, language))

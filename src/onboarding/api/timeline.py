"""The steps of a case in the order a reader asks about them: what is done, what goes on now, what comes by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from onboarding.api import marks
from onboarding.api.offers import Offers
from onboarding.api.shapes import StepOut
from onboarding.domain.acts import MENDABLE
from onboarding.domain.cases import Step
from onboarding.operations.reading import CaseFile
from onboarding.texts.catalogue import say
from onboarding.texts.sentence import step_line
from onboarding.texts.words import Titles, attribute, capitalised, listed

Phase = Literal["done", "now", "later"]
PHASES: tuple[Phase, ...] = ("done", "now", "later")
AT_ONCE = datetime.min.replace(tzinfo=UTC)


def timeline(file: CaseFile, offers: Offers, titles: Titles, now: datetime) -> tuple[StepOut, ...]:
    """In the plan's order but for what comes: that is told by its day."""
    language = titles.language
    by_id = {step.id: step for step in file.steps}

    def told(step: Step) -> StepOut:
        said, never = step_line(step, titles, now), _never(step, file)
        first = dict.fromkeys(_thing(one, titles) for one in _stand_before(step, by_id))
        return StepOut(
            id=step.id,
            what=said.what,
            state=step.state,
            phase="never" if never else _phase(step),
            mark=marks.of_step(step.state, language),
            who="" if never or said.state.endswith(said.who) else said.who,
            since=step.verified_at or step.since if step.over else step.since,
            since_words="" if never else said.since,
            why="" if never else _with_refusal(said.why, step, file, language),
            waits_for=listed(list(first), language) if first and not never else "",
            needed=step.before_first_day,
            answered=step.id in file.answered,
            offers=() if step.id in file.answered else offers.of_step(step),
        )

    ordered = sorted(file.steps, key=lambda step: (_never(step, file), PHASES.index(_phase(step)), _day(step)))
    return tuple(told(step) for step in ordered)


def _never(step: Step, file: CaseFile) -> bool:
    """The order ended before it, or it was given up before there was anything to take back."""
    return (step.state == "undone" and step.before is not False) if step.over else not file.case.open


def _phase(step: Step) -> Phase:
    return "done" if step.over else "later" if step.state == "waiting" else "now"


def _day(step: Step) -> datetime:
    return step.not_before or AT_ONCE if step.state == "waiting" else AT_ONCE


def _stand_before(step: Step, by_id: dict[str, Step]) -> Iterator[Step]:
    """What goes on, or has stopped, and must be over first; not what waits for the calendar, or for us."""
    if step.state != "waiting" or step.want != "do":
        return
    for need in (by_id[id] for id in step.needs if id in by_id):
        if need.state == "waiting":
            yield from _stand_before(need, by_id)
        elif not need.over:
            yield need


def _thing(step: Step, titles: Titles) -> str:
    of = step.ask.of if step.ask else step.entitlement or ""
    return titles.thing(step.action, step.system, of, step.unit, step.ask.question if step.ask else None)


def _with_refusal(why: str, step: Step, file: CaseFile, language: str) -> str:
    """Also which value was refused: who mends it must see it."""
    refusal = file.refusals.get(step.id)
    if refusal is None or not refusal.value:
        return why
    said = f"{why} {capitalised(attribute(refusal.attribute, language))}: «{refusal.value}».".strip()
    if refusal.proposal and refusal.attribute not in MENDABLE:  # else it stands in the field for the mended value
        return f"{said[:-1]} {say('cli.proposal', language, value=refusal.proposal)}."
    return said

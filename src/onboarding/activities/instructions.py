"""The words of a task by hand, for this person: what to do, or what to answer."""

import re
from collections.abc import Mapping
from datetime import datetime

from onboarding.domain.accounts import Desired
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import PEOPLE, Catalogue, Title
from onboarding.planning.asks import owner_of
from onboarding.planning.moments import today
from onboarding.texts.catalogue import LANGUAGES, say
from onboarding.texts.dates import day
from onboarding.texts.sentence import step_name
from onboarding.texts.words import Titles, label_in_words


def asked_of(catalogue: Catalogue, step: Step) -> str:
    """The one the question names; else the entitlement's owner, or the system's."""
    if step.ask:
        return step.ask.for_
    entitlement = catalogue.entitlements.get(step.entitlement or "")
    return owner_of(catalogue, entitlement) if entitlement else catalogue.systems[step.system].owner


def instructions_for(catalogue: Catalogue, step: Step, want: Desired, number: str, now: datetime) -> Title:
    """In our own words in every language; in the policy's in those it has."""
    entitlement = catalogue.entitlements.get((step.ask.of.split("@")[0] if step.ask else step.entitlement) or "")
    system = catalogue.systems[step.system]
    thing = entitlement.title if entitlement else system.title
    if step.ask and step.ask.of in catalogue.gates:
        thing = catalogue.gates[step.ask.of].title

    def filled(language: str) -> dict[str, str]:
        return {
            "name": want.display_name,
            "unit": want.unit,
            "first_day": day(want.first_day, language, today(now)),
            "target": step.target,
            "username": want.username or "",
            "title": want.title,
            "thing": thing.in_(language),
            "case": number,
        }

    own = (entitlement.instructions if entitlement else None) or (
        None if step.system == PEOPLE else system.instructions
    )
    if own is None or step.want == "undo" or step.ask:
        kind = step.ask.kind if step.ask else ("take-back" if step.want == "undo" else "by-hand")
        return Title(**{language: say(f"task.{kind}", language, **filled(language)) for language in LANGUAGES})
    return Title(**{language: _fill(text, filled(language)) for language, text in own if text is not None})


def confirm_skip(catalogue: Catalogue, step: Step, name: str, first: str, units: Mapping[str, str]) -> Title:
    """What the second person is asked. `first`: the label of the one who wants it; `units`: Unit.id -> name."""
    return Title(
        **{
            language: say(
                "task.confirm-skip",
                language,
                first=label_in_words(first, language),
                name=name,
                what=step_name(step, Titles(catalogue, language, units)),
            )
            for language in LANGUAGES
        }
    )


def _fill(text: str, filled: Mapping[str, str]) -> str:
    """In one go: what a person is called may look like a place to fill."""
    return re.sub(r"\{(\w+)\}", lambda place: filled.get(place[1], place[0]), text)

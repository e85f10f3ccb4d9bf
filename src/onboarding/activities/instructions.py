"""The words of a task by hand, for this person: what to do, or what to answer."""

import re
from datetime import datetime

from onboarding.domain.accounts import Desired
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import PEOPLE, Catalogue
from onboarding.planning.asks import owner_of
from onboarding.planning.moments import today
from onboarding.texts.catalogue import say
from onboarding.texts.dates import day


def asked_of(catalogue: Catalogue, step: Step) -> str:
    """The one the question names; else the entitlement's owner, or the system's."""
    if step.ask:
        return step.ask.for_
    entitlement = catalogue.entitlements.get(step.entitlement or "")
    return owner_of(catalogue, entitlement) if entitlement else catalogue.systems[step.system].owner


def instructions_for(
    catalogue: Catalogue, step: Step, want: Desired, number: str, now: datetime, language: str = "nb"
) -> str:
    entitlement = catalogue.entitlements.get((step.ask.of.split("@")[0] if step.ask else step.entitlement) or "")
    system = catalogue.systems[step.system]
    thing = entitlement.title.in_(language) if entitlement else system.title.in_(language)
    if step.ask and step.ask.of in catalogue.gates:
        thing = catalogue.gates[step.ask.of].title.in_(language)
    filled = {
        "name": want.display_name,
        "unit": want.unit,
        "first_day": day(want.first_day, language, today(now)),
        "target": step.target,
        "username": want.username or "",
        "title": want.title,
        "thing": thing,
        "case": number,
    }
    own = (entitlement.instructions if entitlement else None) or (
        None if step.system == PEOPLE else system.instructions
    )
    if own is None or step.want == "undo" or step.ask:
        kind = step.ask.kind if step.ask else ("take-back" if step.want == "undo" else "by-hand")
        return say(f"task.{kind}", language, **filled)
    # In one go: what a person is called may look like a place to fill.
    return re.sub(r"\{(\w+)\}", lambda place: filled.get(place[1], place[0]), own.in_(language))

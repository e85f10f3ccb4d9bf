"""What has happened to a case, in words: who did what, and when. The log keeps kinds and ids; people read sentences."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.dates import format_datetime

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseState, StepState
from onboarding.operations.reading import CaseFile
from onboarding.planning.moments import OSLO
from onboarding.store import acts
from onboarding.store.engine import Store
from onboarding.store.events import Event
from onboarding.texts import words
from onboarding.texts.catalogue import messages, say
from onboarding.texts.dates import locale_of
from onboarding.texts.sentence import step_line


def actor_in_words(event: Event, language: str) -> str:
    """Somebody who acts for another, and what the demo plays, are shown as such."""
    of_a_part = event.actor_kind == "dev" and event.actor in words.PEOPLE_IN_WORDS
    name = words.who(event.actor, language) if of_a_part else event.actor
    if event.on_behalf_of:
        name = say("cli.on-behalf-of", language, who=name, other=event.on_behalf_of)
    return say("cli.played", language, who=name) if event.actor_kind == "dev" else name


def names_of(file: CaseFile, language: str) -> dict[str, str]:
    """Each actor of the case as its rows have him -> as he is shown."""
    found = {}
    for event in file.history:
        if event.actor_kind != "schedule":  # the engine, and what it carries out for others
            label = f"{event.actor} on behalf of {event.on_behalf_of}" if event.on_behalf_of else event.actor
            found[label] = actor_in_words(event, language)
    return found


def lines(store: Store, file: CaseFile, language: str, now: datetime) -> Iterator[dict[str, Any]]:
    """In order: the moment, the sentence, and the note somebody left."""
    told = _Told(file, language, now)
    notes = _notes(store, file)
    for event in file.history:
        # A note stands by what was asked, and is not repeated where that was carried out.
        note = notes.get(event.note) if event.note and event.what != "act.settled" else None
        yield {"at": event.at, "text": told.sentence(event), "note": note, "kind": event.what, "step": event.step or ""}


def clock(at: datetime, language: str) -> str:
    """24.11.2026 05:24, in Oslo: a log is compared line by line."""
    return format_datetime(at, "dd.MM.y HH:mm", tzinfo=OSLO, locale=locale_of(language))


def _notes(store: Store, file: CaseFile) -> Mapping[UUID, str]:
    with store.reading() as tx:
        return {id: acts.note(tx, id) for id in {event.note for event in file.history} if id}


class _Told:
    def __init__(self, file: CaseFile, language: str, now: datetime) -> None:
        self.language = language
        self.catalogue = file.catalogue
        self.steps = {
            step.id: step_line(step, file.catalogue, language, now=now, units=file.units).what for step in file.steps
        }

    def say(self, key: str, **params: str) -> str:
        return say(key, self.language, **params)

    def sentence(self, event: Event) -> str:
        who, step = actor_in_words(event, self.language), self.steps.get(event.step or "", "")
        match event.what:
            case "case.ordered":
                return self.say("cli.did-order", who=who)
            case "case.planned":
                number = event.detail.get("plan", "1")
                return self.say("cli.did-plan" if number == "1" else "cli.did-plan-again", number=number)
            case "case.state":
                return self.say("cli.did-become", state=self.state(event.detail.get("to", "")))
            case "case.withdrawn":
                return self.say("cli.did-withdraw", who=who)
            case "name.reserved":
                return self.say("cli.did-reserve")
            case "act.asked":
                return self.say("cli.did-ask", who=who, act=self.act(event), what=step).rstrip(": ")
            case "act.settled" if event.detail.get("state") == "refused":
                why = self.reason(event)
                return f"{self.say('cli.did-refuse', act=self.act(event), what=step).rstrip(': ')}. {why}".rstrip()
            case "act.settled":
                return self.say("cli.did-carry-out", act=self.act(event), what=step).rstrip(": ")
            case _ if event.what.startswith("step."):
                return f"{step or event.step}: {self.step_state(event)}. {self.reason(event)}".rstrip()
        return self.say("cli.did-other", who=who, what=event.what)

    def act(self, event: Event) -> str:
        kind: ActKind = event.detail["act"]  # type: ignore[assignment]  # the log keeps it as text
        return words.act_kind(kind, self.language)

    def state(self, state: str) -> str:
        known: CaseState = state  # type: ignore[assignment]  # the log keeps it as text
        return words.case_state(known, self.language)

    def step_state(self, event: Event) -> str:
        known: StepState = event.detail["state"]  # type: ignore[assignment]  # the log keeps it as text
        return words.step_state(known, self.language)

    def reason(self, event: Event) -> str:
        """The log keeps the key alone: what needs more than the system's name to be said, is said by the step."""
        key, system = event.detail.get("why", ""), self.catalogue.systems.get(event.object or "")
        try:
            return self.say(key, system=system.title.in_(self.language) if system else "") if key in messages() else ""
        except KeyError:
            return ""

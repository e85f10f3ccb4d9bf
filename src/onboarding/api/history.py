"""What has happened to a case, as sentences. The log keeps kinds and ids; people read words."""

from collections.abc import Iterator, Mapping

from babel.dates import format_datetime

from onboarding.api.front import Reader
from onboarding.api.shapes import Happened
from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseState, StepState
from onboarding.operations.reading import CaseFile
from onboarding.planning.moments import OSLO
from onboarding.store.events import Event
from onboarding.texts import words
from onboarding.texts.catalogue import messages, say
from onboarding.texts.dates import locale_of
from onboarding.texts.sentence import step_line


def actor_in_words(event: Event, language: str) -> str:
    """Somebody who acts for another, and what the demo plays, are shown as such."""
    name = event.actor
    if event.on_behalf_of:
        name = say("cli.on-behalf-of", language, who=name, other=event.on_behalf_of)
    return say("cli.played", language, who=name) if event.actor_kind == "dev" else name


def names_of(file: CaseFile, language: str) -> dict[str, str]:
    """Each actor as the case's rows have him -> as he is shown."""
    found = {}
    for event in file.history:
        if event.actor_kind != "schedule":  # the engine, and what it carries out for others
            label = f"{event.actor} on behalf of {event.on_behalf_of}" if event.on_behalf_of else event.actor
            found[label] = actor_in_words(event, language)
    return found


def happened(file: CaseFile, notes: Mapping[int, str], reader: Reader) -> Iterator[Happened]:
    """The newest first."""
    told = _Told(file, reader)
    for event in reversed(file.history):
        clock = format_datetime(event.at, "d. MMM HH:mm", tzinfo=OSLO, locale=locale_of(reader.language))
        yield Happened(at=event.at, clock=clock, text=told.sentence(event), note=notes.get(event.seq))


class _Told:
    def __init__(self, file: CaseFile, reader: Reader) -> None:
        self.language = reader.language
        self.catalogue = file.catalogue
        self.steps = {
            step.id: step_line(step, file.catalogue, reader.language, now=reader.now, units=file.units).what
            for step in file.steps
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
                state: CaseState = event.detail["to"]  # type: ignore[assignment]  # the log keeps it as text
                return self.say("cli.did-become", state=words.case_state(state, self.language))
            case "case.withdrawn":
                return self.say("cli.did-withdraw", who=who)
            case "name.reserved":
                return self.say("cli.did-reserve")
            case "act.asked":
                return self.say("cli.did-ask", who=who, act=self.act(event), what=step).rstrip(": ")
            case "act.settled" if event.detail.get("state") == "refused":
                said = self.say("cli.did-refuse", act=self.act(event), what=step).rstrip(": ")
                return f"{said}. {self.reason(event)}".rstrip()
            case "act.settled":
                return self.say("cli.did-carry-out", act=self.act(event), what=step).rstrip(": ")
            case _ if event.what.startswith("step."):
                stands: StepState = event.detail["state"]  # type: ignore[assignment]  # the log keeps it as text
                return f"{step}: {words.step_state(stands, self.language)}. {self.reason(event)}".strip(": ")
        return self.say("cli.did-other", who=who, what=event.what)

    def act(self, event: Event) -> str:
        kind: ActKind = event.detail["act"]  # type: ignore[assignment]  # the log keeps it as text
        return words.act_kind(kind, self.language)

    def reason(self, event: Event) -> str:
        """The log keeps the key alone: what needs more than the system's name to be said, is said by the step."""
        key, system = event.detail.get("why", ""), self.catalogue.systems.get(event.object or "")
        try:
            return self.say(key, system=system.title.in_(self.language) if system else "") if key in messages() else ""
        except KeyError:
            return ""

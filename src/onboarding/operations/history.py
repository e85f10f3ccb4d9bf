"""What has happened to a case, in words: the log keeps kinds and ids; people read sentences."""

from collections.abc import Sequence

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseState, StepState
from onboarding.domain.people import ON_BEHALF_OF
from onboarding.operations.reading import CaseFile
from onboarding.store.events import Event
from onboarding.texts import words
from onboarding.texts.catalogue import messages, say
from onboarding.texts.sentence import step_name


def actor_in_words(event: Event, language: str) -> str:
    """Somebody who acts for another, and what the demo plays, are shown as such."""
    of_a_part = event.actor_kind == "dev" and event.actor in words.PEOPLE_IN_WORDS
    name = words.who(event.actor, language) if of_a_part else event.actor
    if event.on_behalf_of:
        name = say("history.on-behalf-of", language, who=name, other=event.on_behalf_of)
    return say("history.played", language, who=name) if event.actor_kind == "dev" else name


def names_of(file: CaseFile, language: str) -> dict[str, str]:
    """Each actor of the case as its rows have him -> as he is shown."""
    found = {}
    for event in file.history:
        if event.actor_kind != "schedule":  # the engine, and what it carries out for others
            label = f"{event.actor}{ON_BEHALF_OF}{event.on_behalf_of}" if event.on_behalf_of else event.actor
            found[label] = actor_in_words(event, language)
    return found


class Told:
    """The events of one case as sentences, in the language of its titles."""

    def __init__(self, file: CaseFile, titles: words.Titles) -> None:
        self.language = titles.language
        self.catalogue = file.catalogue
        self.titles = titles
        self.steps = {step.id: step_name(step, self.titles) for step in file.steps}

    def say(self, key: str, **params: str) -> str:
        return say(key, self.language, **params)

    def sentence(self, event: Event) -> str:
        who, step = actor_in_words(event, self.language), self.steps.get(event.step or "", "")
        match event.what:
            case "case.ordered":
                if extras := event.detail.get("extras"):
                    return self.say("history.did-order-more", who=who, extras=self.rights(extras.split(", ")))
                return self.say("history.did-order", who=who)
            case "case.planned":
                number = event.detail.get("plan", "1")
                return self.say("history.did-plan" if number == "1" else "history.did-plan-again", number=number)
            case "case.state":
                return self.say("history.did-become", state=self.state(event.detail.get("to", "")))
            case "case.withdrawn":
                return self.say("history.did-withdraw", who=who)
            case "name.reserved":
                return self.say("history.did-reserve")
            case "act.asked":
                return self.say("history.did-ask", who=who, act=self.act(event), what=step).rstrip(": ")
            case "act.settled" if event.detail.get("state") == "refused":
                why = self.reason(event)
                return f"{self.say('history.did-refuse', act=self.act(event), what=step).rstrip(': ')}. {why}".rstrip()
            case "act.settled":
                return self.say("history.did-carry-out", act=self.act(event), what=step).rstrip(": ")
            case _ if event.what.startswith("step."):
                return f"{step or event.step}: {self.step_state(event)}. {self.reason(event)}".rstrip()
        return self.say("history.did-other", who=who, what=event.what)

    def rights(self, ids: Sequence[str]) -> str:
        return words.listed([self.titles.of(id) for id in ids], self.language)

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

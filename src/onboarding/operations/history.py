"""What has happened to a case, in words: the log keeps kinds and ids; people read sentences."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseState, StepState
from onboarding.operations.reading import CaseFile, titles_of
from onboarding.store.events import Event
from onboarding.store.whole_cases import Happening
from onboarding.texts import dates, words
from onboarding.texts.catalogue import messages, say
from onboarding.texts.sentence import step_name

SECOND = {  # what an act is to a skip that takes two -> what came of it
    "asks": "history.second-asked",
    "agrees": "history.second-agreed",
    "disagrees": "history.second-disagreed",
}


class Line(NamedTuple):
    at: datetime
    by: str
    what: str  # as the log has it
    step: str  # '' where it is about the whole case
    text: str
    note: str | None  # what somebody wrote: by what was asked, not again where it was carried out


def lines(file: CaseFile, happened: Iterable[Happening], language: str) -> Iterator[Line]:
    """A line for each; the oldest first, as they must come."""
    told = _Told(file, titles_of(file, language))
    for event, note in happened:
        yield Line(
            at=event.at,
            by=words.label_in_words(event.by, language),
            what=event.what,
            step=event.step or "",
            text=told.sentence(event),
            note=note if event.what != "act.settled" else None,
        )


class _Told:
    """The events of one case as sentences, in the language of its titles. One after another: what a withdrawal takes
    back is called so from then on, and what was before it stays as it was told."""

    def __init__(self, file: CaseFile, titles: words.Titles) -> None:
        self.language = titles.language
        self.catalogue = file.catalogue
        self.titles = titles
        self.steps = {step.id: step for step in file.steps}
        self.withdrawn = False

    def say(self, key: str, **params: str) -> str:
        return say(key, self.language, **params)

    def step(self, event: Event) -> str:
        step = self.steps.get(event.step or "")
        if step is None:
            return event.step or ""
        asked_back = self.withdrawn and (event.what == "step.asked" or event.what.startswith("act."))
        return step_name(step if asked_back else step.model_copy(update={"want": "do"}), self.titles)

    def sentence(self, event: Event) -> str:
        who, step = words.label_in_words(event.by, self.language), self.step(event)
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
                key = {"agrees": "history.did-agree", "disagrees": "history.did-disagree"}.get(self.second(event))
                what = self.chosen(event) or step
                return self.say(key or "history.did-ask", who=who, act=self.act(event), what=what).rstrip(": ")
            case "act.settled" if event.detail.get("state") == "refused":
                why = self.reason(event)
                return f"{self.say('history.did-refuse', act=self.act(event), what=step).rstrip(': ')}. {why}".rstrip()
            case "act.settled":
                self.withdrawn = self.withdrawn or event.detail["act"] == "withdraw"
                key = SECOND.get(self.second(event), "history.did-carry-out")
                return self.say(key, act=self.act(event), what=step).rstrip(": ")
            case _ if event.what.startswith("step."):
                return f"{step}: {self.step_state(event)}. {self.reason(event)}".rstrip()
        return self.say("history.did-other", who=who, what=event.what)

    def rights(self, ids: Sequence[str]) -> str:
        return words.listed([self.titles.of(id) for id in ids], self.language)

    def act(self, event: Event) -> str:
        kind: ActKind = event.detail["act"]  # type: ignore[assignment]  # the log keeps it as text
        return words.act_kind(kind, self.language)

    def second(self, event: Event) -> str:
        return event.detail.get("second", "")

    def day(self, iso: str, event: Event) -> str:
        return dates.day(date.fromisoformat(iso), self.language, dates.local_day(event.at))

    def chosen(self, event: Event) -> str:
        """The days or the role that was asked for."""
        value, was = event.detail.get("chosen", ""), event.detail.get("was", "")
        if value and was:
            return self.say("history.from-to", old=self.day(was, event), new=self.day(value, event))
        role = self.catalogue.roles.get(value)
        return role.title.in_(self.language) if role else value

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

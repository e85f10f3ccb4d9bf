"""A forecast in one sentence, and each step in a line: who has it now, and since when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar

from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Value
from onboarding.planning import moments
from onboarding.planning.forecast import Forecast, Wait
from onboarding.texts import dates
from onboarding.texts.catalogue import say
from onboarding.texts.words import PEOPLE_IN_WORDS, Titles, capitalised, label_in_words, listed, number, step_state, who

K = TypeVar("K")

NOON = time(12, tzinfo=moments.OSLO)
MOST = 3  # things named one by one; the rest is a number
QUESTIONS = {"approve": "approve", "second": "second", "gate": "gate", "role": "role"}
IN_HEAD = frozenset({"case.if", "case.off-if"})  # the head itself says what it waits for
WHY_IN_HEAD = frozenset({"case.at-risk", "case.unlikely", "case.off-at-risk", "case.off-unlikely"})
GOES_BY_ITSELF = frozenset({"case.late", "case.late-today", "case.off-late"})


def sentence(
    forecast: Forecast, catalogue: Catalogue, language: str, *, now: datetime, you: frozenset[str] = frozenset()
) -> str:
    """Will it be ready, and what does it wait for.

    `you`: who of manager, hr, it and the owners' addresses the reader is; those are told "du".
    """
    return _sentence(forecast, catalogue, language, moments.today(now), you)


@lru_cache(maxsize=2048)  # a list is read again for every change in one of its cases
def _sentence(forecast: Forecast, catalogue: Catalogue, language: str, today: date, you: frozenset[str]) -> str:
    return _Sentence(forecast, catalogue, language, today, you).whole()


class _Sentence:
    def __init__(
        self, forecast: Forecast, catalogue: Catalogue, language: str, today: date, you: frozenset[str]
    ) -> None:
        self.forecast = forecast
        self.titles = Titles(catalogue, language)
        self.language = language
        self.today = today
        self.now = datetime.combine(today, NOON)  # of the moment a sentence knows the day alone
        self.you = you

    def say(self, key: str, **params: str) -> str:
        return say(key, self.language, **params)

    def whole(self) -> str:
        key = self.forecast.key
        why, what = self.few(self.reasons(), "case.more-reasons"), self.few(self.tasks(), "case.more-tasks")
        told = dates.day(self.forecast.day, self.language, self.today)
        if self.forecast.day == self.today:
            told = self.say("date.day-today")
        parts = [self.say(key, day=told, why=why, what=what)]
        if why and key not in WHY_IN_HEAD:
            parts.append(self.say("case.because", why=capitalised(why)))
        if what and key not in IN_HEAD:
            parts.append(self.say("case.also" if why else "case.waits", what=what))
        if key in GOES_BY_ITSELF and not why and not what:
            parts.append(self.say("case.by-itself"))
        if self.forecast.left_out:
            left = [self.thing(wait) for wait in self.forecast.left_out]
            parts.append(self.say("case.without", what=self.few(left, "case.more-things")))
        if self.forecast.activate:
            parts.append(self.say("case.activate"))
        return " ".join(parts)

    def few(self, parts: Sequence[str], more: str) -> str:
        """The parts as a list, the last of them a number where they are many."""
        if len(parts) > MOST:
            count = len(parts) - (MOST - 1)
            parts = [*parts[: MOST - 1], self.say(more, count=number(count, self.language))]
        return listed(parts, self.language) if parts else ""

    def thing(self, wait: Wait) -> str:
        ask = QUESTIONS.get(wait.what) or (self.question(wait) if wait.what == "promised" else None)
        return self.titles.thing(wait.action, wait.system, wait.of, wait.unit, ask)

    def question(self, wait: Wait) -> str | None:
        """What a promised answer is an answer to."""
        if wait.action != "ask":
            return None
        if not wait.of:
            return "role"
        return "gate" if wait.of in self.titles.catalogue.gates else "approve"

    def reasons(self) -> list[str]:
        waits = self.forecast.reasons
        parts = []
        stuck = [
            self.counted("case.steps", len(those), system=self.titles.system(system))
            for system, those in _grouped((w for w in waits if w.what == "stuck"), lambda wait: wait.system)
        ]
        if stuck:
            parts.append(self.say("case.stuck", what=self.few(stuck, "case.more-systems")))
        held = [
            self.titles.system(id_) for id_, _ in _grouped((w for w in waits if w.what == "held"), lambda w: w.system)
        ]
        if held:
            parts.append(self.say("case.held", systems=listed(held, self.language)))
        for wait in waits:
            if wait.what in ("promised", "overdue") and wait.due:
                due = dates.day(wait.due, self.language, self.today)
                parts.append(self.say(f"case.{wait.what}", what=self.thing(wait), due=due))
        return list(dict.fromkeys(parts))

    def tasks(self) -> list[str]:
        """What each person must do, as clauses that fit after «hvis» and after «at»; the reader's own come first."""
        asked = self.forecast.asked
        first = {(wait.of, wait.unit) for wait in asked if wait.what == "approve"}
        waits = [wait for wait in asked if wait.what != "second" or (wait.of, wait.unit) not in first]
        waits.sort(key=lambda wait: self.nearness(self.holder(wait)))
        return [
            self.task(person, list(those))
            for (_, person), those in _grouped(waits, lambda wait: (wait.what, self.holder(wait)))
        ]

    def task(self, person: str, waits: Sequence[Wait]) -> str:
        what = waits[0].what
        if what in ("approve", "second"):
            named = self.counted("case.accesses", len({(wait.of, wait.unit) for wait in waits}))
        else:
            named = self.few(list(dict.fromkeys(self.thing(wait) for wait in waits)), "case.more-things")
        name = self.say("case.who-you") if person in self.you else self.called(person)
        clause = self.say("case.does-" + what.replace(" ", "-"), who=name, what=named)
        return f"{clause} {when}" if (when := self.when(waits)) else clause

    def nearness(self, person: str) -> int:
        """The one a manager can do something about is first, and never among «to oppgaver til»."""
        return 0 if person in self.you else 1 if person == "manager" else 2

    def called(self, person: str) -> str:
        return who(person, self.language) if person in PEOPLE_IN_WORDS else self.say("case.who-an-owner")

    def when(self, waits: Sequence[Wait]) -> str:
        dues = [wait.due for wait in waits if wait.due]
        begun = [wait.since for wait in waits if wait.since]
        if dues:
            return self.by(min(dues))
        return self.say("case.waited", since=dates.since(min(begun), self.language, self.now)) if begun else ""

    def by(self, due: date) -> str:
        if due < self.today:
            return self.say("case.was-due", due=dates.day(due, self.language, self.today))
        if due == self.today:
            return self.say("date.day-today")
        return self.say("case.by", due=dates.near(due, self.language, self.today))

    def holder(self, wait: Wait) -> str:
        return self.titles.owner(wait.system, wait.of) if wait.who == "owner" else wait.who

    def counted(self, key: str, count: int, **params: str) -> str:
        if count == 1:
            return self.say(f"{key}-one", **params)
        return self.say(f"{key}-many", count=number(count, self.language), **params)


def _grouped(waits: Iterable[Wait], key: Callable[[Wait], K]) -> list[tuple[K, list[Wait]]]:
    groups: dict[K, list[Wait]] = {}
    for wait in waits:
        groups.setdefault(key(wait), []).append(wait)
    return list(groups.items())


class StepLine(Value):
    """One step as a person reads it; '' where there is nothing to say."""

    what: str  # Konto i Active Directory
    state: str  # stoppet hos IT
    who: str  # hos IT; '' when it is over
    since: str  # siden i går kl. 14:05; the moment itself when it is over
    why: str = ""  # the reason it stopped, or was skipped; or what it waits for

    def __str__(self) -> str:
        said = [self.state, "" if self.state.endswith(self.who) else self.who, self.since]
        line = f"{self.what}: {', '.join(part for part in said if part)}"
        return f"{line}. {self.why}" if self.why else line


def step_name(step: Step, titles: Titles) -> str:
    """Konto i Active Directory."""
    of = step.ask.of if step.ask else step.entitlement or ""
    what = titles.action(step.action, step.system, of, step.unit, step.ask.question if step.ask else None)
    return capitalised(say("step.undo", titles.language, what=what) if step.want == "undo" else what)


def step_line(step: Step, titles: Titles, now: datetime) -> StepLine:
    language = titles.language
    at = step.verified_at or step.since if step.over else step.since
    when = ""
    if at is not None:
        when = dates.moment(at, language, now) if step.over else dates.since(at, language, now)
    return StepLine(
        what=step_name(step, titles),
        state=step_state(step.state, language),
        who=_holder(step, titles, language),
        since=when,
        why=_why(step, titles, language, now),
    )


def _holder(step: Step, titles: Titles, language: str) -> str:
    if step.over:
        return ""
    if step.state in ("stuck", "held"):
        return say("step.with", language, who=who("it", language))
    if step.state == "asked":
        person = step.ask.for_ if step.ask else titles.owner(step.system, step.entitlement or "")
        return say("step.with", language, who=who(person, language))
    if step.state == "in progress":
        return say("step.with", language, who=titles.system(step.system))
    return say("step.with-us", language)


def _why(step: Step, titles: Titles, language: str, now: datetime) -> str:
    if step.state == "waiting" and step.not_before and step.not_before > now:
        return say("step.starts", language, when=dates.moment(step.not_before, language, now))
    parts = [say("step.by", language, who=label_in_words(step.by, language))] if step.by and step.over else []
    if step.reason:
        parts.append(reason(step.reason, step.params, step.system, titles))
    if step.state == "retrying" and step.next_at and step.next_at > now:
        parts.append(say("step.tries-again", language, when=dates.moment(step.next_at, language, now)))
    return " ".join(parts)


def reason(key: str, params: Mapping[str, str], system: str, titles: Titles) -> str:
    """Why something in this system stands still. A row may outlive the connector that brought its text."""
    try:
        return say(key, titles.language, **{**params, "system": titles.system(system)})
    except KeyError:
        return say("step.reason-unknown", titles.language)

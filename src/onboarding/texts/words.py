"""The words for states, kinds, acts, steps and people: what a case page is full of."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.lists import format_list
from babel.numbers import format_decimal

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseKind, CaseState, StepState
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import ON_BEHALF_OF, PLAYED
from onboarding.domain.plan import Action
from onboarding.texts.catalogue import messages, say
from onboarding.texts.dates import locale_of

PEOPLE_IN_WORDS = frozenset({"manager", "hr", "it"})


def _key(subject: str, word: str) -> str:
    return subject + word.replace(" ", "-")


def step_state(state: StepState, language: str) -> str:
    """stoppet hos IT, satt på pause, venter på en person …"""
    return say(_key("step.is-", state), language)


def case_state(state: CaseState, language: str) -> str:
    return say(_key("case.is-", state), language)


def case_kind(kind: CaseKind, language: str) -> str:
    return say(_key("case.kind-", kind), language)


def act_kind(kind: ActKind, language: str) -> str:
    """What the button says."""
    return say(_key("act.kind-", kind), language)


def who(person: str, language: str) -> str:
    """lederen, HR, IT, or systemeier with the owner's address."""
    if person in PEOPLE_IN_WORDS:
        return say(_key("case.who-", person), language)
    return say("case.who-owner", language, owner=person)


def label_in_words(label: str, language: str) -> str:
    """Who it was, from the label the store keeps, which is in English. What the demo plays is shown as such."""
    one, between, other = label.partition(ON_BEHALF_OF)
    played, one = one.endswith(PLAYED), one.removesuffix(PLAYED)
    if played:
        part = who(one, language) if one in PEOPLE_IN_WORDS else one
        one = say("history.played", language, who=part)
    return say("history.on-behalf-of", language, who=one, other=other) if between else one


def attribute(name: str, language: str) -> str:
    """What a system calls a value by: brukernavn, stilling … One that is a connector's own keeps its name."""
    key = "value." + name.replace("_", "-")
    return say(key, language) if key in messages() else name


def decimal(value: Decimal, language: str) -> str:
    """60, 37,5; in English 37.5."""
    told: str = format_decimal(value, locale=locale_of(language))
    return told


def number(count: int, language: str) -> str:
    """two to twelve in words, the rest in digits. One has a gender, and is written where it is used."""
    words = say("date.numbers", language).split()
    return words[count - 2] if 2 <= count < len(words) + 2 else str(count)


def countdown(value: date, language: str, today: date) -> str:
    """om ti dager, i morgen, i dag, i går, for tre dager siden."""
    days = (value - today).days
    near = {-1: "date.day-yesterday", 0: "date.day-today", 1: "date.day-tomorrow"}
    if days in near:
        return say(near[days], language)
    return say("date.in-days" if days > 0 else "date.days-ago", language, count=number(abs(days), language))


def listed(parts: Sequence[str], language: str) -> str:
    """a, b og c."""
    return _listed(tuple(parts), language)


@lru_cache(maxsize=1024)  # the same few things wait in many cases
def _listed(parts: tuple[str, ...], language: str) -> str:
    return format_list(parts, locale=locale_of(language))


def capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


class Titles:
    """What the policy of a case calls things, in one language; the id where it has no such thing."""

    def __init__(self, catalogue: Catalogue, language: str, units: Mapping[str, str] | None = None) -> None:
        self.catalogue = catalogue
        self.language = language
        self.units = units or {}
        self._said: dict[tuple[str, str, str, str, str | None], str] = {}  # a page names a step several times

    def system(self, id_: str) -> str:
        found = self.catalogue.systems.get(id_)
        return found.title.in_(self.language) if found else id_

    def of(self, id_: str, unit: str | None = None) -> str:
        """An entitlement or a gate; with the unit's name where it is for one unit and that is known."""
        found = self.catalogue.entitlements.get(id_) or self.catalogue.gates.get(id_)
        title = found.title.in_(self.language) if found else id_
        name = self.units.get(unit) if unit else None
        return say("step.at-unit", self.language, what=title, unit=name) if name else title

    def owner(self, system: str, entitlement: str) -> str:
        """Who has a task by hand: the entitlement's owner, else the system's."""
        right, place = self.catalogue.entitlements.get(entitlement), self.catalogue.systems.get(system)
        return (right.owner if right else None) or (place.owner if place else "it")

    def action(self, action: Action, system: str, of: str, unit: str | None, ask: str | None) -> str:
        """A step in plain words: konto i Active Directory, tilgang: VPN …"""
        return self._named("step.does-", action if ask is None else f"ask-{ask}", system, of, unit)

    def thing(self, action: Action, system: str, of: str, unit: str | None, ask: str | None) -> str:
        """What it is about, to be put into a sentence: kontoen i Active Directory, «VPN», godkjenning av «VPN» …"""
        return self._named("step.thing-", action if ask is None else f"ask-{ask}", system, of, unit)

    def _named(self, subject: str, word: str, system: str, of: str, unit: str | None) -> str:
        asked = (subject, word, system, of, unit)
        if asked not in self._said:
            place = self.system(system)
            title = self.of(of, unit) if of else place
            self._said[asked] = say(_key(subject, word), self.language, system=place, title=title)
        return self._said[asked]

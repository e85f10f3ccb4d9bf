"""Every state, kind and act has its words in each language."""

from datetime import date
from typing import get_args

import pytest

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import CaseKind, CaseState, StepState
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Actor
from onboarding.domain.plan import Action
from onboarding.texts import words

LANGUAGES = ["nb", "nn", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_have_words_of_their_own(language: str) -> None:
    assert len({words.step_state(state, language) for state in get_args(StepState)}) == len(get_args(StepState))
    assert len({words.case_state(state, language) for state in get_args(CaseState)}) == len(get_args(CaseState))
    assert len({words.case_kind(kind, language) for kind in get_args(CaseKind)}) == len(get_args(CaseKind))
    assert len({words.act_kind(kind, language) for kind in get_args(ActKind)}) == len(get_args(ActKind))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.step_state("stuck", "nb"), "stoppet hos IT"),
        (words.step_state("stuck", "nn"), "stoppa hos IT"),
        (words.step_state("held", "nb"), "satt på pause"),
        (words.step_state("held", "nn"), "sett på pause"),
        (words.step_state("asked", "nb"), "venter på en person"),
        (words.case_state("withdrawn", "nn"), "trekt"),
        (words.act_kind("choose role", "nb"), "Velg tilgangspakke"),
        (words.who("manager", "nn"), "leiaren"),
        (words.who("a@b.no", "nb"), "systemeier a@b.no"),
        (words.number(2, "nb"), "to"),
        (words.number(12, "en"), "twelve"),
        (words.number(13, "nb"), "13"),
        (words.number(1, "nb"), "1"),
        (words.listed(["a"], "nb"), "a"),
        (words.listed(["a", "b", "c"], "nn"), "a, b og c"),
        (words.listed(["a", "b", "c"], "en"), "a, b and c"),
    ],
)
def test_the_words_of_the_field(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", get_args(Action))
def test_every_action_in_plain_words(catalogue: Catalogue, action: Action, language: str) -> None:
    titles = words.Titles(catalogue, language)
    for ask in (None, "approve", "gate", "role") if action == "ask" else (None,):
        assert titles.action(action, "ad", "vpn", None, ask)
        assert titles.thing(action, "ad", "vpn", None, ask)


def test_konto_i_and_tilgang(catalogue: Catalogue) -> None:
    titles = words.Titles(catalogue, "nb")
    assert titles.action("account", "ad", "", None, None) == "konto i Active Directory"
    assert titles.action("grant", "ad", "vpn", None, None) == "tilgang: VPN"


@pytest.mark.parametrize(
    ("day", "nb", "nn", "en"),
    [
        (date(2026, 12, 10), "om ti dager", "om ti dagar", "in ten days"),
        (date(2026, 12, 2), "om to dager", "om to dagar", "in two days"),
        (date(2026, 12, 1), "i morgen", "i morgon", "tomorrow"),
        (date(2026, 11, 30), "i dag", "i dag", "today"),
        (date(2026, 11, 29), "i går", "i går", "yesterday"),
        (date(2026, 11, 27), "for tre dager siden", "for tre dagar sidan", "three days ago"),
        (date(2027, 1, 4), "om 35 dager", "om 35 dagar", "in 35 days"),
    ],
)
def test_how_long_until_the_first_day(day: date, nb: str, nn: str, en: str) -> None:
    said = [words.countdown(day, language, date(2026, 11, 30)) for language in LANGUAGES]
    assert said == [nb, nn, en]


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        (Actor(kind="operator", id="ida.it", via="web"), "ida.it"),
        (Actor(kind="operator", id="ida.it", via="web", on_behalf_of="Liv Leder"), "ida.it på vegne av Liv Leder"),
        (Actor(kind="dev", id="manager", via="dev"), "lederen (spilt av demoen)"),
        (Actor(kind="dev", id="second of liv", via="dev"), "second of liv (spilt av demoen)"),
        # Another's name is what somebody writes: it makes him no other kind of actor.
        (Actor(kind="operator", id="it", via="web", on_behalf_of="hr (played)"), "it på vegne av hr (played)"),
    ],
)
def test_who_it_was(actor: Actor, said: str) -> None:
    assert words.label_in_words(actor.label, "nb") == said

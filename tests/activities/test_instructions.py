"""The words of a task: whom it is asked of, and what it says about this person."""

from datetime import UTC, date, datetime

import pytest

from onboarding.activities.instructions import asked_of, instructions_for
from onboarding.domain.accounts import Desired
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue, Title
from onboarding.domain.plan import Ask
from tests import municipality

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
WANT = Desired(
    key="E1", username="karnor", given_name="Kari", family_name="Nordmann", display_name="Kari Nordmann",
    title="Sykepleier", unit="Fjordgløtt", first_day=date(2026, 3, 16),
)  # fmt: skip
CARD = Step(id="key:grant:card", system="key", action="grant", entitlement="card", target="CARD")
BANK = Step(id="pay:grant:bank", system="pay", action="grant", entitlement="bank", target="BANK")


def ask(kind: str, of: str, for_: str) -> Step:
    return Step(
        id="people:x", system="people", action="ask", ask=Ask.model_validate({"kind": kind, "of": of, "for_": for_})
    )


def worded(system: str | None = None, entitlement: str | None = None) -> Catalogue:
    """The policy with instructions of its own for the card, or for its system."""
    base = municipality.catalogue()
    key = base.systems["key"].model_copy(update={"instructions": Title(nb=system) if system else None})
    card = base.entitlements["card"].model_copy(update={"instructions": Title(nb=entitlement) if entitlement else None})
    return base.model_copy(
        update={"systems": {**base.systems, "key": key}, "entitlements": {**base.entitlements, "card": card}}
    )


@pytest.mark.parametrize(
    ("step", "who"),
    [
        (CARD, "key@fjordvik.example"),
        (Step(id="pay:account", system="pay", action="account"), "pay@fjordvik.example"),
        (ask("approve", "bank", "pay@fjordvik.example"), "pay@fjordvik.example"),
        (ask("gate", "contract", "manager"), "manager"),
    ],
)
def test_whom_it_is_asked_of(step: Step, who: str) -> None:
    assert asked_of(municipality.catalogue(), step) == who


def test_an_entitlement_with_its_own_owner_is_asked_of_that_one() -> None:
    base = municipality.catalogue()
    card = base.entitlements["card"].model_copy(update={"owner": "vakt@fjordvik.example"})
    catalogue = base.model_copy(update={"entitlements": {**base.entitlements, "card": card}})
    assert asked_of(catalogue, CARD) == "vakt@fjordvik.example"


@pytest.mark.parametrize(
    ("step", "parts"),
    [
        (CARD, ["Gi Kari Nordmann (Sykepleier, Fjordgløtt) «card»: CARD", "16. mars", "B-1"]),
        (CARD.model_copy(update={"want": "undo"}), ["Ta tilbake «card» (CARD) fra Kari Nordmann", "B-1"]),
        (ask("approve", "bank", "x"), ["Skal Kari Nordmann", "få «bank»?", "16. mars"]),
        (ask("gate", "contract", "manager"), ["Stemmer dette for Kari Nordmann", "«contract signed»?"]),
        (ask("role", "", "manager"), ["stillingskoden til Kari Nordmann"]),
        (Step(id="key:account", system="key", action="account"), ["Gi Kari Nordmann", "key"]),
    ],
    ids=["by hand", "taken back", "approve", "gate", "role", "account"],
)
def test_our_own_words(step: Step, parts: list[str]) -> None:
    text = instructions_for(municipality.catalogue(), step, WANT, "B-1", NOW).nb
    assert [part for part in parts if part not in text] == []
    assert "{" not in text


@pytest.mark.parametrize(
    ("catalogue", "text"),
    [
        (worded(system="Lag {target} til {name}"), "Lag CARD til Kari Nordmann"),
        (worded(entitlement="{username} i {unit}, {first_day}"), "karnor i Fjordgløtt, mandag 16. mars"),
        (worded(system="hele systemet", entitlement="bare kortet, {case}"), "bare kortet, B-1"),
    ],
    ids=["the system's", "the entitlement's", "the nearest"],
)
def test_the_policys_words_go_before_ours(catalogue: Catalogue, text: str) -> None:
    assert instructions_for(catalogue, CARD, WANT, "B-1", NOW) == Title(nb=text)  # it has no other language


def test_taken_back_is_never_said_in_the_words_for_giving() -> None:
    undone = CARD.model_copy(update={"want": "undo"})
    text = instructions_for(worded(system="Lag {target} til {name}"), undone, WANT, "B-1", NOW).nb
    assert text.startswith("Ta tilbake «card»")


def test_a_name_that_looks_like_a_place_to_fill_is_left_as_it_is() -> None:
    odd = WANT.model_copy(update={"display_name": "Kari {case}"})
    assert instructions_for(worded(system="Til {name}"), CARD, odd, "B-1", NOW).nb == "Til Kari {case}"


def test_in_each_language() -> None:
    told = instructions_for(municipality.catalogue(), BANK, WANT, "B-1", NOW)
    assert "Skal være klart til mandag 16. mars" in told.nb
    assert told.nn and "Skal vere klart til måndag 16. mars" in told.nn
    assert told.en and "Needed by Monday 16 March" in told.en


def test_the_policys_words_in_those_languages_it_has() -> None:
    catalogue = municipality.catalogue()
    key = catalogue.systems["key"].model_copy(update={"instructions": Title(nb="Til {name}", en="{name}, {first_day}")})
    catalogue = catalogue.model_copy(update={"systems": {**catalogue.systems, "key": key}})
    told = instructions_for(catalogue, CARD, WANT, "B-1", NOW)
    assert told == Title(nb="Til Kari Nordmann", en="Kari Nordmann, Monday 16 March")
    assert [told.language_of(one) for one in ("nb", "nn", "en")] == ["nb", "nb", "en"]

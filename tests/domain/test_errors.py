"""The errors say what happened, and never whose: they are logged."""

import traceback
from datetime import timedelta

import pytest

from onboarding.domain.errors import (
    Conflict,
    Mistake,
    NeedsHuman,
    NotAllowed,
    NotFound,
    OnboardingError,
    PolicyError,
    Refused,
    Transient,
)

SECRET = "Kari Nordmann 🙂"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotAllowed("act.not-for-oneself", name=SECRET), "act.not-for-oneself"),
        (NotFound("act.no-such-case", number=SECRET), "act.no-such-case"),
        (Conflict("act.somebody-first", actor=SECRET, at=SECRET), "act.somebody-first"),
        (NeedsHuman("step", "ad.two-hits", name=SECRET), "ad.two-hits"),
        (NeedsHuman("system", "system.credentials-refused", user=SECRET), "system.credentials-refused"),
        (Refused("displayName", SECRET, "ad.letters", proposal=SECRET), "displayName: ad.letters"),
        (Transient(timedelta(seconds=5), sent="no"), "sent: no"),
        (Transient(), "sent: unknown"),
    ],
)
def test_no_error_quotes_a_value(error: Exception, says: str) -> None:
    assert str(error) == says
    told = f"{error!r} {error.args} {''.join(traceback.format_exception(error))}"
    assert SECRET not in told and "Nordmann" not in told


def test_what_fills_the_text_is_beside_it() -> None:
    error = Conflict("act.somebody-first", actor="ida", at="now")
    assert (error.key, error.params) == ("act.somebody-first", {"actor": "ida", "at": "now"})
    assert all(issubclass(kind, OnboardingError) for kind in (NotAllowed, NotFound, Conflict))


def test_what_a_connector_says_is_kept_for_those_who_act() -> None:
    no = Refused("title", SECRET, "ad.letters", proposal="Kari")
    assert (no.attribute, no.value, no.reason, no.proposal) == ("title", SECRET, "ad.letters", "Kari")
    human = NeedsHuman("system", "system.credentials-refused", system="ad")
    assert (human.scope, human.key, human.params) == ("system", "system.credentials-refused", {"system": "ad"})
    assert (Transient().sent, Transient().delay) == ("unknown", None)  # unknown is read before it is repeated


def test_mistakes_come_in_order_of_place() -> None:
    places = [("role/b.yaml", 2, 1), ("role/a.yaml", 10, 1), ("role/a.yaml", 9, 5), ("role/a.yaml", 9, 3)]
    error = PolicyError([Mistake(*place, "there is no such system") for place in places])
    assert [(one.file, one.line, one.column) for one in error.mistakes] == sorted(places)
    assert str(error).splitlines()[0] == "role/a.yaml:9:3: there is no such system"

"""Connectors are found by name, ours and anybody's, and a name that is not there is met with those that are."""

from pathlib import Path

import pytest

from onboarding.connectors.base import Options
from onboarding.connectors.manual import Manual
from onboarding.connectors.registry import connector_types, make
from onboarding.connectors.simulator import Simulator
from onboarding.domain.errors import NotFound
from onboarding.texts.catalogue import LANGUAGES, say

NOTHING = Options(system="arkiv", settings={}, secrets={})


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of somebody else's, as it lies on disk when it is installed."""
    about = tmp_path / "foreign-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n", encoding="utf-8")
    points = (
        "[onboarding.connectors]\nforeign = foreign_one:Foreign\nhollow = foreign_one:hollow\nbroken = not_there:X\n"
    )
    (about / "entry_points.txt").write_text(points, encoding="utf-8")
    source = "class Foreign:\n    def __init__(self, options): self.system = options.system\n\ndef hollow(): ...\n"
    (tmp_path / "foreign_one.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)


def test_ours_are_found_like_anybodys() -> None:
    types = connector_types()
    assert types["manual"] is Manual
    assert types["simulator"] is Simulator
    assert isinstance(make("manual", NOTHING), Manual)


@pytest.mark.usefixtures("foreign")
def test_a_foreign_one_is_found_and_a_broken_one_beside_it_stops_nothing() -> None:
    assert vars(make("foreign", NOTHING)) == {"system": "arkiv"}
    assert isinstance(make("manual", NOTHING), Manual)
    with pytest.raises(ModuleNotFoundError, match="not_there"):
        make("broken", NOTHING)


@pytest.mark.usefixtures("foreign")
def test_what_is_not_a_class_is_no_connector() -> None:
    with pytest.raises(NotFound) as no:
        make("hollow", NOTHING)
    assert no.value.key == "system.not-a-connector"
    assert ["hollow" in say(no.value.key, language, **no.value.params) for language in LANGUAGES] == [True] * 3


@pytest.mark.parametrize(("name", "nearest"), [("simulater", "simulator"), ("manuell", "manual"), ("Manual", "manual")])
def test_an_unknown_name_is_met_with_the_nearest_first(name: str, nearest: str) -> None:
    with pytest.raises(NotFound) as no:
        make(name, NOTHING)
    assert no.value.params["known"].split(", ")[0] == nearest
    assert set(no.value.params["known"].split(", ")) == set(connector_types())
    for language in LANGUAGES:
        text = say(no.value.key, language, **no.value.params)
        assert all(part in text for part in ("arkiv", name, nearest))

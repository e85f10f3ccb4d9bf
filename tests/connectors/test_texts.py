"""Every text a connector may ask for is there, in three languages, each filled with the same things."""

import re
from pathlib import Path

import pytest

import onboarding.connectors
from onboarding.texts.catalogue import LANGUAGES, messages, params_of

OURS = {key: entry for key, entry in messages().items() if key.startswith("system.")}
SOURCE = Path(onboarding.connectors.__file__).parent
ASKED = sorted(
    {key for file in SOURCE.glob("*.py") for key in re.findall(r'"(system\.[a-z-]+)"', file.read_text("utf-8"))}
)
BY_OTHERS = {  # said by who met the outcome, or by who was asked to hold or release
    "system.held",
    "system.no-free-name",
    "system.not-held",
    "system.not-read-back",
    "system.throttled",
    "system.unforeseen",
    "system.unknown",
}


def test_all_that_is_asked_for_is_there_and_nothing_else() -> None:
    assert set(ASKED) | BY_OTHERS == set(OURS)


def test_what_others_are_said_to_ask_for_they_do() -> None:
    rooms = [SOURCE.parent / room for room in ("activities", "operations", "cli")]
    source = "\n".join(file.read_text("utf-8") for room in rooms for file in room.glob("*.py"))
    assert {key for key in BY_OTHERS if f'"{key}"' not in source} == set()


@pytest.mark.parametrize("key", sorted(OURS))
def test_a_text_is_whole_in_each_language(key: str) -> None:
    texts = [OURS[key][language] for language in LANGUAGES]
    assert len({params_of(text) for text in texts}) == 1
    assert len(set(texts)) == len(LANGUAGES)
    assert all(text.endswith(".") and text.strip() == text for text in texts)


@pytest.mark.parametrize("key", ["system.username-taken", "system.value-refused", "system.unknown-target"])
def test_what_is_said_of_a_refused_value_needs_nothing_to_fill_it(key: str) -> None:
    assert params_of(OURS[key]["nb"]) == frozenset()

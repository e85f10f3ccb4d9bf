"""Every text the connector may ask for is there, in three languages, each filled with the same things."""

import re
from pathlib import Path

import pytest

from onboarding.connectors import active_directory
from onboarding.texts.catalogue import LANGUAGES, messages, params_of

OURS = {key: entry for key, entry in messages().items() if key.startswith("active-directory.")}
SOURCE = "".join(file.read_text("utf-8") for file in Path(next(iter(active_directory.__path__))).glob("*.py"))
# What is said of a refused value; it is shown with the value and has nothing else to fill it.
REASONS = [*re.findall(r'Refused\([^()]*"(active-directory\.[a-z-]+)"', SOURCE), "active-directory.no-such-group"]


def test_all_that_is_asked_for_is_there_and_nothing_else() -> None:
    assert set(re.findall(r'"(active-directory\.[a-z-]+)"', SOURCE)) == set(OURS)


@pytest.mark.parametrize("key", re.findall(r'"(system\.[a-z-]+)"', SOURCE))
def test_a_text_of_the_house_is_there(key: str) -> None:
    assert key in messages()


@pytest.mark.parametrize("key", sorted(OURS))
def test_a_text_is_whole_in_each_language(key: str) -> None:
    texts = [OURS[key][language] for language in LANGUAGES]
    assert len({params_of(text) for text in texts}) == 1
    assert len(set(texts)) == len(LANGUAGES)
    assert all(text.endswith(".") and text.strip() == text for text in texts)


@pytest.mark.parametrize("key", REASONS)
def test_what_is_said_of_a_refused_value_needs_nothing_to_fill_it(key: str) -> None:
    assert params_of(OURS[key]["nb"]) == frozenset()

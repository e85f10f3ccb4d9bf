"""Each fault of a real directory, met by a real visit: the line on the card, what may be pressed, and that it mends."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.activities import faults_of_one_person, faults_of_the_connection
from tests.activities.stories import stories_in
from tests.activities.town import LANGUAGES, Town

pytestmark = pytest.mark.xdist_group("samba")

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("directory_faults.toml").read_text(encoding="utf-8")
)
STORIES = stories_in(faults_of_the_connection, faults_of_one_person)


def row_of(name: str) -> dict[str, Any]:
    row = TABLE[name]
    return {**TABLE[row["like"]], **row} if "like" in row else row


@pytest.mark.parametrize("name", TABLE)
def test_a_fault_is_told_and_mends(town: Town, name: str) -> None:
    row, story = row_of(name), STORIES[name](town)
    try:
        next(story)
        if "nb" in row:
            is_told(town, row)
        for _ in story:
            raise AssertionError("a story stops once")
    finally:
        story.close()  # what it has put in order for itself
    assert town.state == row.get("ends", "prepared"), town.states()


def is_told(town: Town, row: dict[str, Any]) -> None:
    assert town.states()[row["step"]] == row["state"]
    for language in LANGUAGES:
        card, line = town.card(row["step"], language), town.filled(row[language])
        assert card["why"] == line
        assert [offer["kind"] for offer in card["offers"]] == row["acts"]
        stopped = town.stopped(language)
        if row["state"] == "held":
            ((words, waiting),) = [(one["words"], one["steps"]) for one in stopped["held"]]
            assert words.startswith(f"{line} ") and waiting > 0
        if row["state"] == "stuck":
            (cause,) = stopped["causes"]
            assert line.startswith(cause["reason_words"])
            assert (cause["count"], cause["refused"]) == (1, "mend" in row["acts"])


def test_every_fault_has_its_story_and_every_story_its_row() -> None:
    assert STORIES.keys() == TABLE.keys()

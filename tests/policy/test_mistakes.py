"""Each kind of mistake of mistakes.toml, planted alone in the small policy: said once, and exactly where it is."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.policy.small import Changes, mistakes, planted

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("mistakes.toml").read_text(encoding="utf-8"))


def changes_of(row: dict[str, Any]) -> Changes:
    return {
        each["file"]: (each["instead_of"], each["write"]) if "instead_of" in each else each["write"]
        for each in row["changes"]
    }


def test_the_small_policy_is_right(tmp_path: Path) -> None:
    assert mistakes(planted(tmp_path, {})) == []


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_a_mistake_is_said_once_and_where_it_is(tmp_path: Path, row: dict[str, Any]) -> None:
    assert mistakes(planted(tmp_path, changes_of(row))) == row["said"]


def test_a_text_that_is_not_utf8_has_a_place(tmp_path: Path) -> None:
    (planted(tmp_path, {}) / "role/nurse.yaml").write_bytes(b"nurse:\n  title: {nb: S\xf8ster}\n")
    assert mistakes(tmp_path) == ["role/nurse.yaml:2:1: this is not UTF-8 text; save the file as UTF-8"]

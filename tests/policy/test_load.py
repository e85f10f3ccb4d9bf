"""All mistakes at once, and no consequences of them."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.errors import PolicyError
from onboarding.policy.load import load
from tests.policy.small import FILES, Changes, mistakes, planted

TEN: Changes = {
    "systems.yaml": ("  connector: scim", "  connector: scim\n  promise: 99"),
    "gates.yaml": ("hr", "rektor"),
    "kinds.yaml": ("  longest_months: 12\n", ""),
    "everyone.yaml": ("- user", "- usr"),
    "clashes.yaml": ("[write, card]", "[card, card]"),
    "units.yaml": ('"1200"', "1200"),
    "organisation.yaml": ("{ø: o}", "{øy: o}"),
    "entitlements.yaml": ("system: cards", "system: crads"),
    "role/nurse.yaml": ("    - write", "    - write: {before_first_day: no}"),
    "role/carer.yaml": ("  gives", "  title: {nb: X}\n  gives"),
}


def test_ten_mistakes_are_ten_lines_each_in_its_place(tmp_path: Path) -> None:
    assert [line.split(": ")[0] for line in mistakes(planted(tmp_path, TEN))] == [
        "clashes.yaml:2:12",
        "entitlements.yaml:17:11",
        "everyone.yaml:2:5",
        "gates.yaml:3:14",
        "kinds.yaml:9:13",
        "organisation.yaml:4:17",
        "role/carer.yaml:4:3",
        "role/nurse.yaml:6:33",
        "systems.yaml:9:12",
        "units.yaml:2:11",
    ]


def test_many_mistakes_in_one_entry_are_all_said(tmp_path: Path) -> None:
    gives = "    - wrte\n    - write: {unit: 3, befor: 1}\n    - [x]\n    - cord: {where: {kinds: [ansat]}}\n"
    found = mistakes(planted(tmp_path, {"role/nurse.yaml": ("    - write\n", gives)}))
    assert [line.split(": ")[0] for line in found] == [
        "role/nurse.yaml:6:7",
        "role/nurse.yaml:7:21",
        "role/nurse.yaml:7:24",
        "role/nurse.yaml:8:7",
        "role/nurse.yaml:9:7",
        "role/nurse.yaml:9:30",
    ]


@pytest.mark.parametrize("file", sorted(FILES))
def test_a_file_that_cannot_be_read_is_one_mistake(tmp_path: Path, file: str) -> None:
    found = mistakes(planted(tmp_path, {file: "a: [\n"}))
    assert [line.split(": ")[0:2] for line in found] == [[f"{file}:2:1", "this is not YAML"]]


@pytest.mark.parametrize(
    "file", ["organisation.yaml", "systems.yaml", "entitlements.yaml", "kinds.yaml", "everyone.yaml"]
)
def test_a_file_that_must_be_there(tmp_path: Path, file: str) -> None:
    (planted(tmp_path, {}) / file).unlink()
    assert mistakes(tmp_path) == [f"{file}:1:1: this file is missing"]


def test_an_organisation_may_have_no_clashes(tmp_path: Path) -> None:
    (planted(tmp_path, {}) / "clashes.yaml").unlink()
    assert load(tmp_path).clashes == ()


def test_files_of_other_tools_are_left_alone(tmp_path: Path) -> None:
    (planted(tmp_path, {}) / ".hooks").mkdir()
    (tmp_path / ".hooks/config.yaml").write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("read me\n", encoding="utf-8")
    assert mistakes(tmp_path) == []


def test_no_directory_is_one_clear_mistake(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as raised:
        load(tmp_path / "roles")
    assert str(raised.value) == (
        "roles:1:1: there is no such directory; name the one that holds the organisation's policy"
    )


WORDS = ["no", "3", "3.5", "~", "[]", "{}", "[[1]]", "{a: b}", "''", "- a", "*a", "&a", "!t", "? a", "|", "write"]


@settings(max_examples=80, deadline=None)
@given(file=st.sampled_from(sorted(FILES)), part=st.integers(0, 60), word=st.sampled_from(WORDS))
def test_whatever_is_written_is_told_with_a_place_in_it(file: str, part: int, word: str) -> None:
    parts = list(re.finditer(r"[\w.@-]+|\{[^}]*\}|\[[^\]]*\]", FILES[file]))
    start, end = parts[part % len(parts)].span()
    text = FILES[file][:start] + word + FILES[file][end:]
    with TemporaryDirectory() as directory:
        try:
            load(planted(Path(directory), {file: text}))
        except PolicyError as error:
            for mistake in error.mistakes:
                lines = (text if mistake.file == file else FILES[mistake.file]).split("\n")
                assert 1 <= mistake.line <= len(lines)
                assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1

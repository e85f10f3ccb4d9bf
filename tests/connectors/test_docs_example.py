"""The connector in the documentation is whole: taken out of the page, it passes the proof the page speaks of."""

import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from onboarding.connectors.conformance_hooks import ABILITIES
from onboarding.connectors.simulator_file import Knobs

PAGE = (Path(__file__).parents[2] / "docs/connectors.md").read_text(encoding="utf-8")
EXAMPLE, PROOF = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def loaded(name: str, source: str) -> ModuleType:
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, name, "exec"), vars(module))  # noqa: S102 - our own page
    return module


loaded("onboarding_library", EXAMPLE)
TestLibrary = loaded("onboarding_library_proof", PROOF).TestLibrary  # collected, and run, by pytest


def rows(first_column: str) -> dict[str, list[str]]:
    """The rows of the table whose first column is called this."""
    (table,) = re.findall(rf"^\| {re.escape(first_column)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]
    return {name.strip("`"): rest for name, *rest in cells}


def test_the_example_was_run() -> None:
    assert callable(TestLibrary.test_two_accounts_with_her_number_stop)
    assert TestLibrary.test_a_lost_answer_is_one_account is None


def test_the_table_of_abilities_is_true() -> None:
    assert rows("in `cannot`") == {name: [what] for name, what in ABILITIES.items()}


def test_the_table_of_knobs_is_true() -> None:
    at_rest = {name: said[0] for name, said in rows("knob").items()}
    assert {name: json.loads(value) for name, value in at_rest.items()} == Knobs().model_dump()


@pytest.mark.parametrize("name", ["onboarding_library", "onboarding_library_proof"])
def test_the_lines_of_the_example_are_no_wider_than_ours(name: str) -> None:
    source = {"onboarding_library": EXAMPLE, "onboarding_library_proof": PROOF}[name]
    assert [line for line in source.splitlines() if len(line) > 120] == []

"""The schemas are fresh, fit what is written, and do not fit what is wrong."""

from pathlib import Path
from typing import Any

import pytest

from onboarding.policy import schema
from onboarding.policy.source import read
from tests.policy.schemas import wrong

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "roles").rglob("*.yaml"))
SCHEMAS: dict[str, Any] = schema.schemas()


def schema_of(file: Path) -> str:
    return file.stem if file.stem in SCHEMAS and file.parent.name == "roles" else "role"


def test_the_schemas_are_fresh() -> None:
    """On a difference, run `onboarding roles schema`."""
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").iterdir()}
    assert written == {f"{name}.json": schema.text(each) for name, each in SCHEMAS.items()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_schemas_fit_what_is_written(file: Path) -> None:
    its = SCHEMAS[schema_of(file)]
    assert list(wrong(read(file, file.name).data, its, its)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_names_its_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == ROOT / "schemas" / f"{schema_of(file)}.json"


NURSE: dict[str, Any] = {"title": {"nb": "A"}, "for": {"job_codes": ["1"]}, "gives": ["a", {"b": {"unit": "own"}}]}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({}, []),
        ({"active": {"days_before": 3, "off_at": "07:30"}}, []),
        ({"active": {"off_at": "7.30"}}, ["/nurse/active/off_at"]),
        ({"for_": {}}, ["/nurse"]),
        ({"for": {"job_codes": [1]}}, ["/nurse/for/job_codes/0"]),
        ({"chosen": "no"}, ["/nurse/chosen"]),
        ({"gives": [{"b": {"unit": "other"}}]}, ["/nurse/gives/0"]),
        ({"gives": [{"b": {}, "c": {}}]}, ["/nurse/gives/0"]),
        ({"title": "A"}, ["/nurse/title"]),
    ],
)
def test_the_role_schema_tells_right_from_wrong(change: dict[str, Any], where: list[str]) -> None:
    its = SCHEMAS["role"]
    assert [line.split(":")[0] for line in wrong({"nurse": NURSE | change}, its, its)] == where

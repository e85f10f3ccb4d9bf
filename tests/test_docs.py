"""The documentation speaks of everything a user can set, connect to or run."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest
import typer.main
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from onboarding.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def row(name: str, field: FieldInfo) -> str:
    assert field.default is not PydanticUndefined, f"{name}: a setting has a default, so that a first try needs none"
    default = "" if field.default is None else f"`{field.default}`"
    return f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |"


def test_every_setting_has_one_sentence() -> None:
    said = {name: field.description or "" for name, field in Settings.model_fields.items()}
    assert {name: text for name, text in said.items() if not text.endswith(".") or ". " in text} == {}


def test_the_table_of_settings_is_true() -> None:
    """On a difference, copy the expected lines."""
    written = [
        line for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    assert written == [row(name, field) for name, field in Settings.model_fields.items()]


@pytest.mark.parametrize("name", sorted(entry.name for entry in entry_points(group="onboarding.connectors")))
def test_every_connector_has_a_section(name: str) -> None:
    headings = [
        line.lstrip("# ").strip("`").lower()
        for line in (DOCS / "connectors.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]
    wanted = (name, name.replace("_", " "))
    assert any(heading.startswith(wanted) for heading in headings), f"docs/connectors.md needs a section `## {name}`"


def commands(command: object, so_far: str) -> list[str]:
    inner = getattr(command, "commands", None)  # a group has them
    return [line for name, each in inner.items() for line in commands(each, f"{so_far} {name}")] if inner else [so_far]


def test_every_command_is_written_of() -> None:
    from onboarding.cli.main import app

    texts = "\n".join(file.read_text(encoding="utf-8") for file in [ROOT / "README.md", *DOCS.glob("*.md")])
    unsaid = [command for command in commands(typer.main.get_command(app), "onboarding") if command not in texts]
    assert unsaid == []

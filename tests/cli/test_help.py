"""Every command helps, and every way to end is honest before anything has been set up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from onboarding.cli.main import app

ROLES = Path(__file__).parents[2] / "roles"


def commands(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner: dict[str, object] = getattr(command, "commands", {})  # a group has them
    return [path, *(line for name, each in inner.items() for line in commands(each, (*path, name)))]


@pytest.mark.parametrize("path", commands(typer.main.get_command(app)), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "100"})
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Usage: " in result.stdout
    assert len(result.stdout.split("\n\n")) > 1 or "─" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["case", "list"],
        ["case", "show", "B-2026-000001"],
        ["case", "act", "B-2026-000001", "withdraw"],
        ["systems", "list"],
        ["systems", "hold", "ad", "--note", "x"],
        ["roles", "explain", "--person", "1"],
    ],
    ids=" ".join,
)
def test_a_database_without_tables_says_what_to_run(arguments: list[str], tmp_path: Path) -> None:
    env = {"ONBOARDING_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    result = CliRunner().invoke(app, arguments, env=env)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Databasen er ikke på dagens versjon. Kjør «onboarding db upgrade».\n"


def test_the_worker_does_not_start_on_one(tmp_path: Path) -> None:
    # A process of its own: the worker sets up logging, which is one for all that run in this one.
    env = {**os.environ, "ONBOARDING_DATABASE_URL": f"sqlite:///{tmp_path}/new.db", "ONBOARDING_ROLES_DIR": str(ROLES)}
    program = Path(sys.executable).with_name("onboarding")
    ended = subprocess.run([program, "worker"], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Databasen er ikke på dagens versjon. Kjør «onboarding db upgrade».\n"


def test_upgrade_makes_it_and_again_changes_nothing(tmp_path: Path) -> None:
    env = {"ONBOARDING_DATABASE_URL": f"sqlite:///{tmp_path}/new.db", "ONBOARDING_LANGUAGE": "en"}
    for _ in range(2):
        assert CliRunner().invoke(app, ["db", "upgrade"], env=env).exit_code == 0
    assert CliRunner().invoke(app, ["case", "list"], env=env).stdout.startswith("No orders yet.")

"""What is not Python travels with the package all the same: migrations, texts, and the mark that it is typed."""

import fnmatch
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/onboarding"
CARRIED = [
    "migrations/env.py",
    "migrations/script.py.mako",
    "migrations/versions/0*.py",
    "texts/messages/*.toml",
    "py.typed",
]


@pytest.mark.parametrize("pattern", CARRIED)
def test_the_package_carries_it(pattern: str) -> None:
    directory, _, name = pattern.rpartition("/")
    there = files("onboarding").joinpath(directory) if directory else files("onboarding")
    assert any(fnmatch.fnmatch(file.name, name) for file in there.iterdir())


def test_the_wheel_takes_all_of_the_package() -> None:
    """Hatchling takes every file below `packages`, but what .gitignore or an exclude names."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert config["build-system"]["build-backend"] == "hatchling.build"
    assert config["tool"]["hatch"] == {"build": {"targets": {"wheel": {"packages": ["src/onboarding"]}}}}
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if line[0] != "#"]
    carried = [path for pattern in CARRIED for path in PACKAGE.glob(pattern)]
    assert len(carried) > len(CARRIED)
    for path in carried:
        parts = path.relative_to(ROOT).parts
        assert not any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in ignored), path

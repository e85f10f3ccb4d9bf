"""What others made and we carry is what it was when it was fetched, and has its licence beside it."""

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = json.loads((ROOT / "tools/vendor.lock.json").read_text(encoding="utf-8"))
PACKAGES = tomllib.loads((ROOT / "tools/vendor.toml").read_text(encoding="utf-8"))["package"]


@pytest.mark.parametrize("file", sorted(LOCK))
def test_a_file_is_as_it_was_fetched(file: str) -> None:
    assert hashlib.sha256((ROOT / file).read_bytes()).hexdigest() == LOCK[file]["sha256"]


def test_all_that_is_wanted_is_there_and_nothing_else() -> None:
    wanted = {f"{package['into']}/{name}": package["npm"] for package in PACKAGES for name in package["files"].values()}
    assert wanted == {file: one["from"] for file, one in LOCK.items()}
    directories = {ROOT / package["into"] for package in PACKAGES}
    there = {file.relative_to(ROOT).as_posix() for directory in directories for file in directory.iterdir()}
    assert there == set(wanted)
    assert all(any("LICENSE" in name for name in package["files"].values()) for package in PACKAGES)

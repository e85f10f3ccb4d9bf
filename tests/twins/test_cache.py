"""A part is made once, whole or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest

from onboarding.twins import cache

# Each of the two appends a line if it was the one to make the part.
MAKER = """
import sys
from pathlib import Path
from onboarding.twins import cache
part, log = Path(sys.argv[1]), Path(sys.argv[2])
with cache.making(part) as unfinished:
    if not part.exists():
        with log.open("a") as file:
            file.write("made\\n")
        unfinished.write_bytes(b"x" * 5_000_000)
"""


def test_the_cache_is_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    assert cache.root() == tmp_path / "elsewhere/onboarding"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.root() == tmp_path / ".cache/onboarding"


@pytest.mark.parametrize("directory", [False, True])
def test_what_is_made_takes_its_place(tmp_path: Path, directory: bool) -> None:
    part = tmp_path / "new/part"
    with cache.making(part) as unfinished:
        inner = unfinished / "inner" if directory else unfinished
        inner.parent.mkdir(exist_ok=True)
        inner.write_text("whole")
        assert not part.exists()
    assert (part / "inner" if directory else part).read_text() == "whole"


@pytest.mark.parametrize("directory", [False, True])
def test_what_fails_leaves_nothing(tmp_path: Path, directory: bool) -> None:
    part = tmp_path / "part"

    def fail() -> None:
        with cache.making(part) as unfinished:
            unfinished.mkdir() if directory else unfinished.touch()
            raise cache.Missing("no net")

    with pytest.raises(cache.Missing, match="no net"):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == [".part.lock"]


def test_two_processes_make_it_once(tmp_path: Path) -> None:
    part, log = tmp_path / "part", tmp_path / "log"
    both = [subprocess.Popen([sys.executable, "-c", MAKER, str(part), str(log)]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert log.read_text() == "made\n"
    assert part.stat().st_size == 5_000_000

"""Where outside parts are kept once they are had, and how two processes do not make the same one twice."""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Missing(Exception):
    """A part that is not here. The text says what to do about it."""


def root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "onboarding"


def tools() -> Path | None:
    """The recipes for outside parts. They belong to the checkout: an installed package has none."""
    directory = Path(__file__).parents[3] / "tools"
    return directory if directory.is_dir() else None


@contextmanager
def making(part: Path) -> Iterator[Path]:
    """Hold the part's lock; what is made at the yielded path takes the part's place in one move, or not at all."""
    directory = part.parent
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / f".{part.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever held it and died has let go
        unfinished = directory / f".{part.name}.{os.getpid()}"
        try:
            yield unfinished
            if unfinished.exists():
                unfinished.replace(part)
        finally:
            if unfinished.is_dir():
                shutil.rmtree(unfinished)
            else:
                unfinished.unlink(missing_ok=True)


def say(text: str) -> None:
    """What takes long is told at once, beside whatever a command prints."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()

"""How PostgreSQL's programs are had: found, or installed by apt where we are root on Debian; no service is started."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onboarding.twins import cache
from onboarding.twins.cache import Missing

_DEBIAN = Path("/usr/lib/postgresql")  # a directory per version, and none of it on PATH
_OPTIONS = Path("/etc/postgresql-common/createcluster.d")


def find(debian: Path = _DEBIAN) -> Path | None:
    """The directory with `postgres` and `initdb`: of PATH, else the newest of Debian's."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        directory = Path(on_path).resolve().parent  # on PATH it may be a link, with the others only where it points
        if _complete(directory):
            return directory
    installed = [directory for directory in debian.glob("*/bin") if _complete(directory)]
    return max(installed, key=lambda directory: float(directory.parent.name), default=None)


def find_or_get(debian: Path = _DEBIAN, options: Path = _OPTIONS) -> Path:
    """As `find`; installed where that can be done without asking anybody."""
    found = find(debian)
    if found:
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(
            "PostgreSQL is not here. Install its server (Debian and Ubuntu: the package `postgresql`) and try again."
        )
    _install(options)
    found = find(debian)
    if not found:
        raise Missing(f"PostgreSQL was installed, but its programs are not under {debian}.")
    return found


def _complete(directory: Path) -> bool:
    return all(os.access(directory / program, os.X_OK) for program in ("postgres", "initdb"))


def _install(options: Path) -> None:
    cache.say("PostgreSQL: installing it with apt …")
    with _no_cluster(options):
        for command in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
            done = subprocess.run(
                ["apt-get", "-q", *command],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise Missing(f"PostgreSQL could not be installed with apt:\n{done.stderr[-2000:]}")


@contextmanager
def _no_cluster(options: Path) -> Iterator[None]:
    """Debian's package makes a database and starts it at once. Not on a machine that only lends us its programs."""
    options.mkdir(parents=True, exist_ok=True)
    file = options / "onboarding.conf"
    file.write_text("create_main_cluster = false\n")
    try:
        yield
    finally:
        file.unlink()

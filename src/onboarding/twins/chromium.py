"""How the browser that looks at our pages is had: found, or installed by apt where we are root on Debian."""

import os
import shutil
import subprocess
from pathlib import Path

from onboarding.twins import cache
from onboarding.twins.cache import Missing

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> Path | None:
    found = next((where for name in NAMES if (where := shutil.which(name))), None)
    return Path(found) if found else None


def find_or_get() -> Path:
    """As `find`; installed where that can be done without asking anybody."""
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing("Chromium is not here. Install it (Debian: the package `chromium`) and try again.")
    cache.say("Chromium: installing it with apt …")
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            ["apt-get", "-q", *command],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Missing(f"Chromium could not be installed with apt:\n{done.stderr[-2000:]}")
    found = find()
    if not found:
        raise Missing("Chromium was installed, but is not on PATH.")
    return found

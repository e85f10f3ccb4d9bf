"""`python -m onboarding.twins.parts`: obtain every outside part before the tests, and say what could not be had."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from onboarding.twins import chromium, postgresql_programs, samba_programs, temporal_cli, test_server
from onboarding.twins.cache import Missing

PARTS: Mapping[str, Callable[[], Path]] = {
    "Temporal's dev server": temporal_cli.find_or_get,
    "Temporal's time-skipping test server": test_server.find_or_get,
    "PostgreSQL": postgresql_programs.find_or_get,
    "Samba's domain controller": samba_programs.find_or_get,
    "Chromium": chromium.find_or_get,
}


def report(parts: Mapping[str, Callable[[], Path]]) -> tuple[list[str], bool]:
    """A line for each part, and whether all are here. One that is missing does not stop the others."""
    lines, complete = [], True
    for part, get in parts.items():
        try:
            lines.append(f"{part}: {get()}")
        except Missing as missing:
            complete = False
            lines.append(f"{part}: missing. {missing}")
    return lines, complete


def main() -> int:
    """A developer may do without a part, and its tests are skipped; where CI=true nothing may be skipped unseen."""
    lines, complete = report(PARTS)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if complete or os.environ.get("CI") != "true" else 1


if __name__ == "__main__":
    sys.exit(main())

"""How Temporal's time-skipping test server is had: Java, from Maven, for stories that last weeks."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from onboarding.settings import Settings
from onboarding.twins import cache
from onboarding.twins.cache import Missing

# It must take the shell's place: whoever started it kills the process it knows, and a shell's child would live on.
_RUN = """#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp "${0%/*}/jars/*" io.temporal.testserver.TestServer "$@"
"""


def find() -> Path | None:
    """The setting, then the cache. Nothing is obtained."""
    named = Settings().temporal_test_server
    if named is not None:
        if not os.access(named, os.X_OK):
            raise Missing(f"ONBOARDING_TEMPORAL_TEST_SERVER says {named}, and no program is there.")
        return named
    tools = cache.tools()
    program = _cached(tools) / "test-server" if tools else None
    return program if program and os.access(program, os.X_OK) and shutil.which("java") else None


def find_or_get() -> Path:
    """As `find`; what is not here is obtained into the cache, by one process at a time."""
    found = find()
    if found:
        return found
    tools = cache.tools()
    if tools is None or not shutil.which("java") or not shutil.which("mvn"):
        raise Missing(
            "Temporal's time-skipping test server is not here. Install Java and Maven and run from a checkout, "
            "and it is obtained; or name a ready program in ONBOARDING_TEMPORAL_TEST_SERVER."
        )
    directory = _cached(tools)
    with cache.making(directory) as unfinished:
        if not directory.exists():  # else another process was first
            _get(tools, unfinished)
    return directory / "test-server"


def _cached(tools: Path) -> Path:
    named = re.search(
        r"<artifactId>temporal-test-server</artifactId>\s*<version>([^<]+)", (tools / "test-server/pom.xml").read_text()
    )
    if named is None:
        raise Missing("tools/test-server/pom.xml names no version of temporal-test-server.")
    return cache.root() / f"test-server-{named[1]}"


def _get(tools: Path, to: Path) -> None:
    cache.say("Temporal's test server: fetching it with Maven …")
    fetched = subprocess.run(
        [
            "mvn", "--batch-mode", "--quiet", "--file", str(tools / "test-server/pom.xml"),
            "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={to / 'jars'}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if fetched.returncode:
        raise Missing(f"Temporal's test server could not be fetched with Maven:\n{fetched.stdout[-2000:]}")
    program = to / "test-server"
    program.write_text(_RUN)
    program.chmod(0o755)

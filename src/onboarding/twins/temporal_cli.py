"""How the program `temporal`, with the real dev server, is had: found, downloaded by the SDK, or built with Go."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from onboarding.settings import Settings
from onboarding.twins import cache
from onboarding.twins.cache import Missing

MODULE = "github.com/temporalio/cli"
DOWNLOAD_WITHIN = (
    120.0  # seconds. Where the net is closed it usually says so at once; where it is silent we do not wait longer.
)


def find() -> Path | None:
    """The setting, then PATH, then the cache. Nothing is obtained."""
    named = Settings().temporal_cli
    if named is not None:
        if not os.access(named, os.X_OK):
            raise Missing(f"ONBOARDING_TEMPORAL_CLI says {named}, and no program is there.")
        return named
    on_path = shutil.which("temporal")
    if on_path:
        return Path(on_path)
    cached = _cached()
    return cached if os.access(cached, os.X_OK) else None


def find_or_get() -> Path:
    """As `find`; what is not here is obtained into the cache, by one process at a time."""
    found = find()
    if found:
        return found
    with cache.making(_cached()) as unfinished:
        if not _cached().exists() and not _download(unfinished):  # else another process was first
            _build(unfinished)
    return _cached()


def version() -> str | None:
    """The one tools/temporal/go.mod names; None where there are no tools."""
    tools = cache.tools()
    if tools is None:
        return None
    named = re.search(
        rf"^(?:require|\t) ?{re.escape(MODULE)} v(\S+)", (tools / "temporal/go.mod").read_text(), re.MULTILINE
    )
    return named[1] if named else None


def _cached() -> Path:
    return cache.root() / f"temporal-{version() or 'default'}" / "temporal"


def _download(to: Path) -> bool:
    """By the SDK, which knows where: it starts a server too, and that proves what was downloaded."""
    cache.say(f"Temporal: trying the SDK's own download (at most {DOWNLOAD_WITHIN:.0f} s) …")
    with tempfile.TemporaryDirectory(dir=to.parent) as directory, ThreadPoolExecutor(1) as thread:
        # A thread of its own has no event loop yet, whoever called.
        if not thread.submit(asyncio.run, _download_and_start(directory)).result():
            return False
        programs = [file for file in Path(directory).iterdir() if os.access(file, os.X_OK) and file.is_file()]
        if len(programs) != 1:
            return False
        programs[0].replace(to)
        return True


async def _download_and_start(directory: str) -> bool:
    wanted = version()
    try:
        async with asyncio.timeout(DOWNLOAD_WITHIN):
            environment = await WorkflowEnvironment.start_local(
                download_dest_dir=directory,
                dev_server_download_version=f"v{wanted}" if wanted else "default",
                dev_server_startup_timeout=timedelta(seconds=60),
            )
            await environment.shutdown()
    except (RuntimeError, TimeoutError):  # the SDK says RuntimeError for everything: no net, no such version, no start
        return False
    return True


def _build(to: Path) -> None:
    tools = cache.tools()
    go = shutil.which("go")
    if tools is None or go is None:
        raise Missing(
            "Temporal's dev server is not here and could not be downloaded. Install Temporal's command line tool "
            "(`temporal`) so that it is on PATH, or name it in ONBOARDING_TEMPORAL_CLI; in a checkout it is enough to "
            "install Go, and it is built."
        )
    cache.say(
        f"Temporal: building {version()} from Go modules. This happens once and takes about 4 minutes on two cores …"
    )
    began = time.monotonic()
    built = subprocess.run(
        [go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(to), f"{MODULE}/cmd/temporal"],
        cwd=tools / "temporal",
        env={**os.environ, "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        raise Missing(f"Temporal's dev server could not be built with Go:\n{built.stderr[-2000:]}")
    cache.say(f"Temporal: built in {time.monotonic() - began:.0f} s.")

"""A running application over a database of its own, and the page a test looks at."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onboarding.api.app import create_app
from onboarding.api.serving import serve
from onboarding.serving import listen
from onboarding.store.engine import Store
from tests.api import scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

UP_WITHIN = 30.0  # seconds
AXE = Path(__file__).parent / "vendor/axe.js"


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = Store(sqlite_url)
    scene.moved_in(store)
    yield store
    store.close()


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    with served(store) as address:
        yield address


@contextlib.contextmanager
def served(store: Store) -> Iterator[str]:
    """In a thread with a loop of its own; what `serve` does when it is told to stop is held by this too."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    loop = asyncio.new_event_loop()
    app = create_app(store, operator="ida.it", bell_every=0.1)
    task = loop.create_task(serve(app, listening))
    thread = threading.Thread(target=lambda: _run(loop, task), daemon=True)  # one that hangs ends with the run
    thread.start()
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)
        assert not thread.is_alive()


def _run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    raise AssertionError(f"nobody serves the pages after {UP_WITHIN} seconds")


Opened = Callable[..., "Page"]


@pytest.fixture
def opened(browser: "Browser") -> Iterator[Opened]:
    """A page in a window of this width; what the browser complains of fails the test."""
    contexts, complaints = [], []

    def open(width: int = 1280, *, dark: bool = False, scripts: bool = True) -> "Page":
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="nb-NO",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None
        )
        return page

    yield open
    for context in contexts:
        context.close()
    assert complaints == []

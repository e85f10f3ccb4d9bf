"""Tells every open page that something has changed, and never what: the page then asks for itself again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import structlog

from onboarding.store.away import is_away

log = structlog.get_logger()

EVERY = 1.0  # seconds between two looks at the store, however many pages are open
KEEP_ALIVE = 15.0  # seconds of silence after which a sign of life is sent


class Bell:
    """One look at the store a second while anybody listens; nobody listening is no look at all."""

    def __init__(self, look: Callable[[], tuple[str, datetime | None]], every: float = EVERY) -> None:
        """`look` answers with another text whenever something has changed, and when that was."""
        self._look = look
        self._every = every
        # What each of them saw last: who comes between two looks must not miss what changed in between.
        self._listeners: dict[asyncio.Queue[str], str | None] = {}
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    async def rings(self, since: datetime | None = None) -> AsyncIterator[str]:
        """The new text at each change; '' where nothing has happened for a while.

        `since`: when the page was made. What changed between that and now is rung at once.
        """
        heard: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        self._listeners[heard] = None  # nothing yet
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            text, at = await self._looked()
            self._listeners[heard] = text or ""
            if text and since and at and at >= since:
                yield text
            while not self._closed:
                try:
                    yield await asyncio.wait_for(heard.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield ""
        finally:
            del self._listeners[heard]

    def close(self) -> None:
        """Ends every stream, so that a server that stops need not wait for pages that listen."""
        self._closed = True
        for heard in self._listeners:
            _tell(heard, "")

    async def _watch(self) -> None:
        while self._listeners and not self._closed:
            text, _ = await self._looked()
            for heard, seen in self._listeners.items():
                if text is not None and seen is not None and text != seen:
                    self._listeners[heard] = text
                    _tell(heard, text)
            await asyncio.sleep(self._every)

    async def _looked(self) -> tuple[str | None, datetime | None]:
        """Nothing where the store does not answer: whatever it is, the next look may go well."""
        try:
            return await asyncio.to_thread(self._look)
        except Exception as error:  # its text may quote a row
            if not is_away(error):  # the store has said it, once
                log.warning("the bell could not look at the store", error=type(error).__name__)
            return None, None


def _tell(heard: asyncio.Queue[str], text: str) -> None:
    """Who has not yet heard the last ring need not hear this one too."""
    if not heard.full():
        heard.put_nowait(text)

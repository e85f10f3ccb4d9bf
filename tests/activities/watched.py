"""Connectors that watch us: one sees whether a transaction is open while it is called, one stumbles over a person."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from temporalio.client import Client

from onboarding.connectors.base import NOTHING, Effect, Expected, Health, Session
from onboarding.connectors.connections import Connection
from onboarding.connectors.simulator import Simulator
from onboarding.domain.accounts import Account, Desired
from onboarding.store.engine import Store, Transaction
from onboarding.worker import work
from tests import municipality
from tests.workflows.house import QUICK, House, connections, end_all

HERE = threading.local()  # how many transactions this thread has open


class Seen:
    """What the connectors of a story met: they are made by their entry points, which tell them nothing of the story."""

    def __init__(self) -> None:
        self.anew()

    def anew(self) -> None:
        self.calls: list[str] = []
        self.inside: list[str] = []  # the calls that were made in a transaction
        self.stumbles = True

    def met(self, call: str) -> None:
        self.calls.append(call)
        if getattr(HERE, "open", 0):
            self.inside.append(call)


SEEN = Seen()


class CountingStore(Store):
    """Knows how many transactions each thread has open."""

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        with counted(), super().writing() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with counted(), super().reading() as tx:
            yield tx


@contextmanager
def counted() -> Iterator[None]:
    HERE.open = getattr(HERE, "open", 0) + 1
    try:
        yield
    finally:
        HERE.open -= 1


class Verbs:
    """A session whose every verb is seen before it is heard."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        SEEN.met(verb)
        heard: Callable[..., Any] = getattr(self._session, verb)
        return heard


class Watched(Simulator):
    def test(self, expected: Expected = NOTHING) -> Health:
        SEEN.met("test")
        return super().test(expected)

    @contextmanager
    def session(self) -> Iterator[Session]:
        SEEN.met("open")
        with super().session() as session:
            yield cast(Session, Verbs(session))
        SEEN.met("close")


class StumblingVerbs(Verbs):
    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        if SEEN.stumbles:
            raise KeyError(f"no room for {want.display_name} <{want.email}> called {want.username}")
        return self._session.ensure_account(want, found)


class Stumbling(Simulator):
    """Fails as nobody foresaw, with a person in its text."""

    @contextmanager
    def session(self) -> Iterator[Session]:
        with super().session() as session:
            yield cast(Session, StumblingVerbs(session))


def install(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Found as anybody's connectors are: a package that lies on the path. Answers with what they will have seen."""
    about = directory / "watching-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: watching\nVersion: 1.0\n", encoding="utf-8")
    points = f"[onboarding.connectors]\nwatched = {__name__}:Watched\nstumbling = {__name__}:Stumbling\n"
    (about / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(directory)
    SEEN.anew()
    return SEEN


@asynccontextmanager
async def watched_house(url: str, client: Client, directory: Path, **instead: str) -> AsyncIterator[House]:
    """As `house`, with another connector for some of the systems and a store that counts."""
    h = House(CountingStore(url), client, municipality.catalogue(), directory)
    of = connections(directory, h.catalogue)
    of |= {id: Connection(connector=name, settings=of[id].settings) for id, name in instead.items()}
    task = asyncio.create_task(work(h.store, client, h.catalogue, of, pauses=QUICK))
    try:
        yield h
    finally:
        task.cancel()
        await asyncio.wait({task})
        await end_all(h)
        h.store.close()

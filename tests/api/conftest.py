"""The application over a store of the test's own, asked as a browser and as a program would ask."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from onboarding.api.app import create_app
from onboarding.store.engine import Store
from tests.api import scene


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def quick(sqlite_url: str) -> Iterator[Store]:
    """Where the database makes no difference, one is enough."""
    store = Store(sqlite_url)
    yield store
    store.close()


def client_of(store: Store) -> TestClient:
    app = create_app(store, operator="ida.it", bell_every=0.05)
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture
def web(store: Store) -> TestClient:
    scene.moved_in(store)
    return client_of(store)


@pytest.fixture
def page(quick: Store) -> TestClient:
    scene.moved_in(quick)
    return client_of(quick)

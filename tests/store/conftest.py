"""A store of the test's own, on each database."""

from collections.abc import Iterator

import pytest

from onboarding.store.engine import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()

"""A store of the test's own on each database, with the small municipality's policy and units in it."""

from collections.abc import Iterator

import pytest

from onboarding.operations import ordering, policies
from onboarding.store.engine import Store
from tests import municipality
from tests.operations.desk import HR


@pytest.fixture
def bare(database_url: str) -> Iterator[Store]:
    """Without a policy."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def store(bare: Store) -> Store:
    policies.adopt(bare, municipality.catalogue(), HR)
    ordering.adopt_units(bare, list(municipality.UNITS.values()), HR)
    return bare

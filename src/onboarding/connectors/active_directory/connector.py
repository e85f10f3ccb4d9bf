"""Active Directory as a connector: accounts made and kept over LDAPS, on one domain controller for a whole visit."""

from collections.abc import Iterator
from contextlib import contextmanager

from onboarding.connectors.active_directory import health, options, people
from onboarding.connectors.active_directory.directory import opened
from onboarding.connectors.active_directory.session import ActiveDirectorySession
from onboarding.connectors.base import NOTHING, Capabilities, Expected, Health, Options, Session


class ActiveDirectory:
    """Settings and secret: docs/connectors.md."""

    def __init__(self, given: Options) -> None:
        self._domain = options.read(given)
        self._password = given.secrets["password"]
        self._context = options.trust(self._domain)

    def capabilities(self) -> Capabilities:
        lengths = {**people.LENGTHS, "key": self._domain.longest_key}
        return Capabilities(moves=True, deletes=True, lengths=lengths)

    def test(self, expected: Expected = NOTHING) -> Health:
        return health.examine(self._domain, self._password, self._context, expected)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with opened(self._domain, self._password, self._context) as directory:
            yield ActiveDirectorySession(directory, self._domain)

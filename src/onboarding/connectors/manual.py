"""Work that a person does by hand, met like any other system: each step becomes a task with its own words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from onboarding.connectors.base import (
    NOTHING,
    ActionRequired,
    Capabilities,
    Effect,
    Expected,
    Health,
    Options,
    Page,
    Session,
)
from onboarding.connectors.connections import check
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.catalogue import Title


class Manual:
    """No settings and no secrets: there is nothing to connect to."""

    def __init__(self, options: Options) -> None:
        check(options)

    def capabilities(self) -> Capabilities:
        return Capabilities(reads=False, accounts=False, enables=False, names=False)

    def test(self, expected: Expected = NOTHING) -> Health:
        return Health(findings=())

    @contextmanager
    def session(self) -> Iterator[Session]:
        yield ManualSession()


class ManualSession:
    """Nothing can be read; whatever should be so, or no longer be so, is asked of a person."""

    def find(self, want: Desired) -> Account | None:
        return None

    def taken(self, names: Sequence[str], want: Desired) -> frozenset[str]:
        return frozenset()

    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        return _unworded()

    def set_enabled(self, account: Account, on: bool) -> Effect:
        return _unworded()

    def grant(self, account: Account | None, work: Work) -> Effect:
        return self.ask(work)

    def revoke(self, account: Account | None, work: Work) -> Effect:
        return self.ask(work)

    def move(self, account: Account, want: Desired) -> Effect:
        return _unworded()

    def delete(self, account: Account) -> Effect:
        return _unworded()

    def ask(self, work: Work) -> Effect:
        return ActionRequired(owner=work.owner, instructions=work.instructions)

    def snapshot(self, token: str | None) -> Page:
        return Page(accounts=(), next=None)

    def changes(self, token: str | None) -> Page:
        return Page(accounts=(), next=None)


def _unworded() -> ActionRequired:
    # These verbs are not told the step; whoever asked has its owner and its words.
    return ActionRequired(owner="", instructions=Title(nb=""))

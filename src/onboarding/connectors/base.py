"""The protocol every system is met through, its outcomes, and the one function that turns verbs into outcomes.

A connector is made once per worker and must be safe to use from many threads. A session is one connection for one visit
(one domain controller, one token), used by one thread and thrown away. Everything is synchronous, and every verb
idempotent: doing it twice is a success without a change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from pydantic import Field

from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Title
from onboarding.domain.errors import NeedsHuman, Refused, Transient
from onboarding.domain.people import Value


class Done(Value):
    changed: bool
    native_id: str | None = None
    taken: frozenset[str] = frozenset()  # action `name`: those of the candidates that are in use


class ActionRequired(Value):
    """A person must do it: who, and what, in words for *this* person, in as many languages as there are."""

    owner: str
    instructions: Title


class InProgress(Value):
    """The system is at it; look again after `again`. Not a fault."""

    again: timedelta


Effect = Done | ActionRequired | InProgress
Outcome = Effect | Refused | Transient | NeedsHuman


class Capabilities(Value):
    reads: bool = True  # False: nothing can be read back (work by hand); done is what a person says with evidence
    accounts: bool = True
    enables: bool = True
    names: bool = True  # can say which names are taken
    moves: bool = False
    deletes: bool = False
    changes: bool = False
    lengths: Mapping[str, int] = {}  # attribute -> most characters


class Finding(Value):
    """One line of `systems test`: a key of `texts`, and what fills it."""

    ok: bool
    key: str
    params: dict[str, str] = {}
    stops: bool = (
        True  # where it is not ok: no visit would get its work done; False: to be mended, and no reason to wait
    )


class Health(Value):
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)

    @property
    def passable(self) -> bool:
        """May cases go there? A hold that nobody put on is released by this."""
        return all(finding.ok or not finding.stops for finding in self.findings)


class Expected(Value):
    """What cases may come to ask of one system, by policy and HR's tree: `test` looks whether it is there."""

    targets: frozenset[str] = frozenset()  # as steps name them
    units: frozenset[str] = frozenset()  # HR's units, by id: for a system with a place for each


NOTHING = Expected()


class Page(Value):
    accounts: tuple[Account, ...]
    next: str | None  # None: that was the last page


class Session(Protocol):
    """Verbs raise Refused, Transient or NeedsHuman.

    Nothing else, and never with a secret or a person's data in the text.
    """

    def find(self, want: Desired) -> Account | None:
        """By native id where known, else by key. The hit is compared with what was asked.

        More than one raises NeedsHuman(step).
        """
        ...

    def taken(self, names: Sequence[str], want: Desired) -> frozenset[str]:
        """Which of these user names are in use here, by anybody.

        Raises Refused("username", …) for the first whose account has no number and may be hers (`namesakes`).
        """
        ...

    def ensure_account(self, want: Desired, found: Account | None) -> Effect:
        """Made disabled, with what we own of its attributes as a delta. `native_id` is in the answer at once."""
        ...

    def set_enabled(self, account: Account, on: bool) -> Effect: ...

    def grant(self, account: Account | None, work: Work) -> Effect:
        """`account` is None only in systems without accounts."""
        ...

    def revoke(self, account: Account | None, work: Work) -> Effect: ...

    def move(self, account: Account, want: Desired) -> Effect: ...

    def delete(self, account: Account) -> Effect: ...

    def ask(self, work: Work) -> Effect:
        """A task for a person: what connectors for work by hand answer to every step."""
        ...

    def snapshot(self, token: str | None) -> Page:
        """All accounts, a page at a time; None begins."""
        ...

    def changes(self, token: str | None) -> Page: ...


class Connector(Protocol):
    def capabilities(self) -> Capabilities: ...

    def test(self, expected: Expected = NOTHING) -> Health:
        """Reachable, credentials, rights, clock, and what is expected and not there: said before a case meets it.

        Never raises for what it is there to find.
        """
        ...

    def session(self) -> AbstractContextManager[Session]:
        """Opens one connection.

        Raises Transient(sent='no') where nobody answers, NeedsHuman('system') where we are refused.
        """
        ...


class Options(Value):
    """What a connector is made from: the connection file's section for one system, secrets already read."""

    system: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = Field(repr=False)


def ensure(
    session: Session, want: Desired, works: Iterable[Work], found: Account | None, *, by_hand: bool = False
) -> Iterator[tuple[Work, Outcome]]:
    """Each step in turn; a lazy `works` lets the caller choose the next after each outcome.

    After a Transient, a NeedsHuman('system') or an account that is still in progress nothing more is tried. `by_hand`:
    nothing can be read here, so every step is a task.
    """
    account = found
    for work in works:
        try:
            if account is None and not by_hand and work.action not in ("name", "account", "ask"):
                account = session.find(want)  # another visit may have made it since we read
            outcome: Outcome = session.ask(work) if by_hand else _do(session, want, work, account)
            if work.action in ("account", "delete") and isinstance(outcome, Done) and outcome.changed:
                account = session.find(want.model_copy(update={"native_id": outcome.native_id or want.native_id}))
        except (Refused, Transient, NeedsHuman) as error:
            outcome = error
        yield work, outcome
        if _ends_the_visit(work, outcome):
            return


def _ends_the_visit(work: Work, outcome: Outcome) -> bool:
    if isinstance(outcome, NeedsHuman):
        return outcome.scope == "system"
    return isinstance(outcome, Transient) or (isinstance(outcome, InProgress) and work.action == "account")


def _do(session: Session, want: Desired, work: Work, account: Account | None) -> Effect:
    match work.action, work.want:
        case "name", "do":
            return Done(changed=False, taken=session.taken(work.candidates, want))
        case "name", "undo":
            return Done(changed=False)  # a name is never freed
        case "account", "do":
            return session.ensure_account(want, account)
        case ("account", "undo") | ("delete", "do"):
            return session.delete(account) if account else Done(changed=False)
        case ("enable", "do") | ("disable", "undo"):
            return session.set_enabled(_there(account), True)
        case ("enable", "undo") | ("disable", "do"):
            return session.set_enabled(account, False) if account else Done(changed=False)
        case ("grant", "do") | ("revoke", "undo"):
            return session.grant(account, work)
        case ("grant", "undo") | ("revoke", "do"):
            return session.revoke(account, work)
        case "move", _:
            return session.move(_there(account), want)
        case _:
            return session.ask(work)


def _there(account: Account | None) -> Account:
    if account is None:  # deleted behind our back: the next visit reads again and makes it
        raise Transient(sent="no")
    return account


def holds(step: Step | Work, account: Account | None) -> bool:
    """Is it so, by what was read back?"""
    there = step.want == "do"
    match step.action:
        case "account":
            return (account is not None) == there
        case "delete":
            return (account is None) == there
        case "enable":
            return (account is not None and account.enabled) == there
        case "disable":
            return (account is None or not account.enabled) == there
        case "grant":
            return (account is not None and step.target in account.targets) == there
        case "revoke":
            return (account is None or step.target not in account.targets) == there
        case _:
            return True  # a name is reserved, not read; a task is answered; what moved is the connector's to know

"""What the author of a connector fills in before the conformance tests can run, and the few moves they are made of."""
# ruff: noqa: S101 - asserting is what a test is for

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar, TypeVar
from uuid import uuid4

from onboarding.connectors.base import Connector, Done, Outcome, ensure
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.plan import Action

# What a system may lack. The first four are `Capabilities`; the others are hooks that may be impossible to offer.
ABILITIES: Mapping[str, str] = {
    "enables": "an account can be disabled and enabled",
    "names": "it can say which user names are taken",
    "moves": "an account can be moved in its tree",
    "deletes": "an account can be deleted",
    "targets": "there are things to grant: `known_target`",
    "looks_up": "it can say which things to grant are there, before any is granted",
    "renames": "an account's user name can be changed",
    "pages": "all accounts can be read: `more_than_a_page`",
    "put": "an account can be made behind the connector's back: `put`",
    "two_hits": "`put` can give two accounts one number",
    "theirs": "accounts hold things the connector does not own: `theirs`",
    "lose_answers": "an answer can be lost: `lose_next_answer`",
    "throttle": "it can be made to say 'later': `throttle`",
    "credentials": "it can refuse a password or token: `connector_with`",
}
_needs: dict[str, tuple[str, ...]] = {}

Test = TypeVar("Test", bound=Callable[..., None])


def needs(*abilities: str) -> Callable[[Test], Test]:
    """This test is there only for systems that have all of these."""

    def noted(test: Test) -> Test:
        _needs[test.__name__] = abilities
        return test

    return noted


def step(action: Action, target: str = "") -> Work:
    return Work(step=f"conformance:{action}:{target}", action=action, target=target)


class Hooks:
    """Each test begins with people nobody has seen, so the system need not be empty."""

    cannot: ClassVar[Mapping[str, str]] = {}  # ability -> why this system lacks it; its tests are then not there at all
    known_target: str = "conformance"
    more_than_a_page: int = 3  # so many accounts do not fit on one page

    def connector(self) -> Connector:
        """A new connector to the same system, as another worker would have it."""
        raise NotImplementedError

    def count_accounts(self, key: str) -> int:
        """How many accounts carry this number, as the system itself has it: not asked through the connector."""
        raise NotImplementedError

    def put(self, want: Desired, key: str | None) -> str:
        """Make an account with her user name and her name on it, as somebody else would, with this number or none.

        Returns its native id.
        """
        raise NotImplementedError

    def theirs(self, native_id: str) -> str:
        """Something on an account from `put` that the connector does not own, as the system itself has it."""
        raise NotImplementedError

    def lose_next_answer(self) -> None:
        """The next write takes effect, but its answer never comes."""
        raise NotImplementedError

    def throttle(self, delay: timedelta) -> None:
        """From now on the system says 'too many, come back after this long'."""
        raise NotImplementedError

    def connector_with(self, secret: str) -> Connector:
        """A connector whose password or token is this wrong one."""
        raise NotImplementedError

    def person(self) -> Desired:
        """Somebody new each time, as this system should know her."""
        number = uuid4().hex[:12]
        return Desired(
            key=number,
            username=f"c{number}",
            given_name="Kari",
            family_name="Prøve",
            display_name="Kari Prøve",
            title="Sykepleier",
            unit="Sone nord",
            unit_id="1200",
            first_day=date(2026, 12, 1),
        )

    def moved(self, want: Desired) -> Desired:
        """The same person in another place of the tree."""
        return want.model_copy(update={"unit": "Sone sør", "unit_id": "1300"})

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for ability, why in cls.cannot.items():
            if ability not in ABILITIES or not why:
                raise TypeError(f"{cls.__name__}.cannot: {ability!r} must be one of {sorted(ABILITIES)}, with a reason")
        for test, abilities in _needs.items():
            if not cls.cannot.keys().isdisjoint(abilities):
                setattr(cls, test, None)  # not skipped: not there

    def visit(self, want: Desired, *works: Work) -> Sequence[Outcome]:
        """One visit by a worker that knows nothing from before."""
        with self.connector().session() as session:
            return [outcome for _, outcome in ensure(session, want, works, session.find(want))]

    def read(self, want: Desired) -> Account | None:
        with self.connector().session() as session:
            return session.find(want)

    def made(self, want: Desired) -> Account:
        """An account for her, made and read back."""
        (outcome,) = self.visit(want, step("account"))
        account = self.read(want)
        assert isinstance(outcome, Done), f"an account could not be made: {outcome!r}"
        assert account is not None, "what was made is not found again"
        return account

    def until_done(self, want: Desired, work: Work) -> None:
        for _ in range(3):
            (outcome,) = self.visit(want, work)
            if isinstance(outcome, Done):
                return
        raise AssertionError(f"{work.action} was never done, last: {outcome!r}")

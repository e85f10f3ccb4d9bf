"""What a connector must survive: lost answers, accounts that were there before, a system that says later or no."""
# ruff: noqa: S101 - asserting is what a test is for

from datetime import timedelta
from uuid import uuid4

import pytest

from onboarding.connectors.base import Done, holds
from onboarding.connectors.conformance_hooks import Hooks, needs, step
from onboarding.domain.errors import NeedsHuman, Refused, Transient


class Faults(Hooks):
    """Part of `ConnectorConformance`."""

    @needs("lose_answers")
    def test_a_lost_answer_is_one_account(self) -> None:
        want = self.person()
        self.lose_next_answer()
        (lost,) = self.visit(want, step("account"))
        assert isinstance(lost, Transient)
        assert lost.sent == "unknown", "what was sent may have landed"
        self.until_done(want, step("account"))
        assert self.count_accounts(want.key) == 1

    @needs("lose_answers", "targets")
    def test_a_lost_answer_is_one_grant(self) -> None:
        want, grant = self.person(), step("grant", self.known_target)
        self.made(want)
        self.lose_next_answer()
        (lost,) = self.visit(want, grant)
        assert isinstance(lost, Transient)
        self.until_done(want, grant)
        assert holds(grant, self.read(want))

    @needs("put")
    def test_an_account_with_her_number_is_taken_over(self) -> None:
        want = self.person()
        native_id = self.put(want, want.key)
        (outcome,) = self.visit(want, step("account"))
        assert isinstance(outcome, Done)
        assert outcome.native_id == native_id
        assert self.count_accounts(want.key) == 1

    @needs("put")
    def test_a_name_that_is_another_persons_is_refused(self) -> None:
        want, other = self.person(), self.person()
        self.put(want, other.key)
        (outcome,) = self.visit(want, step("account"))
        assert isinstance(outcome, Refused), f"{outcome!r}"
        assert outcome.attribute == "username"
        assert (self.count_accounts(want.key), self.count_accounts(other.key)) == (0, 1)

    @needs("put")
    def test_the_same_name_without_a_number_is_asked_about(self) -> None:
        want = self.person()
        self.put(want, None)
        (outcome,) = self.visit(want, step("account"))
        assert isinstance(outcome, Refused), f"guessed: {outcome!r}"
        assert outcome.attribute == "username", "another user name must mend it"
        assert str(want.username) not in str(outcome), "errors are logged: no personal data"
        assert self.count_accounts(want.key) == 0

    @needs("put", "names")
    def test_a_name_whose_account_may_be_hers_is_asked_about_before_another_is_taken(self) -> None:
        want = self.person()
        self.put(want, None)
        free, hers = f"{want.username}9", str(want.username)
        with self.connector().session() as session:
            with pytest.raises(Refused) as asked:
                session.taken((free, hers), want)
            another = want.model_copy(update={"given_name": "Ola", "family_name": "Annen", "display_name": "Ola Annen"})
            assert session.taken((free, hers), another) == {hers}, "it shows another's name, and is only taken"
        assert (asked.value.attribute, asked.value.value) == ("username", hers)

    @needs("put")
    def test_a_native_id_that_is_now_another_persons_stops(self) -> None:
        want, other = self.person(), self.person()
        theirs = want.model_copy(update={"native_id": self.put(other, other.key)})
        with pytest.raises(NeedsHuman) as stopped:
            self.read(theirs)
        assert stopped.value.scope == "step"
        assert self.count_accounts(other.key) == 1

    @needs("put", "two_hits")
    def test_two_accounts_with_her_number_stop(self) -> None:
        want, other = self.person(), self.person()
        self.put(want, want.key)
        self.put(other, want.key)
        with pytest.raises(NeedsHuman) as found:
            self.read(want)
        with self.connector().session() as session, pytest.raises(NeedsHuman) as made:
            session.ensure_account(want, None)
        assert [stopped.value.scope for stopped in (found, made)] == ["step", "step"]
        assert self.count_accounts(want.key) == 2

    @needs("put", "theirs")
    def test_what_we_do_not_own_is_left_alone(self) -> None:
        want = self.person()
        native_id = self.put(want, want.key)
        before = self.theirs(native_id)
        assert before, "`put` left nothing that the connector does not own"
        for title in ("Sykepleier", "Avdelingsleder"):
            self.made(want.model_copy(update={"title": title}))
        assert self.theirs(native_id) == before

    @needs("throttle")
    def test_later_is_passed_on_with_its_delay(self) -> None:
        want, delay = self.person(), timedelta(seconds=37)
        self.throttle(delay)
        with pytest.raises(Transient) as later, self.connector().session() as session:
            session.find(want)
        assert (later.value.delay, later.value.sent) == (delay, "no")

    @needs("credentials")
    def test_bad_credentials_stop_the_system_and_name_no_secret(self) -> None:
        secret = uuid4().hex
        connector = self.connector_with(secret)
        with pytest.raises(NeedsHuman) as refused, connector.session() as session:
            session.find(self.person())
        assert refused.value.scope == "system"
        health = connector.test()
        assert not health.ok
        error = refused.value
        for shown in (error, error.args, error.params, error.__cause__, error.__context__, health, connector):
            assert secret not in f"{shown!s} {shown!r}"

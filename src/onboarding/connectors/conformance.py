"""The proof each connector must pass, ours and anybody's: subclass it in a test file, fill in the hooks, run pytest.

Not imported by the engine. It needs pytest, which only a development machine has.
"""
# ruff: noqa: S101 - asserting is what a test is for

from datetime import date
from uuid import uuid4

from onboarding.connectors.base import ActionRequired, Connector, Done, Expected, ensure, holds
from onboarding.connectors.conformance_faults import Faults
from onboarding.connectors.conformance_hooks import needs, step
from onboarding.domain.accounts import Desired, Work
from onboarding.domain.catalogue import Title
from onboarding.domain.plan import Action


class ConnectorConformance(Faults):
    """For a connector that reads its system. Subclass as `Test…`; the hooks are in `conformance_hooks.Hooks`."""

    def test_says_truly_what_it_can(self) -> None:
        said = self.connector().capabilities()
        assert said.reads
        assert said.accounts
        for ability in ("enables", "names", "moves", "deletes"):
            assert getattr(said, ability) == (ability not in self.cannot), f"{ability}: capabilities and cannot differ"

    def test_is_healthy(self) -> None:
        health = self.connector().test()
        assert health.findings, "`test` looked at nothing"
        assert health.ok, health

    @needs("targets", "looks_up")
    def test_says_what_policy_gives_and_is_not_there(self) -> None:
        unheard_of = f"conformance-{uuid4().hex[:12]}"
        assert self.connector().test(Expected(targets=frozenset({self.known_target}))).ok
        health = self.connector().test(Expected(targets=frozenset({self.known_target, unheard_of})))
        wrong = [finding for finding in health.findings if not finding.ok]
        assert [finding.params.get("target") for finding in wrong] == [unheard_of], wrong

    def test_nobody_is_found_before_she_is_made(self) -> None:
        want = self.person()
        assert self.read(want) is None
        assert self.count_accounts(want.key) == 0

    def test_an_account_is_made_with_its_native_id(self) -> None:
        want = self.person()
        (outcome,) = self.visit(want, step("account"))
        assert isinstance(outcome, Done)
        assert outcome.changed
        account = self.read(want)
        assert account is not None
        assert (account.native_id, account.name, account.key) == (outcome.native_id, want.username, want.key)
        assert self.read(want.model_copy(update={"native_id": account.native_id})) == account
        assert "enables" in self.cannot or not account.enabled, "an account is made disabled"

    def test_made_twice_is_one_account(self) -> None:
        want = self.person()
        first = self.made(want)
        (again,) = self.visit(want, step("account"))
        with self.connector().session() as session:  # by one that had not seen it yet
            blind = session.ensure_account(want, None)
        for outcome in (again, blind):
            assert isinstance(outcome, Done)
            assert (outcome.changed, outcome.native_id) == (False, first.native_id)
        assert self.count_accounts(want.key) == 1

    @needs("targets")
    def test_grants_and_revokes_may_be_repeated(self) -> None:
        want = self.person()
        self.made(want)
        for work, changed in [
            (step("revoke", self.known_target), False),
            (step("grant", self.known_target), True),
            (step("grant", self.known_target), False),
            (step("revoke", self.known_target), True),
            (step("revoke", self.known_target), False),
        ]:
            (outcome,) = self.visit(want, work)
            assert isinstance(outcome, Done), f"{work.action}: {outcome!r}"
            assert outcome.changed == changed, f"{work.action}: changed should be {changed}"
            assert holds(work, self.read(want)), f"{work.action}: read back, it is not so"

    @needs("enables")
    def test_enabled_and_disabled_twice(self) -> None:
        want = self.person()
        self.made(want)
        enable, disable = step("enable"), step("disable")
        for work, changed in [(disable, False), (enable, True), (enable, False), (disable, True)]:
            (outcome,) = self.visit(want, work)
            assert isinstance(outcome, Done)
            assert outcome.changed == changed, f"{work.action}: changed should be {changed}"
            assert holds(work, self.read(want)), f"{work.action}: read back, it is not so"

    @needs("renames")
    def test_a_new_name_is_the_same_account(self) -> None:
        want = self.person()
        before = self.made(want)
        renamed = want.model_copy(update={"username": self.person().username, "native_id": before.native_id})
        after = self.made(renamed)
        assert (after.native_id, after.key, after.name) == (before.native_id, before.key, renamed.username)
        assert self.count_accounts(want.key) == 1

    @needs("moves")
    def test_a_new_place_is_the_same_account(self) -> None:
        want = self.person()
        before = self.made(want)
        elsewhere = self.moved(want)
        outcomes = [self.visit(elsewhere, step("move"))[0] for _ in range(2)]
        assert [isinstance(outcome, Done) and outcome.changed for outcome in outcomes] == [True, False]
        after = self.read(elsewhere)
        assert after is not None
        assert after.native_id == before.native_id

    @needs("deletes")
    def test_deleted_is_gone_and_may_be_repeated(self) -> None:
        want = self.person()
        account = self.made(want)
        with self.connector().session() as session:
            outcomes = [session.delete(account) for _ in range(2)]
        assert [isinstance(outcome, Done) and outcome.changed for outcome in outcomes] == [True, False]
        assert self.read(want) is None
        assert self.count_accounts(want.key) == 0
        assert self.made(want).native_id != account.native_id

    @needs("names")
    def test_says_which_names_are_taken(self) -> None:
        want, other = self.person(), self.person()
        self.made(want)
        assert want.username is not None
        assert other.username is not None
        asked = (want.username, want.username.upper(), other.username)
        with self.connector().session() as session:
            assert session.taken(asked, other) == {want.username, want.username.upper()}

    @needs("pages")
    def test_every_account_is_on_one_page(self) -> None:
        native_ids = {self.made(self.person()).native_id for _ in range(self.more_than_a_page)}
        seen: list[str] = []
        tokens: list[str | None] = [None]
        with self.connector().session() as session:
            while True:
                page = session.snapshot(tokens[-1])
                seen += [account.native_id for account in page.accounts]
                if page.next is None:
                    break
                assert page.next not in tokens, "the same page would be read for ever"
                tokens.append(page.next)
        assert len(tokens) > 1, "all were on one page: make `more_than_a_page` larger"
        assert len(seen) == len(set(seen)), "an account is on two pages"
        assert native_ids <= set(seen)


class WorkByHandConformance:
    """For a connector that cannot read: whatever is wanted becomes a task, each time, with its owner and its words."""

    def connector(self) -> Connector:
        raise NotImplementedError

    def test_says_that_it_cannot_read(self) -> None:
        said = self.connector().capabilities()
        assert [said.reads, said.accounts, said.enables, said.names] == [False] * 4
        assert self.connector().test().ok

    def test_each_step_is_a_task_in_its_own_words(self) -> None:
        want = Desired(
            key="1", given_name="Kari", family_name="Prøve", display_name="Kari Prøve", first_day=date(2026, 12, 1)
        )
        actions: tuple[Action, ...] = ("grant", "revoke", "ask")
        works = [
            Work(
                step=f"{action}:{way}",
                action=action,
                want=way,
                owner="vakt@x",
                instructions=Title(nb=f"{action} {way}"),
            )
            for action in actions
            for way in ("do", "undo")
        ]
        for _ in range(2):  # asked again, it is asked again: nothing here knows that it was done
            with self.connector().session() as session:
                assert session.find(want) is None
                outcomes = [outcome for _, outcome in ensure(session, want, works, None)]
            assert outcomes == [ActionRequired(owner=work.owner, instructions=work.instructions) for work in works]

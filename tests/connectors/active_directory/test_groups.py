"""Groups in a real domain: small and very large, by name and by DN, gone, and the one that cannot be left."""

import pytest

from onboarding.connectors.active_directory import directory
from onboarding.connectors.base import Done, Outcome, ensure, holds
from onboarding.connectors.conformance_hooks import step
from onboarding.domain.accounts import Account, Desired, Work
from onboarding.domain.errors import NeedsHuman, Refused
from tests.connectors.active_directory.conftest import Make
from tests.connectors.active_directory.own_side import OwnSide
from tests.connectors.active_directory.test_accounts import read

pytestmark = pytest.mark.xdist_group("samba")


@pytest.fixture
def hers(make: Make, kari: Desired) -> Account:
    with make().session() as session:
        session.ensure_account(kari, None)
    return read(make, kari)


def do(make: Make, want: Desired, work: Work, **settings: str) -> Outcome:
    with make(**settings).session() as session:
        ((_, outcome),) = ensure(session, want, [work], session.find(want))
    return outcome


@pytest.mark.parametrize("by", ["name", "dn"])
def test_a_group_is_named_or_given_by_its_dn(make: Make, tree: OwnSide, kari: Desired, hers: Account, by: str) -> None:
    name = f"GG-{kari.key}"
    target = {"name": name, "dn": tree.make_group(name)}[by]
    grant, revoke = step("grant", target), step("revoke", target)
    assert do(make, kari, grant) == Done(changed=True, native_id=hers.native_id)
    assert holds(grant, read(make, kari))
    assert do(make, kari, revoke) == Done(changed=True, native_id=hers.native_id)
    assert holds(revoke, read(make, kari))


def test_another_spelling_is_refused_with_the_right_one(
    make: Make, tree: OwnSide, kari: Desired, hers: Account
) -> None:
    tree.make_group(f"GG-{kari.key}")
    refused = do(make, kari, step("grant", f"gg-{kari.key}"))
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.proposal) == ("active-directory.group-spelled-otherwise", f"GG-{kari.key}")


def test_a_deleted_group_is_said(make: Make, tree: OwnSide, kari: Desired, hers: Account) -> None:
    name = f"GG-{kari.key}"
    dn = tree.make_group(name)
    assert isinstance(do(make, kari, step("grant", name)), Done)
    tree.delete(dn)
    for action, target in (("grant", name), ("revoke", name), ("grant", dn), ("grant", "OU=no,DC=such")):
        refused = do(make, kari, Work(step="x", action=action, target=target))
        assert isinstance(refused, Refused)
        assert (refused.attribute, refused.value) == ("target", target)
        assert refused.reason == "active-directory.no-such-group"
    undo = Work(step="x", action="grant", target=name, want="undo")  # or what could not be given is never withdrawn
    assert do(make, kari, undo) == Done(changed=False, native_id=hers.native_id)


def test_a_group_elsewhere_is_not_ours_to_give(make: Make, tree: OwnSide, kari: Desired, hers: Account) -> None:
    refused = do(make, kari, step("grant", "Domain Admins"), group_base=f"OU=Grupper,{tree.municipality}")
    assert isinstance(refused, Refused)
    assert tree.text(hers.native_id, "memberOf") is None


def test_the_primary_group_is_seen_and_cannot_be_left(make: Make, tree: OwnSide, kari: Desired, hers: Account) -> None:
    assert hers.targets == {"Domain Users", f"CN=Domain Users,CN=Users,{tree.base}"}
    grant = do(make, kari, step("grant", "Domain Users"), group_base=tree.base)
    assert grant == Done(changed=False, native_id=hers.native_id)
    left = do(make, kari, step("revoke", "Domain Users"), group_base=tree.base)
    assert isinstance(left, NeedsHuman)
    assert (left.scope, left.key) == ("step", "active-directory.primary-group")


def test_many_groups_are_read_a_range_at_a_time(
    make: Make, tree: OwnSide, kari: Desired, hers: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {f"GG-{n}-{kari.key}" for n in range(7)}
    for name in names:
        tree.make_group(name, [tree.row(f"<GUID={hers.native_id}>")["dn"][0].decode()])
    for at_a_time in (3, 7, 1500):
        monkeypatch.setattr(directory, "RANGE", at_a_time)
        assert names <= read(make, kari).targets


def test_a_group_of_two_thousand_takes_one_more_and_lets_her_go(
    make: Make, tree: OwnSide, multitude: str, kari: Desired, hers: Account
) -> None:
    assert len(tree.row(multitude)["member"]) == 2000
    for action, changed in (("grant", True), ("grant", False), ("revoke", True), ("revoke", False)):
        work = Work(step="x", action=action, target="GG-Mange")
        assert do(make, kari, work) == Done(changed=changed, native_id=hers.native_id)
        assert holds(work, read(make, kari))
    assert len(tree.row(multitude)["member"]) == 2000

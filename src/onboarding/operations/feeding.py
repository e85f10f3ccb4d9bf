"""Feeds in HR's export: the unit tree, the bad rows all at once, and a case for each good row that has none."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from onboarding.domain.errors import NotFound
from onboarding.domain.people import Actor, Unit
from onboarding.hr.export import read_export
from onboarding.hr.posts import HrPost
from onboarding.hr.table import BadRow
from onboarding.hr.units import read_units
from onboarding.operations import ordering, policies
from onboarding.planning.moments import today
from onboarding.store import people
from onboarding.store.engine import Store

Change = Callable[[tuple[HrPost, ...]], tuple[HrPost, ...]]


def feed_hires(
    store: Store, hires: bytes, units: bytes, actor: Actor, change: Change | None = None
) -> ordering.Imported:
    """Raises NotFound where no policy is current, Conflict where a file as a whole cannot be read.

    Bad rows of the unit tree are told with those of the hires: a hire in a unit that is not there is a bad row too. A
    tree with bad rows is not taken over: the one we have stays, and it is the one that the hires are planned by.
    `change` may move what was read, such as the dates of an example.
    """
    catalogue = policies.current(store)
    if catalogue is None:
        raise NotFound("order.no-policy")
    new, bad_units = read_units(units)
    # Half a tree would leave units without parents, and people without what a subtree gives.
    tree = _in_use(store) if bad_units else new
    day = today(datetime.now(UTC))
    export = read_export(hires, catalogue=catalogue, units=tree, today=day)
    if not bad_units:
        ordering.adopt_units(store, list(new.values()), actor)
    bad: tuple[BadRow, ...] = (*bad_units, *(_not_in_use(row, new) for row in export.bad))
    posts = change(export.posts) if change else export.posts
    return ordering.order_hires(store, posts, bad, hashlib.sha256(hires).hexdigest(), actor)


def _in_use(store: Store) -> dict[str, Unit]:
    with store.reading() as tx:
        return people.all_units(tx)


def _not_in_use(row: BadRow, new: Mapping[str, Unit]) -> BadRow:
    """A unit that is new in a tree with bad rows is not unknown: the tree must be mended first."""
    waits = row.key == "hr.unknown-unit" and row.params["value"] in new
    return row.model_copy(update={"key": "hr.units-not-in-use"}) if waits else row

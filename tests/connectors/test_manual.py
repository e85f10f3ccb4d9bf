"""Work by hand passes the proof for connectors that cannot read."""

import pytest

from onboarding.connectors.base import ActionRequired, Connector, Options, Page
from onboarding.connectors.conformance import WorkByHandConformance
from onboarding.connectors.manual import Manual
from onboarding.domain.accounts import Account, Desired
from onboarding.domain.catalogue import Title
from onboarding.domain.errors import Conflict


class TestManual(WorkByHandConformance):
    def connector(self) -> Connector:
        return Manual(Options(system="nokkelkort", settings={}, secrets={}))


def test_nothing_is_known_and_nothing_is_said_to_be_done(kari: Desired) -> None:
    account = Account(native_id="1", name="karnor", key=kari.key, enabled=True)
    with Manual(Options(system="nokkelkort", settings={}, secrets={})).session() as session:
        assert session.taken(["karnor"], kari) == frozenset()
        assert session.snapshot(None) == session.changes(None) == Page(accounts=(), next=None)
        outcomes = [
            session.ensure_account(kari, None),
            session.set_enabled(account, False),
            session.move(account, kari),
            session.delete(account),
        ]
    assert outcomes == [ActionRequired(owner="", instructions=Title(nb=""))] * 4


def test_it_has_no_settings() -> None:
    with pytest.raises(Conflict) as unknown:
        Manual(Options(system="nokkelkort", settings={"url": "x"}, secrets={}))
    assert unknown.value.params == {"system": "nokkelkort", "setting": "url", "known": "–"}

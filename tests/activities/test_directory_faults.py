"""probe"""
import pytest
from tests.activities.town import Town
pytestmark = pytest.mark.xdist_group("samba")

def test_plain(town: Town) -> None:
    town.hire()
    town.run()
    assert town.state == "prepared", [(s.id, s.state, s.reason, s.params) for s in town.file().steps]
    assert town.names() == {"tuvfos"}
    assert len(town.hers()) == 1
    print(town.card("ad:account","nb"))

def test_two(town: Town) -> None:
    town.account("tuva1", employeeID=town.key)
    town.account("tuva2", employeeID=town.key)
    town.hire()
    town.run()
    print([(s.id, s.state, s.reason, s.params) for s in town.file().steps])
    print(town.stopped("nb"))
    assert 0

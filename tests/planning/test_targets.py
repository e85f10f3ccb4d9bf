"""What policy may ever give in each system, and in which units."""

import pytest

from onboarding.domain.catalogue import Catalogue, Condition, PolicyUnit
from onboarding.planning.targets import targets
from tests.municipality import HERE, UNITS, catalogue, entitlement, give, role, title


def with_rules(**for_: tuple[str, ...]) -> Catalogue:
    """A right for each unit, given by one role under this condition."""
    files = entitlement("files", "ad", target="FILES-{unit}")
    nurse = role("nurse", ("7174",), (give("files", unit="own"),)).model_copy(update={"for_": Condition(**for_)})
    base = catalogue()
    return base.model_copy(
        update={
            "entitlements": {**base.entitlements, "files": files},
            "roles": {"nurse": nurse},
            "units": {"school": PolicyUnit(id="school", org_id="1310", title=title("school"), place=HERE)},
        }
    )


def without_rules(*requestable: str) -> Catalogue:
    """Nothing is given by itself, and only these may be ordered."""
    base = catalogue(roles={}, everyone=())
    rights = {id: one.model_copy(update={"requestable": id in requestable}) for id, one in base.entitlements.items()}
    return base.model_copy(update={"entitlements": rights})


def test_what_everyone_and_any_role_gives_is_there_with_its_unit() -> None:
    found = targets(catalogue(), UNITS)
    assert found["ad"] == {"LOGIN", "VPN", "EPJ-1000", "EPJ-1210", "EPJ-1310"}
    assert found["pay"] == {"PAYSLIP", "BANK", "VAULT"}
    assert "people" not in found


def test_what_no_rule_gives_is_not_looked_for() -> None:
    assert targets(without_rules(), UNITS) == {}


def test_what_may_be_ordered_beyond_the_rules_is_looked_for() -> None:
    assert targets(without_rules("records"), UNITS) == {"ad": {f"EPJ-{unit}" for unit in UNITS}}


def test_without_units_there_is_nothing_for_each() -> None:
    assert targets(catalogue(), {})["ad"] == {"LOGIN", "VPN"}


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        ({}, {"1000", "1210", "1310"}),
        ({"units": ("school",)}, {"1310"}),
        ({"not_units": ("school",)}, {"1000", "1210"}),
    ],
)
def test_only_in_the_units_a_rule_is_for(condition: dict[str, tuple[str, ...]], where: set[str]) -> None:
    found = targets(with_rules(**condition), UNITS)["ad"]
    assert found == {"LOGIN", *(f"FILES-{unit}" for unit in where)}


def test_what_a_right_cannot_be_without_comes_with_it() -> None:
    base = with_rules()
    vault = base.entitlements["vault"].model_copy(update={"needs": ("files", "contract")})
    keeper = role("keeper", ("7532",), (give("vault"),))
    needing = base.model_copy(
        update={"entitlements": {**base.entitlements, "vault": vault}, "roles": {"keeper": keeper}}
    )
    assert targets(needing, UNITS)["ad"] == {"LOGIN", *(f"FILES-{unit}" for unit in UNITS)}

"""The example municipality in roles/: right, and worth copying."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from onboarding.domain.catalogue import PEOPLE, Catalogue
from onboarding.domain.people import Employment, Person, Unit
from onboarding.planning.resolve import resolve
from onboarding.policy.load import load

ROLES = Path(__file__).parents[2] / "roles"
DAY = date(2027, 1, 4)
PERSON = Person(id=UUID(int=1), employee_number="1", given_name="Kari", family_name="Nordmann")
UNITS = {
    "1000": None,
    **dict.fromkeys(("1100", "1200", "1300", "1400"), "1000"),
    **dict.fromkeys(("1110", "1120"), "1100"),
    **dict.fromkeys(("1210", "1215", "1220"), "1200"),
    **dict.fromkeys(("1211", "1212"), "1210"),
    **{"1221": "1220", "1310": "1300", "1311": "1310", "1312": "1310"},
}
CONNECTORS = {"active_directory", "entra", "scim", "manual"}


def post(job_code: str, kind: str, unit: str, percentage: int = 100) -> Employment:
    return Employment(
        id=UUID(int=2),
        person=PERSON.id,
        unit=unit,
        job_code=job_code,
        title="",
        kind=kind,
        percentage=Decimal(percentage),
        start=DAY,
        end=None,
    )


@pytest.fixture(scope="module")
def fjordvik() -> Catalogue:
    return load(ROLES)


def test_it_is_as_large_as_a_municipality(fjordvik: Catalogue) -> None:
    assert len(fjordvik.systems) >= 15
    assert len(fjordvik.entitlements) >= 40
    assert len(fjordvik.roles) >= 14
    assert len(fjordvik.kinds) == 8
    assert {unit.org_id for unit in fjordvik.units.values()} == {
        *("1000", "1100", "1110", "1120", "1200", "1210", "1215", "1220", "1300", "1310", "1400")
    }


def test_one_file_per_role_named_as_it(fjordvik: Catalogue) -> None:
    assert {role.id: role.place.file for role in fjordvik.roles.values()} == {
        path.stem: f"role/{path.name}" for path in (ROLES / "role").glob("*.yaml")
    }


def test_only_active_directory_makes_names(fjordvik: Catalogue) -> None:
    assert {name: system.naming.max_length for name, system in fjordvik.systems.items() if system.naming} == {
        "active-directory": 20
    }
    with_accounts = [system for system in fjordvik.systems.values() if system.account and not system.naming]
    for system in with_accounts:  # its user name comes from there, at once or through Entra ID
        first = fjordvik.systems[system.account_needs[0]]
        assert "active-directory" in (first.id, *first.account_needs)


def test_systems_are_met_by_their_real_connectors(fjordvik: Catalogue) -> None:
    assert {system.connector for system in fjordvik.systems.values()} == CONNECTORS
    assert fjordvik.systems["entra-id"].mastered_by == "active-directory"
    assert {name for name, system in fjordvik.systems.items() if not system.account} >= {
        *("key-cards", "pc", "phone", "parking", PEOPLE)
    }


def test_every_way_of_approving_and_every_gate_is_shown(fjordvik: Catalogue) -> None:
    assert {one.approval for one in fjordvik.entitlements.values()} == {"none", "owner", "two"}
    needed = {need for one in fjordvik.entitlements.values() for need in one.needs}
    assert fjordvik.gates.keys() == {"contract-signed", "confidentiality-declaration", "health-record-course"} <= needed


def test_every_entitlement_is_given_by_something(fjordvik: Catalogue) -> None:
    gives = [*fjordvik.everyone, *(give for role in fjordvik.roles.values() for give in role.gives)]
    assert fjordvik.entitlements.keys() - {give.entitlement for give in gives} == set()


def test_the_first_kind_that_fits_wins(fjordvik: Catalogue) -> None:
    kinds = list(fjordvik.kinds)
    assert kinds.index("laerling") < kinds.index("ansatt")  # a permanent post with an apprentice's job code
    types = [type_ for kind in fjordvik.kinds.values() for match in kind.match for type_ in match.types]
    assert sorted(types) == sorted(
        ["Fast", "Vikar", "Midlertidig", "Lærling", "Innleid", "Folkevalgt", "Oppdrag", "Timelønn", "Student"]
    )
    assert not fjordvik.kinds["konsulent"].from_hr
    assert not fjordvik.kinds["oppdragstaker"].counts


def test_titles_are_in_three_languages_where_they_differ(fjordvik: Catalogue) -> None:
    parts = (fjordvik.systems, fjordvik.entitlements, fjordvik.gates, fjordvik.kinds, fjordvik.roles, fjordvik.units)
    titles = [(name, each.title) for part in parts for name, each in part.items()]
    assert [name for name, title in titles if not title.en] == []


def test_instructions_name_whom_and_what(fjordvik: Catalogue) -> None:
    by_hand = [system for system in fjordvik.systems.values() if system.connector == "manual" and system.id != PEOPLE]
    for system in by_hand:
        assert system.instructions is not None
        for language in ("nb", "nn", "en"):
            text = system.instructions.in_(language)
            assert "{name}" in text
            assert "{thing}" in text


HERE = {unit: Unit(id=unit, name=unit, parent=parent) for unit, parent in UNITS.items()}


@pytest.mark.parametrize(
    ("job_code", "kind", "unit", "some"),
    [
        ("7174", "ansatt", "1211", {"health-record-read", "health-record-medication", "m365-f3"}),
        ("7523", "ansatt", "1221", {"health-record-write", "mobile-phone", "parking-permit"}),
        ("7210", "ansatt", "1212", {"health-record-write", "shared-pc"}),
        ("6572", "ansatt", "1210", {"health-record-read"}),
        ("8527", "ansatt", "1210", {"health-record-prescribe", "laptop"}),
        ("7962", "ansatt", "1312", {"school-teacher", "m365-e3"}),
        ("7963", "ansatt", "1311", {"school-teacher", "laptop"}),
        ("7966", "ansatt", "1311", {"school-teacher"}),
        ("9954", "ansatt", "1311", {"school-leader", "timesheet-approve"}),
        ("8530", "ansatt", "1400", {"case-archive-handle", "land-register-read"}),
        ("8084", "ansatt", "1400", {"land-register-write", "case-archive-handle"}),
        ("7003", "ansatt", "1215", {"key-card", "shared-pc"}),
        ("7005", "ansatt", "1215", {"unit-mailbox"}),
        ("7531", "ansatt", "1120", {"invoice-register", "laptop"}),
        ("9451", "ansatt", "1310", {"employee-portal-leader", "invoice-approve"}),
        ("6986", "ansatt", "1110", {"service-portal-agent", "laptop"}),
        ("6014", "laerling", "1211", {"health-record-write"}),
        ("0000", "folkevalgt", "1000", {"laptop", "case-archive-read"}),
        ("", "konsulent", "1110", {"external-vpn"}),
    ],
)
def test_a_post_gets_what_it_needs_and_nobody_is_asked(
    fjordvik: Catalogue, job_code: str, kind: str, unit: str, some: set[str]
) -> None:
    found = resolve(fjordvik, HERE, PERSON, [post(job_code, kind, unit)], DAY)
    assert some | {"domain-user"} <= {given.entitlement for given in found.given}
    assert (found.undecided, found.clashes) == ((), ())


def test_a_job_code_no_role_names_is_asked_about(fjordvik: Catalogue) -> None:
    unknown = post("4711", "ansatt", "1220")
    assert resolve(fjordvik, HERE, PERSON, [unknown], DAY).undecided == (unknown.id,)


def test_what_does_not_count_gives_nothing(fjordvik: Catalogue) -> None:
    posts = [
        post("9999", "oppdragstaker", "1200"),
        post("7174", "ansatt", "1211", percentage=0),
        post("0000", "folkevalgt", "1000", percentage=0),
    ]
    assert [resolve(fjordvik, HERE, PERSON, [each], DAY).given for each in posts] == [(), (), ()]


def test_one_licence_each(fjordvik: Catalogue) -> None:
    for unit in HERE:
        for managers in (frozenset({"1"}), frozenset[str]()):
            given = resolve(fjordvik, HERE, PERSON, [post("7174", "ansatt", unit)], DAY, managers).given
            assert len({each.entitlement for each in given} & {"m365-e3", "m365-f3"}) == 1

"""What the files become: a catalogue with places, flattened roles and a hash of what is said."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from onboarding.domain import catalogue
from onboarding.domain.catalogue import Catalogue, Place
from onboarding.policy import shapes
from onboarding.policy.load import load
from tests.policy.small import Changes, planted


def test_what_is_included_is_flattened_with_its_own_place(tmp_path: Path) -> None:
    nurse = load(planted(tmp_path, {})).roles["nurse"]
    assert [(give.entitlement, give.unit, give.place) for give in nurse.gives] == [
        ("write", None, Place(file="role/nurse.yaml", line=6, column=7)),
        ("read", "own", Place(file="role/carer.yaml", line=5, column=7)),
    ]
    assert nurse.place == Place(file="role/nurse.yaml", line=1)
    assert nurse.for_.job_codes == ("7174",)  # whom the included role is for does not count


def test_of_two_that_give_the_same_the_nearest_counts(tmp_path: Path) -> None:
    own = "- write\n    - read: {unit: own, before_first_day: false}"
    nurse = load(planted(tmp_path, {"role/nurse.yaml": ("- write", own)})).roles["nurse"]
    assert [(give.place.file, give.before_first_day) for give in nurse.gives if give.entitlement == "read"] == [
        ("role/nurse.yaml", False)
    ]


def test_a_catalogue_survives_json(tmp_path: Path) -> None:
    changes: Changes = {
        "role/nurse.yaml": ("[helse]}", '[helse], percentage_from: 12.5}\n  active: {days_before: 3, off_at: "07:30"}')
    }
    built = load(planted(tmp_path, changes))
    assert Catalogue.model_validate_json(built.model_dump_json()) == built


# Not what is said, but where and how it is written.
@pytest.mark.parametrize(
    "changes",
    [
        {"role/nurse.yaml": ("nurse:\n", "# A comment\n\nnurse:\n")},
        {"role/nurse.yaml": ("- write", "- write: {before_first_day: true}")},
        {"units.yaml": 'helse:\n  title:\n    nb: "Helse"\n  org_id: "1200"\n'},
    ],
)
def test_the_hash_is_the_same_when_the_same_is_said(tmp_path: Path, changes: Changes) -> None:
    before = load(planted(tmp_path, {})).hash
    assert load(planted(tmp_path, changes)).hash == before
    assert len(before) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"role/nurse.yaml": ("- write", "- write: {before_first_day: false}")},
        {"units.yaml": ("Helse", "Helsa")},
        {"organisation.yaml": ("Tilkalling", "Vikar")},
        # Of kinds the order says something: the first that fits wins.
        {
            "kinds.yaml": "innleid:\n  title: {nb: Innleid}\n  match:\n    - types: [Innleid]\n  end_date: required\n"
            "  longest_months: 12\nansatt:\n  title: {nb: Ansatt}\n  match:\n    - types: [Fast]\n"
            "oppdrag:\n  title: {nb: Oppdrag}\n  from_hr: false\n  counts: false\n"
        },
    ],
)
def test_the_hash_is_another_when_something_else_is_said(tmp_path: Path, changes: Changes) -> None:
    before = load(planted(tmp_path, {})).hash
    assert load(planted(tmp_path, changes)).hash != before


def test_something_called_place_is_in_the_hash(tmp_path: Path) -> None:
    place = "\nplace:\n  org_id: {}\n  title: {{nb: Plassen}}\n"
    units = 'helse:\n  org_id: "1200"\n  title: {nb: Helse}'
    hashes = {load(planted(tmp_path, {"units.yaml": units + place.format(id_)})).hash for id_ in ('"1"', '"2"')}
    assert len(hashes) == 2


@pytest.mark.parametrize(
    ("shape", "value", "only_written", "only_built"),
    [
        (shapes.SystemShape, catalogue.System, set(), {"id", "place"}),
        (shapes.EntitlementShape, catalogue.Entitlement, set(), {"id", "place"}),
        (shapes.GateShape, catalogue.Gate, set(), {"id", "place"}),
        (shapes.KindShape, catalogue.Kind, set(), {"id", "place"}),
        (shapes.UnitShape, catalogue.PolicyUnit, set(), {"id", "place"}),
        (shapes.ClashShape, catalogue.Clash, set(), {"id", "place"}),
        (shapes.GiveShape, catalogue.Give, set(), {"entitlement", "place"}),
        (shapes.RoleShape, catalogue.Role, {"include"}, {"id", "place"}),
        (shapes.NotCountedShape, catalogue.NotCounted, set(), {"place"}),
    ],
)
def test_shapes_say_what_the_catalogue_holds(
    shape: type[BaseModel], value: type[BaseModel], only_written: set[str], only_built: set[str]
) -> None:
    written, built = shape.model_fields, value.model_fields
    assert (written.keys() - built.keys(), built.keys() - written.keys()) == (only_written, only_built)
    both = {name: (written[name], built[name]) for name in written.keys() & built.keys()}
    # An author may leave out what the catalogue always has; where both have a default it is the same.
    assert all(one.default == other.default for one, other in both.values() if not other.is_required())

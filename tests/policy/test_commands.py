"""`onboarding roles check` and `show`: what they print, and how they end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onboarding.cli.roles import app
from onboarding.policy import schema
from onboarding.policy.describe import describe
from onboarding.policy.load import load
from tests.policy.small import Changes, planted

ROLES = str(Path(__file__).parents[2] / "roles")


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), env=env)


@pytest.mark.parametrize("how", ["argument", "option", "setting"])
def test_a_right_policy_is_counted(tmp_path: Path, how: str) -> None:
    directory = str(planted(tmp_path, {}))
    arguments = {"argument": [directory], "option": ["--roles", directory], "setting": []}[how]
    result = run("check", *arguments, env={"ONBOARDING_ROLES_DIR": directory if how == "setting" else "nowhere"})
    assert (result.exit_code, result.stderr) == (0, "")
    counted = "OK: roles 2, entitlements 4, systems 4, gates 1, kinds 3, units 1, clashes 1; version "
    assert result.stdout.startswith(counted)


def test_each_mistake_is_a_line_and_they_are_counted(tmp_path: Path) -> None:
    changes: Changes = {"role/nurse.yaml": ("- write", "- wrte"), "everyone.yaml": ("user", "usr")}
    result = run("check", str(planted(tmp_path, changes)))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        'everyone.yaml:2:5: there is no entitlement "usr"; did you mean "user"?',
        'role/nurse.yaml:6:7: there is no entitlement "wrte"; did you mean "write"?',
        "2 mistakes",
    ]


def test_no_directory_is_said_with_its_whole_path(tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Det er ingen mappe med virksomhetens regler i {tmp_path}/nowhere. Se om stien")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "nb",
            [
                "Vikar i helse og omsorg (substitute, role/substitute.yaml:3)",
                "For: ansatt; stillingskode 6572 og 7210; i Helse og omsorg og enhetene under; "
                "under 20 prosent stilling",
                "Gir:",
                "  Datakonto (AD): Innlogging på delt PC (role/substitute.yaml:7)",
                "  Pasientjournalen (EPJ): Lese journal, for egen enhet (role/substitute.yaml:8)",
                "  Adgangskort: Adgangskort; første dag venter ikke på det (role/substitute.yaml:9)",
                "Må være på plass først:",
                "  Taushetserklæringen er signert. Bekreftes av lederen. Gjelder: Lese journal",
            ],
        ),
        (
            "en",
            [
                "Substitute in health and care (substitute, role/substitute.yaml:3)",
                "For: employee; job code 6572 and 7210; in Health and care and the units below; below 20 per cent",
                "Gives:",
                "  Computer account (AD): Logging on to a shared PC (role/substitute.yaml:7)",
                "  Health record: Reading health records, for one's own unit (role/substitute.yaml:8)",
                "  Key card: Key card; the first day does not wait for it (role/substitute.yaml:9)",
                "Must be in place first:",
                "  The confidentiality declaration is signed. Confirmed by the manager. For: Reading health records",
            ],
        ),
    ],
)
def test_a_role_is_shown_in_plain_words(language: str, lines: list[str]) -> None:
    result = run("show", "substitute", "--roles", ROLES, "--language", language)
    assert (result.exit_code, result.stdout.splitlines()) == (0, lines)


def test_times_conditions_choosing_and_approvals_are_shown() -> None:
    night = run("show", "night-nurse", "--roles", ROLES).stdout
    assert "bare når en person velger den" in night
    assert "Slås på så mange dager før første dag: 3\nSlås av kl. 07:30 dagen etter siste dag\n" in night
    assert "PC: Bærbar PC; gjelder stillingskode 7523, fra 50 prosent stilling; første dag venter" in night
    admin = run("show", "system-administrator", "--roles", ROLES).stdout
    assert "Må godkjennes:\n  Egen administratorkonto: it-sikkerhet@fjordvik.example og én til (" in admin
    assert "Microsoft 365: Hjelpe brukere i Microsoft 365; gjelder ikke lærling" in admin
    assert "leder for en enhet" in run("show", "manager", "--roles", ROLES).stdout
    open_gate = "Journalkurset er tatt. Bekreftes av systemeier systemeier.epj@fjordvik.example."
    assert open_gate in run("show", "nurse", "--roles", ROLES).stdout


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_role_can_be_shown_in_every_language(language: str) -> None:
    fjordvik = load(Path(ROLES))
    for role in fjordvik.roles.values():
        shown = describe(role, fjordvik, language)
        assert shown.title == role.title.in_(language)
        assert len(shown.gives) == len(role.gives)
        assert all(shown.for_)


def test_a_role_as_json() -> None:
    shown = json.loads(run("show", "night-nurse", "--roles", ROLES, "--json", "--language", "nn").stdout)
    assert shown["id"] == "night-nurse"
    assert shown["title"] == "Nattsjukepleiar"
    assert "tilsett og innleigd" in shown["for"]
    assert {"text": "Parkering: Parkeringsløyve; første dagen ventar ikkje på det"}.items() <= shown["gives"][1].items()
    assert shown["approvals"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "nurs"], "«nurse»"),
        (["show", "x"], "health-worker"),
        (["show", "nurse", "--language", "se"], "--language"),
        (["show"], "Missing argument"),
    ],
)
def test_wrong_use_ends_with_two(arguments: list[str], said: str) -> None:
    result = run(*arguments, "--roles", ROLES)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_policy_with_mistakes_shows_nothing(tmp_path: Path) -> None:
    result = run("show", "nurse", "--roles", str(planted(tmp_path, {"everyone.yaml": ("user", "usr")})))
    assert (result.exit_code, result.stdout) == (1, "")


def test_the_schemas_are_written_anew(tmp_path: Path) -> None:
    result = run("schema", str(tmp_path / "schemas"))
    assert result.exit_code == 0
    assert {path.stem for path in (tmp_path / "schemas").iterdir()} == schema.schemas().keys()

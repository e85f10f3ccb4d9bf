"""Every right with its rule and place, and the reasons of what is not given, as sentences."""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from onboarding.cli.explain import explain as command
from onboarding.cli.explain import explain_post, show
from onboarding.domain.catalogue import Condition
from onboarding.planning.explain import Line
from onboarding.policy.load import load
from onboarding.texts.catalogue import LANGUAGES, messages, say

from .catalogue_for_tests import FIRST_DAY, NURSE, PERSON, UNITS, by_id, catalogue, entitlement, give, post, role

ROLES = Path(__file__).parents[2] / "roles"


def lines(*, language: str = "nb", managers: frozenset[str] | None = None, **changed: Any) -> tuple[Line, ...]:
    return explain_post(catalogue(), UNITS, PERSON, [post(**changed)], FIRST_DAY, language, managers)


def sentences(found: tuple[Line, ...], about: str, language: str = "nb") -> list[str]:
    return [say(line.key, language, **line.params) for line in found if line.about == about]


def test_each_right_with_each_rule_that_gives_it() -> None:
    given = [line for line in lines() if line.about == "given"]
    assert [(line.entitlements[0], line.rule, line.rule_title, str(line.place)) for line in given] == [
        ("key-card", "everyone", "", "everyone.yaml:11"),
        ("login", "everyone", "", "everyone.yaml:9"),
        ("login", "nurse", "Nurse", "role/nurse.yaml:6"),
        ("office", "everyone", "", "everyone.yaml:10"),
        ("record-read", "nurse", "Nurse", "role/nurse.yaml:5"),
        ("record-write", "nurse", "Nurse", "role/nurse.yaml:5"),
        ("vpn", "large", "Large", "role/large.yaml:5"),
    ]
    assert sentences(lines(), "given") == [
        "Key-card i Doors",
        "Login i Ad",
        "Login i Ad",
        "Office i Entra",
        "Record-read i Epr, for 1210, følger med fordi Record-write trenger det",
        "Record-write i Epr, for 1210",
        "Vpn i Ad",
    ]


def test_what_was_ordered_beyond_the_rules_is_told_as_that() -> None:
    found = explain_post(catalogue(), UNITS, PERSON, [post(extras=("ledger", "gone"))], FIRST_DAY)
    [ordered] = [line for line in found if line.rule == "ordered"]
    assert (ordered.about, ordered.rule_title, ordered.entitlements) == ("given", "", ("ledger",))
    assert any("«gone» er bestilt i tillegg" in text for text in sentences(found, "not given"))


def test_what_comes_along_without_a_unit() -> None:
    rights = by_id(entitlement("a", "ad", needs=("b",)), entitlement("b", "erp"))
    policy = catalogue(entitlements=rights, everyone=(give("a"),), roles={})
    found = explain_post(policy, UNITS, PERSON, [post()], FIRST_DAY)
    assert sentences(found, "given") == ["A i Ad", "B i Erp, følger med fordi A trenger det"]


def test_a_unit_the_policy_names_has_its_title() -> None:
    found = sentences(lines(unit="1200", language="nn"), "given", "nn")
    assert "Record-write i Epr, for Helsa" in found


def test_what_waits_for_somebody() -> None:
    assert sentences(lines(), "waits") == [
        "Record-read blir gitt når lederen har bekreftet dette: Secrecy.",
        "Record-write blir gitt når systemeieren har bekreftet dette: Course.",
        "Record-write blir gitt når lederen har bekreftet dette: Secrecy.",
        "Vpn blir gitt når security@k.example har godkjent det.",
    ]


@pytest.mark.parametrize(
    ("about", "changed", "managers", "text"),
    [
        (
            "clash",
            {"job_code": "7003", "unit": "1300"},
            frozenset({"100"}),
            "Invoice og Payment skal ikke være hos samme person: To øyne. Eieren må si ja før den ene blir gitt.",
        ),
        (
            "undecided",
            {"job_code": ""},
            None,
            "Ingen tilgangspakke nevner stillingskoden. Lederen må velge den som passer;"
            " det som gjelder alle, blir gitt imens.",
        ),
        (
            "not given",
            {"unit": "1300"},
            None,
            "Record-write: gis bare i Helse og enhetene under. Denne stillingen er i Skole.",
        ),
        (
            "not given",
            {"kind": "konsulent"},
            None,
            "Record-write: gis bare til Ansatt. Denne stillingen er Konsulent.",
        ),
        (
            "not given",
            {"percentage": Decimal("37.50")},
            None,
            "Vpn: gis fra 50 prosent stilling. Denne er på 37,5 prosent.",
        ),
        (
            "not given",
            {"job_code": "1"},
            None,
            "Record-write: gis bare til stillingskode 7174. Denne stillingen har 1.",
        ),
        ("not given", {"percentage": Decimal(0)}, None, "Stillingen i Sykehjemmet gir ingenting: Tilkalling."),
        (
            "not given",
            {"kind": "oppdragstaker"},
            None,
            "Stillingen i Sykehjemmet gir ingenting: Oppdragstaker teller ikke med.",
        ),
    ],
)
def test_why_not(about: str, changed: dict[str, Any], managers: frozenset[str] | None, text: str) -> None:
    assert text in sentences(lines(managers=managers, **changed), about)


def test_one_clash_is_told_once() -> None:
    accountants = [post(1, job_code="7003", unit="1300"), post(2, job_code="7003", unit="1300")]
    found = explain_post(catalogue(), UNITS, PERSON, accountants, FIRST_DAY, managers=frozenset({"100"}))
    assert [line.entitlements for line in found if line.about == "clash"] == [("invoice", "payment")]


EVERY_REASON: list[Mapping[str, Any]] = [
    {},
    {"unit": "1300"},
    {"kind": "konsulent"},
    {"kind": "oppdragstaker"},
    {"kind": "x"},
    {"job_code": ""},
    {"job_code": "1"},
    {"job_code": "7003"},
    {"percentage": Decimal(20)},
    {"percentage": Decimal(0)},
    {"role": "night", "unit": "1300"},
    {"role": "gone"},
    {"extras": ("gone",)},
    {"start": FIRST_DAY + timedelta(days=2)},
    {"start": FIRST_DAY - timedelta(days=9), "end": FIRST_DAY - timedelta(days=2)},
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_can_be_said(language: str) -> None:
    """And every text that tells a reason is reached by something here."""
    conditions = [
        Condition(not_kinds=("ansatt",)),
        Condition(percentage_below=Decimal(80)),
        Condition(manages=True),
        Condition(manages=False),
        Condition(percentage_from=Decimal(50)),
    ]
    rights = by_id(
        *(entitlement(f"c{number}", "erp") for number in range(len(conditions))),
        entitlement("hr", "erp", needs=("hr-gate",), approval="two"),
        entitlement("card", "doors", needs=("hr",)),
    )
    base = catalogue()
    wide = base.model_copy(
        update={
            "entitlements": {**base.entitlements, **rights},
            "gates": {**base.gates, "hr-gate": base.gates["secrecy"].model_copy(update={"opened_by": "hr"})},
            "everyone": (
                *base.everyone,
                give("card"),
                *(give(f"c{number}", where=where) for number, where in enumerate(conditions)),
            ),
            "roles": {**base.roles, "pair": role("pair", NURSE, give("invoice"), give("payment"))},
        }
    )
    said: set[str] = set()
    for fields in EVERY_REASON:
        for managers in (frozenset[str](), frozenset({"100"})):
            here = post(**fields)
            for line in explain_post(wide, UNITS, PERSON, [here], FIRST_DAY, language, managers):
                text = say(line.key, language, **line.params)
                assert "{" not in text
                said.add(line.key)
    said |= {line.key for line in explain_post(wide, UNITS, PERSON, [], FIRST_DAY, language)}
    of_the_command = {"everyone", "ordered", "nothing", "no-unit", "unknown-role", "unknown-kind", "what-is-above"}
    reasons = {
        key
        for key in messages()
        if key.startswith("rule.") and "heading" not in key and key.removeprefix("rule.") not in of_the_command
    }
    assert said == reasons


# The command, over the policy that comes with the project.

app = typer.Typer()
app.command()(command)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*arguments, "--roles", str(ROLES)])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("of", sorted(load(ROLES).roles))
def test_the_command_names_every_right_of_a_chosen_role(of: str) -> None:
    code, out, _ = run("--role", of, "--json")
    assert code == 0
    given = {
        (name, line["place"]) for line in json.loads(out) if line["about"] == "given" for name in line["entitlements"]
    }
    gives = load(ROLES).roles[of].gives
    assert {(give.entitlement, str(give.place)) for give in gives if give.where == Condition()} <= given


def test_the_command_in_words() -> None:
    code, out, _ = run("--role", "nurse", "--unit", "sykehjem")
    assert code == 0
    assert out.startswith("Får:\n")
    assert "(Sykepleier, role/nurse.yaml:" in out
    assert "(Alle, everyone.yaml:" in out
    assert "Får ikke, men nesten:\n" in out


@pytest.mark.parametrize("unit", ["helse-og-omsorg", "1200"])
def test_the_unit_by_its_name_or_by_its_number(unit: str) -> None:
    code, out, _ = run("--job-code", "7174", "--unit", unit, "--json")
    assert code == 0
    assert "nurse" in {line["rule"] for line in json.loads(out) if line["about"] == "given"}


def test_what_the_unit_is_under() -> None:
    code, out, err = run("--job-code", "7174", "--unit", "1210", "--json")
    assert code == 0
    assert "nurse" not in {line["rule"] for line in json.loads(out) if line["about"] == "given"}
    assert "--under" in err
    code, out, err = run(
        "--job-code", "7174", "--unit", "1219", "--under", "1210", "--under", "helse-og-omsorg", "--json"
    )
    assert "nurse" in {line["rule"] for line in json.loads(out) if line["about"] == "given"}
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "rule", "there"),
    [
        (["--manages"], "manager", True),
        ([], "manager", False),
        (["--manages", "--kind", "konsulent"], "manager", False),
        (["--kind", "konsulent"], "consultant", True),
    ],
)
def test_the_other_conditions(arguments: list[str], rule: str, there: bool) -> None:
    code, out, _ = run(*arguments, "--date", "2026-12-01", "--percentage", "80", "--json")
    assert code == 0
    assert (rule in {line["rule"] for line in json.loads(out) if line["about"] == "given"}) is there


def test_a_post_that_gives_nothing() -> None:
    code, out, _ = run("--percentage", "0")
    assert code == 0
    assert out.startswith(say("rule.nothing"))
    assert "(organisation.yaml:" in out


def test_the_language() -> None:
    assert run("--language", "en")[1].startswith("Gets:\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "pirate"], "«pirate»"),
        (["--kind", "pirate"], "«pirate»"),
        (["--language", "se"], "nb, nn, en"),
        (["--percentage", "101"], "100"),
        (["--date", "tomorrow"], "tomorrow"),
    ],
)
def test_what_the_command_does_not_know(arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_policy_with_mistakes_is_told_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "organisation.yaml").write_text("title: [", encoding="utf-8")
    result = CliRunner().invoke(app, ["--roles", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "organisation.yaml:1:" in result.stderr


def test_days_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    here = post(start=FIRST_DAY + timedelta(days=2))
    (line,) = explain_post(catalogue(), UNITS, PERSON, [here], FIRST_DAY)
    assert (line.key, line.params) == ("rule.not-begun", {"day": "2026-12-01", "first_day": "2026-12-03"})
    show([line], "nb", FIRST_DAY)
    assert "  Ingen stilling tirsdag 1. desember: den første begynner torsdag 3. desember.\n" in capsys.readouterr().out

"""`case act`: what is taken in, what is refused and how, and what falls with it said before it is done."""

import json

import pytest

from onboarding.cli.act import KINDS
from onboarding.texts.catalogue import say
from tests import municipality
from tests.cli.conftest import Desk


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("move-date", "withdraw")])
def test_an_act_on_a_step_needs_the_step(desk: Desk, kind: str) -> None:
    result = desk.run("case", "act", desk.order(), kind)
    assert result.exit_code == 2
    assert "STEP" in result.stderr


def test_an_unknown_kind_is_wrong_use_and_the_kinds_are_named(desk: Desk) -> None:
    result = desk.run("case", "act", desk.order(), "frobnicate")
    assert result.exit_code == 2
    assert "move-date" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["withdraw", "--on-behalf-of", "kari"], "Skriv kort hvorfor"),
        (["withdraw", "--note", "angret"], "på vegne av"),
        (["move-date", "--on-behalf-of", "kari"], "mangler en verdi"),
        (["move-date", "--value", "1.2.2027", "--on-behalf-of", "kari"], "2027-02-01"),
        (["retry", "ad:account"], "har ikke begynt"),
        (["mend", "ad:account", "--value", "x"], "har ikke begynt"),
        (["by-hand", "ad:account", "--note", "x"], "har ikke begynt"),
        (["skip", "ad:account"], "Skriv kort hvorfor"),
        (["answer", "key:grant:card"], "har ikke begynt"),
        (["approve", "ad:account", "--on-behalf-of", "kari"], "har ikke begynt"),
        (["decline", "ad:account", "--note", "x", "--on-behalf-of", "kari"], "har ikke begynt"),
        (["choose-role", "ad:account", "--value", "nurse", "--on-behalf-of", "kari"], "har ikke begynt"),
        (["release", "ad:account"], "har ikke begynt"),
        (["retry", "ad:nothing"], "noe slikt steg"),
    ],
)
def test_what_is_not_possible_is_one_sentence_and_exit_one(desk: Desk, arguments: list[str], said: str) -> None:
    number = desk.order()
    result = desk.run("case", "act", number, *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "state"),
    [
        (["retry", "ad:account"], "stuck"),
        (["by-hand", "ad:account", "--note", "gjort i AD"], "stuck"),
        (["release", "ad:account"], "held"),
        (["answer", "key:grant:card", "--note", "levert"], "asked"),
        (["move-date", "--value", "2027-02-01", "--on-behalf-of", "kari"], "stuck"),
    ],
)
def test_what_is_possible_is_taken_in(desk: Desk, arguments: list[str], state: str) -> None:
    number = desk.order()
    step = "key:grant:card" if "key:grant:card" in arguments else "ad:account"
    desk.put(number, step, state=state, theirs=True, reason="system.away", params={"system": "ad"})
    result = desk.run("case", "act", number, *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Det er tatt imot, og vi går videre med en gang.\n"


def test_who_was_first_is_told_in_the_readers_language(desk: Desk) -> None:
    number = desk.order()
    move = ["case", "act", number, "move-date", "--value", "2027-02-01", "--on-behalf-of"]
    assert desk.run(*move, "kari.leder").exit_code == 0
    result = desk.run(*move, "per.leder", "--language", "nn")
    assert result.exit_code == 1
    assert result.stderr.startswith("ola.it på vegner av kari.leder var først, i dag kl. ")


def test_a_case_that_has_not_begun_is_withdrawn_at_once(desk: Desk) -> None:
    number = desk.order(begun=False)
    result = desk.run("case", "act", number, "withdraw", "--note", "angret", "--on-behalf-of", "kari")
    assert (result.exit_code, result.stdout) == (0, "Trukket. Ingenting var begynt.\n")


@pytest.mark.parametrize("answer", ["nei\n", "\n", ""])
def test_no_is_no_and_nothing_is_done(desk: Desk, answer: str) -> None:
    number = desk.order()
    before = desk.steps(number)
    result = desk.run("case", "act", number, "skip", "pay:account", "--note", "trengs ikke", typed=answer)
    assert (result.exit_code, result.stdout) == (1, "")
    told = " ".join(result.stderr.split())
    assert "faller bort sammen med det" in told
    assert "Tilgang: payslip" in told
    assert "en annen person enn du må bekrefte" in told
    assert told.endswith("Ingenting er gjort.")
    desk.settle(number)
    assert desk.steps(number) == before


@pytest.mark.parametrize(("language", "answer"), [("nb", "ja"), ("nn", "J"), ("en", "yes")])
def test_yes_does_it(desk: Desk, language: str, answer: str) -> None:
    number = desk.order()
    skip = ["case", "act", number, "skip", "pay:account", "--note", "trengs ikke", "--language", language]
    assert desk.run(*skip, typed=answer + "\n").exit_code == 0
    desk.settle(number)
    assert [task["kind"] for task in desk.json("case", "show", number)["tasks"]] == ["confirm"]


def test_the_second_person_is_told_what_falls_too(desk: Desk) -> None:
    number = desk.order()
    assert desk.run("case", "act", number, "skip", "pay:account", "--note", "nei", "--yes").exit_code == 0
    desk.settle(number)
    other = desk.env | {"LOGNAME": "ida.it"}
    desk.env = other
    approve = ["case", "act", number, "approve", "pay:account", "--on-behalf-of", "it"]
    refused = desk.run(*approve, typed="nei\n")
    assert refused.exit_code == 1
    assert "Tilgang: payslip" in refused.stderr
    assert "annen person enn du" not in refused.stderr
    assert desk.run(*approve, "--yes").exit_code == 0
    desk.settle(number)
    skipped = {id for id, step in desk.steps(number).items() if step.state == "skipped"}
    assert {"pay:account", "pay:grant:payslip", "pay:enable"} <= skipped


def test_to_say_no_to_a_skip_takes_nothing_and_asks_nothing(desk: Desk) -> None:
    number = desk.order()
    desk.run("case", "act", number, "skip", "pay:account", "--note", "nei", "--yes")
    desk.settle(number)
    desk.env = desk.env | {"LOGNAME": "ida.it"}
    decline = ["case", "act", number, "decline", "pay:account", "--note", "trengs", "--on-behalf-of", "it"]
    result = desk.run(*decline)
    assert (result.exit_code, result.stderr) == (0, "")
    desk.settle(number)
    assert desk.steps(number)["pay:account"].state == "waiting"


def test_nobody_is_asked_where_nothing_falls_and_one_is_enough(desk: Desk) -> None:
    number = desk.order()
    result = desk.run("case", "act", number, "skip", "key:grant:card", "--note", "har kort")
    assert (result.exit_code, result.stderr) == (0, "")


def test_to_decline_says_what_falls(desk: Desk) -> None:
    number = desk.order(job_code="7531")
    (approval,) = [id for id, step in desk.steps(number).items() if step.ask and step.ask.kind == "approve"]
    desk.ask(number, approval, "approve", "pay@fjordvik.example")
    decline = [
        "case",
        "act",
        number,
        "decline",
        approval,
        "--note",
        "ikke nå",
        "--on-behalf-of",
        "pay@fjordvik.example",
    ]
    result = desk.run(*decline, typed="nei\n")
    assert result.exit_code == 1
    assert "Tilgang: bank" in result.stderr


def test_an_act_as_json(desk: Desk) -> None:
    number = desk.order()
    result = desk.run("case", "act", number, "skip", "pay:account", "--note", "nei", "--yes", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "number": number,
        "act": "skip",
        "step": "pay:account",
        "withdrawn": False,
        "second_needed": True,
        "goes_with": ["pay:grant:payslip", "pay:enable"],
    }


@pytest.mark.parametrize("value", [["--value", "sykeplejer"], []])
def test_a_list_that_is_spoken_of_is_shown(desk: Desk, value: list[str]) -> None:
    number = desk.order(job_code="0000")
    desk.ask(number, "people:role", "role", "kari")
    result = desk.run("case", "act", number, "choose-role", "people:role", *value, "--on-behalf-of", "kari")
    assert result.exit_code == 1
    said, *listed = result.stderr.splitlines()
    assert said == ("Tilgangspakken finnes ikke. Velg en fra listen." if value else say("act.needs-value"))
    assert [line.split()[0] for line in listed] == [*municipality.catalogue().roles]

"""The list and the page of a case, in three languages and as JSON."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from babel.dates import format_date

from onboarding.domain.catalogue import Title
from onboarding.domain.people import Actor
from onboarding.operations import acting, reading
from onboarding.operations.history import lines
from onboarding.planning.moments import today
from onboarding.store import events, tasks
from onboarding.store.refusals import Refusal
from tests.cli.conftest import Desk
from tests.store.rows import case_numbered


def test_an_empty_list_says_how_to_begin(desk: Desk) -> None:
    assert desk.run("case", "list").stdout == ("Ingen bestillinger ennå. «onboarding order FIL» legger dem inn.\n")
    assert desk.run("case", "list", "--open", "--language", "en").stdout == "No open orders.\n"


@pytest.mark.parametrize(
    ("language", "state", "word"), [("nb", "venter", "Første"), ("nn", "ventar", "Første"), ("en", "waiting", "First")]
)
def test_list_and_page_in_each_language(desk: Desk, language: str, state: str, word: str) -> None:
    number = desk.order()
    listed = desk.run("case", "list", "--language", language)
    assert (listed.exit_code, listed.stderr) == (0, "")
    first, *rest = listed.stdout.splitlines()
    assert first.startswith(f"· {number}  Karib Nordmanna ")
    assert f"  {state} " in first
    assert all(line.startswith(" " * 17) for line in rest)
    assert rest
    shown = desk.run("case", "show", number, "--language", language)
    assert shown.exit_code == 0
    assert word in shown.stdout
    assert state in shown.stdout


def test_nothing_is_wider_than_the_terminal(desk: Desk) -> None:
    number = desk.order(given_name="Kari Anne Marie Elisabeth", family_name="Nordmann-Fjordgløtt", title="X" * 90)
    desk.ask(number, "key:grant:card", "by hand", "vaktmester@fjordvik.example")
    for arguments in (["list"], ["show", number, "--history"]):
        lines = desk.run("case", *arguments).stdout.splitlines()
        # A command to copy is never broken.
        assert [line for line in lines if len(line) > 100 and "onboarding case act" not in line] == []


def test_the_list_is_in_order_and_marks_what_stopped(desk: Desk) -> None:
    numbers = [desk.order(number) for number in (1, 2, 3)]
    desk.put(numbers[1], "ad:account", state="stuck", reason="system.away", params={"system": "ad"})
    marks = [line[:15] for line in desk.run("case", "list").stdout.splitlines() if not line.startswith(" ")]
    assert [mark[2:] for mark in marks] == numbers
    assert [mark[0] == "!" for mark in marks] == [False, True, False]


def test_open_leaves_out_what_is_over(desk: Desk) -> None:
    over, still = desk.order(1, begun=False), desk.order(2)
    assert desk.run("case", "act", over, "withdraw", "--note", "angret", "--on-behalf-of", "kari").exit_code == 0
    assert over in desk.run("case", "list").stdout
    assert [one["number"] for one in desk.json("case", "list", "--open")] == [still]
    assert [one["state_key"] for one in desk.json("case", "list")] == ["withdrawn", "waiting"]


def test_a_page_groups_what_people_must_do_and_the_steps(desk: Desk) -> None:
    number = desk.order()
    desk.ask(number, "key:grant:card", "by hand", "manager", datetime.now(UTC) + timedelta(minutes=1))
    desk.put(number, "ad:account", state="done", verified_at=datetime.now(UTC))
    desk.refuse(
        number,
        "ad:grant:vpn",
        Refusal(attribute="target", value="VPN", reason="system.unknown-target", proposal="VPN-2"),
    )
    page = desk.run("case", "show", number.lower()).stdout
    head, rest = page.split("\nVenter på en person:\n")
    people, todo = rest.split("\nSteg for steg:\n")
    assert head.splitlines()[0].startswith(f"{number}  Karib Nordmanna  [")
    assert "Lederen, frist i " in people
    assert "Gi Kari kortet." in people
    assert f"onboarding case act {number} by-hand key:grant:card" in people
    assert "✓ Konto i ad" in todo
    assert "ad:account\n" not in todo  # nothing can be done about what is over
    assert "! Tilgang: vpn" in todo
    assert "Gruppe eller tilgang: VPN (forslag: VPN-2)" in todo
    assert "      ad:grant:vpn\n" in todo
    assert "siden i dag kl. " in todo


def test_a_deadline_that_is_past_is_said_so(desk: Desk) -> None:
    number = desk.order()
    desk.ask(number, "key:grant:card", "by hand", "manager", datetime.now(UTC) - timedelta(minutes=1))
    assert "Lederen, fristen var i " in desk.run("case", "show", number).stdout


def test_a_page_as_json(desk: Desk) -> None:
    number = desk.order()
    desk.ask(number, "key:grant:card", "by hand", "manager")
    page = desk.json("case", "show", number, "--language", "en")
    assert page["number"] == number
    assert page["state"] == "waiting"
    assert [(task["step"], task["for"], task["kind"]) for task in page["tasks"]] == [
        ("key:grant:card", "manager", "by hand")
    ]
    assert {step["id"] for step in page["steps"]} == set(desk.steps(number))
    assert "history" not in page
    kinds = [line["what"] for line in desk.json("case", "show", number, "--history")["history"]]
    assert kinds == ["case.ordered", "case.planned", "case.state"]


def test_what_is_asked_is_told_in_the_language_that_is_asked_for(desk: Desk) -> None:
    number = desk.order()
    with desk.store.writing() as tx:
        case = case_numbered(tx, number)
        assert case is not None
        words = Title(nb="Lag et kort.", en="Make a card.")
        tasks.ask(tx, case.id, "key:grant:card", "by hand", "key@fjordvik.example", words, datetime.now(UTC))
    for language, told in {"nb": "Lag et kort.", "nn": "Lag et kort.", "en": "Make a card."}.items():
        assert told in desk.run("case", "show", number, "--language", language).stdout
        [task] = desk.json("case", "show", number, "--language", language)["tasks"]
        assert (task["instructions"], task["instructions_language"]) == (told, "en" if language == "en" else "nb")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", ["hr la inn bestillingen.", "Planen ble laget.", "Bestillingen: venter."]),
        ("nn", ["hr la inn bestillinga.", "Planen vart laga.", "Bestillinga: ventar."]),
        ("en", ["hr placed the order.", "The plan was made.", "The order: waiting."]),
    ],
)
def test_history_is_in_words_and_only_when_asked_for(desk: Desk, language: str, said: list[str]) -> None:
    number = desk.order()
    with_it = desk.run("case", "show", number, "--history", "--language", language).stdout
    without = desk.run("case", "show", number, "--language", language).stdout
    assert [line[20:] for line in with_it.splitlines()[-3:]] == said
    assert with_it.startswith(without)


def test_history_tells_who_pressed_for_whom_and_why(desk: Desk) -> None:
    number = desk.order()
    desk.ask(number, "key:grant:card", "by hand", "manager")
    demo = Actor(kind="dev", id="manager", via="dev")
    acting.act(desk.store, demo, number, "by hand", "key:grant:card", note="Levert i resepsjonen")
    day = today(datetime.now(UTC)) + timedelta(days=400)
    moved = desk.run(
        "case", "act", number, "move-date", "--value", f"{day}", "--on-behalf-of", "kari.leder", "--note", "Ferie"
    )
    assert moved.exit_code == 0
    desk.settle(number)
    told = " ".join(desk.run("case", "show", number, "--history").stdout.split())
    assert "lederen (spilt av demoen) valgte «Gjort for hånd»: Tilgang: card – Levert i resepsjonen" in told
    to = format_date(day, "EEEE d. MMMM y", locale="nb")
    assert re.search(f"ola.it på vegne av kari.leder valgte «Flytt datoen»: fra .* til {to} – Ferie", told)
    assert "«Gjort for hånd» er utført: Tilgang: card" in told
    assert "Planen ble laget på nytt (nr. 2)." in told
    assert "Gjort av lederen (spilt av demoen)." in told
    assert told.count("Levert i resepsjonen") == 1


def test_history_tells_what_was_not_carried_out_and_why(desk: Desk) -> None:
    number = desk.order()
    desk.put(number, "ad:account", state="stuck", reason="system.away", params={"system": "ad"})
    assert desk.run("case", "act", number, "retry", "ad:account").exit_code == 0
    desk.put(number, "ad:account", state="done")
    desk.settle(number)
    told = " ".join(desk.run("case", "show", number, "--history").stdout.split())
    assert "«Prøv igjen nå» ble ikke utført: Konto i ad. Steget er allerede ferdig." in told


def test_every_event_of_a_case_has_words(desk: Desk) -> None:
    """What the source records of a case: none of it is told as 'something that has no words'."""
    number = desk.order()
    engine = Actor(kind="schedule", id="engine", via="worker")
    with desk.store.writing() as tx:
        case = case_numbered(tx, number)
        assert case is not None
        for state in ("done", "undone", "stuck", "asked", "held"):
            detail = {"state": state, "why": "system.unforeseen"}
            events.record(
                tx, engine, f"step.{state}", datetime.now(UTC), case=case.id, step="ad:account", detail=detail
            )
        events.record(tx, engine, "name.reserved", datetime.now(UTC), case=case.id, step="ad:name")
        events.record(tx, engine, "case.withdrawn", datetime.now(UTC), case=case.id)
    file, happened = reading.case_history(desk.store, number)
    for language in ("nb", "nn", "en"):
        told = [line.text for line in lines(file, happened, language)]
        assert len(told) == 10
        assert [line for line in told if "(name." in line or "(case." in line or "(step." in line] == []


@pytest.mark.parametrize("command", [["show"], ["act"]])
def test_an_unknown_number_is_one_sentence(desk: Desk, command: list[str]) -> None:
    more = ["withdraw", "--note", "x"] if command == ["act"] else []
    result = desk.run("case", *command, "B-2026-999999", *more)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Vi finner ingen bestilling med nummer B-2026-999999. Se etter om nummeret er riktig.\n"


def test_an_unknown_language_is_wrong_use(desk: Desk) -> None:
    result = desk.run("case", "list", "--language", "se")
    assert (result.exit_code, "nb, nn, en" in result.stderr) == (2, True)


def test_json_is_json_also_when_empty(desk: Desk) -> None:
    assert json.loads(desk.run("case", "list", "--json").stdout) == []

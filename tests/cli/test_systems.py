"""`systems`: tested before a case meets them, held and let go; and no secret in anything that is said."""

from pathlib import Path

import pytest

from onboarding.connectors.simulator import Simulator
from onboarding.domain.catalogue import Title
from onboarding.operations import policies
from tests import municipality
from tests.cli.conftest import HR, UNITS, Desk

SECRET = "wrong-Pa55word-42"


@pytest.fixture
def connected(desk: Desk) -> Desk:
    """The file of connections has a password for one of the systems; the other asks for none."""
    (desk.place / "password").write_text(SECRET + "\n", encoding="utf-8")
    (desk.place / "connections.toml").write_text(
        f'[ad]\nfile = "{desk.place}/ad.db"\npassword = {{file = "password"}}\n\n[pay]\nfile = "{desk.place}/pay.db"\n',
        encoding="utf-8",
    )
    desk.env["ONBOARDING_CONNECTIONS_FILE"] = str(desk.place / "connections.toml")
    return desk


def test_a_system_that_answers_is_ok(connected: Desk) -> None:
    result = connected.run("systems", "test", "ad")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "✓ ad svarer.\n✓ ad slipper oss inn.\n✓ Alt tilgangspakkene gir i ad, finnes der (5).\n"
    assert connected.json("systems", "list")["ad"]["tested_ok"] is True
    everything = connected.run("systems", "test", "--language", "en")
    assert everything.exit_code == 0
    assert "✓ pay lets us in.\n" in everything.stdout


def test_a_wrong_password_is_one_sentence_without_the_password(connected: Desk) -> None:
    Simulator.at(connected.place / "ad.db").turn(password="the-right-one")
    for extra in ([], ["--json"], ["--language", "en"]):
        result = connected.run("systems", "test", "ad", *extra)
        assert result.exit_code == 1
        assert SECRET not in result.output
        assert "the-right-one" not in result.output
    plain = connected.run("systems", "test", "ad").stdout.splitlines()
    assert plain[0] == "✓ ad svarer."
    assert plain[1].startswith("✗ ad slipper oss ikke inn: passordet eller nøkkelen vår er feil eller utløpt.")
    assert len(plain) == 2
    listed = connected.run("systems", "list")
    assert "satt på pause av oss, siden i dag kl. " in listed.stdout
    assert "ad slipper oss ikke inn: passordet eller nøkkelen vår er feil" in " ".join(listed.stdout.split())
    assert SECRET not in listed.output


def test_a_system_that_is_away_is_said_so(connected: Desk) -> None:
    Simulator.at(connected.place / "pay.db").turn(down=True)
    result = connected.run("systems", "test", "pay")
    assert result.exit_code == 1
    assert result.stdout.startswith("✗ pay svarer ikke.")


def test_a_password_that_is_not_there_names_the_place_only_and_hides_no_other_system(connected: Desk) -> None:
    (connected.place / "password").unlink()
    result = connected.run("systems", "test")
    assert (result.exit_code, result.stderr) == (1, "")
    first, *others = result.stdout.splitlines()
    assert first.startswith("✗ ") and str(connected.place / "password") in first
    assert "✓ pay slipper oss inn." in others
    assert connected.json("systems", "list")["ad"]["tested_ok"] is False


def test_what_roles_give_and_is_not_there_is_named(connected: Desk) -> None:
    Simulator.at(connected.place / "ad.db").declare("LOGIN", "EPJ-1000", "EPJ-1210")
    result = connected.run("systems", "test", "ad")
    assert result.exit_code == 1
    assert [line.split(" finnes")[0] for line in result.stdout.splitlines()[2:]] == ["✗ «EPJ-1310»", "✗ «VPN»"]
    (connected.place / "enheter.csv").write_text(UNITS, encoding="utf-8")
    by_file = connected.run("systems", "test", "ad", "--units", str(connected.place / "enheter.csv"))
    assert [line.split(" finnes")[0] for line in by_file.stdout.splitlines()[2:]] == ["✗ «VPN»"]


def test_half_a_tree_is_not_called_whole(connected: Desk) -> None:
    (connected.place / "enheter.csv").write_text(UNITS + "1999;;1000;\n", encoding="utf-8")
    result = connected.run("systems", "test", "ad", "--units", str(connected.place / "enheter.csv"))
    assert (result.exit_code, result.stdout) == (1, "") and "1 rad" in result.stderr


def test_without_units_it_says_what_was_not_looked_for(bare_desk: Desk) -> None:
    policies.adopt(bare_desk.store, municipality.catalogue(), HR)
    result = bare_desk.run("systems", "test", "key", "--language", "en")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("We know no units yet") and "--units" in result.stderr


@pytest.mark.parametrize("command", [["test", "x"], ["hold", "x", "--note", "y"], ["release", "x"]])
def test_an_unknown_system_is_one_sentence(connected: Desk, command: list[str]) -> None:
    result = connected.run("systems", *command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Vi kjenner ikke noe system som heter x.\n"


@pytest.mark.parametrize(
    ("language", "held", "released"),
    [
        ("nb", "satt på pause av ola.it, siden i dag kl. ", "i gang igjen. Bestillinger som går videre: 1."),
        ("nn", "sett på pause av ola.it, sidan i dag kl. ", "i gang igjen. Bestillingar som går vidare: 1."),
        ("en", "on hold by ola.it, since today at ", "going again. Orders that go on: 1."),
    ],
)
def test_hold_and_release(desk: Desk, language: str, held: str, released: str) -> None:
    number = desk.order()
    said = ["--language", language]
    assert desk.run("systems", "hold", "ad", "--note", "bytter domenekontroller", *said).exit_code == 0
    listed = desk.run("systems", "list", *said).stdout
    assert held in listed
    assert "«bytter domenekontroller»" in listed
    twice = desk.run("systems", "hold", "ad", "--note", "igjen", *said)
    assert twice.exit_code == 1
    assert "ola.it" in twice.stderr
    desk.put(number, "ad:account", state="held", theirs=True, reason="system.held", params={"system": "ad"})
    assert released in desk.run("systems", "release", "ad", *said).stdout
    assert desk.run("systems", "release", "ad", *said).exit_code == 1
    assert "ola.it" not in desk.run("systems", "list", *said).stdout


def test_a_hold_says_why(desk: Desk) -> None:
    assert desk.run("systems", "hold", "ad").exit_code == 2
    assert desk.run("systems", "hold", "ad", "--note", "").exit_code == 1


def test_list_as_json_has_every_system(desk: Desk) -> None:
    assert desk.json("systems", "list") == {"people": None, "ad": None, "pay": None, "key": None}
    assert Path(desk.place / "ad.db").exists() is False


def test_a_system_is_called_what_people_call_it(desk: Desk) -> None:
    catalogue = municipality.catalogue()
    called = catalogue.systems["ad"].model_copy(update={"title": Title(nb="Datakonto")})
    policies.adopt(
        desk.store, catalogue.model_copy(update={"hash": "titled", "systems": {**catalogue.systems, "ad": called}}), HR
    )
    result = desk.run("systems", "release", "ad")
    assert (result.exit_code, result.stderr) == (
        1,
        "Datakonto er ikke satt på pause, så det er ingenting å slippe løs.\n",
    )

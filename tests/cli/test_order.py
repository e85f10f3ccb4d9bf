"""`order FILE`: what is ordered, every bad row in one go, and what a script is told."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Desk


@pytest.fixture
def fjordvik(bare_desk: Desk) -> Desk:
    from onboarding.policy.load import load

    bare_desk.adopt(load(Path(bare_desk.env["ONBOARDING_ROLES_DIR"])))
    return bare_desk


ROW = {
    "number": "",
    "given": "Kari",
    "family": "Nordmann",
    "unit": "1210",
    "type": "Fast",
    "code": "7174",
    "part": "100",
    "first": "04.01.2027",
    "last": "",
    "title": "Sykepleier",
    "mail": "kari@example.com",
}


def row(number: int, **changed: str) -> str:
    return ";".join({**ROW, "number": str(number), **changed}.values())


def test_good_rows_are_ordered_and_again_is_nothing_new(fjordvik: Desk) -> None:
    file = fjordvik.file(row(1), row(2, given="Åse"))
    first = fjordvik.run("order", file)
    assert (first.exit_code, first.stderr) == (0, "")
    assert [line.split("  ")[1] for line in first.stdout.splitlines()[:2]] == [
        "bestilt for Kari Nordmann, Sykepleier",
        "bestilt for Åse Nordmann, Sykepleier",
    ]
    assert first.stdout.endswith("Bestilt: 2. Allerede bestilt: 0. Endret, ikke fulgt opp: 0. Feil i filen: 0.\n")
    again = fjordvik.run("order", file, "--language", "en")
    assert again.exit_code == 0
    assert again.stdout.endswith("Ordered: 0. Already ordered: 2. Changed, not acted on: 0. Mistakes in the file: 0.\n")
    assert len(fjordvik.json("case", "list")) == 2


def test_every_bad_row_is_named_in_one_go_and_the_good_ones_go_through(fjordvik: Desk) -> None:
    file = fjordvik.file(
        row(1), row(2, unit="9999"), row(3, part="120"), row(4, first="01.03.2027", last="01.02.2027"), row(5)
    )
    result = fjordvik.run("order", file)
    assert result.exit_code == 3
    bad = [line for line in result.stdout.splitlines() if line.startswith("Rad ")]
    assert [line.split(": ")[0] for line in bad] == [
        "Rad 3, orgId, «9999»",
        "Rad 4, stillingsprosent, «120»",
        "Rad 5, sluttdatoStilling, «01.02.2027»",
    ]
    assert all(len(line.split(": ", 1)[1]) > 10 for line in bad)
    assert len(fjordvik.json("case", "list")) == 2


def test_as_json_nobody_is_named(fjordvik: Desk) -> None:
    result = fjordvik.run("order", fjordvik.file(row(1), row(2, unit="9999")), "--json")
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    number = fjordvik.json("case", "list")[0]["number"]
    assert told["ordered"] == [{"employee_number": "1", "result": "ordered", "number": number}]
    (bad,) = told["bad"]
    assert (bad["row"], bad["column"], bad["value"]) == (3, "orgId", "9999")
    assert bad["reason"]
    assert not any(word in result.stdout for word in ("Kari", "Nordmann", "example.com"))


@pytest.mark.parametrize(("content", "said"), [(b"", "tom"), (b"PK\x03\x04rest", "Excel"), (b"a;b\n1;2\n", "hrm_id")])
def test_a_file_that_cannot_be_read_is_one_sentence(fjordvik: Desk, content: bytes, said: str) -> None:
    file = Path(fjordvik.file(row(1)))
    file.write_bytes(content)
    result = fjordvik.run("order", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_units_or_without_the_file_it_is_wrong_use(fjordvik: Desk) -> None:
    file = Path(fjordvik.file(row(1)))
    file.with_name("enheter.csv").unlink()
    no_units = fjordvik.run("order", str(file))
    assert no_units.exit_code == 2
    assert "enheter.csv" in no_units.stderr
    assert fjordvik.run("order", str(file.with_name("nothing.csv"))).exit_code == 2


def test_before_any_policy_is_in_use_it_says_what_to_start(bare_desk: Desk) -> None:
    result = bare_desk.run("order", bare_desk.file(row(1)))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Ingen tilgangspakker er i bruk ennå. Start «onboarding worker» først; den leser dem.\n"

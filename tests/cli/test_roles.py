"""`roles explain --person`: somebody's own posts, from the store, by the policy in use or the one pointed to."""

from pathlib import Path

import pytest

from onboarding.policy.load import load
from tests.cli.conftest import SOON, Desk


def test_a_persons_own_posts_are_explained(desk: Desk) -> None:
    desk.order(1, begun=False)
    result = desk.run("roles", "explain", "--person", "E0001")
    assert (result.exit_code, result.stderr) == (0, "")
    head, post, empty, *rest = result.stdout.splitlines()
    assert head.startswith("Slik er det ")
    assert str(SOON.year) in head or str(SOON.day) in head
    assert post.startswith("  Sykepleier, Fjordgløtt sykehjem, 100 prosent, fra ")
    assert empty == ""
    assert "Får:" in rest
    assert any(line.strip().startswith("vpn i ad") for line in rest)
    assert "Nordmann" not in result.output


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_post_of_the_person_counts_as_json_too(desk: Desk, language: str) -> None:
    desk.order(1, begun=False)
    desk.order(1, begun=False, job_code="7531", unit="1310")
    given = {id for line in desk.json("roles", "explain", "--person", "E0001", "--language", language)
             if line["about"] == "given" for id in line["entitlements"]}  # fmt: skip
    assert {"login", "vpn", "payslip", "card", "bank"} <= given


def test_the_day_and_the_rules_may_be_others(desk: Desk) -> None:
    desk.order(1, begun=False)
    later = desk.run("roles", "explain", "--person", "E0001", "--date", "2031-02-03", "--language", "en")
    assert later.stdout.startswith("As it is on Monday 3 February 2031:\n")
    from_files = desk.run("roles", "explain", "--person", "E0001", "--roles", desk.env["ONBOARDING_ROLES_DIR"])
    assert from_files.exit_code == 0
    assert "everyone.yaml:" in from_files.stdout
    in_use = desk.run("roles", "explain", "--person", "E0001")
    assert "municipality.py:1" in in_use.stdout


@pytest.mark.parametrize(
    "post",
    [
        ["--role", "nurse"],
        ["--unit", "1210"],
        ["--under", "1000"],
        ["--kind", "ansatt"],
        ["--job-code", "7174"],
        ["--percentage", "100"],
        ["--manages"],
    ],
)
def test_a_person_and_a_made_up_post_do_not_go_together(desk: Desk, post: list[str]) -> None:
    result = desk.run("roles", "explain", "--person", "E0001", *post)
    assert result.exit_code == 2
    assert "--person" in result.stderr


def test_an_unknown_person_is_one_sentence(desk: Desk) -> None:
    result = desk.run("roles", "explain", "--person", "404")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Vi kjenner ingen med ansattnummer 404.")


def test_before_any_policy_is_in_use(bare_desk: Desk) -> None:
    result = bare_desk.run("roles", "explain", "--person", "1")
    assert (result.exit_code, "onboarding worker" in result.stderr) == (1, True)


def test_check_show_and_a_made_up_post_need_no_store(bare_desk: Desk) -> None:
    bare_desk.env["ONBOARDING_DATABASE_URL"] = "sqlite:////nowhere/store.db"
    assert bare_desk.run("roles", "check").stdout.startswith("OK: roles ")
    assert bare_desk.run("roles", "show", "nurse").stdout.startswith("Sykepleier (nurse, role/nurse.yaml:")
    made_up = bare_desk.run("roles", "explain", "--job-code", "7174", "--unit", "1211")
    assert (made_up.exit_code, "Får:" in made_up.stdout) == (0, True)


def test_mistakes_in_the_files_are_told_by_all_who_read_them(bare_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir()
    for arguments in (["check"], ["show", "nurse"], ["explain"]):
        result = bare_desk.run("roles", *arguments, "--roles", str(tmp_path / "roles"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.splitlines()[-1].endswith("mistakes")


def test_the_shipped_policy_is_what_the_tests_think(bare_desk: Desk) -> None:
    assert "nurse" in load(Path(bare_desk.env["ONBOARDING_ROLES_DIR"])).roles

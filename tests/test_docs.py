"""The documentation speaks of everything a user can set, connect to or run."""

import re
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import typer.main
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from onboarding.activities.visit import Ended
from onboarding.cli.act import KINDS
from onboarding.connectors.active_directory import options as directory_options
from onboarding.connectors.connections import read_connections
from onboarding.dispatch.loop import Rounds
from onboarding.monitoring.exposition import exposition, of_parts, of_rounds, of_store
from onboarding.monitoring.meters import Meters
from onboarding.policy.load import load
from onboarding.settings import PREFIX, Settings
from onboarding.store.figures import Figures, Waiting
from onboarding.store.systems import SystemState

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
OPERATING = (DOCS / "operating.md").read_text(encoding="utf-8")


def row(name: str, field: FieldInfo) -> str:
    assert field.default is not PydanticUndefined, f"{name}: a setting has a default, so that a first try needs none"
    default = "" if field.default is None else f"`{field.default}`"
    return f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |"


def test_every_setting_has_one_sentence() -> None:
    said = {name: field.description or "" for name, field in Settings.model_fields.items()}
    assert {name: text for name, text in said.items() if not text.endswith(".") or ". " in text} == {}


def test_the_table_of_settings_is_true() -> None:
    """On a difference, copy the expected lines."""
    written = [
        line for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    assert written == [row(name, field) for name, field in Settings.model_fields.items()]


@pytest.mark.parametrize("name", sorted(entry.name for entry in entry_points(group="onboarding.connectors")))
def test_every_connector_has_a_section(name: str) -> None:
    headings = [
        line.lstrip("# ").strip("`").lower()
        for line in (DOCS / "connectors.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]
    wanted = (name, name.replace("_", " "))
    assert any(heading.startswith(wanted) for heading in headings), f"docs/connectors.md needs a section `## {name}`"


def commands(command: object, so_far: str) -> list[str]:
    inner = getattr(command, "commands", None)  # a group has them
    return [line for name, each in inner.items() for line in commands(each, f"{so_far} {name}")] if inner else [so_far]


def test_every_command_is_written_of() -> None:
    from onboarding.cli.main import app

    texts = "\n".join(file.read_text(encoding="utf-8") for file in [ROOT / "README.md", *DOCS.glob("*.md")])
    unsaid = [command for command in commands(typer.main.get_command(app), "onboarding") if command not in texts]
    assert unsaid == []


def test_the_readme_has_a_line_for_each_command_and_for_no_other() -> None:
    from onboarding.cli.main import app

    command = typer.main.get_command(app)
    there = [one for one in commands(command, "onboarding") if one != "onboarding roles schema"]  # hidden: for us
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    written = [
        re.split(r" [A-Z\[]|`", line.removeprefix("| `"))[0] for line in lines if line.startswith("| `onboarding ")
    ]
    assert sorted(written) == sorted(there)


def test_the_ways_a_command_ends_are_those_of_the_code() -> None:
    from onboarding import dev
    from onboarding.cli import edge

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    codes = {int(code) for code in re.findall(r"^\| (\d) \| ", readme, re.MULTILINE)}
    usage = 2  # click's own
    assert codes == {0, usage, edge.REFUSED, edge.BAD_ROWS} == {0, usage, dev.NOT_READY, dev.BAD_ROWS}


PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md"), *(ROOT / "roles").glob("*.md")]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_points_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_are_numbered_without_holes_and_fit_a_screen() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        assert len(text.splitlines()) <= 40, page.name
        assert "**Context.**" in text and "**Decision.**" in text and "**Consequences.**" in text, page.name


def test_the_connections_an_operator_copies_can_be_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", OPERATING, re.DOTALL)
    (tmp_path / "connections.toml").write_text(example, encoding="utf-8")
    found = read_connections(tmp_path / "connections.toml")
    systems = load(ROOT / "roles").systems
    assert found
    assert set(found) <= set(systems)
    assert all(connection.secrets for connection in found.values())


def test_the_example_of_active_directory_is_whole(tmp_path: Path) -> None:
    """Each setting there is, with a comment above it, and all of them usable."""
    (example,) = re.findall(r"```toml\n(.*?)```", OPERATING, re.DOTALL)
    (tmp_path / "connections.toml").write_text(example, encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/active-directory").write_text("a-password")
    found = read_connections(tmp_path / "connections.toml")["active-directory"].options("active-directory")
    assert directory_options.read(found).disabled_ou == "OU=Sluttet,DC=fjordvik,DC=no"
    section = (DOCS / "connectors.md").read_text(encoding="utf-8").split("\n## active_directory")[1].split("\n## ")[0]
    there = set(re.findall(r"^\| `(\w+)` \| s", section, re.MULTILINE))
    assert there - {"server_name"} == {*found.settings, *found.secrets}  # that one is for servers named by address


def test_the_simulated_systems_are_those_of_the_example_policy() -> None:
    found = read_connections(ROOT / "examples/connections.toml")
    systems = load(ROOT / "roles").systems
    assert set(found) == {id for id, system in systems.items() if system.connector != "manual"}
    assert {connection.connector for connection in found.values()} == {"simulator"}


def test_what_an_operator_pastes_is_known_here() -> None:
    from onboarding.cli.main import app

    blocks = "\n".join(re.findall(r"```(?:sh|ini)\n(.*?)```", OPERATING, re.DOTALL))
    settings = {*(f"{PREFIX}{name.upper()}" for name in Settings.model_fields), f"{PREFIX}LANGUAGE"}
    assert set(re.findall(r"ONBOARDING_\w+", blocks)) <= settings
    there = commands(typer.main.get_command(app), "onboarding")
    pasted = re.findall(r"(?m)(?:^|[ /=])onboarding ((?:[a-z]+)(?: [a-z]+)?)", blocks)
    unknown = [
        one for one in pasted if f"onboarding {one}" not in there and f"onboarding {one.split()[0]}" not in there
    ]
    assert pasted and unknown == []
    for file in re.findall(r"examples/[\w./-]+", blocks):
        assert (ROOT / file).exists(), file


def test_every_figure_is_written_of_and_no_other() -> None:
    """A figure without a line is one that nobody alerts on; a line without a figure is an alert that never comes."""
    rounds = Rounds(last=0.0)
    state = SystemState(system="ad")
    found = Figures(
        cases={"running": 1}, received=Waiting(), acts=Waiting(), steps={}, tasks={"approve": Waiting()}, overdue=0,
        systems={"ad": state}, late=0, soon=0, took=(timedelta(1),),
    )  # fmt: skip
    meters = Meters()
    meters.visit_ended(Ended(system="ad", attempt=1, outcome="settled", states={"ad:account": "done"}, seconds=1))
    text = exposition(meters.registry, of_store(found), of_parts({"dispatch": True}), of_rounds(rounds)).decode()
    there = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE onboarding_")}
    there = {name for name in there if not name.endswith("_created")}
    table = [line.split("|")[1] for line in OPERATING.splitlines() if line.startswith("| `onboarding_")]
    written = set[str]()
    for cell in table:
        names = re.findall(r"`(onboarding_\w+|…\w+)", cell)
        written |= {names[0] + name[1:] if name.startswith("…") else name for name in names}
    assert written == there
    alerts = re.search(r"```yaml\ngroups:.*?```", OPERATING, re.DOTALL)
    assert alerts is not None
    assert set(re.findall(r"onboarding_\w+", alerts[0])) <= there


def test_the_events_of_the_log_are_written_as_they_are_said() -> None:
    table = OPERATING.split("### The log")[1].split("\n## ")[0]
    events = {
        event
        for line in table.splitlines()
        if line.startswith("| `")
        for event in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    source = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    assert len(events - {"event"}) >= 10
    assert {event for event in events - {"event"} if f'"{event}"' not in source} == set()


def test_what_an_operator_may_do_is_there() -> None:
    assert [kind for kind in KINDS if not re.search(rf"`{kind}[ `]", OPERATING)] == []

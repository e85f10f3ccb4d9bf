"""The rules of the house that no linter knows."""

import ast
import os
import re
import sys
import tokenize
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/onboarding"
TESTS = [module for module in (ROOT / "tests").rglob("*.py") if module.name != "__init__.py"]  # which may be empty
MODULES = sorted([*SOURCE.rglob("*.py"), *(ROOT / "bench").rglob("*.py"), *TESTS])
LIMIT = 400
EMPTY_NAMES = {"utils", "helpers", "common", "manager", "misc"}
CONNECTORS = sorted(entry.name for entry in entry_points(group="onboarding.connectors"))
PURE = {"domain": {"pydantic"}, "planning": {"pydantic", "holidays", "anyascii"}}

# Put together so that this file does not hold what it looks for.
MACHINES = "|".join(("work", "root", "home/[a-z]"))
REGISTRIES = "|".join(
    (r"pypi\.", "python" + "hosted", r"proxy\.golang", r"sum\.golang", r"repo1?\.maven", r"registry\.npm")
)
ELSEWHERE = re.compile(rf"(?<![\w.~])/(?:{MACHINES})[\w/]|\b(?:{REGISTRIES})", re.IGNORECASE)
PUBLIC = {"pypi" + ".org", "files.python" + "hosted.org"}
NOT_OURS = {"__pycache__", "node_modules", "dist"}


def of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files() -> list[Path]:
    """All that is kept: git may not be here, so what .gitignore names is left out by hand."""
    found = []
    for directory, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in NOT_OURS and (name[0] != "." or name in (".ci", ".github"))]
        found += [Path(directory) / name for name in names]
    return found


@pytest.mark.parametrize("module", MODULES, ids=of)
def test_a_module_says_why_it_is_there(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))), (
        "open with one line that says why it is there"
    )


@pytest.mark.parametrize("module", [module for module in MODULES if module.name == "__init__.py"], ids=of)
def test_a_package_holds_one_docstring(module: Path) -> None:
    assert len(ast.parse(module.read_text(encoding="utf-8")).body) == 1


def test_files_are_small() -> None:
    # A migration is history: it is written once, and never edited or split.
    modules = [module for module in MODULES if module.parent.name != "versions"]
    lengths = {of(module): len(module.read_text(encoding="utf-8").splitlines()) for module in modules}
    assert {name: length for name, length in lengths.items() if length > LIMIT} == {}


def test_no_module_is_named_after_nothing() -> None:
    assert [of(module) for module in MODULES if EMPTY_NAMES & {module.stem, *module.parent.parts}] == []


def test_ignored_types_have_a_code_and_a_reason() -> None:
    with_reason = re.compile(r"type: ignore\[[\w, -]+\]\s+# \w+")
    bare = []
    for module in MODULES:
        with tokenize.open(module) as source:
            comments = [token for token in tokenize.generate_tokens(source.readline) if token.type == tokenize.COMMENT]
        bare += [
            f"{of(module)}:{comment.start[0]}"
            for comment in comments
            if comment.string.startswith("# type: ignore") and not with_reason.search(comment.string)
        ]
    assert bare == []


def imported(module: Path) -> list[str]:
    """What is imported, with the package's own names in full."""
    names = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def connector_of(module: str) -> str | None:
    """A connector is the module or package its entry point names, with the modules whose names begin with it."""
    return next((name for name in CONNECTORS if module == name or module.startswith(f"{name}_")), None)


def test_connectors_are_strangers() -> None:
    """import-linter holds it for those it knows by name; here it holds for the modules they are made of, too."""
    within = f"{SOURCE.name}.connectors."
    close = []
    for module in (SOURCE / "connectors").rglob("*.py"):
        mine = connector_of(module.relative_to(SOURCE / "connectors").parts[0].removesuffix(".py"))
        theirs = {name.removeprefix(within).split(".")[0] for name in imported(module) if name.startswith(within)}
        close += [f"{of(module)}: {other}" for other in theirs if connector_of(other) not in (None, mine)]
    assert close == []


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_import_little(room: str) -> None:
    allowed = sys.stdlib_module_names | {"onboarding"} | PURE[room]
    foreign = [
        f"{of(module)}: {name}"
        for module in (SOURCE / room).rglob("*.py")
        for name in imported(module)
        if name.split(".")[0] not in allowed
    ]
    assert foreign == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("cd /" + "root/project", True),
        ("open('/" + "work/main')", True),
        ("from /" + "home/kari/x", True),
        ("https://py" + "pi.org/simple", True),
        ("https://example.no/" + "work/1", False),
        ("the root/leaf", False),
    ],
)
def test_the_search_for_other_places_finds_them(line: str, found: bool) -> None:
    assert bool(ELSEWHERE.search(line)) == found


def test_no_file_speaks_of_a_machine_or_a_registry() -> None:
    hits = []
    for file in files():
        if (
            file.name == "uv.lock"
        ):  # it must name where packages are; the next test holds that these are the public ones
            continue
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:  # a picture, a font
            continue
        hits += [f"{of(file)}:{number}" for number, line in enumerate(lines, 1) if ELSEWHERE.search(line)]
    assert hits == []


def test_the_lock_names_only_public_places() -> None:
    hosts = re.findall(r'(?:registry|url) = "https?://([^/"]+)', (ROOT / "uv.lock").read_text(encoding="utf-8"))
    assert set(hosts) == PUBLIC

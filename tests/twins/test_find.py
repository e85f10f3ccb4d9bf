"""Where each part is looked for, in which order, and what is said when it cannot be had."""

import os
import re
from pathlib import Path

import pytest

from onboarding.twins import cache, parts, postgresql_programs, temporal_cli, test_server
from onboarding.twins.cache import Missing


def program(path: Path, text: str = "#!/bin/sh\nexit 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing: an empty PATH and an empty cache."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ONBOARDING_TEMPORAL_CLI", raising=False)
    monkeypatch.delenv("ONBOARDING_TEMPORAL_TEST_SERVER", raising=False)
    return tmp_path


def test_temporal_is_named_then_on_path_then_cached(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert temporal_cli.find() is None
    cached = program(cache.root() / f"temporal-{temporal_cli.version()}/temporal")
    assert temporal_cli.find() == cached
    on_path = program(bare / "bin/temporal")
    assert temporal_cli.find() == on_path
    named = program(bare / "mine")
    monkeypatch.setenv("ONBOARDING_TEMPORAL_CLI", str(named))
    assert temporal_cli.find() == named == temporal_cli.find_or_get()


def test_the_version_is_the_one_of_the_recipe() -> None:
    tools = cache.tools()
    assert tools is not None
    named = re.findall(r"github.com/temporalio/cli v(\S+)", (tools / "temporal/go.mod").read_text())
    assert named == [temporal_cli.version()]


@pytest.mark.parametrize(
    ("variable", "find"),
    [("ONBOARDING_TEMPORAL_CLI", temporal_cli.find), ("ONBOARDING_TEMPORAL_TEST_SERVER", test_server.find)],
)
def test_a_setting_that_names_nothing_is_said(
    variable: str, find: object, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(bare / "gone"))
    assert callable(find)
    with pytest.raises(Missing, match=f"{variable} says .*gone"):
        find()


def test_the_test_server_is_named_or_cached_and_needs_java(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = cache.tools()
    assert tools is not None
    cached = program(test_server._cached(tools) / "test-server")
    assert test_server.find() is None
    program(bare / "bin/java")
    assert test_server.find() == cached == test_server.find_or_get()
    named = program(bare / "mine")
    monkeypatch.setenv("ONBOARDING_TEMPORAL_TEST_SERVER", str(named))
    assert test_server.find() == named


def test_the_test_server_without_maven_says_what_to_install(bare: Path) -> None:
    with pytest.raises(Missing, match="Install Java and Maven"):
        test_server.find_or_get()


def test_a_build_that_fails_says_why(bare: Path) -> None:
    program(bare / "bin/go", "#!/bin/sh\necho 'no such module' >&2\nexit 1\n")
    with pytest.raises(Missing, match="no such module"):
        temporal_cli._build(bare / "temporal")
    assert not (bare / "temporal").exists()


def test_without_go_or_a_checkout_it_says_what_to_install(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Missing, match=r"(?s)on PATH.*install Go"):
        temporal_cli._build(bare / "temporal")
    monkeypatch.setattr(cache, "__file__", str(bare / "lib/python/site-packages/onboarding/twins/cache.py"))
    assert cache.tools() is None
    program(bare / "bin/go")
    with pytest.raises(Missing, match="ONBOARDING_TEMPORAL_CLI"):
        temporal_cli._build(bare / "temporal")


GO = """#!/bin/sh
[ "$1" = build ] || exit 1
while [ "$1" != -o ]; do shift; done
echo built > "$2"
/bin/chmod +x "$2"
"""


def test_a_build_is_moved_into_place_and_used(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "bin/go", GO)
    monkeypatch.setattr(temporal_cli, "_download", lambda to: False)  # the net is not ours to try here
    built = temporal_cli.find_or_get()
    assert built == cache.root() / f"temporal-{temporal_cli.version()}/temporal"
    assert built.read_text() == "built\n"
    assert temporal_cli.find() == built


@pytest.mark.parametrize(("downloaded", "works"), [(["temporal-v1"], True), ([], False)])
def test_a_download_is_moved_into_place(
    downloaded: list[str], works: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def download(directory: str) -> bool:
        for name in downloaded:
            program(Path(directory) / name)
        return True

    monkeypatch.setattr(temporal_cli, "_download_and_start", download)  # the net is not ours to try here
    assert temporal_cli._download(tmp_path / "temporal") == works
    assert [path.name for path in tmp_path.iterdir()] == (["temporal"] if works else [])


async def test_an_sdk_that_cannot_download_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporal_cli, "DOWNLOAD_WITHIN", 0.0)
    assert not await temporal_cli._download_and_start(str(tmp_path))


def debian(root: Path, version: str) -> Path:
    for name in ("postgres", "initdb", "pg_ctl"):
        program(root / version / "bin" / name)
    return root / version / "bin"


def test_postgresql_is_on_path_or_the_newest_of_debian(bare: Path) -> None:
    here = bare / "postgresql"
    assert postgresql_programs.find(here) is None
    debian(here, "9.6")
    fifteen = debian(here, "15")
    (here / "17/bin").mkdir(parents=True)  # client only
    assert postgresql_programs.find(here) == fifteen
    (bare / "bin/pg_ctl").symlink_to(debian(bare / "own", "14") / "pg_ctl")
    assert postgresql_programs.find(here) == bare / "own/14/bin"


APT = """#!/bin/sh
echo "$@" >> "{log}"
[ "$2" = install ] || exit 0
/bin/cat "{options}"/*.conf >> "{log}"
/bin/mkdir -p "{bin}"
for name in postgres initdb; do echo x > "{bin}/$name"; /bin/chmod +x "{bin}/$name"; done
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_debian_installs_it_without_making_a_database(bare: Path) -> None:
    here, options, log = bare / "postgresql", bare / "createcluster.d", bare / "log"
    with pytest.raises(Missing, match="package `postgresql`"):
        postgresql_programs.find_or_get(here, options)
    program(bare / "bin/apt-get", APT.format(log=log, options=options, bin=here / "15/bin"))
    assert postgresql_programs.find_or_get(here, options) == here / "15/bin"
    assert log.read_text().splitlines() == [
        "-q update",
        "-q install -y --no-install-recommends postgresql",
        "create_main_cluster = false",
    ]
    assert list(options.iterdir()) == []  # the machine's next PostgreSQL is its owner's business


def missing() -> Path:
    raise Missing("Install it.")


@pytest.mark.parametrize(
    ("ci", "found", "code"), [("", missing, 0), ("true", missing, 1), ("true", lambda: Path("here"), 0)]
)
def test_the_report_fails_only_where_nothing_may_be_missing(
    ci: str, found: object, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(parts, "PARTS", {"One": found, "Two": lambda: Path("there")})
    assert parts.main() == code
    said = capsys.readouterr().out.splitlines()
    assert said == ["One: missing. Install it." if found is missing else "One: here", "Two: there"]

"""Where the browser is looked for, and what is said when it cannot be had."""

import os
from pathlib import Path

import pytest

from onboarding.twins import chromium, parts
from onboarding.twins.cache import Missing


def test_it_is_found_on_path_by_any_of_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() is None
    for name in reversed(chromium.NAMES):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        assert chromium.find() == tmp_path / name == chromium.find_or_get()


def test_without_apt_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="package `chromium`"):
        chromium.find_or_get()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is tried with apt")
def test_an_apt_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="no network"):
        chromium.find_or_get()


def test_it_is_one_of_the_parts() -> None:
    assert parts.PARTS["Chromium"] is chromium.find_or_get

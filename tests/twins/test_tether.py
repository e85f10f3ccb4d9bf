"""A part ends with whoever started it, however that one ends."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from onboarding.twins import tether

# The part keeps our stdout open, so that whoever reads it sees the end when the part is gone.
PARENT = """
import sys
from onboarding.twins import tether
process = tether.start(["sleep", "600"], output=sys.stdout.fileno())
print(process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_part_ends_with_a_killed_parent(by: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout is not None
        part = int(parent.stdout.readline())
        os.kill(part, 0)  # it lives
        parent.send_signal(by)
        out, _ = parent.communicate(timeout=20)  # the end of stdout: the part is gone too
    assert out == b""


def test_stop_waits_for_an_orderly_end(tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = "trap 'echo bye; exit 0' TERM; echo up; while :; do read -r _ || :; done"
    with said.open("wb") as output:
        process = tether.start(["sh", "-c", script], output=output)
    tether.stop(process)
    assert process.returncode is not None
    assert said.read_text() in {"up\nbye\n", ""}  # '' where it was stopped before it began


def test_stop_insists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tether, "HOW_LONG_IT_MAY_STOP", 0.2)
    reading, writing = os.pipe()
    process = tether.start(["sh", "-c", "trap '' TERM; echo up; exec sleep 600"], output=writing)
    os.close(writing)
    assert os.read(reading, 3) == b"up\n"
    tether.stop(process)
    assert process.returncode == -signal.SIGKILL
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_the_end_of_a_part_is_seen() -> None:
    process = tether.start(["sh", "-c", "exit 7"], output=subprocess.DEVNULL)
    assert process.wait(10) == 7
    tether.stop(process)  # stopping what has ended is no fault


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_a_part_can_run_as_another_user() -> None:
    with tempfile.TemporaryFile() as output:
        process = tether.start(["id", "-un"], output=output.fileno(), user="nobody")
        process.wait(10)
        tether.stop(process)
        output.seek(0)
        assert output.read() == b"nobody\n"


def test_a_free_port_can_be_used() -> None:
    with socket.create_server(("127.0.0.1", tether.free_port())) as server:
        assert server.getsockname()[0] == "127.0.0.1"

"""`onboarding web` serves until it is told to stop, and only to this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onboarding.cli.main import app
from onboarding.serving import listen


def run(url: str, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["web", *arguments], env={"ONBOARDING_DATABASE_URL": url})
    return done.exit_code, done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "example.no"])  # noqa: S104  # to be refused
def test_another_address_is_refused(sqlite_url: str, host: str) -> None:
    code, told = run(sqlite_url, "--host", host)
    assert code == 1
    assert told.startswith("Her er ingen logget inn ennå")


def test_an_old_schema_is_told(tmp_path: Path) -> None:
    code, told = run(f"sqlite:///{tmp_path}/new.db")
    assert code == 1
    assert "onboarding db upgrade" in told


def test_a_port_that_is_taken_is_told(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, told = run(sqlite_url, "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "i bruk av noe annet" in told


def test_no_part_of_an_answer_waits_for_another_to_be_acknowledged() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        come, _ = listening.accept()
        with come:
            assert come.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_it_serves_and_stops_with_a_page_open(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", "from onboarding.cli.main import app; app()", "web", "--port", port]
    env = {**os.environ, "ONBOARDING_DATABASE_URL": sqlite_url}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as web:
        assert web.stdout is not None
        assert web.stdout.readline() == f"Sidene er på http://127.0.0.1:{port}. Stopp med Ctrl-C.\n"
        with closing(_opened(int(port))) as connection:
            page = connection.getresponse()
            assert page.readline() == b": listening\n"
            began = time.monotonic()
            web.send_signal(signal.SIGTERM)
            assert web.wait(20) == 0
            assert time.monotonic() - began < 10
            page.close()


def _opened(port: int) -> HTTPConnection:
    """A page that listens; the program is looked for until it is there."""
    for _ in range(400):
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/events")
        except ConnectionRefusedError:
            connection.close()
            time.sleep(0.05)
        else:
            return connection
    raise AssertionError("nobody answers")

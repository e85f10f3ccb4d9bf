"""Children that end when we end, however we end: a part must never outlive the test or the demo that started it."""

import pwd
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Literal

# The watcher reads a pipe that only we hold open. When we are gone, killed or not, it reads the end and stops the part,
# which has taken the shell's place and so its number ($$).
_TETHERED = 'exec 3<&0; (cat <&3; kill -{signal} $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null'

HOW_LONG_IT_MAY_STOP = 20.0  # seconds


def start(
    command: Sequence[str | Path],
    *,
    output: IO[bytes] | int,
    signal: Literal["TERM", "INT"] = "TERM",
    user: str | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a part, in its own session so that Ctrl-C reaches us first and we stop the parts in order."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _TETHERED.format(signal=signal), "sh", *map(str, command)],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=user,
        group=group_of(user),
        extra_groups=[] if user else None,
        cwd="/" if user else None,  # where we stand may be closed to that user
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Let go of the tether, wait, and insist where waiting does not help."""
    assert process.stdin is not None  # noqa: S101  # `start` always opens it
    process.stdin.close()
    try:
        process.wait(HOW_LONG_IT_MAY_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port nobody has right now. Somebody may take it before it is used, so whoever uses it tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def group_of(user: str | None) -> int | None:
    """Whoever becomes somebody else must leave root's group too."""
    return pwd.getpwnam(user).pw_gid if user else None

"""A real Active Directory controller in a directory, for dev and tests: Samba, at a loopback address of its own."""

import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import SecretStr

from onboarding.domain.people import Value
from onboarding.twins import samba_certificates, samba_domain, samba_programs, tether
from onboarding.twins.cache import Missing
from onboarding.twins.samba_domain import BASE_DN, HOST

UP_WITHIN = 60.0  # seconds; on a busy machine a start takes a few
TRIES = 20
PORTS = (636, 389, 3268, 3269, 88, 464)  # fixed in Samba; the address is what can be chosen


class Samba(Value):
    directory: Path
    address: str
    host: str  # the name on its certificate
    base_dn: str
    ca_file: Path
    bind_dn: str
    password: SecretStr
    pid: int

    @property
    def url(self) -> str:
        return f"ldaps://{self.address}:636"

    @property
    def database(self) -> Path:
        """For `ldbadd -H` and its like: changes made as the domain controller itself would."""
        return self.directory / "private" / "sam.ldb"

    def run_tool(self, tool: str, *arguments: str | Path) -> str:
        """One of Samba's own programs (samba-tool, ldbsearch …) with this domain's configuration. What it printed."""
        return samba_domain.run_tool(self.directory, tool, *arguments)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It accepts connections and answers nothing, as a machine that hangs. What it is sent is done afterwards."""
        os.killpg(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.pid, signal.SIGCONT)


def furnish(server: Samba, place: str, groups: Iterable[str], leaders: Iterable[str] = ()) -> None:
    """An OU directly under the domain, with security groups and leaders: what a municipality has before we come.

    `leaders`: their employee numbers. Nobody knows their names, so each is called after the number.
    """
    ou = f"OU={place},{server.base_dn}"
    entries = [f"dn: {ou}\nobjectClass: organizationalUnit\n"]
    entries += [f"dn: CN={name},{ou}\nobjectClass: group\nsAMAccountName: {name}\n" for name in groups]
    entries += [
        f"dn: CN=leder{number},{ou}\nobjectClass: user\nsAMAccountName: leder{number}\nemployeeID: {number}\n"
        f"displayName: Leder {number}\nuserAccountControl: 514\n"
        for number in leaders
    ]
    ldif = server.directory / "furnish.ldif"
    ldif.write_text("\n".join(entries), encoding="utf-8")
    server.run_tool("ldbadd", "-H", server.database, ldif)


@contextmanager
def running(directory: Path, *, fsync: bool, programs: Path | None = None) -> Iterator[Samba]:
    """The domain in `directory`, made where there is none. Without fsync it is fast, and lost with the power."""
    found = programs or samba_programs.find_or_get()
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    ca = samba_certificates.make_ca(directory / "tls")
    address = free_address()
    password = samba_domain.prepare(directory, address)
    server, process = _start(found, directory, ca, address, password, fsync)
    try:
        yield server
    finally:
        _stop(process)


def free_address() -> str:
    """One of this machine's own addresses where nobody has a domain controller's ports."""
    for _ in range(TRIES):
        address = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(254)}.{secrets.randbelow(253) + 1}"
        if all(_is_free(address, port) for port in PORTS):
            return address
    raise Missing(f"Samba must have the ports {', '.join(map(str, PORTS))}, and another program has one of them.")


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def _start(
    program: Path, directory: Path, ca: Path, address: str, password: SecretStr, fsync: bool
) -> "tuple[Samba, subprocess.Popen[bytes]]":
    samba_certificates.issue(ca.parent, "dc", [HOST, address])
    conf = samba_domain.configure(directory, address, fsync=fsync)
    shutil.rmtree(directory / "run", ignore_errors=True)  # of a run that was killed
    (directory / "run").mkdir()
    command: list[str | Path] = [program, "-F", "-M", "prefork", "--no-process-group", "-s", conf]
    log = directory / "samba.log"
    with log.open("ab") as output:
        process = tether.start(command, output=output.fileno())
    server = Samba(
        directory=directory, address=address, host=HOST, base_dn=BASE_DN, ca_file=ca,
        bind_dn=f"CN=Administrator,CN=Users,{BASE_DN}", password=password, pid=process.pid,
    )  # fmt: skip
    try:
        _wait_until_up(process, server)
    except BaseException:
        _stop(process)
        raise
    return server, process


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """With its children, who end a moment after it and until then write in the directory."""
    tether.stop(process)
    deadline = time.monotonic() + tether.HOW_LONG_IT_MAY_STOP
    while left := living(process.pid):
        if time.monotonic() > deadline:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def living(group: int) -> list[int]:
    """The processes of a group that still do something: those that only wait to be counted do not."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(its_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def _wait_until_up(process: "subprocess.Popen[bytes]", server: Samba) -> None:
    context = ssl.create_default_context(cafile=server.ca_file)
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with (
                socket.create_connection((server.address, PORTS[0]), timeout=5) as plain,
                context.wrap_socket(plain, server_hostname=server.host),
            ):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"Samba did not start. Its own words are in {server.directory / 'samba.log'}")

"""A small Active Directory domain on disk: provisioned once by Samba's own tool, its configuration written whole."""

import re
import shutil
import subprocess
from pathlib import Path

from pydantic import SecretStr

from onboarding.twins import samba_programs

REALM, DOMAIN, DC = "FJORDVIK.EXAMPLE", "FJORDVIK", "dc1"
HOST = f"{DC}.{REALM.lower()}"
BASE_DN = ",".join(f"DC={part}" for part in REALM.lower().split("."))

# Only what LDAP needs: no files, no RPC, no DNS. `/8`, since Samba takes an address with /32 for a broadcast address.
_CONF = """[global]
netbios name = {dc}
realm = {realm}
workgroup = {domain}
server role = active directory domain controller
server services = ldap, kdc
dcerpc endpoint servers = -winreg, -srvsvc
interfaces = {address}/8
bind interfaces only = yes
private dir = {directory}/private
state directory = {directory}/state
cache directory = {directory}/cache
lock directory = {directory}
binddns dir = {directory}/bind-dns
pid directory = {directory}/run
ncalrpc dir = {directory}/run/ncalrpc
log file = {directory}/log.%m
tls enabled = yes
tls keyfile = {directory}/tls/dc.key
tls certfile = {directory}/tls/dc.pem
tls cafile = {directory}/tls/ca.pem
ldap server require strong auth = yes
prefork children = 2
idmap_ldb:use rfc2307 = yes
ldb:nosync = {nosync}
"""


def prepare(directory: Path, address: str) -> SecretStr:
    """The administrator's password of the domain in the directory, which is made where there is none."""
    kept = directory / "password"
    if not kept.exists():  # or somebody was broken off before the end
        for part in ("private", "state", "cache", "bind-dns", "etc"):
            shutil.rmtree(directory / part, ignore_errors=True)
        password = _provision(directory, address)
        kept.touch(mode=0o600)
        kept.write_text(password)
    return SecretStr(kept.read_text())


def configure(directory: Path, address: str, *, fsync: bool) -> Path:
    """Written whole at each start: provisioning copies what the machine's own Samba has, and the address is new."""
    conf = _conf(directory)
    values = {"dc": DC.upper(), "realm": REALM, "domain": DOMAIN, "address": address, "directory": directory}
    conf.write_text(_CONF.format(**values, nosync="no" if fsync else "yes"))
    return conf


def run_tool(directory: Path, tool: str, *arguments: str | Path) -> str:
    return _run([samba_programs.program(tool) or tool, *arguments, f"--configfile={_conf(directory)}"])


def _conf(directory: Path) -> Path:
    return directory / "etc" / "smb.conf"


def _provision(directory: Path, address: str) -> str:
    # No password among the arguments, where anybody on the machine can read it: Samba chooses one and says it.
    said = _run(
        [
            samba_programs.program("samba-tool") or "samba-tool", "domain", "provision", f"--targetdir={directory}",
            f"--realm={REALM}", f"--domain={DOMAIN}", f"--host-name={DC}", f"--host-ip={address}", "--server-role=dc",
            "--dns-backend=NONE", "--function-level=2008_R2", "--use-rfc2307", f"--option=interfaces={address}/8",
            "--option=bind interfaces only=yes",
        ]
    )  # fmt: skip
    password = re.search(r"Admin password:\s+(.+)", said)
    if not password:
        raise RuntimeError("Samba made a domain and did not say its administrator's password.")
    return password[1].rstrip()


def _run(command: list[str | Path]) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout + done.stderr

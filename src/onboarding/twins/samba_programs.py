"""How Samba's domain controller is had: found, or installed by apt where we are root on Debian; no service starts."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onboarding.twins import cache
from onboarding.twins.cache import Missing

NEEDED = ("samba", "samba-tool", "openssl")
PACKAGES = (
    "samba", "samba-ad-dc", "samba-ad-provision", "samba-dsdb-modules", "samba-vfs-modules", "winbind",
    "python3-samba", "ldb-tools", "attr", "acl", "openssl",
)  # fmt: skip
SERVICES = ("smbd", "nmbd", "winbind", "samba-ad-dc")  # what Debian would start now, and at the machine's next start
_POLICY = Path("/usr/sbin/policy-rc.d")  # asked by Debian before a package starts anything; 101 is no
_NO = "#!/bin/sh\nexit 101\n"


def find() -> Path | None:
    """The program of the domain controller. Only root can run one: it keeps Windows' rights in the file system."""
    if os.geteuid() != 0:
        raise Missing("Only root can run Samba as a domain controller. Become root, or do without its tests.")
    return program("samba") if all(map(program, NEEDED)) else None


def find_or_get(policy: Path = _POLICY) -> Path:
    """As `find`; installed where that can be done without asking anybody."""
    found = find()
    if found:
        return found
    if not shutil.which("apt-get"):
        raise Missing(f"Samba is not here. Install a Samba with {', '.join(NEEDED)} and try again.")
    _install(policy)
    found = find()
    if not found:
        raise Missing(f"Samba was installed, but not all of {', '.join(NEEDED)} are on PATH.")
    return found


def program(name: str) -> Path | None:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")  # which an ordinary PATH leaves out
    return Path(found) if found else None


def _install(policy: Path) -> None:
    cache.say("Samba: installing it with apt …")
    with _no_services(policy):
        for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
            done = subprocess.run(
                ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=600", *command],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise Missing(f"Samba could not be installed with apt:\n{done.stderr[-2000:]}")
    if shutil.which("systemctl"):
        subprocess.run(["systemctl", "disable", *SERVICES], capture_output=True, check=False)


@contextmanager
def _no_services(policy: Path) -> Iterator[None]:
    """This machine only lends us its programs. Whoever has a policy of their own gets it back."""
    theirs = policy.with_name(f"{policy.name}.before-onboarding")
    if policy.exists() and not theirs.exists():  # it exists where we were broken off: then ours lies in its place
        policy.rename(theirs)
    policy.write_text(_NO)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()
        if theirs.exists():
            theirs.rename(policy)

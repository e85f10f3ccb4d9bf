"""A domain controller of our own: an address nobody else has, a certificate that can be checked, and gone with us."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.twins import parts, samba, samba_certificates, samba_domain, samba_programs
from onboarding.twins.cache import Missing
from onboarding.twins.samba import Samba
from tests.twins.test_find import bare, program

__all__ = ["bare"]

on_samba = pytest.mark.xdist_group("samba")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may install, or run a domain controller")


@on_samba
def test_it_has_an_address_of_its_own_and_a_certificate(samba_dc: Samba) -> None:
    assert samba_dc.address.startswith("127.") and samba_dc.address != "127.0.0.1"
    assert samba_dc.url == f"ldaps://{samba_dc.address}:636"
    context = ssl.create_default_context(cafile=samba_dc.ca_file)
    for name in (samba_dc.host, samba_dc.address):
        with (
            socket.create_connection((samba_dc.address, 636), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=name) as connection,
        ):
            assert connection.getpeercert()
    with pytest.raises(OSError):  # noqa: PT011 - nobody listens there, whichever way the machine says so
        socket.create_connection(("127.0.0.1", 636), timeout=1)


@on_samba
def test_it_is_a_domain_of_its_own(samba_dc: Samba) -> None:
    assert samba_dc.run_tool("samba-tool", "group", "listmembers", "Domain Admins").split() == ["Administrator"]
    assert samba_dc.base_dn in samba_dc.run_tool("ldbsearch", "-H", samba_dc.database, "-s", "base", "dn")
    with pytest.raises(RuntimeError, match="samba-tool failed"):
        samba_dc.run_tool("samba-tool", "user", "show", "nobody-at-all")


@on_samba
def test_it_is_furnished_with_leaders_that_are_known_by_their_number(samba_dc: Samba) -> None:
    samba.furnish(samba_dc, "Moebler", ["Twin-Group"], ["900100"])
    told = samba_dc.run_tool("samba-tool", "user", "show", "leder900100", "-H", str(samba_dc.database))
    assert {"employeeID: 900100", "displayName: Leder 900100", "userAccountControl: 514"} <= set(told.splitlines())


def test_its_secrets_are_closed_to_others(samba_dc: Samba) -> None:
    assert samba_dc.password.get_secret_value() not in repr(samba_dc)
    secret = ("password", "tls/ca.key", "tls/dc.key")
    assert [(samba_dc.directory / name).stat().st_mode & 0o077 for name in secret] == [0, 0, 0]


@on_samba
def test_its_own_address_is_never_given_again(samba_dc: Samba) -> None:
    assert not samba._is_free(samba_dc.address, 636)
    assert samba.free_address() != samba_dc.address


def test_without_a_free_port_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104 - as another directory server would
        monkeypatch.setattr(samba, "PORTS", (taken.getsockname()[1],))
        with pytest.raises(Missing, match=f"the ports {taken.getsockname()[1]}"):
            samba.free_address()


@on_samba
def test_it_keeps_what_it_has_and_moves_to_another_address(samba_dc: Samba, kept: Samba) -> None:
    """Of a directory that has run before; another beside it disturbs nobody."""
    assert kept.address != samba_dc.address
    assert kept.run_tool("samba-tool", "user", "list").split().count("kari") == 1


@pytest.fixture
def kept(samba_dc: Samba, tmp_path: Path) -> Iterator[Samba]:
    # A copy of what was provisioned, without its sockets: to provision once more takes longer than all the rest.
    sockets = shutil.ignore_patterns("run", "msg.sock", "ldap_priv", "ldapi", "winbindd*", "*.sock", "nbt_server")
    shutil.copytree(samba_dc.directory, tmp_path / "dc", ignore=sockets)
    with samba.running(tmp_path / "dc", fsync=False) as first:
        first.run_tool("samba-tool", "user", "create", "kari", "Fjord-og-Fjell-2026")
        pid, password = first.pid, first.password
        assert len(samba.living(pid)) > 1
    assert samba.living(pid) == []
    with samba.running(tmp_path / "dc", fsync=True) as again:
        assert again.password == password
        yield again


@on_samba
def test_a_start_that_fails_says_where_its_words_are(samba_dc: Samba, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("of a domain that is not here")
    (tmp_path / "etc").mkdir()
    with pytest.raises(RuntimeError, match=f"(?s)did not start.*{tmp_path}"), samba.running(tmp_path, fsync=False):
        pass


def test_a_domain_half_made_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private/half").touch()
    monkeypatch.setattr(samba_domain, "_run", lambda command: "Admin password:        of today\n")
    assert samba_domain.prepare(tmp_path, "127.0.10.1").get_secret_value() == "of today"
    assert not (tmp_path / "private").exists()
    monkeypatch.setattr(samba_domain, "_run", lambda command: pytest.fail("made twice"))
    assert samba_domain.prepare(tmp_path, "127.0.10.2").get_secret_value() == "of today"


def test_a_certificate_is_for_names_and_addresses(tmp_path: Path) -> None:
    samba_certificates.make_ca(tmp_path)
    certificate, key = samba_certificates.issue(tmp_path, "one", ["dc1.example", "127.9.9.9"])
    shown = subprocess.run(
        ["openssl", "x509", "-in", certificate, "-noout", "-ext", "subjectAltName"], capture_output=True, check=True
    )
    assert b"DNS:dc1.example, IP Address:127.9.9.9" in shown.stdout
    assert key.stat().st_mode & 0o777 == 0o600
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuntimeError, match="openssl x509 failed"):
        samba_certificates.issue(tmp_path / "empty", "one", ["dc1.example"])


def test_only_root_can_run_it(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for had in (samba_programs.find, samba_programs.find_or_get):
        with pytest.raises(Missing, match="Only root"):
            had()
    assert samba_programs.find_or_get in parts.PARTS.values()


APT = """#!/bin/sh
echo "$@" >> "{log}"
[ "$4" = install ] || exit 0
"{policy}" smbd start; echo "policy said $?" >> "{log}"
for name in samba samba-tool openssl; do echo x > "{bin}/$name"; /bin/chmod +x "{bin}/$name"; done
"""


@as_root
@pytest.mark.parametrize("theirs", [None, "#!/bin/sh\nexit 104\n"])
def test_debian_installs_it_without_starting_anything(
    bare: Path,
    monkeypatch: pytest.MonkeyPatch,
    theirs: str | None,
) -> None:
    log, policy = bare / "log", bare / "policy-rc.d"
    if theirs:
        program(policy, theirs)
    on_path = shutil.which
    monkeypatch.setattr(samba_programs, "program", lambda name: (found := on_path(name)) and Path(found))
    with pytest.raises(Missing, match="Install a Samba"):
        samba_programs.find_or_get(policy)
    program(bare / "bin/apt-get", APT.format(log=log, policy=policy, bin=bare / "bin"))
    program(bare / "bin/systemctl", f'#!/bin/sh\necho "systemctl $@" >> "{log}"\n')
    assert samba_programs.find_or_get(policy) == bare / "bin/samba"
    update, install, said, disabled = log.read_text().splitlines()
    assert update.endswith("update") and install.endswith(" ".join(samba_programs.PACKAGES))
    assert said == "policy said 101"
    assert disabled == "systemctl disable smbd nmbd winbind samba-ad-dc"
    assert (policy.read_text() if policy.exists() else None) == theirs

"""What stops everybody in a directory: it does not let us in, is not who it says, or does not answer as it should."""

import functools
import subprocess
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from onboarding.connectors.active_directory import health
from onboarding.twins import samba_certificates
from tests.activities.stories import story
from tests.activities.town import PASSWORD, Town
from tests.connectors.active_directory.relay import Relay


@story
def a_wrong_password(town: Town) -> Generator[None, None, None]:
    town.own.set(town.own.base, lockoutThreshold="5")  # where nobody can be locked out, nothing is counted
    try:
        town.password = "not-the-password-9"
        town.hire()
        others = [town.order(employee_number=f"{town.key}{n}", family_name=f"Fossdal{n}") for n in "abc"]
        for number in (town.number, *others):
            town.run(number)
        yield
        row = town.own.row(town.domain.service)
        assert (town.binds(), row["badPwdCount"], row.get("lockoutTime", [b"0"])) == (1, [b"1"], [b"0"])
        assert town.names() == set()
        town.password = PASSWORD
        town.release()
    finally:
        town.own.set(town.own.base, lockoutThreshold="0")


@contextmanager
def ours(town: Town, **changed: str) -> Iterator[None]:
    """Our account as somebody has left it, and as it was again."""
    before = {name: town.own.text(town.own.native_id(town.domain.service), name) or "" for name in changed}
    town.own.set(town.domain.service, **changed)
    try:
        yield
    finally:
        town.own.set(town.domain.service, **before)


@story
def our_account_is_locked(town: Town) -> Generator[None, None, None]:
    town.own.set(town.own.base, lockoutThreshold="1")
    try:
        assert not town.own.lets_in(town.domain.service, "somebody else's guess")
        town.hire()
        town.run()
        yield
        assert town.binds() == 1
    finally:
        town.own.set(town.own.base, lockoutThreshold="0")
        town.own.set(town.domain.service, lockoutTime="0")
    town.release()


@story
def our_account_is_disabled(town: Town) -> Generator[None, None, None]:
    with ours(town, userAccountControl="514"):
        town.hire()
        town.run()
        yield
    town.release()


@story
def our_account_has_expired(town: Town) -> Generator[None, None, None]:
    with ours(town, accountExpires="133485408000000000"):  # the first of January 2024
        town.hire()
        town.run()
        yield
    town.release()


@story
def our_password_must_be_changed(town: Town) -> Generator[None, None, None]:
    town.own.set(town.domain.service, pwdLastSet="0")
    try:
        town.hire()
        town.run()
        yield
    finally:
        town.own.set(town.domain.service, pwdLastSet="-1")
    town.release()


@contextmanager
def showing(town: Town, certificate: tuple[Path, Path]) -> Iterator[Relay]:
    """A server with this certificate, instead of the one we trust."""
    shown = Relay(town.domain.dc, certificate)
    before = town.settings["servers"]
    town.settings["servers"] = shown.server
    try:
        yield shown
    finally:
        town.settings["servers"] = before
        shown.close()


@story
def a_certificate_that_has_expired(town: Town) -> Generator[None, None, None]:
    issued = samba_certificates.issue(town.domain.dc.ca_file.parent, "town-expired", ["127.0.0.1"], days=-1)
    with showing(town, issued) as server:
        town.hire()
        town.run()
        yield
        assert server.asked == []
    town.release()


@story
def a_certificate_of_an_authority_we_do_not_know(town: Town) -> Generator[None, None, None]:
    ours = town.settings["ca_file"]
    town.settings["ca_file"] = str(samba_certificates.make_ca(town.directory, "Somebody else"))
    town.hire()
    town.run()
    yield
    assert town.binds() == 0
    town.settings["ca_file"] = ours
    town.release()


@story
def a_certificate_of_another_name(town: Town) -> Generator[None, None, None]:
    town.settings["server_name"] = "dc9.fjordvik.example"
    town.hire()
    town.run()
    yield
    assert town.binds() == 0
    del town.settings["server_name"]
    town.release()


@story
def a_clock_that_is_behind_a_certificate(town: Town) -> Generator[None, None, None]:
    with showing(town, _of_the_future(town.domain.dc.ca_file.parent)) as server:
        town.hire()
        town.run()
        yield
        assert server.asked == []
    town.release()


def _of_the_future(directory: Path) -> tuple[Path, Path]:
    """A certificate that is valid from the year 2090 on: to it our clock is behind."""
    _, key = samba_certificates.issue(directory, "town-future", ["127.0.0.1"])
    certificate, conf = directory / "town-future.pem", directory / "town-future.cnf"
    (directory / "town-future.index").touch()
    conf.write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=town-future.index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n"
        "policy=p\n[p]\ncommonName=supplied\n"
    )
    command = (
        "openssl ca -batch -notext -config town-future.cnf -cert ca.pem -keyfile ca.key -in town-future.csr "
        "-out town-future.pem -extfile town-future.ext -startdate 20900101000000Z -enddate 20910101000000Z"
    )
    subprocess.run(command.split(), cwd=directory, capture_output=True, check=True)
    return certificate, key


@story
def clocks_that_differ(town: Town) -> Generator[None, None, None]:
    """Nobody is stopped by it: it is said by `systems test`, and is no reason to hold."""
    before, health.FURTHEST = health.FURTHEST, timedelta(seconds=-1)
    try:
        looked = town.connector().test()
        assert [one.key for one in looked.findings if not one.ok] == ["active-directory.clock-differs"]
        assert looked.passable
        town.hire()
        town.run()
        yield
    finally:
        health.FURTHEST = before


@story
def a_base_that_is_not_there(town: Town) -> Generator[None, None, None]:
    town.settings["base"] = f"OU=Borte,{town.own.base}"
    town.hire()
    town.run()
    later = town.order(employee_number=f"{town.key}b", family_name="Fossen")
    town.run(later)
    assert town.binds() == 1
    yield
    town.settings["base"] = town.own.base
    town.release()


@story
def a_base_that_another_domain_has(town: Town) -> Generator[None, None, None]:
    town.settings["base"] = "DC=fjordvk,DC=example"
    town.hire()
    town.run()
    yield
    town.settings["base"] = town.own.base
    town.release()


@story
def a_domain_controller_that_only_reads(town: Town) -> Generator[None, None, None]:
    town.relay.answer_writes_with = 10
    town.hire()
    town.run()
    town.run(town.order(employee_number=f"{town.key}b", family_name="Fossen"))
    yield
    assert (town.binds(), town.writes(), town.names()) == (1, 1, set())
    town.relay.answer_writes_with = None
    town.release()


@story
def a_server_that_freezes_in_the_middle_of_an_add(town: Town) -> Generator[None, None, None]:
    town.settings["answer_within"] = "1"
    with ExitStack() as until:
        town.relay.before_write = functools.partial(until.enter_context, town.domain.dc.frozen())
        town.hire()
        town.run()
        yield
    assert town.writes() == 1
    del town.settings["answer_within"]
    town.run()
    assert len(town.hers()) == 1 and town.names() == {"tuvfos"}

"""A certificate authority of our own and what it signs: a domain controller is only believed with a certificate."""

import subprocess
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

DAYS = 90
_EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make_ca(directory: Path, name: str = "Onboarding's test CA") -> Path:
    """`ca.pem` and `ca.key` in the directory, made where there are none."""
    ca = directory / "ca.pem"
    if not ca.exists():
        directory.mkdir(parents=True, exist_ok=True)
        _openssl(
            directory, "req", "-x509", *_EC, "-days", str(DAYS), "-subj", f"/CN={name}", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip
        (directory / "ca.key").chmod(0o600)
    return ca


def issue(directory: Path, stem: str, names: Sequence[str], days: int = DAYS) -> tuple[Path, Path]:
    """A certificate for these names and addresses, and its key, signed by the directory's CA. Below 0 days: run out."""
    certificate, key = directory / f"{stem}.pem", directory / f"{stem}.key"
    extensions = directory / f"{stem}.ext"
    subjects = ",".join(f"{'IP' if _is_address(name) else 'DNS'}:{name}" for name in names)
    extensions.write_text(f"subjectAltName={subjects}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
    _openssl(directory, "req", *_EC, "-subj", f"/CN={names[0]}", "-keyout", key.name, "-out", f"{stem}.csr")
    _openssl(
        directory, "x509", "-req", "-in", f"{stem}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", str(days), "-sha256", "-extfile", extensions.name, "-out", certificate.name,
    )  # fmt: skip
    key.chmod(0o600)  # Samba does not start with a key that others can read
    return certificate, key


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _openssl(directory: Path, *arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]} failed in {directory}:\n{done.stderr[-2000:]}")

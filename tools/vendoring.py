"""Fetches the styles and scripts of others with npm, and writes down what each file was: a test holds them to it."""

import base64
import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WANTED = ROOT / "tools/vendor.toml"
LOCK = ROOT / "tools/vendor.lock.json"


def wanted() -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = tomllib.loads(WANTED.read_text(encoding="utf-8"))["package"]
    return packages


def tarball(npm: str) -> tuple[bytes, str]:
    """The package as npm has it, and the checksum npm says it should have: it must have that."""
    with tempfile.TemporaryDirectory() as directory:
        command = ["npm", "pack", npm, "--json", "--silent"]
        # What it runs is the list of vendor.toml, and nothing that anybody sends.
        told = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True).stdout  # noqa: S603
        answer = json.loads(told)
        integrity: str = (answer[0] if isinstance(answer, list) else next(iter(answer.values())))["integrity"]
        packed = next(Path(directory).glob("*.tgz")).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    if found != integrity:
        raise SystemExit(f"{npm}: the checksum is {found}, and should have been {integrity}")
    return packed, integrity


def fetched(package: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    packed, integrity = tarball(package["npm"])
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for source, name in package["files"].items():
            member = archive.extractfile(f"package/{source}")
            if member is None:
                raise SystemExit(f"{package['npm']} has no {source}")
            content = member.read().partition(b"\n//# sourceMappingURL=")[0]  # it names a file we do not carry
            path = f"{package['into']}/{name}"
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            yield path, {"from": package["npm"], "integrity": integrity, "sha256": digest}


def main() -> None:
    lock = dict(line for package in wanted() for line in fetched(package))
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""A small policy without a mistake, for tests to plant one in."""

from pathlib import Path

from onboarding.domain.errors import PolicyError
from onboarding.policy.load import load

FILES = {
    "organisation.yaml": """\
title: {nb: Lillevik}
usernames:
  patterns: ["{given:3}{family:3}"]
  letters: {ø: o}
not_counted:
  - where: {kinds: [ansatt], percentage_below: 1}
    why: {nb: Tilkalling}
""",
    "systems.yaml": """\
ad:
  title: {nb: Datakonto}
  owner: it@lillevik.example
  connector: active_directory
  naming: {max_length: 20}
record:
  title: {nb: Journal}
  connector: scim
  account_needs: [ad]
cards:
  title: {nb: Adgangskort}
  owner: vakt@lillevik.example
  connector: manual
  account: false
  instructions: {nb: "Kort til {name}"}
people:
  title: {nb: Oppgaver}
  owner: it@lillevik.example
  connector: manual
  account: false
""",
    "entitlements.yaml": """\
user:
  title: {nb: Innlogging}
  system: ad
  target: GG-Bruker
read:
  title: {nb: Lese}
  system: record
  target: "EPJ-{unit}-les"
  needs: [signed]
write:
  title: {nb: Skrive}
  system: record
  target: EPJ-skriv
  needs: [read]
card:
  title: {nb: Kort}
  system: cards
  target: hoveddør
  approval: owner
""",
    "gates.yaml": """\
signed:
  title: {nb: Signert}
  opened_by: hr
""",
    "kinds.yaml": """\
ansatt:
  title: {nb: Ansatt}
  match:
    - types: [Fast]
innleid:
  title: {nb: Innleid}
  match:
    - types: [Innleid]
  end_date: required
  longest_months: 12
oppdrag:
  title: {nb: Oppdrag}
  from_hr: false
  counts: false
""",
    "units.yaml": """\
helse:
  org_id: "1200"
  title: {nb: Helse}
""",
    "everyone.yaml": """\
gives:
  - user
""",
    "clashes.yaml": """\
four-eyes:
  between: [write, card]
  why: {nb: Aldri begge}
""",
    "role/nurse.yaml": """\
nurse:
  title: {nb: Sykepleier}
  for: {kinds: [ansatt], job_codes: ["7174"], units: [helse]}
  include: [carer]
  gives:
    - write
""",
    "role/carer.yaml": """\
carer:
  title: {nb: Pleier}
  for: {units: [helse]}
  gives:
    - read: {unit: own}
""",
}

Changes = dict[str, tuple[str, str] | str]  # per file: what to write instead of what, or the whole text


def planted(directory: Path, changes: Changes) -> Path:
    """The small policy with these changes."""
    for name, text in (FILES | {name: change for name, change in changes.items() if isinstance(change, str)}).items():
        change = changes.get(name)
        if isinstance(change, tuple):
            old, new = change
            assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
            text = text.replace(old, new)
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


def mistakes(directory: Path) -> list[str]:
    """What `load` says of it, a line each."""
    try:
        load(directory)
    except PolicyError as error:
        return str(error).splitlines()
    return []

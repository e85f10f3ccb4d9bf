"""`onboarding roles`: is the policy right, and what does a role give? Only these commands read the files themselves."""

import difflib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import PolicyError
from onboarding.policy import schema as schemas
from onboarding.policy.describe import Description, describe
from onboarding.policy.load import load
from onboarding.settings import Settings
from onboarding.texts.catalogue import DEFAULT, LANGUAGES, say

app = typer.Typer(help="The organisation's policy: is it right, and what does it say?", no_args_is_help=True)

Directory = Annotated[Path | None, typer.Option("--roles", help="The directory with the policy; as set if left out.")]


@app.command()
def check(
    directory: Annotated[Path | None, typer.Argument(help="The directory with the policy.")] = None,
    roles: Directory = None,
) -> None:
    """Say everything that is wrong with the policy, and where. 0: nothing is."""
    found = _loaded(directory or roles or Settings().roles_dir)
    counts = {
        "roles": found.roles,
        "entitlements": found.entitlements,
        "systems": found.systems,
        "gates": found.gates,
        "kinds": found.kinds,
        "units": found.units,
        "clashes": found.clashes,
    }
    print(f"OK: {', '.join(f'{name} {len(each)}' for name, each in counts.items())}; version {found.hash[:12]}")


@app.command()
def show(
    role: Annotated[str, typer.Argument(help="The role's id.")],
    roles: Directory = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
    language: Annotated[str, typer.Option(help="nb, nn or en.")] = DEFAULT,
) -> None:
    """Say who a role is for, what it gives and where that is written, who must approve and what must come first."""
    if language not in LANGUAGES:
        raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--language")
    found = _loaded(roles or Settings().roles_dir)
    if role not in found.roles:
        raise typer.BadParameter(_no_such(role, sorted(found.roles), language), param_hint="ROLE")
    description = describe(found.roles[role], found, language)
    print(description.model_dump_json(indent=2, by_alias=True) if as_json else "\n".join(_lines(description, language)))


@app.command(hidden=True)
def schema(
    directory: Annotated[Path, typer.Argument(help="Where the schemas are written.")] = Path("schemas"),
) -> None:
    """Write the JSON Schemas of the policy's files anew, after a change of their shapes."""
    for path in schemas.write(directory):
        print(path)


def _loaded(directory: Path) -> Catalogue:
    try:
        return load(directory)
    except PolicyError as error:
        count = len(error.mistakes)
        print(error, file=sys.stderr)
        print(f"{count} mistake{'' if count == 1 else 's'}", file=sys.stderr)
        raise typer.Exit(1) from None


def _no_such(role: str, known: list[str], language: str) -> str:
    near = difflib.get_close_matches(role.lower(), known, n=1, cutoff=0.5)
    if near:
        return say("policy.unknown-role", language, value=role, near=near[0])
    return say("rule.unknown-role", language, value=role, known=", ".join(known))


def _lines(role: Description, language: str) -> Iterable[str]:
    yield f"{role.title} ({role.id}, {role.place})"
    yield f"{say('policy.heading-for', language)} {'; '.join(role.for_)}"
    yield from role.active
    yield say("policy.heading-gives", language)
    yield from (f"  {line.text} ({line.place})" for line in role.gives)
    if role.approvals:
        yield say("policy.heading-approvals", language)
        yield from (f"  {line.text} ({line.place})" for line in role.approvals)
    if role.gates:
        yield say("policy.heading-gates", language)
        yield from (f"  {gate}" for gate in role.gates)

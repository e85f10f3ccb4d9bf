"""`onboarding roles`: is the policy right, and what does a role give? Only these commands read the files themselves."""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.edge import AsJson, Language, known_language, policy_in_files
from onboarding.policy import schema as schemas
from onboarding.policy.describe import Description, describe
from onboarding.texts.catalogue import DEFAULT, say

app = typer.Typer(help="The organisation's policy: is it right, and what does it say?", no_args_is_help=True)

Directory = Annotated[Path | None, typer.Option("--roles", help="The directory with the policy; as set if left out.")]


@app.command()
def check(
    directory: Annotated[Path | None, typer.Argument(help="The directory with the policy.")] = None,
    roles: Directory = None,
) -> None:
    """Say everything that is wrong with the policy, and where. 0: nothing is."""
    found = policy_in_files(directory or roles)
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
    as_json: AsJson = False,
    language: Language = DEFAULT,
) -> None:
    """Say who a role is for, what it gives and where that is written, who must approve and what must come first."""
    known_language(language)
    found = policy_in_files(roles, language)
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

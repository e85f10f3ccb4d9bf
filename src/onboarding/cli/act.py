"""`onboarding case act`: everything a person may do to a case, and what falls with it said before it is done."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, get_args

import typer

from onboarding.cli.edge import AsJson, Language, OnBehalfOf, fail, known_language, opened, operator, show_json
from onboarding.cli.layout import wrapped
from onboarding.domain.access import may_act
from onboarding.domain.acts import OF_THE_CASE, ActKind, foreseen, why_not
from onboarding.domain.cases import Step
from onboarding.domain.errors import Conflict
from onboarding.domain.people import Actor
from onboarding.operations import acting, reading
from onboarding.texts.catalogue import DEFAULT, say
from onboarding.texts.errors import told
from onboarding.texts.sentence import step_name
from onboarding.texts.words import listed

KINDS: dict[str, ActKind] = {kind.replace(" ", "-"): kind for kind in get_args(ActKind)}
YES = frozenset({"j", "ja", "y", "yes"})


def act(
    number: Annotated[str, typer.Argument(help="The case's number, such as B-2026-000001.")],
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    step: Annotated[str, typer.Argument(help="The step's id, as `case show` says it.")] = "",
    value: Annotated[
        str | None, typer.Option(help="mend: the value; choose-role: the role; move-date: YYYY-MM-DD.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why, or the evidence. Say nothing here that is not needed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask, also where more falls away with it.")] = False,
    on_behalf_of: OnBehalfOf = None,
    language: Language = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Do something to a case or a step. What was taken in is kept, also while Temporal is away."""
    known_language(language)
    if kind not in KINDS:
        raise typer.BadParameter(", ".join(KINDS), param_hint="KIND")
    what = KINDS[kind]
    if what not in OF_THE_CASE and not step:
        raise typer.BadParameter(say("cli.name-a-step", language), param_hint="STEP")
    actor = operator(on_behalf_of)
    with opened(language) as store:
        file = reading.case_file(store, number)
        falls, second = _foreseen(file, actor, what, step, note)
        warning = _warning(file, falls, language, second=second)
        if warning and not yes and not _agreed(warning, language):
            fail(say("cli.nothing-done", language))
        try:
            done = acting.act(store, actor, number, what, step, value=value, note=note)
        except Conflict as error:
            if what != "choose role" or error.key not in ("act.unknown-role", "act.needs-value"):
                raise
            fail("\n".join([told(error, language, datetime.now(UTC)), *_roles(file, language)]))
        if as_json:
            show_json(
                {
                    "number": file.case.number,
                    "act": kind,
                    "step": step,
                    "withdrawn": done.withdrawn,
                    "second_needed": second,
                    "goes_with": [other.id for other in falls],
                }
            )
            return
        print(say("cli.withdrawn" if done.withdrawn else "act.taken", language))
        if second:
            print(wrapped(say("act.second-person", language)))


def _foreseen(
    file: reading.CaseFile, actor: Actor, kind: ActKind, id: str, note: str | None
) -> tuple[list[Step], bool]:
    """What falls with it, and whether a second person must agree. Nothing where it will be refused anyway."""
    step = next((step for step in file.steps if step.id == id), None)
    confirming = any(task.kind == "confirm" and task.step == id for task in file.tasks)
    if kind in acting.NEEDS_NOTE and not note:
        return [], False
    if may_act(actor, file.person.id, kind, step) or why_not(kind, file.case.state, step, confirming=confirming):
        return [], False
    gone, second = foreseen(kind, file.steps, id, confirming=confirming)
    return [other for other in file.steps if other.id in gone], second


def _roles(file: reading.CaseFile, language: str) -> Iterator[str]:
    """The list that one is to be chosen from: those of the case's own policy."""
    for id, role in file.catalogue.roles.items():
        yield f"  {id:28}  {role.title.in_(language)}"


def _warning(file: reading.CaseFile, falls: list[Step], language: str, *, second: bool) -> str:
    said = []
    if falls:
        titles = reading.titles_of(file, language)
        named = [step_name(step, titles) for step in falls]
        said.append(say("cli.goes-with", language, steps=listed(named, language)))
    if second:
        said.append(say("cli.needs-second", language))
    return " ".join(said)


def _agreed(warning: str, language: str) -> bool:
    """Asked where errors are said, so that what a script reads stays clean. Nobody there to answer is a no."""
    typer.echo(f"{wrapped(warning)}\n{say('cli.go-on', language)} ", err=True, nl=False)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        typer.echo(err=True)
    return answer.strip().lower() in YES

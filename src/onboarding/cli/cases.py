"""`onboarding case`: the list, one case, and every act a person may do to it."""

from datetime import UTC, datetime
from typing import Annotated, Any, get_args

import typer

from onboarding.cli.edge import AsJson, Language, OnBehalfOf, opened, operator, show_json
from onboarding.domain.acts import OF_THE_CASE, ActKind
from onboarding.operations import acting, reading
from onboarding.texts import dates, words
from onboarding.texts.catalogue import DEFAULT, say
from onboarding.texts.sentence import sentence, step_line

app = typer.Typer(no_args_is_help=True, help="Cases: see them, and do something about them.")

KINDS: dict[str, ActKind] = {kind.replace(" ", "-"): kind for kind in get_args(ActKind)}


@app.command("list")
def list_(
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are not over.")] = False,
    language: Language = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Every case in one line, and in one sentence whether it will be ready on the first day."""
    with opened(language) as store:
        if as_json:
            show_json([summary(file, language) for file in reading.case_files(store, open_only=open_only)])
            return
        for file in reading.case_files(store, open_only=open_only):
            one = summary(file, language)
            print(f"{one['number']}  {one['name']}, {one['role'] or one['title']}, {one['unit']}  [{one['state']}]")
            print(f"    {one['sentence']}")


@app.command()
def show(number: str, language: Language = DEFAULT, as_json: AsJson = False) -> None:
    """One case: the sentence, what waits for a person, then step by step who has it now and since when."""
    with opened(language) as store:
        file = reading.case_file(store, number)
        now = datetime.now(UTC)
        if as_json:
            show_json({**summary(file, language), "steps": [_step(file, step) for step in file.steps]})
            return
        one = summary(file, language)
        print(f"{one['number']}  {one['name']}, {one['role'] or one['title']}, {one['unit']}  [{one['state']}]")
        print(one["sentence"])
        if file.tasks:
            print(f"\n{say('cli.tasks', language)}")
        for task in file.tasks:
            print(f"  {task.step}: {words.who(task.for_, language)}")
            print(f"      {task.instructions}")
        print(f"\n{say('cli.steps', language)}")
        for step in file.steps:
            line = step_line(step, file.catalogue, language, now=now, units=file.units)
            print(f"  {step.id}\n      {line}")
            if refusal := file.refusals.get(step.id):
                offered = say("cli.proposal", language, value=refusal.proposal) if refusal.proposal else ""
                print(f"      {refusal.attribute}: {refusal.value} {offered}".rstrip())


@app.command()
def act(
    number: str,
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    step: Annotated[str, typer.Argument(help="The step's id, as `case show` says it.")] = "",
    value: Annotated[
        str | None, typer.Option(help="mend: the value; choose-role: the role; move-date: YYYY-MM-DD.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why, or the evidence. Say nothing here that is not needed.")] = None,
    on_behalf_of: OnBehalfOf = None,
    language: Language = DEFAULT,
) -> None:
    """Do something to a case or a step. What was taken in is kept, also while Temporal is away."""
    if kind not in KINDS:
        raise typer.BadParameter(", ".join(KINDS), param_hint="KIND")
    if KINDS[kind] not in OF_THE_CASE and not step:
        raise typer.BadParameter(say("cli.name-a-step", language), param_hint="STEP")
    with opened(language) as store:
        done = acting.act(store, operator(on_behalf_of), number, KINDS[kind], step, value=value, note=note)
        print(say("cli.withdrawn" if done.withdrawn else "act.taken", language))
        if done.second_needed:
            print(say("act.second-person", language))
        if done.goes_with:
            print(say("cli.goes-with", language, steps=", ".join(done.goes_with)))


def summary(file: reading.CaseFile, language: str) -> dict[str, Any]:
    """What a list says of a case."""
    roles = [file.catalogue.roles[role].title.in_(language) for role in file.roles]
    now = datetime.now(UTC)
    return {
        "number": file.case.number,
        "name": file.person.name,
        "role": ", ".join(roles),
        "title": file.employment.title,
        "unit": file.units.get(file.employment.unit, file.employment.unit),
        "first_day": file.employment.start,
        "state": words.case_state(file.case.state, language),
        "state_key": file.case.state,
        "sentence": sentence(file.forecast, file.catalogue, language, now=now),
        "since": dates.since(file.case.state_since, language, now),
    }


def _step(file: reading.CaseFile, step: Any) -> dict[str, Any]:
    fields = ("id", "system", "action", "state", "since", "tries", "next_at", "verified_at", "by", "reason", "due")
    return {name: getattr(step, name) for name in fields}

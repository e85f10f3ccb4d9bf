"""`onboarding case`: the list, and one case as somebody who must do something about it reads it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from babel.dates import format_datetime

from onboarding.cli.act import act
from onboarding.cli.edge import AsJson, Language, opened, show_json
from onboarding.cli.layout import STEP_MARKS, clipped, mark_of_case, width, wrapped
from onboarding.domain.cases import Step
from onboarding.domain.people import Value
from onboarding.operations import reading
from onboarding.operations.history import Line, lines
from onboarding.planning.moments import OSLO
from onboarding.store.tasks import Task, TaskKind
from onboarding.texts import dates, words
from onboarding.texts.catalogue import DEFAULT, say
from onboarding.texts.sentence import StepLine, sentence, step_line

app = typer.Typer(no_args_is_help=True, help="Cases: see them, and do something about them.")
app.command()(act)

ANSWERS: dict[TaskKind, str] = {
    "by hand": "by-hand",
    "approve": "approve",
    "gate": "answer",
    "role": "choose-role",
    "confirm": "approve",
}
WHAT = 46  # so wide is the column with what a step does
INDENT = 17  # where the name begins in a list, and its sentence below it


class Reader(Value):
    """Who reads, and when: what every line must know."""

    language: str
    now: datetime


@app.command("list")
def list_(
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are not over.")] = False,
    language: Language = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Every case: its number, who it is for, how it stands, and whether it will be ready on the first day."""
    reader = Reader(language=language, now=datetime.now(UTC))
    with opened(language) as store:
        files = reading.case_files(store, open_only=open_only)
        if as_json:
            show_json([summary(file, reader) for file in files])
            return
        none = True
        for file in files:
            none = False
            for line in _in_list(file, reader):
                typer.echo(line)
        if none:
            typer.echo(say("cli.no-open-cases" if open_only else "cli.no-cases", language))


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="The case's number, such as B-2026-000001.")],
    with_history: Annotated[bool, typer.Option("--history", help="Also who did what, and when.")] = False,
    language: Language = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """One case: the sentence, what waits for a person, then step by step who has it now and since when.

    Under a step that is not over stands its id: `case act` wants it.
    """
    reader = Reader(language=language, now=datetime.now(UTC))
    with opened(language) as store:
        if with_history:
            file, happened = reading.case_history(store, number)
        else:
            file, happened = reading.case_file(store, number), ()
        told = list(lines(file, happened, language))
        if as_json:
            history = {"history": [line._asdict() for line in told]} if with_history else {}
            show_json({**_whole(file, reader), **history})
            return
        for line in (*_page(file, reader), *_history(told, language)):
            typer.echo(line)


def summary(file: reading.CaseFile, reader: Reader) -> dict[str, Any]:
    """What a list says of a case."""
    language = reader.language
    roles = [file.catalogue.roles[role].title.in_(language) for role in file.roles]
    return {
        "number": file.case.number,
        "name": file.person.name,
        "role": ", ".join(roles),
        "title": file.employment.title,
        "unit": file.units.get(file.employment.unit, file.employment.unit),
        "first_day": file.employment.start,
        "state": words.case_state(file.case.state, language),
        "state_key": file.case.state,
        "sentence": sentence(file.forecast, file.catalogue, language, now=reader.now),
        "since": dates.since(file.case.state_since, language, reader.now),
    }


def _whole(file: reading.CaseFile, reader: Reader) -> dict[str, Any]:
    return {
        **summary(file, reader),
        "tasks": [_task(task, reader.language) for task in file.tasks],
        "steps": [_step(step) for step in file.steps],
        "refused": {
            id: {"attribute": no.attribute, "value": no.value, "reason": no.reason, "proposal": no.proposal}
            for id, no in file.refusals.items()
        },
    }


def _task(task: Task, language: str) -> dict[str, Any]:
    fields = ("step", "kind", "for_", "asked_at", "deadline")
    told = {name.rstrip("_"): getattr(task, name) for name in fields}
    words = task.instructions
    return {**told, "instructions": words.in_(language), "instructions_language": words.language_of(language)}


def _step(step: Step) -> dict[str, Any]:
    fields = ("id", "system", "action", "state", "since", "tries", "next_at", "verified_at", "by", "reason", "due")
    return {name: getattr(step, name) for name in fields}


def _in_list(file: reading.CaseFile, reader: Reader) -> Iterator[str]:
    """Mark, number, name, state; the post where there is room; below it the sentence."""
    one = summary(file, reader)
    left = (
        f"{mark_of_case(file.case.state, file.steps)} {one['number']}  {clipped(one['name'], 28):28}  {one['state']:11}"
    )
    yield clipped(f"{left}  {one['role'] or one['title']} · {one['unit']}", width())
    yield wrapped(one["sentence"], INDENT)


def _page(file: reading.CaseFile, reader: Reader) -> Iterator[str]:
    one, language = summary(file, reader), reader.language
    first_day = dates.day(file.employment.start, language, dates.local_day(reader.now))
    yield f"{one['number']}  {one['name']}  [{one['state']}]"
    yield wrapped(
        say("cli.post-of-case", language, role=one["role"] or one["title"], unit=one["unit"], first_day=first_day)
    )
    yield ""
    yield wrapped(one["sentence"])
    if file.tasks:
        yield f"\n{say('cli.tasks', language)}"
    for task in file.tasks:
        yield from _task_lines(file, task, reader)
    if file.steps:
        yield f"\n{say('cli.steps', language)}"
    titles = reading.titles_of(file, language)
    for step in file.steps:
        yield from _step_lines(file, step, step_line(step, titles, reader.now), language)


def _task_lines(file: reading.CaseFile, task: Task, reader: Reader) -> Iterator[str]:
    """Who, and until when; what; and the command that answers it."""
    language = reader.language
    when = dates.since(task.asked_at, language, reader.now)
    if task.deadline:
        late = "cli.was-due" if task.deadline < reader.now else "cli.due"
        when = say(late, language, when=dates.moment(task.deadline, language, reader.now))
    yield wrapped(f"{words.capitalised(words.who(task.for_, language))}, {when}", 2)
    yield wrapped(task.instructions.in_(language), 4)
    value = " --value …" if task.kind == "role" else ""
    yield _dim(f"    onboarding case act {file.case.number} {ANSWERS[task.kind]} {task.step}{value}")


def _step_lines(file: reading.CaseFile, step: Step, line: StepLine, language: str) -> Iterator[str]:
    said = [line.state, "" if line.state.endswith(line.who) else line.who, line.since]
    told = ", ".join(part for part in said if part)
    what = f"  {STEP_MARKS[step.state]} {line.what}"
    if len(what) > WHAT:  # what is long has a line of its own
        yield wrapped(what.strip(), 2, hanging=4)
        yield wrapped(told, WHAT + 2)
    else:
        yield wrapped(f"{what:{WHAT}}  {told}", hanging=WHAT + 2)
    if line.why:
        yield wrapped(line.why, 6)
    if refusal := file.refusals.get(step.id):
        offered = say("cli.proposal", language, value=refusal.proposal) if refusal.proposal else ""
        named = words.capitalised(words.attribute(refusal.attribute, language))
        yield wrapped(f"{named}: {refusal.value} {offered}".rstrip(), 6)
    if not step.over:
        yield _dim(f"      {step.id}")


def _history(told: Sequence[Line], language: str) -> Iterator[str]:
    """Every case has been ordered: without a line, nobody asked."""
    if told:
        yield f"\n{say('cli.history', language)}"
    for line in told:
        note = f" – {line.note}" if line.note else ""
        yield wrapped(f"{_clock(line.at, language)}  {line.text}{note}", 2, hanging=20)


def _clock(at: datetime, language: str) -> str:
    """24.11.2026 05:24, in Oslo: a log is compared line by line."""
    return format_datetime(at, "dd.MM.y HH:mm", tzinfo=OSLO, locale=dates.locale_of(language))


def _dim(text: str) -> str:
    """Needed by those who act, and in nobody else's way; without colour where it is not a terminal."""
    return typer.style(text, dim=True)

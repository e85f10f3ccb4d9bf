"""`onboarding order FILE`: the hires of HR's export, each a case."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from onboarding.cli.edge import BAD_ROWS, AsJson, Language, opened, operator, show_json
from onboarding.operations.feeding import feed_hires
from onboarding.operations.ordering import Imported
from onboarding.texts.catalogue import DEFAULT, say

UNITS = "enheter.csv"


def order(
    file: Annotated[
        Path, typer.Argument(help="HR's export, as examples/hr/README.md says.", exists=True, dir_okay=False)
    ],
    units: Annotated[
        Path | None, typer.Option(help=f"The unit tree; {UNITS} beside the file if left out.", dir_okay=False)
    ] = None,
    on_behalf_of: Annotated[
        str, typer.Option(help="Who answers for the orders. The file is HR's, so it is HR if nothing is said.")
    ] = "HR",
    language: Language = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Order access for every hire in the file. Exit code 3: some rows were bad, and each of them is named."""
    tree = units or file.with_name(UNITS)
    if not tree.is_file():
        raise typer.BadParameter(say("cli.no-units", language, file=tree.name), param_hint="--units")
    with opened(language) as store:
        done = feed_hires(store, file.read_bytes(), tree.read_bytes(), operator(on_behalf_of))
        if as_json:
            show_json(as_json_of(done, language))
        else:
            for line in told_import(done, language):
                print(line)
    if done.bad:
        raise typer.Exit(BAD_ROWS)


def told_import(done: Imported, language: str) -> Iterator[str]:
    """What came of the file: first what was ordered, then every bad row with what is wrong with it."""
    for one in done.ordered:
        name = f"{one.post.given_name} {one.post.family_name}"
        yield say(f"cli.row-{one.result}", language, name=name, title=one.post.title, number=one.number or "")
    for row in done.bad:
        reason = say(row.key, language, **row.params)
        yield say("cli.row-bad", language, row=str(row.row), column=row.column, value=row.value, reason=reason)
    counts = {
        result: str(sum(one.result == result for one in done.ordered)) for result in ("ordered", "already", "changed")
    }
    yield say("cli.import-done", language, bad=str(len(done.bad)), **counts)


def as_json_of(done: Imported, language: str) -> dict[str, Any]:
    """Numbers to go on with, and what to mend: a script needs neither names nor where people can be reached."""
    return {
        "ordered": [
            {"employee_number": one.post.employee_number, "result": one.result, "number": one.number}
            for one in done.ordered
        ],
        "bad": [
            {
                "row": row.row,
                "column": row.column,
                "value": row.value,
                "key": row.key,
                "reason": say(row.key, language, **row.params),
            }
            for row in done.bad
        ],
    }

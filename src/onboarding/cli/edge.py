"""The command line's edge: who presses, in which language, and how an error becomes one sentence and an exit code."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import NotFound, OnboardingError, PolicyError
from onboarding.domain.people import Actor
from onboarding.operations import policies
from onboarding.policy.load import load
from onboarding.settings import Settings
from onboarding.store.engine import Store, is_current
from onboarding.texts import dates
from onboarding.texts.catalogue import DEFAULT, LANGUAGES, say

Language = Annotated[str, typer.Option("--language", envvar="ONBOARDING_LANGUAGE", help="nb, nn or en.")]
AsJson = Annotated[bool, typer.Option("--json", help="The same as JSON.")]
OnBehalfOf = Annotated[
    str | None, typer.Option(help="The manager or owner you answer for. It is shown so, and logged so.")
]

REFUSED = 1  # the answer was no; 2 is a command that was written wrongly
BAD_ROWS = 3  # some rows were bad; the good ones went through


def operator(on_behalf_of: str | None = None) -> Actor:
    """The OS user at the keyboard: may what IT may."""
    return Actor(kind="operator", id=getpass.getuser(), via="cli", on_behalf_of=on_behalf_of)


@contextmanager
def opened(language: str = DEFAULT) -> Iterator[Store]:
    """The store as set; errors of ours are told in one sentence, and the exit code is 1."""
    known_language(language)
    try:
        with closing(Store(Settings().database_url)) as store:
            if not is_current(store):
                fail(say("cli.schema-is-old", language))
            yield store
    except OnboardingError as error:
        fail(told(error, language))
    except PolicyError as error:
        fail(str(error))


def known_language(language: str) -> None:
    if language not in LANGUAGES:
        raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--language")


def policy_in_files(directory: Path | None) -> Catalogue:
    """The policy as it stands in the files, in this directory or the one that is set; all its mistakes at once."""
    try:
        return load(directory or Settings().roles_dir)
    except PolicyError as error:
        count = len(error.mistakes)
        print(error, file=sys.stderr)
        fail(f"{count} mistake{'' if count == 1 else 's'}")


def policy_in_use(store: Store) -> Catalogue:
    """The one new orders are planned by."""
    catalogue = policies.current(store)
    if catalogue is None:
        raise NotFound("order.no-policy")
    return catalogue


def told(error: OnboardingError, language: str) -> str:
    """The error's own text; a moment in it, or who was first, is told in words."""
    params = dict(error.params)
    if "at" in params:
        params["at"] = dates.moment(datetime.fromisoformat(params["at"]), language, datetime.now(UTC))
    if "actor" in params:
        params["actor"] = in_words(params["actor"], language)
    return say(error.key, language, **params)


def in_words(label: str, language: str) -> str:
    """Who it was, from the label the store keeps, which is in English."""
    who, between, other = label.partition(" on behalf of ")
    return say("history.on-behalf-of", language, who=who, other=other) if between else who


def fail(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise typer.Exit(REFUSED)


def show_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))

"""The command line's edge: who presses, in which language, and how an error becomes one sentence and an exit code."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, get_args, get_origin

import typer
from pydantic import ValidationError

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import NotFound, OnboardingError, PolicyError
from onboarding.domain.people import Actor
from onboarding.operations import policies
from onboarding.policy.load import load
from onboarding.settings import Settings, variable
from onboarding.store.engine import Store
from onboarding.store.upgrading import is_current, told_in_words
from onboarding.texts.catalogue import DEFAULT, LANGUAGES, say
from onboarding.texts.errors import told
from onboarding.texts.words import Titles

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
    """The store as set, at today's schema; errors are told in one sentence, and the exit code is 1."""
    settings = known_settings(language)
    with in_one_sentence(language), closing(Store(settings.database_url)) as store:
        if not is_current(store):
            fail(say("cli.schema-is-old", language))
        try:
            yield store
        except OnboardingError as error:
            titles = _titles(store, language) if "system" in error.params else None
            fail(told(error, language, datetime.now(UTC), titles))


@contextmanager
def in_one_sentence(language: str) -> Iterator[None]:
    """What a person can mend is said in a sentence and ends with 1; only what nobody foresaw is a stack trace."""
    try:
        with told_in_words():
            yield
    except OnboardingError as error:
        fail(told(error, language, datetime.now(UTC)))
    except PolicyError as error:
        fail(str(error))


def known_settings(language: str) -> Settings:
    """The environment as values, or a line for each variable that cannot be used. Its value is not shown."""
    known_language(language)
    try:
        return Settings()
    except ValidationError as error:
        wrong = sorted({str(one["loc"][0]) for one in error.errors()})
        fail("\n".join(_wrong(name, language) for name in wrong))


def _wrong(name: str, language: str) -> str:
    kind = Settings.model_fields[name].annotation
    if get_origin(kind) is Literal:
        expected = say("setting.one-of", language, values=", ".join(get_args(kind)))
    elif kind is bool:
        expected = say("setting.yes-or-no", language)
    else:
        keys = {"worker_endpoint": "setting.own-address", "temporal_address": "setting.host-and-port"}
        expected = say(keys.get(name, "setting.other"), language)
    return say("setting.wrong", language, variable=variable(name), expected=expected)


def _titles(store: Store, language: str) -> Titles | None:
    """What people call the systems."""
    catalogue = policies.current(store)
    return Titles(catalogue, language) if catalogue else None


def known_language(language: str) -> None:
    if language not in LANGUAGES:
        raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--language")


def policy_in_files(directory: Path | None, language: str = DEFAULT) -> Catalogue:
    """The policy as it stands in the files, in this directory or the one that is set; all its mistakes at once."""
    place = directory or known_settings(language).roles_dir
    if not place.is_dir():
        fail(say("setting.no-roles", language, directory=str(place)))
    try:
        return load(place)
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


def fail(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise typer.Exit(REFUSED)


def show_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))

"""The history of a case as `case show --history` prints it: the moment, the sentence, and the note somebody left."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from babel.dates import format_datetime

from onboarding.operations.history import Told
from onboarding.operations.reading import CaseFile
from onboarding.planning.moments import OSLO
from onboarding.texts.dates import locale_of
from onboarding.texts.words import Titles


def lines(file: CaseFile, titles: Titles) -> Iterator[dict[str, Any]]:
    """In order: the moment, the sentence, and the note somebody left."""
    told = Told(file, titles)
    for event in file.history:
        note = file.notes.get(event.seq)
        yield {"at": event.at, "text": told.sentence(event), "note": note, "kind": event.what, "step": event.step or ""}


def clock(at: datetime, language: str) -> str:
    """24.11.2026 05:24, in Oslo: a log is compared line by line."""
    return format_datetime(at, "dd.MM.y HH:mm", tzinfo=OSLO, locale=locale_of(language))

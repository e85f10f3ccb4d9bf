"""The history of a case as `case show --history` prints it: the moment, the sentence, and the note somebody left."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.dates import format_datetime

from onboarding.operations.history import Told
from onboarding.operations.reading import CaseFile
from onboarding.planning.moments import OSLO
from onboarding.store import acts
from onboarding.store.engine import Store
from onboarding.texts.dates import locale_of


def lines(store: Store, file: CaseFile, language: str, now: datetime) -> Iterator[dict[str, Any]]:
    """In order: the moment, the sentence, and the note somebody left."""
    told = Told(file, language)
    notes = _notes(store, file)
    for event in file.history:
        # A note stands by what was asked, and is not repeated where that was carried out.
        note = notes.get(event.note) if event.note and event.what != "act.settled" else None
        yield {"at": event.at, "text": told.sentence(event), "note": note, "kind": event.what, "step": event.step or ""}


def clock(at: datetime, language: str) -> str:
    """24.11.2026 05:24, in Oslo: a log is compared line by line."""
    return format_datetime(at, "dd.MM.y HH:mm", tzinfo=OSLO, locale=locale_of(language))


def _notes(store: Store, file: CaseFile) -> Mapping[UUID, str]:
    with store.reading() as tx:
        return {id: acts.note(tx, id) for id in {event.note for event in file.history} if id}

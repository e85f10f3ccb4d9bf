"""The history of a case as a page shows it: the newest first."""

from collections.abc import Iterator, Mapping

from babel.dates import format_datetime

from onboarding.api.front import Reader
from onboarding.api.shapes import Happened
from onboarding.operations.history import Told
from onboarding.operations.reading import CaseFile
from onboarding.planning.moments import OSLO
from onboarding.texts.dates import locale_of


def happened(file: CaseFile, notes: Mapping[int, str], reader: Reader) -> Iterator[Happened]:
    told = Told(file, reader.language, reader.now)
    for event in reversed(file.history):
        clock = format_datetime(event.at, "d. MMM HH:mm", tzinfo=OSLO, locale=locale_of(reader.language))
        yield Happened(at=event.at, clock=clock, text=told.sentence(event), note=notes.get(event.seq))

"""The history of a case as a page shows it: the newest first."""

from collections.abc import Iterator, Mapping

from onboarding.api.front import Reader
from onboarding.api.shapes import Happened
from onboarding.operations.history import Told
from onboarding.operations.reading import CaseFile
from onboarding.texts import dates


def happened(file: CaseFile, notes: Mapping[int, str], reader: Reader) -> Iterator[Happened]:
    told = Told(file, reader.language)
    for event in reversed(file.history):
        clock = dates.stamp(event.at, reader.language)
        yield Happened(at=event.at, clock=clock, text=told.sentence(event), note=notes.get(event.seq))

"""The history of a case as a page shows it: the newest first."""

from collections.abc import Iterator

from onboarding.api.shapes import Happened
from onboarding.operations.history import Told
from onboarding.operations.reading import CaseFile
from onboarding.texts import dates
from onboarding.texts.words import Titles


def happened(file: CaseFile, titles: Titles) -> Iterator[Happened]:
    told = Told(file, titles)
    for event in reversed(file.history):
        clock = dates.stamp(event.at, titles.language)
        yield Happened(at=event.at, clock=clock, text=told.sentence(event), note=file.notes.get(event.seq))

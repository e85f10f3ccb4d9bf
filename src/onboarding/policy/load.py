"""Reads the whole policy, or says everything that is wrong with it at once."""

from pathlib import Path

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import Mistake, PolicyError
from onboarding.policy import names, packages, rules
from onboarding.policy.book import Book
from onboarding.policy.build import catalogue
from onboarding.policy.draft import gather


def load(directory: Path) -> Catalogue:
    """The policy in this directory. Raises PolicyError with all its mistakes."""
    if not directory.is_dir():
        what = "there is no such directory; name the one that holds the organisation's policy"
        raise PolicyError([Mistake(directory.name or str(directory), 1, 1, what)])
    book = Book()
    draft = gather(directory, book)
    names.check(draft, book)
    rules.check(draft, book)
    packages.check(draft, book)
    if book.mistakes or draft.organisation is None or draft.everyone is None:
        raise PolicyError(sorted(book.mistakes))
    return catalogue(draft, draft.organisation, draft.everyone)

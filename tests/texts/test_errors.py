"""What an error says: people, moments and systems in words, and nothing longer than anybody reads."""

from datetime import UTC, datetime

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import Conflict, NotFound
from onboarding.texts.errors import told
from onboarding.texts.words import Titles

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_who_was_first_and_when_is_in_words() -> None:
    error = Conflict("act.somebody-first", actor="ida.it on behalf of 900", at="2026-11-27T11:00:00+00:00", act="retry")
    said = told(error, "nb", NOW)
    assert "ida.it på vegne av 900" in said and "12:00" in said and "2026-11-27" not in said


def test_a_system_is_called_what_people_call_it_where_its_title_is_known(catalogue: Catalogue) -> None:
    error = NotFound("system.unknown", system="ad")
    assert catalogue.systems["ad"].title.nb in told(error, "nb", NOW, Titles(catalogue, "nb"))
    assert "ad" in told(error, "nb", NOW)


def test_a_number_that_is_none_is_shown_no_longer_than_anybody_reads() -> None:
    said = told(NotFound("act.no-such-case", number="B" * 200), "nb", NOW)
    assert f"{'B' * 59}…" in said and "B" * 60 not in said


def test_what_was_not_ordered_is_named_whole() -> None:
    extras = ", ".join(f"right-{n}" for n in range(30))
    assert extras in told(Conflict("order.extras-too-late", number="B-2026-000001", extras=extras), "nb", NOW)

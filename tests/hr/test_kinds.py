"""Which kind a row is: the first whose match fits, with all that the match names."""

import pytest

from onboarding.domain.catalogue import Catalogue
from onboarding.hr.kinds import kind_of


@pytest.mark.parametrize(
    ("stillingstype", "code", "expected"),
    [
        ("Fast", "7174", "ansatt"),
        (" fAST ", "7174", "ansatt"),
        ("TIMELØNN", "", "ansatt"),
        ("Fast", "9999", "oppdragstaker"),
        ("Oppdrag", "", "oppdragstaker"),
        ("Folkevalgt", "0000", "folkevalgt"),
        ("Folkevalgt", "7174", None),
        ("Fast", "0000", "ansatt"),
        ("Konsulent", "7174", None),
        ("", "", None),
    ],
)
def test_kind_of(catalogue: Catalogue, stillingstype: str, code: str, expected: str | None) -> None:
    assert kind_of(catalogue, stillingstype, code) == expected

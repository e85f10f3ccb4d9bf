"""Which of policy's kinds of people an HR row is: the first whose match fits."""

from onboarding.domain.catalogue import Catalogue, HrMatch


def kind_of(catalogue: Catalogue, stillingstype: str, stillingskode: str) -> str | None:
    """The id of the kind, or None where policy knows no such row."""
    for kind in catalogue.kinds.values():
        if kind.from_hr and any(_fits(match, stillingstype, stillingskode) for match in kind.match):
            return kind.id
    return None


def _fits(match: HrMatch, stillingstype: str, stillingskode: str) -> bool:
    wanted = stillingstype.strip().casefold()
    type_fits = not match.types or wanted in {name.strip().casefold() for name in match.types}
    return type_fits and (not match.job_codes or stillingskode in match.job_codes)

"""Does a rule fit a post? Each condition that does not is named, so that it can be said why."""

from collections.abc import Iterable, Mapping

from onboarding.domain.catalogue import Catalogue, Condition
from onboarding.domain.people import Employment, Unit, Value


class Post(Value):
    """An employment as conditions see it."""

    employment: Employment
    above: frozenset[str]  # its unit and all that are over it, as Unit.id
    unit_name: str
    manages: bool


def post_of(employment: Employment, units: Mapping[str, Unit], *, manages: bool) -> Post:
    unit = units.get(employment.unit)
    return Post(
        employment=employment,
        above=upwards(employment.unit, units),
        unit_name=unit.name if unit else employment.unit,
        manages=manages,
    )


def upwards(unit: str, units: Mapping[str, Unit]) -> frozenset[str]:
    """The unit and all that are over it."""
    met: set[str] = set()
    here: str | None = unit
    while here is not None and here not in met:  # a ring in HR's tree must not hang us
        met.add(here)
        here = units[here].parent if here in units else None
    return frozenset(met)


def misses(condition: Condition, post: Post, catalogue: Catalogue) -> tuple[str, ...]:
    """The keys of the conditions that do not fit; empty where the rule fits."""
    it = condition
    post_has = post.employment
    wrong = {
        "rule.other-kind": bool(it.kinds) and post_has.kind not in it.kinds,
        "rule.not-this-kind": post_has.kind in it.not_kinds,
        "rule.no-job-code": bool(it.job_codes) and not post_has.job_code,
        "rule.other-job-code": bool(it.job_codes and post_has.job_code) and post_has.job_code not in it.job_codes,
        "rule.other-unit": bool(it.units) and not inside(it.units, post.above, catalogue),
        "rule.not-this-unit": inside(it.not_units, post.above, catalogue),
        "rule.percentage-from": it.percentage_from is not None and post_has.percentage < it.percentage_from,
        "rule.percentage-below": it.percentage_below is not None and post_has.percentage >= it.percentage_below,
        "rule.not-manager": it.manages is True and not post.manages,
        "rule.is-manager": it.manages is False and post.manages,
    }
    return tuple(key for key, is_wrong in wrong.items() if is_wrong)


def inside(policy_units: Iterable[str], above: frozenset[str], catalogue: Catalogue) -> bool:
    return any(catalogue.units[unit].org_id in above for unit in policy_units)


def filling(key: str, condition: Condition, post: Post) -> dict[str, str]:
    """What fills the text of a missed condition: ids, several joined by ', '; only the post's own unit is a name."""
    match key:
        case "rule.other-kind":
            return {"kinds": ", ".join(condition.kinds), "kind": post.employment.kind}
        case "rule.not-this-kind":
            return {"kind": post.employment.kind}
        case "rule.no-job-code":
            return {"job_codes": ", ".join(condition.job_codes)}
        case "rule.other-job-code":
            return {"job_codes": ", ".join(condition.job_codes), "job_code": post.employment.job_code}
        case "rule.other-unit":
            return {"units": ", ".join(condition.units), "here": post.unit_name}
        case "rule.not-this-unit":
            return {"units": ", ".join(condition.not_units), "here": post.unit_name}
        case "rule.percentage-from":
            return {"limit": f"{condition.percentage_from:f}", "percentage": f"{post.employment.percentage:f}"}
        case "rule.percentage-below":
            return {"limit": f"{condition.percentage_below:f}", "percentage": f"{post.employment.percentage:f}"}
        case _:
            return {}

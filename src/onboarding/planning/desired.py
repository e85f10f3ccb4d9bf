"""What the systems should know of a person: one picture for all of her posts, corrected, and hidden where protected."""

from collections.abc import Mapping, Sequence
from datetime import date

from onboarding.domain.accounts import Desired
from onboarding.domain.people import Employment, Person, Unit


def main_employment(employments: Sequence[Employment], day: date) -> Employment:
    """The post that names and places her: of those not over the largest, then the oldest. Every case picks the same."""
    current = [post for post in employments if post.end is None or post.end >= day] or list(employments)
    return min(current, key=lambda post: (-post.percentage, post.start, str(post.id)))


def desired(
    person: Person,
    employments: Sequence[Employment],
    units: Mapping[str, Unit],
    *,
    username: str | None,
    native_id: str | None,
    corrected: Mapping[str, str],
    day: date,
) -> Desired:
    post = main_employment(employments, day)
    ends = [other.end for other in employments]
    unit = units.get(post.unit)
    seen = Desired(
        key=person.employee_number or str(person.id),
        native_id=native_id,
        username=username,
        given_name=person.given_name,
        family_name=person.family_name,
        display_name=person.name,
        title=post.title,
        unit=unit.name if unit else "",
        unit_id=post.unit,
        manager_key=post.manager or (unit.manager if unit else None),
        email=person.email,
        mobile=person.mobile,
        language=person.language,
        first_day=min(other.start for other in employments),
        last_day=None if None in ends else max(end for end in ends if end),
        hidden=person.protected,
    )
    known = {name: value for name, value in corrected.items() if name in Desired.model_fields}
    if "display_name" not in known and known.keys() & {"given_name", "family_name"}:
        known["display_name"] = " ".join(known.get(n, getattr(seen, n)) for n in ("given_name", "family_name"))
    seen = seen.model_copy(update=known)
    if not person.protected:
        return seen
    return seen.model_copy(update={"mobile": None, "unit": "", "unit_id": "", "manager_key": None})

"""What may be ordered beyond what a post gives: pages, JSON and the order itself ask here."""

from collections.abc import Iterable
from typing import Literal

from onboarding.domain.catalogue import Catalogue, Entitlement
from onboarding.planning.given import Resolved

Why = Literal["not-requestable", "extras-of-nothing"]


def offered(catalogue: Catalogue, resolved: Resolved) -> tuple[Entitlement, ...]:
    """What the post does not give already. Nothing to one that gives nothing: it would not give that either."""
    has = {one.entitlement for one in resolved.given}
    return tuple(one for one in catalogue.entitlements.values() if has and one.requestable and one.id not in has)


def refused(catalogue: Catalogue, resolved: Resolved, extras: Iterable[str]) -> tuple[Why, tuple[str, ...]] | None:
    """Why these cannot be ordered, and which of them; None where they can. What the post gives anyway does no harm."""
    asked = tuple(dict.fromkeys(extras))
    known = catalogue.entitlements
    wrong = tuple(one for one in asked if one not in known or not known[one].requestable)
    if wrong:
        return "not-requestable", wrong
    return ("extras-of-nothing", asked) if asked and not resolved.given else None

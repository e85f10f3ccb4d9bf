"""Turns the shapes, once nothing is wrong with them, into the catalogue that everybody else reads."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from pydantic import JsonValue

from onboarding.domain.catalogue import (
    Catalogue,
    Clash,
    Entitlement,
    Gate,
    Give,
    Kind,
    NotCounted,
    Place,
    PolicyUnit,
    Role,
    System,
)
from onboarding.policy.book import Entry
from onboarding.policy.draft import Draft
from onboarding.policy.packages import Given, flattened, gives_of
from onboarding.policy.shapes import EveryoneShape, OrganisationShape, RoleShape, Shape


def catalogue(draft: Draft, organisation: Entry[OrganisationShape], everyone: Entry[EveryoneShape]) -> Catalogue:
    """The whole policy, with its hash."""
    built = Catalogue(
        hash="",
        organisation=organisation.shape.title,
        systems={
            name: System(**_fields(entry) | {"owner": entry.shape.owner or ""}) for name, entry in draft.systems.items()
        },
        entitlements={name: Entitlement(**_fields(entry)) for name, entry in draft.entitlements.items()},
        gates={name: Gate(**_fields(entry)) for name, entry in draft.gates.items()},
        kinds={name: Kind(**_fields(entry)) for name, entry in draft.kinds.items()},
        units={name: PolicyUnit(**_fields(entry)) for name, entry in draft.units.items()},
        everyone=_gives(gives_of(everyone)),
        everyone_active=everyone.shape.active,
        roles={name: _role(entry, draft) for name, entry in sorted(draft.roles.items())},
        clashes=tuple(Clash(**_fields(entry)) for entry in draft.clashes.values()),
        not_counted=tuple(
            NotCounted(where=post.where, why=post.why, place=organisation.source.place(("not_counted", position)))
            for position, post in enumerate(organisation.shape.not_counted)
        ),
        usernames=organisation.shape.usernames,
    )
    return built.model_copy(update={"hash": hash_of(built)})


def _fields(entry: Entry[Shape]) -> dict[str, Any]:
    return {"id": entry.id, "place": entry.place, **dict(entry.shape)}


def _role(entry: Entry[RoleShape], draft: Draft) -> Role:
    fields = {name: value for name, value in _fields(entry).items() if name != "include"}
    return Role(**fields | {"gives": _gives(flattened(draft, entry.id))})


def _gives(given: Iterable[Given]) -> tuple[Give, ...]:
    return tuple(Give(entitlement=name, place=place, **dict(how)) for name, how, place in given)


def hash_of(built: Catalogue) -> str:
    """Of what the policy says, not of where it is written.

    The order of most things says nothing; of kinds it does: the first that fits wins.
    """
    content = built.model_dump(mode="json", exclude={"hash"})
    content["kinds"] = list(content["kinds"].items())
    canonical = json.dumps(_placeless(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def _placeless(value: Any) -> JsonValue:
    if isinstance(value, dict):
        # By form and not by name alone: an entitlement may be called "place".
        return {key: _placeless(inner) for key, inner in value.items() if not (key == "place" and _is_place(inner))}
    return [_placeless(inner) for inner in value] if isinstance(value, list | tuple) else value


def _is_place(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == Place.model_fields.keys()

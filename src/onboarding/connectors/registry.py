"""Which connectors there are: ours and anybody's, found by entry points under one name."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from onboarding.connectors.base import Connector, Options
from onboarding.domain.errors import NotFound

GROUP = "onboarding.connectors"


def connector_types() -> Mapping[str, type]:
    """Every connector that is installed, by the name a system in policy calls it. Imports them all."""
    return {name: _load(found) for name, found in _installed().items()}


def make(name: str, options: Options) -> Connector:
    """The connector of one system. Imports this one only, so that another's missing library stops nothing."""
    installed = _installed()
    if name not in installed:
        near = get_close_matches(name, installed, n=1, cutoff=0.4)
        known = ", ".join([*near, *(other for other in installed if other not in near)])
        raise NotFound("system.unknown-connector", system=options.system, connector=name, known=known)
    return cast(Connector, _load(installed[name])(options))


def _installed() -> Mapping[str, EntryPoint]:
    return {found.name: found for found in sorted(entry_points(group=GROUP), key=lambda found: found.name)}


def _load(found: EntryPoint) -> type:
    loaded = found.load()
    if not isinstance(loaded, type):
        raise NotFound("system.not-a-connector", connector=found.name, value=found.value)
    return loaded

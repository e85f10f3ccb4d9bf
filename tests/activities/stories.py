"""The stories behind directory_faults.toml: each makes a fault, hires, stops to be looked at, and mends as IT would."""

from collections.abc import Callable, Generator
from types import ModuleType

from tests.activities.town import Town

Story = Callable[[Town], Generator[None, None, None]]

_TOLD: set[Story] = set()


def story(told: Story) -> Story:
    _TOLD.add(told)
    return told


def stories_in(*modules: ModuleType) -> dict[str, Story]:
    """By the name of their row. No two have the same."""
    found = [
        (name.replace("_", " "), told)
        for module in modules
        for name, told in vars(module).items()
        if callable(told) and told in _TOLD
    ]
    assert len(dict(found)) == len(found)
    return dict(found)

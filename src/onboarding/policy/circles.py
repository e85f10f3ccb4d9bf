"""Finds what leads back to itself."""

from collections.abc import Iterable, Mapping, Sequence


def circles(leads_to: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Every circle once, from its smallest name and back to it."""
    found: dict[tuple[str, ...], None] = {}
    done: set[str] = set()

    def walk(name: str, path: Sequence[str]) -> None:
        if name in path:
            circle = path[path.index(name) :]
            first = circle.index(min(circle))
            found[(*circle[first:], *circle[:first])] = None
        elif name not in done:
            for other in leads_to.get(name, ()):
                walk(other, [*path, name])
            done.add(name)

    for name in sorted(leads_to):
        walk(name, [])
    return [[*circle, circle[0]] for circle in found]

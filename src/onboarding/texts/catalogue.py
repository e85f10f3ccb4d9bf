"""What people read, by key and language, from the message files beside this module."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

LANGUAGES = ("nb", "nn", "en")
DEFAULT = "nb"


def say(key: str, language: str = DEFAULT, **params: str) -> str:
    """The text in the language, or in bokmål where it has none. An unknown key or a missing parameter is a KeyError."""
    entry = messages()[key]
    return (entry.get(language) or entry[DEFAULT]).format_map(params)


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Every text there is: key -> language -> text."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted((files("onboarding.texts") / "messages").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for key, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if key in found:
                raise ValueError(f"{file.name}: {key} is there twice")
            found[key] = entry
    return found


def params_of(text: str) -> frozenset[str]:
    """The names a text must be filled with. Only plain `{name}`: what fills it is never looked into."""
    names = [
        name
        for _, name, form, conversion in Formatter().parse(text)
        if name is not None and not form and not conversion
    ]
    if not all(name.isidentifier() for name in names):
        raise ValueError("only plain {name} may stand in a text")
    return frozenset(names)

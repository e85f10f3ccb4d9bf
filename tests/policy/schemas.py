"""As much of JSON Schema as our own schemas use. A word it does not know fails, so that none is passed over."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

SAID_ELSEWHERE = {"$defs", "$schema", "title", "description", "default", "$ref", "type"}
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def wrong(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where the value does not fit the schema."""
    if "$ref" in schema:
        yield from wrong(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{at}: not {schema['type']}"
        return
    for word, says in schema.items():
        if word not in SAID_ELSEWHERE:
            yield from _word(word, says, value, schema, root, at)


def _is(value: Any, type_: str) -> bool:
    return isinstance(value, TYPES[type_]) and (type_ == "boolean" or not isinstance(value, bool))


def _word(word: str, says: Any, value: Any, schema: dict[str, Any], root: dict[str, Any], at: str) -> Iterator[str]:
    if word in ("anyOf", "oneOf"):
        fits = [not list(wrong(value, each, root)) for each in says].count(True)
        if not fits or (word == "oneOf" and fits > 1):
            yield f"{at}: fits {fits} of {word}"
    elif word in INNER and isinstance(says, dict | list):
        for name, inner, each in INNER[word](value, says):
            yield from wrong(inner, each, root, f"{at}/{name}")
    elif not _holds(word, says, value, schema):
        yield f"{at}: {word} {says}"


# For the words about what is inside: name, value and schema of each.
INNER: dict[str, Callable[[Any, Any], Iterable[tuple[object, Any, Any]]]] = {
    "properties": lambda value, says: [(name, value[name], says[name]) for name in value if name in says],
    "patternProperties": lambda value, says: [
        (name, value[name], each) for pattern, each in says.items() for name in value if re.search(pattern, name)
    ],
    "additionalProperties": lambda value, says: [(name, inner, says) for name, inner in value.items()],
    "propertyNames": lambda value, says: [(name, name, says) for name in value],
    "items": lambda value, says: [(position, inner, says) for position, inner in enumerate(value)],
    "prefixItems": lambda value, says: [
        (position, inner, each) for position, (inner, each) in enumerate(zip(value, says, strict=True))
    ],
}


def _holds(word: str, says: Any, value: Any, schema: dict[str, Any]) -> bool:
    match word:
        case "required":
            return bool(set(says) <= value.keys())
        case "additionalProperties":
            return bool(says or value.keys() <= schema.get("properties", {}).keys())
        case "enum":
            return bool(value in says)
        case "const":
            return bool(value == says)
        case "pattern":
            return re.search(says, value) is not None
        case "minimum":
            return bool(value >= says)
        case "maximum":
            return bool(value <= says)
        case "exclusiveMinimum":
            return bool(value > says)
        case "minLength" | "minItems" | "minProperties":
            return bool(len(value) >= says)
        case "maxLength" | "maxItems" | "maxProperties":
            return bool(len(value) <= says)
        case _:
            raise AssertionError(f"{word}: say here what it means")

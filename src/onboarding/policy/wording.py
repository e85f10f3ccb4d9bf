"""Says what pydantic found wrong in the words of the one who wrote it: what it is, and what was meant."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, JsonValue
from pydantic_core import ErrorDetails

from onboarding.policy.book import hint
from onboarding.policy.shapes import GiveShape
from onboarding.policy.source import Source, Where, below

MISSING = {"opened_by": 'nobody opens this gate; write "opened_by:" with manager, hr or owner'}
WHOLE = {
    "int_type": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "tuple_type": 'a list: one "- " line each, or [a, b]',
    "dict_type": "an entitlement's name",
    "model_type": "names with a colon behind, such as {nb: …}",
    "model_attributes_type": "names with a colon behind, such as {nb: …}",
}


def where_of(data: JsonValue, loc: Sequence[str | int]) -> Where:
    """The value an error is about. What is not in the data (the branch of a union, a missing field) is left out."""
    where: list[str | int] = []
    for part in loc:
        if (isinstance(data, dict) and part in data) or (isinstance(data, list) and part in range(len(data))):
            data = below(data, part)
            where.append(part)
    return tuple(where)


def say(error: ErrorDetails, source: Source, where: Where, shape: type[BaseModel]) -> str:
    """What is wrong at this place, and what was meant."""
    found, field = error["input"], str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "missing" if isinstance(error["loc"][-1], int):
            return "one is too few here; write two"
        case "missing":
            return MISSING.get(field, f'"{field}" is missing')
        case "extra_forbidden":
            return f'nothing here is called "{field}"{hint(field, _fields(shape, error["loc"][:-1]))}'
        case "bool_type":
            return f"this must be true or false; {_truth(found)}"
        case "string_type":
            return _text(found, source.written(where))
        case "literal_error":
            return f"{_shown(found)}{_choice(found, str(error['ctx']['expected']))}"
        case _:
            return _limits(error, found, field)


def _limits(error: ErrorDetails, found: object, field: str) -> str:
    match error["type"]:
        case "time_parsing" | "time_type":
            return f'{_shown(found)}; write a time as "07:30"'
        case "string_pattern_mismatch":
            return f"{_shown(found)}; use small letters a to z, digits and _"
        case "string_too_short":
            return "this is empty; write something or leave the line out"
        case "too_short" | "too_long" if isinstance(found, dict):
            return 'write one entitlement behind each "- "'
        case "too_long":
            return "these are too many here; write two"
        case "model_type" if error["ctx"].get("class_name") == GiveShape.__name__:
            return _give(found, field)
        case kind if kind in WHOLE:
            return f"{_shown(found)}; write {WHOLE[kind]}"
        case _:
            return f"{_shown(found)}: {error['msg'][0].lower()}{error['msg'][1:]}"


def _give(found: object, field: str) -> str:
    if field in GiveShape.model_fields:
        return f'"{field}" belongs to the entitlement above; indent it further than the entitlement\'s name'
    if found is None:
        return "nothing stands behind the colon; take the colon away, or write what is special, such as {unit: own}"
    return f"{_shown(found)}; write what is special about it, such as {{unit: own}}"


def _truth(found: object) -> str:
    meant = {"no": "false", "off": "false", "n": "false", "yes": "true", "on": "true", "y": "true"}
    word = str(found).lower()
    if word in meant:
        return f'"{found}" is a word here, write {meant[word]}'
    if word in ("true", "false"):
        return f"write {word} without quotes"
    return "write one of them"


def _text(found: object, written: str) -> str:
    if isinstance(found, dict | list):
        return "this must be one text, not a list and not names with a colon behind"
    return "this is empty; write something" if found is None else f'this must be text; write "{written}" in quotes'


def _choice(found: object, expected: str) -> str:
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    near = hint(str(found), choices)
    return f"{near}" if "did you mean" in near else f"; write {', '.join(choices)}"


def _shown(found: object) -> str:
    if found is None:
        return "this is empty"
    what = {dict: "names with a colon behind", list: "a list", bool: f'"{str(found).lower()}"'}
    return what.get(type(found), f'"{found}"') + " is not possible here"


def _fields(shape: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The names that are known at this place."""
    here: type[BaseModel] = shape
    for part in loc:
        field = {info.alias or name: info for name, info in here.model_fields.items()}.get(str(part))
        models = list(_models(field.annotation)) if field else []
        if models:
            here = models[0]
    return [info.alias or name for name, info in here.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for inner in get_args(annotation)[: 1 if get_origin(annotation) is Annotated else None]:
            yield from _models(inner)

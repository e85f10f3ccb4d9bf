"""The JSON Schemas of the policy's files, from the shapes: what an editor checks while one writes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import JsonValue, TypeAdapter

from onboarding.domain.catalogue import Id
from onboarding.policy import shapes

SHAPES: Mapping[str, TypeAdapter[object]] = {
    "organisation": TypeAdapter(shapes.OrganisationShape),
    "systems": TypeAdapter(dict[Id, shapes.SystemShape]),
    "entitlements": TypeAdapter(dict[Id, shapes.EntitlementShape]),
    "gates": TypeAdapter(dict[Id, shapes.GateShape]),
    "kinds": TypeAdapter(dict[Id, shapes.KindShape]),
    "units": TypeAdapter(dict[Id, shapes.UnitShape]),
    "everyone": TypeAdapter(shapes.EveryoneShape),
    "clashes": TypeAdapter(dict[Id, shapes.ClashShape]),
    "role": TypeAdapter(dict[Id, shapes.RoleShape]),
}


def schemas() -> dict[str, dict[str, JsonValue]]:
    """Each schema by the name of its file without the ending."""
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: draft | _times_as_written(adapter.json_schema()) for name, adapter in SHAPES.items()}


def _times_as_written(schema: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema's own `time` has seconds and a zone, and editors hold people to it; here it is 07:30."""
    found = {}
    for name, value in schema.items():
        if isinstance(value, dict):
            value = _times_as_written(value)
        elif isinstance(value, list):
            value = [_times_as_written(each) if isinstance(each, dict) else each for each in value]
        found[name] = value
    if found.get("format") == "time":
        del found["format"]
        found["pattern"] = r"^\d\d:\d\d$"
    return found


def text(schema: Mapping[str, JsonValue]) -> str:
    """The schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write(directory: Path) -> list[Path]:
    """All schemas, anew."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = directory / f"{name}.json"
        path.write_text(text(schema), encoding="utf-8")
        written.append(path)
    return written

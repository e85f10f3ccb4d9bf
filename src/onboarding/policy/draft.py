"""All that the files say, entry by entry in its shape; what is wrong in one entry costs only that part of it."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from onboarding.domain.catalogue import Id
from onboarding.domain.errors import Mistake
from onboarding.policy import shapes, wording
from onboarding.policy.book import Book, Entry
from onboarding.policy.source import Source, Where, below, read

Subject = Literal["system", "entitlement", "gate", "kind", "unit", "role", "clash"]
S = TypeVar("S", bound=shapes.Shape)

ONE_EACH: Mapping[str, Subject] = {
    "systems.yaml": "system",
    "entitlements.yaml": "entitlement",
    "gates.yaml": "gate",
    "kinds.yaml": "kind",
    "units.yaml": "unit",
    "clashes.yaml": "clash",
}
WHOLE_FILES = ("organisation.yaml", "everyone.yaml")
NOT_NEEDED = frozenset({"gates.yaml", "units.yaml", "clashes.yaml"})  # an organisation may have none
ROLES = "role"  # the folder of the roles
_ID: TypeAdapter[str] = TypeAdapter(Id)


@dataclass
class Draft:
    organisation: Entry[shapes.OrganisationShape] | None = None
    everyone: Entry[shapes.EveryoneShape] | None = None
    systems: dict[str, Entry[shapes.SystemShape]] = field(default_factory=dict)
    entitlements: dict[str, Entry[shapes.EntitlementShape]] = field(default_factory=dict)
    gates: dict[str, Entry[shapes.GateShape]] = field(default_factory=dict)
    kinds: dict[str, Entry[shapes.KindShape]] = field(default_factory=dict)
    units: dict[str, Entry[shapes.UnitShape]] = field(default_factory=dict)
    roles: dict[str, Entry[shapes.RoleShape]] = field(default_factory=dict)
    clashes: dict[str, Entry[shapes.ClashShape]] = field(default_factory=dict)
    names: dict[Subject, dict[str, Source]] = field(default_factory=dict)  # also of entries too broken to be used
    unsure: set[Subject] = field(default_factory=set)  # a file that could not be read may have defined more names

    def known(self, *subjects: Subject) -> list[str]:
        return [name for subject in subjects for name in self.names.get(subject, {})]

    def packages(self) -> Iterator[Entry[shapes.EveryoneShape] | Entry[shapes.RoleShape]]:
        """Everything that gives."""
        if self.everyone:
            yield self.everyone
        yield from self.roles.values()


def gather(directory: Path, book: Book) -> Draft:
    """Every file of the policy, read."""
    draft = Draft()
    found = {path.relative_to(directory).as_posix(): path for path in _yaml_files(directory)}
    sources = {name: read(path, name) for name, path in found.items() if _is_read(name)}
    for name in sorted(found.keys() - sources.keys()):
        known = ", ".join([*WHOLE_FILES, *ONE_EACH])
        book.note(Mistake(name, 1, 1, f"this file is not read; roles lie in {ROLES}/*.yaml, the rest in {known}"))
    for source in sources.values():
        for where, mistake in source.faults:
            book.note(mistake, where)
    for name in (*WHOLE_FILES, *ONE_EACH):
        if name not in sources and name not in NOT_NEEDED:
            book.note(Mistake(name, 1, 1, "this file is missing"))
            draft.unsure.update({ONE_EACH[name]} if name in ONE_EACH else ())
    _fill(draft, sources, book)
    return draft


def _yaml_files(directory: Path) -> list[Path]:
    found = [path for pattern in ("*.yaml", "*.yml") for path in directory.rglob(pattern) if path.is_file()]
    # What begins with a dot is another tool's.
    return sorted(path for path in found if not any(part[0] == "." for part in path.relative_to(directory).parts))


def _is_read(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return name in WHOLE_FILES or name in ONE_EACH or (folder == ROLES and file.endswith(".yaml"))


def _fill(draft: Draft, sources: Mapping[str, Source], book: Book) -> None:
    for name, source in sources.items():
        match ONE_EACH.get(name, name):
            case "organisation.yaml":
                draft.organisation = _whole(source, shapes.OrganisationShape, book)
            case "everyone.yaml":
                draft.everyone = _whole(source, shapes.EveryoneShape, book)
            case "system":
                draft.systems = _entries(draft, "system", source, shapes.SystemShape, book)
            case "entitlement":
                draft.entitlements = _entries(draft, "entitlement", source, shapes.EntitlementShape, book)
            case "gate":
                draft.gates = _entries(draft, "gate", source, shapes.GateShape, book)
            case "kind":
                draft.kinds = _entries(draft, "kind", source, shapes.KindShape, book)
            case "unit":
                draft.units = _entries(draft, "unit", source, shapes.UnitShape, book)
            case "clash":
                draft.clashes = _entries(draft, "clash", source, shapes.ClashShape, book)
            case _:
                draft.roles |= _entries(draft, "role", source, shapes.RoleShape, book)


def _whole(source: Source, shape: type[S], book: Book) -> Entry[S] | None:
    if source.broken:
        return None
    value = _shaped(source, (), source.data, shape, book)
    return Entry("", source, (), value) if value is not None else None


def _entries(draft: Draft, subject: Subject, source: Source, shape: type[S], book: Book) -> dict[str, Entry[S]]:
    found: dict[str, Entry[S]] = {}
    names = draft.names.setdefault(subject, {})
    if source.broken:
        draft.unsure.add(subject)
    for name, data in source.data.items():
        if name in names:  # two files: the first counts
            what = f'the {subject} "{name}" is already in {names[name].place((name,))}; give this one its own name'
            book.add(source, (name,), what, at_key=True)
            continue
        names[name] = source
        try:
            _ID.validate_python(name)
        except ValidationError:
            what = f'"{name}" cannot be an id; use at most 64 small letters a to z, digits and -'
            book.add(source, (name,), what, at_key=True)
        value = _shaped(source, (name,), data, shape, book)
        if value is not None:
            found[name] = Entry(name, source, (name,), value)
    return found


def _shaped(source: Source, at: Where, data: JsonValue, shape: type[S], book: Book) -> S | None:
    """The entry in its shape. What is wrong is reported and taken out, so that the rest can still be looked at."""
    data = copy.deepcopy(data)
    found = _tried(shape, data)
    if not isinstance(found, list):
        return found
    wrong = [(error, wording.where_of(data, error["loc"])) for error in found]
    for error, where in wrong:
        if error["type"] == "missing" or not book.told(source, (*at, *where)):
            at_key = error["type"] in ("missing", "extra_forbidden")
            book.add(source, (*at, *where), wording.say(error, source, (*at, *where), shape), at_key=at_key)
    for _, where in wrong:
        _take_out(data, where)
    again = _tried(shape, data)  # what is wrong now is a consequence of what was taken out
    return None if isinstance(again, list) else again


def _tried(shape: type[S], data: JsonValue) -> S | list[ErrorDetails]:
    try:
        return shape.model_validate_json(to_json(data), strict=True)
    except ValidationError as errors:
        return errors.errors(include_url=False)


def _take_out(data: JsonValue, where: Where) -> None:
    for part in where[:-1]:
        data = below(data, part)
    last = where[-1] if where else None  # None: nothing of it can be used
    if isinstance(data, dict):
        data.pop(str(last), None)
    elif isinstance(data, list) and isinstance(last, int):
        # Lists keep their length: the places of what stands behind must stay true.
        data[last] = str(data[last]) if isinstance(data[last], int | float) else "?"

"""Reads one YAML file into plain values and remembers where each of them is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from onboarding.domain.catalogue import Place
from onboarding.domain.errors import Mistake

Where = tuple[str | int, ...]  # the keys and list positions that lead to a value
Spot = tuple[int, int]  # line and column, from 1

NO_ALIASES = "anchors and aliases (&, *, <<) are not read here; write it out, so that every line says what it means"
NO_TAGS = "a tag (!) means nothing here; write the value alone"


class _Constructor(RoundTripConstructor):
    """Goes on after a duplicate key, so that all of them are found. The first one counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.twice: list[tuple[str, Spot]] = []

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:
        if not isinstance(key_node, ScalarNode):
            raise ConstructorError(problem="a list or a mapping cannot be a name", problem_mark=key_node.start_mark)
        if key not in mapping:
            return True
        mark = key_node.start_mark
        self.twice.append((str(key), (mark.line + 1, mark.column + 1)))
        return False


@dataclass(frozen=True)
class Source:
    """One file as plain values. `broken`: it could not be read, so nobody knows which names it would have defined."""

    file: str  # relative to the policy directory
    data: dict[str, JsonValue]
    lines: tuple[str, ...] = ()
    keys: dict[Where, Spot] = field(default_factory=dict)
    values: dict[Where, Spot] = field(default_factory=dict)
    faults: tuple[tuple[Where, Mistake], ...] = ()
    broken: bool = False

    def place(self, where: Where) -> Place:
        line, column = self.keys.get(where, (1, 1))
        return Place(file=self.file, line=line, column=column)

    def mistake(self, where: Where, what: str, *, at_key: bool = False) -> Mistake:
        line, column = (self.keys if at_key else self.values).get(where, (1, 1))
        return Mistake(self.file, line, column, what)

    def written(self, where: Where) -> str:
        """A plain scalar as it stands in the file: 0123 and not 123."""
        line, column = self.values.get(where, (1, 1))
        found = re.match(r"[^\s,\]}#]+", self.lines[line - 1][column - 1 :]) if line <= len(self.lines) else None
        return found.group() if found else ""


def read(path: Path, file: str) -> Source:
    """The file, with its faults. Never raises for what somebody wrote in it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return _broken(file, (line, 1), "this is not UTF-8 text; save the file as UTF-8")
    except OSError as error:
        return _broken(file, (1, 1), f"the file cannot be read: {error.strerror}")
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    try:
        data = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = (error.problem or error.context or "it cannot be read").split("\n")[0]
        return _broken(file, (mark.line + 1, mark.column + 1) if mark else (1, 1), f"this is not YAML: {what}")
    except (YAMLError, ValueError) as error:
        return _broken(file, (1, 1), f"this is not YAML: {str(error).splitlines()[0]}")
    if data is None:
        return Source(file, {})
    if not isinstance(data, CommentedMap):
        return _broken(file, (1, 1), "the file must hold names with a colon behind (a mapping), not a list or a text")
    return _Reading(file, text).source(data, yaml.constructor.twice)


def below(data: JsonValue, part: str | int) -> JsonValue:
    """What lies under this key or position; None where nothing does."""
    if isinstance(data, dict):
        return data.get(str(part))
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None


def _broken(file: str, spot: Spot, what: str) -> Source:
    return Source(file, {}, faults=(((), Mistake(file, *spot, what)),), broken=True)


class _Reading:
    """One walk through what ruamel read."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = tuple(text.split("\n"))
        self.keys: dict[Where, Spot] = {}
        self.values: dict[Where, Spot] = {}
        self.faults: list[tuple[Where, Mistake]] = []
        self.met: set[int] = set()

    def source(self, data: CommentedMap, twice: list[tuple[str, Spot]]) -> Source:
        plain = self._mapping(data, ())
        self.faults.extend(self._twice(twice))
        return Source(self.file, plain, self.lines, self.keys, self.values, tuple(self.faults))

    def _twice(self, twice: list[tuple[str, Spot]]) -> Iterator[tuple[Where, Mistake]]:
        top = sorted((spot, where) for where, spot in self.keys.items() if len(where) == 1)
        for key, spot in twice:
            above = [where for at, where in top if at <= spot]
            where = (key,) if spot[1] == 1 or not above else above[-1]
            what = f'"{key}" is written twice; keep one of them, or give the other its own name'
            yield where, Mistake(self.file, *spot, what)

    def _fault(self, where: Where, what: str) -> None:
        self.faults.append((where, Mistake(self.file, *self.values.get(where, (1, 1)), what)))

    def _spots(self, where: Where, key: object, data: CommentedMap | CommentedSeq) -> None:
        lc = (data.lc.data or {}).get(key)
        if lc is None:  # below a tag ruamel keeps no places
            self.keys[where] = self.values[where] = self.values.get(where[:-1], (1, 1))
            return
        self.keys[where] = (lc[0] + 1, lc[1] + 1)
        # An empty value has no place of its own.
        self.values[where] = self.keys[where] if data[key] is None else (lc[-2] + 1, lc[-1] + 1)

    def _mapping(self, data: CommentedMap, where: Where) -> dict[str, JsonValue]:
        if data.merge:
            self._fault(where, NO_ALIASES)
        plain: dict[str, JsonValue] = {}
        for key, value in data.items():
            below = (*where, str(key))
            self._spots(below, key, data)
            plain[str(key)] = self._plain(value, below)
        return plain

    def _list(self, data: CommentedSeq, where: Where) -> list[JsonValue]:
        plain = []
        for position, value in enumerate(data):
            self._spots((*where, position), position, data)
            plain.append(self._plain(value, (*where, position)))
        return plain

    def _plain(self, value: object, where: Where) -> JsonValue:
        if isinstance(value, CommentedMap | CommentedSeq):
            if id(value) in self.met:
                self._fault(where, NO_ALIASES)
                return None
            self.met.add(id(value))
            if value.tag.value is not None:
                self._fault(where, NO_TAGS)
            return self._mapping(value, where) if isinstance(value, CommentedMap) else self._list(value, where)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value)
        if not isinstance(value, str | date):
            self._fault(where, NO_TAGS)
        return str(value)

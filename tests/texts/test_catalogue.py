"""Texts by key and language: each key the source speaks of is there, and is filled the same in each language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import onboarding
from onboarding.domain.cases import StepState
from onboarding.planning.forecast import Key, What
from onboarding.texts.catalogue import LANGUAGES, messages, params_of, say

SOURCE = Path(onboarding.__file__).parent
KEY = re.compile(r"[a-z]+(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")
SPEAKERS = {"say", "NotAllowed", "Conflict", "NotFound", "Refused", "NeedsHuman", "Finding", "OnboardingError"}
# Rooms whose every string that looks like a key of ours is one.
WHOLE_ROOMS = ("domain/acts.py", "domain/access.py", "hr/*.py", "texts/*.py", "planning/forecast.py")
OURS = ("act.", "case.", "date.", "hr.", "step.")


def test_the_three_languages() -> None:
    assert say("step.is-stuck") == "stoppet hos IT"
    assert say("step.is-stuck", "nn") == "stoppa hos IT"
    assert say("step.is-stuck", "en") == "stopped, with IT"


@pytest.mark.parametrize("language", ["nn", "se", ""])
def test_a_language_that_is_missing_is_bokmal(language: str) -> None:
    assert say("case.is-ready", language) == "klar"


def test_parameters_are_put_in_and_never_looked_into() -> None:
    assert say("act.somebody-first", actor="{at} {x.__class__}", at="i dag kl. 10:00", more="unused").startswith(
        "{at} {x.__class__} var først, i dag kl. 10:00."
    )


def test_an_unknown_key_and_a_missing_parameter_are_errors() -> None:
    with pytest.raises(KeyError):
        say("case.no-such-text")
    with pytest.raises(KeyError):
        say("act.somebody-first", actor="Per")


@pytest.mark.parametrize("key", sorted(messages()))
def test_a_text_is_filled_with_the_same_in_each_language(key: str) -> None:
    entry = messages()[key]
    assert {"nb", "en"} <= set(entry) <= set(LANGUAGES)
    assert all(params_of(text) == params_of(entry["nb"]) for text in entry.values())
    assert all(text.strip() == text and text for text in entry.values())


@pytest.mark.parametrize("text", ["{a.b}", "{a[0]}", "{}", "{0}"])
def test_only_plain_names_may_be_filled(text: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        params_of(text)


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (_name(node) in SPEAKERS or any(k.arg == "key" for k in node.keywords)):
                yield f"{file.relative_to(SOURCE)}:{node.lineno}", node


def _keys(node: ast.AST) -> Iterator[str]:
    in_parts = {id(part) for joined in ast.walk(node) if isinstance(joined, ast.JoinedStr) for part in joined.values}
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in in_parts:
            yield part.value


def _spoken() -> Iterator[tuple[str, str]]:
    """(where, key) of each string in a call that speaks to people, and of all in the rooms that do little else."""
    subjects = {key.split(".")[0] + "." for key in messages()}
    for where, call in _calls():
        for key in _keys(call):
            if KEY.fullmatch(key) and key.startswith(tuple(subjects)):
                yield where, key
    for pattern in WHOLE_ROOMS:
        for file in sorted(SOURCE.glob(pattern)):
            for key in _keys(ast.parse(file.read_text(encoding="utf-8"))):
                if KEY.fullmatch(key) and key.startswith(OURS):
                    yield str(file.relative_to(SOURCE)), key


def test_every_key_the_source_speaks_of_is_there() -> None:
    spoken = set(_spoken())
    assert len(spoken) > 80
    counted = {"case.accesses", "case.steps"}  # said with -one or -many behind
    assert sorted((where, key) for where, key in spoken if key not in messages() and key not in counted) == []


@pytest.mark.parametrize("call", ["NotFound", "Conflict", "NotAllowed", "say"])
def test_a_key_in_a_call_belongs_to_a_subject(call: str) -> None:
    """A misspelt subject would not be looked for above."""
    strange = [
        (where, node.args[0].value)
        for where, node in _calls()
        if _name(node) == call and node.args and isinstance(node.args[0], ast.Constant)
        if call != "say" or KEY.fullmatch(str(node.args[0].value))  # others say things too
        if node.args[0].value not in messages() and node.args[0].value not in {"case.accesses", "case.steps"}
    ]
    assert strange == []


def test_a_call_fills_all_that_its_text_needs() -> None:
    missing = []
    for where, call in _calls():
        key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        if key not in messages() or any(keyword.arg is None for keyword in call.keywords):
            continue
        given = {keyword.arg for keyword in call.keywords}
        if lacking := params_of(messages()[str(key)]["nb"]) - given:
            missing.append((where, key, lacking))
    assert missing == []


def test_keys_that_are_put_together_are_there() -> None:
    made = [f"act.step-is-{state.replace(' ', '-')}" for state in get_args(StepState)]
    made += list(get_args(Key))
    asked: set[What] = {"approve", "second", "gate", "role", "by hand"}
    made += [f"case.does-{what.replace(' ', '-')}" for what in asked] + ["case.promised", "case.overdue"]
    made += [f"case.{counted}-{how}" for counted in ("accesses", "steps") for how in ("one", "many")]
    assert [key for key in made if key not in messages()] == []


def test_the_texts_about_acts_that_others_lean_on() -> None:
    named = "taken not-yours not-for-oneself operator-needs-on-behalf needs-value needs-note second-person same-person"
    for name in (*named.split(), "unknown-role", "bad-date"):
        assert params_of(messages()[f"act.{name}"]["nb"]) == frozenset()
    assert params_of(messages()["act.somebody-first"]["nb"]) == {"actor", "at"}


def test_what_an_act_is_refused_with_says_what_to_do() -> None:
    """At least two sentences: what happened or what it means, and what to do or what comes of itself."""
    texts = [entry for key, entry in messages().items() if key.startswith("act.step-is-")]
    assert texts
    assert all(len(re.split(r"[.;]", text.rstrip("."))) >= 2 for entry in texts for text in entry.values())

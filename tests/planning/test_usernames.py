"""User names: a table of the names people have, and what holds for any name at all."""

import re
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.catalogue import Usernames
from onboarding.planning.usernames import candidates

RULES = Usernames()


def first(given_name: str, family_name: str, rules: Usernames = RULES, max_length: int = 20) -> str:
    return next(candidates(rules, given_name, family_name, max_length))


@pytest.mark.parametrize(
    ("given_name", "family_name", "name"),
    [
        ("Kari", "Nordmann", "karnor"),
        ("Bjørn", "Ødegård", "bjoode"),
        ("A\u030ase", "Bæ", "asebae"),  # å in two characters, as some files have it
        ("Áilu", "Čáhppe", "ailcah"),
        ("Ŋálla", "Đuoddara", "ngaduo"),
        ("Þórður", "Guðmundsson", "thogud"),
        ("Łukasz", "Żółć", "lukzol"),
        ("Thị Hương", "Nguyễn", "thingu"),
        ("Kari", "van der Berg", "karber"),
        ("Kari", "Al-Hassan", "karhas"),
        ("Kari", "Van", "karvan"),  # all there is of a name is kept
        ("Sean", "O'Brien", "seaobr"),
        ("Sean", "O’Brien", "seaobr"),
        ("KARI", "NORDMANN", "karnor"),
        ("Anne-Marie", "Hansen Dahl", "annhan"),
        ("Jo Inge", "Li", "joili"),
        ("Мария", "Иванова", "mariva"),
        ("小明", "王", "xiawan"),
        ("A", "Li", "ali"),
        ("", "Sukarno", "suk"),
        ("3PO", "Robot", "porob"),
        ("O", "I", "oi2"),  # two letters are too short by themselves
        ("…", "-", "bruker"),  # nothing that could be written
    ],
)
def test_the_first_name_to_try(given_name: str, family_name: str, name: str) -> None:
    assert first(given_name, family_name) == name


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{given}", "bjorn"),
        ("{family}", "odegard"),
        ("{given}{family:1}", "bjorno"),
        ("{family:1}{given:2}", "obj"),
        ("x{given:2}", "xbj"),
        ("{given}.{family}", "bjornodegard"),
    ],
)
def test_patterns(pattern: str, name: str) -> None:
    assert first("Bjørn", "Ødegård", Usernames(patterns=(pattern,))) == name


def test_the_organisation_decides_what_its_letters_become() -> None:
    rules = Usernames(patterns=("{given}{family}",), letters={"Å": "aa", "ŋ": "n"})
    assert first("Åse", "Bø", rules) == "aasebo"  # what it does not name is as before
    assert first("Ŋálla", "Bø", rules) == "nallabo"


def test_each_pattern_as_it_is_and_then_with_a_number() -> None:
    names = list(candidates(RULES, "Kari", "Nordmann", 20))
    assert names[:4] == ["karnor", "kanord", "karnor2", "karnor3"]
    assert names[999:1002] == ["karnor999", "kanord2", "kanord3"]
    assert len(names) == 2 * 999


def test_the_number_takes_the_place_of_letters_where_there_is_no_more_room() -> None:
    rules = Usernames(patterns=("{given}{family}",))
    names = list(islice(candidates(rules, "Kari", "Nordmann", 6), 10))
    assert names[0] == "karino"
    assert names[1] == "karin2"
    assert names[9] == "kari10"


def test_the_rules_may_be_stricter_than_the_system() -> None:
    assert first("Kari", "Nordmann", Usernames(patterns=("{given}{family}",), lengths=5)) == "karin"


def test_a_reserved_word_is_never_given() -> None:
    assert first("Adm", "Inge", Usernames(patterns=("{given:3}{family:2}",), reserved=("ADMIN",))) == "admin2"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=12), st.text(max_size=12), st.integers(3, 20))
def test_any_name_at_all(given_name: str, family_name: str, max_length: int) -> None:
    names = list(candidates(RULES, given_name, family_name, max_length))
    assert names
    assert len(names) == len(set(names)) <= 2 * 999
    assert all(re.fullmatch(r"[a-z][a-z0-9]{2,}", name) and len(name) <= max_length for name in names)
    assert names == list(candidates(RULES, given_name, family_name, max_length))

"""What is refused is called by its own word in each language."""

import pytest

from onboarding.domain.accounts import Desired
from onboarding.domain.acts import MENDABLE
from onboarding.texts.catalogue import LANGUAGES, messages
from onboarding.texts.words import attribute


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted({*Desired.model_fields, *MENDABLE, "target", "ou"} - {"native_id"}))
def test_every_value_has_a_word(name: str, language: str) -> None:
    assert f"value.{name.replace('_', '-')}" in messages()
    assert "_" not in attribute(name, language)


def test_one_that_is_a_systems_own_keeps_its_name() -> None:
    assert attribute("shoe_size", "nb") == "shoe_size"


def test_what_can_be_mended_is_a_value_of_the_persons() -> None:
    assert set(Desired.model_fields) >= MENDABLE

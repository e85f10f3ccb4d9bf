"""In which language a page is, and what people are asked in."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from onboarding.domain.catalogue import Title
from onboarding.store import tasks
from onboarding.store.engine import Store
from onboarding.texts.catalogue import LANGUAGES
from tests.api import scene


@pytest.mark.parametrize(
    ("header", "cookie", "asked", "language"),
    [
        ("", "", "", "nb"),
        ("nn-NO,nn;q=0.9,en;q=0.8", "", "", "nn"),
        ("no,en;q=0.5", "", "", "nb"),
        ("de-DE,en-US;q=0.7", "", "", "en"),
        ("en;q=0.5,nn;q=0.9", "", "", "nn"),
        ("en;q=0,nn;q=0.1", "", "", "nn"),
        ("en;q=mye", "", "", "nb"),
        ("en", "nn", "", "nn"),
        ("en", "nn", "nb", "nb"),
        ("en", "nn", "xx", "nn"),
        ("de", "<script>", "", "nb"),
    ],
)
def test_the_language_is_asked_for_then_kept_then_the_browsers(
    page: TestClient, header: str, cookie: str, asked: str, language: str
) -> None:
    page.cookies.set("language", cookie)
    answer = page.get("/cases", params={"lang": asked}, headers={"accept-language": header})
    assert f'<html lang="{language}">' in answer.text
    assert ("set-cookie" in answer.headers) == (asked in LANGUAGES)


def test_a_page_that_is_brought_up_to_date_stays_in_its_language(page: TestClient) -> None:
    """Whatever has been chosen in another tab; and nobody chose anything."""
    text = page.get("/cases?lang=nn").text
    address = text.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    page.cookies.set("language", "en")
    answer = page.get(address, headers={"hx-request": "true"})
    assert '<html lang="nn">' in answer.text and "set-cookie" not in answer.headers


def test_who_is_asked_to_agree_to_a_skip_is_told_to_what(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1)
    scene.stands(quick, number, "ad:account", "stuck", reason="system.away")
    scene.act(quick, number, "skip", "ad:account", note="Hun trenger den ikke")
    for language, parts in {
        "nb": ("Hoppe over? Konto i ad", "vil hoppe over dette for Karib Nordmanna: Konto i ad.", "Ja, hopp over"),
        "nn": (
            "Hoppe over? Konto i ad",
            "vil hoppe over dette for Karib Nordmanna: Konto i ad.",
            "Nei, det skal gjerast",
        ),
        "en": ("Skip? Account in ad", "wants to skip this for Karib Nordmanna: Account in ad.", "Yes, skip it"),
    }.items():
        text = page.get(f"/cases/{number}?lang={language}").text
        assert [part for part in parts if part not in text] == []


def test_what_a_person_is_asked_is_in_the_readers_language(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1, job_code="7531")
    scene.asked(quick, number, "people:approve:bank", "approve")
    for language, said in (("nb", "Skal Karib"), ("nn", "Skal Karib"), ("en", "Should Karib")):
        assert f'<p class="ds-paragraph">{said}' in page.get(f"/cases/{number}?lang={language}").text
    [task] = page.get(f"/api/v1/cases/{number}", headers={"accept-language": "en"}).json()["tasks"]
    assert task["instructions"].startswith("Should Karib") and task["instructions_language"] == "en"


def test_what_policy_does_not_say_in_the_pages_language_says_which_it_is(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1)
    with quick.writing() as tx:
        case = scene.file_of(quick, number).case
        words = Title(nb="Lag et kort", en="Make a card")
        tasks.ask(tx, case.id, "key:grant:card", "by hand", "key@fjordvik.example", words, datetime.now(UTC))
    assert '<p class="ds-paragraph" lang="nb">Lag et kort' in page.get(f"/cases/{number}?lang=nn").text
    assert '<p class="ds-paragraph">Make a card' in page.get(f"/cases/{number}?lang=en").text
    page.cookies.clear()
    for language, told in (("nn", ("Lag et kort", "nb")), ("en", ("Make a card", "en"))):
        [task] = page.get("/api/v1/tasks", headers={"accept-language": language}).json()["tasks"]
        assert (task["instructions"], task["instructions_language"]) == told

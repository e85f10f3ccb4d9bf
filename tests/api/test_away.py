"""The database is away: a page that helps, in each language, and 503 for programs. It is back: so are the pages."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from onboarding.store.engine import Store
from tests.api import scene
from tests.api.conftest import client_of
from tests.database_away import away

pytestmark = pytest.mark.postgres


@pytest.fixture
def open_pages(postgres_url: str) -> Iterator[tuple[TestClient, str]]:
    store = Store(postgres_url)
    scene.moved_in(store)
    web = client_of(store)
    yield web, scene.ordered(store, 1)
    web.app.state.front.watch.close()  # type: ignore[attr-defined]  # httpx does not say which application it asks
    store.close()


@pytest.mark.parametrize(
    ("language", "title", "again"),
    [
        ("nb", "Vi får ikke tak i det akkurat nå", "Prøv igjen"),
        ("nn", "Vi får ikkje tak i det akkurat no", "Prøv igjen"),
        ("en", "We cannot get at it right now", "Try again"),
    ],
)
def test_pages_say_so_in_each_language(
    open_pages: tuple[TestClient, str], postgres_url: str, language: str, title: str, again: str
) -> None:
    web, number = open_pages
    with away(postgres_url):
        answer = web.get(f"/cases/{number}?lang={language}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert f'<h1 class="ds-heading" data-size="lg">{title}</h1>' in answer.text
        assert f'href="/cases/{number}?">{again}</a>' in answer.text
        assert web.get("/static/app.css").status_code == 200
    assert web.get(f"/cases/{number}").status_code == 200


def test_programs_are_told_when_to_ask_again(open_pages: tuple[TestClient, str], postgres_url: str) -> None:
    web, number = open_pages
    act = {"kind": "withdraw", "note": "feil", "on_behalf_of": "Liv"}
    with away(postgres_url):
        for answer in (web.get("/api/v1/cases"), web.post(f"/api/v1/cases/{number}/acts", json=act)):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["key"] == "page.error-away"
        assert web.get("/ready").json() == {"database": "no", "schema": "unknown"}
        assert web.get("/health").status_code == 200
    assert web.get("/ready").status_code == 200


def test_the_log_says_it_once(open_pages: tuple[TestClient, str], postgres_url: str) -> None:
    web, number = open_pages
    with capture_logs() as lines:
        with away(postgres_url):
            for _ in range(3):
                for page in ("/cases", f"/cases/{number}", "/stuck", "/ready", "/metrics"):
                    web.get(page)
        web.get("/cases")
    assert [line["event"] for line in lines] == ["the database does not answer", "the database answers again"]

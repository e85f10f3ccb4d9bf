"""What stands before every page: other sites, other names, too much, and what we did not foresee."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from onboarding.store.engine import Store
from tests.api import scene
from tests.api.conftest import client_of


@pytest.mark.parametrize("address", ["/cases", "/static/app.css", "/nowhere", "/api/v1/cases", "/health"])
def test_every_answer_keeps_the_browser_strict(page: TestClient, address: str) -> None:
    headers = page.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_are_not_kept_and_files_are(page: TestClient) -> None:
    text = page.get("/cases").text
    assert page.get("/cases").headers["cache-control"] == "no-store"
    address = text.split('href="/static/app.css')[1].split('"')[0]
    assert "immutable" in page.get(f"/static/app.css{address}").headers["cache-control"]


def test_nothing_is_inline(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1)
    for address in ("/cases", f"/cases/{number}", "/order", "/stuck"):
        text = page.get(address).text
        assert all(script.startswith(" src=") for script in text.split("<script")[1:])
        assert "<style" not in text and " style=" not in text and " onclick=" not in text


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),  # not a browser
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),  # another port is another site's affair
        ({"origin": "http://127.0.0.1"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_another_site_changes_nothing(page: TestClient, quick: Store, headers: dict[str, str], allowed: bool) -> None:
    number = scene.ordered(quick, 1)
    form = {"kind": "withdraw", "note": "feil", "on_behalf_of": "Liv"}
    answer = page.post(f"/cases/{number}/acts", data=form, headers=headers)
    assert answer.status_code == (303 if allowed else 403)
    assert (scene.file_of(quick, number).case.state == "withdrawn") == allowed
    if not allowed:
        assert "Dette kom fra et annet nettsted, så ingenting er gjort" in answer.text


def test_reading_from_another_site_is_a_link(page: TestClient) -> None:
    assert page.get("/cases", headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1", 200), ("localhost:8080", 200), ("[::1]:8080", 200), ("evil.example", 400), ("", 400)],
)
def test_only_under_its_own_name(page: TestClient, host: str, status: int) -> None:
    assert page.get("/cases", headers={"host": host}).status_code == status


def test_too_much_is_refused(page: TestClient) -> None:
    answer = page.post("/order", data={"given_name": "x" * 100_000})
    assert answer.status_code == 413
    assert "for stort" in answer.text and "default-src" in answer.headers["content-security-policy"]
    pieces = (b"x" * 10_000 for _ in range(20))  # that do not say beforehand how much they are
    answer = page.post("/order", content=pieces, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "Siden finnes ikke"), ("nn", "Sida finst ikkje"), ("en", "There is no such page")]
)
def test_an_unknown_address_helps(page: TestClient, language: str, said: str) -> None:
    answer = page.get("/nowhere", headers={"accept-language": language})
    assert answer.status_code == 404
    assert said in answer.text and 'href="/cases"' in answer.text


def test_what_we_did_not_foresee_has_a_number_and_tells_nothing(quick: Store) -> None:
    client = client_of(quick)
    quick.engine.dispose()
    with quick.writing() as tx:
        tx.exec_driver_sql("DROP TABLE steps")
    with capture_logs() as lines:
        answer = client.get("/stuck")
    assert answer.status_code == 500
    assert lines[0]["log_number"] in answer.text
    assert "si dette nummeret til IT" in answer.text
    assert "steps" not in answer.text.split("<main")[1]
    assert "sqlite" not in answer.text.lower()
    with capture_logs():
        problem = client.get("/api/v1/stuck")
    assert problem.status_code == 500
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["key"] == "page.error-fault"


def test_health_and_readiness_tell_the_truth(page: TestClient, quick: Store, tmp_path: object) -> None:
    assert (page.get("/health").status_code, page.get("/ready").json()["schema"]) == (200, "current")
    with quick.writing() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    assert (page.get("/health").status_code, page.get("/ready").status_code) == (200, 503)
    away = client_of(Store(f"sqlite:///{tmp_path}/no/such/place.db"))
    assert (away.get("/health").status_code, away.get("/ready").status_code) == (200, 503)
    assert away.get("/ready").json() == {"database": "no", "schema": "unknown"}
    assert "onboarding_database_up 0.0" in away.get("/metrics").text
    assert "onboarding_database_up 1.0" in page.get("/metrics").text


def test_an_id_is_not_a_number(page: TestClient) -> None:
    assert page.get(f"/cases/{UUID(int=0)}").status_code == 404

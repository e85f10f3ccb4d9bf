"""What somebody may put in an address or a form to see what happens is answered with a page in words, and no more."""

import json

import pytest
from fastapi.testclient import TestClient

from onboarding.store.engine import Store
from tests.api import scene
from tests.api.test_order import ORDER

STRANGE = (
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "9" * 3000,
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "..%2F..%2Fetc",
    "%F0%9F%A6%84",
)


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_address_is_answered(web: TestClient, strange: str) -> None:
    asked = (
        "/{}",
        "/cases/{}",
        "/cases?after={}",
        "/cases?unit={}",
        "/cases?state={}",
        "/cases?lang={}",
        "/stuck?told={}",
    )
    for address in (
        *asked,
        "/order?kind={0}&unit={0}&title={0}&job_code={0}&percentage={0}&first_day={0}",
        "/events?since={}",
    ):
        if address.startswith("/events") and strange == "9" * 3000:
            continue  # a moment nobody will live to see, and no test should wait for
        answer = web.get(address.format(strange))
        assert answer.status_code in (200, 404, 422), address
        assert "<script>alert" not in answer.text, address


def test_what_is_sent_is_answered(web: TestClient, store: Store) -> None:
    number = scene.begun(store, 1)
    for strange in ("\x00", "\ufffe", "<script>alert(1)</script>", "x" * 10_000):
        for address, form in {
            "/cases": {"text": strange},
            "/stuck/release": {"system": strange},
            "/stuck/retry": {"system": strange, "reason": strange},
            "/order": dict.fromkeys(("given_name", "family_name", "employee_number", "kind", "unit"), strange),
            f"/cases/{number}/acts": {"kind": "skip", "step": strange, "note": strange, "on_behalf_of": strange},
        }.items():
            answer = web.post(address, data=form)
            assert answer.status_code in (200, 303, 404, 409, 422), address
            assert "<script>alert" not in answer.text, address
    assert scene.open_acts(store, number) == []


def test_a_letter_no_database_keeps_is_told_at_the_field(web: TestClient, store: Store) -> None:
    strange = {**ORDER, "on_behalf_of": "Liv\x00Leder"}
    answer = web.post("/order", data=strange)
    assert answer.status_code == 422 and 'href="#on_behalf_of"' in answer.text
    wrong = web.post("/api/v1/orders", json=strange)
    assert (wrong.status_code, [one["field"] for one in wrong.json()["errors"]]) == (422, ["on_behalf_of"])
    assert web.get("/api/v1/cases?state=all").json()["cases"] == []


def test_an_act_on_the_whole_case_is_of_no_step(web: TestClient, store: Store) -> None:
    """Whatever stands there: no page sends one."""
    number = scene.begun(store)
    form = {"kind": "withdraw", "step": "x\x00", "note": "Hun takket nei.", "on_behalf_of": "Liv Leder"}
    assert web.post(f"/cases/{number}/acts", data=form).status_code == 303
    assert scene.open_acts(store, number) == [("withdraw", "")]


def test_half_a_letter_is_told_or_passed_over_and_is_no_fault(web: TestClient) -> None:
    json_ = {"content-type": "application/json"}
    half = json.dumps({**ORDER, "given_name": "\ud800"})
    for more in ({}, {"idempotency-key": "k"}):
        wrong = web.post("/api/v1/orders", content=half, headers=json_ | more)
        assert (wrong.status_code, [one["field"] for one in wrong.json()["errors"]]) == (422, ["given_name"])
    assert web.post("/api/v1/cases/search", content='{"text": "\\ud800"}', headers=json_).status_code == 200


def test_no_address_makes_a_link_to_another_host(web: TestClient) -> None:
    answer = web.get("http://127.0.0.1//evil.example/x")
    assert answer.status_code == 404 and 'href="/evil.example/x?lang=nn"' in answer.text
    assert 'href="//' not in answer.text

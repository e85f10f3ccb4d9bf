"""Forms and JSON that do something to a case: done once, answered kindly, whoever was first."""

import pytest
from fastapi.testclient import TestClient

from onboarding.store.engine import Store
from tests.api import scene

BANK = "people:approve:bank"
LIV = {"on_behalf_of": "Liv Leder"}


def asked(store: Store) -> str:
    number = scene.begun(store, 1, job_code="7531")
    scene.asked(store, number, BANK, "approve")
    return number


def test_an_approval_is_an_act_and_sends_back_to_the_case(web: TestClient, store: Store) -> None:
    number = asked(store)
    answer = web.post(f"/cases/{number}/acts", data={"kind": "approve", "step": BANK, **LIV})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{number}?told=taken")
    assert scene.open_acts(store, number) == [("approve", BANK)]
    text = web.get(answer.headers["location"]).text
    assert "Det er tatt imot, og vi går videre med en gang." in text
    assert "Svaret er tatt imot, og blir gjort nå." in text
    assert "Dette gjør andre" not in text  # it is no longer asked of anybody
    assert "ida.it på vegne av Liv Leder valgte «Godkjenn»" in web.get(f"/cases/{number}/history").text


def test_a_form_sent_twice_is_told_kindly(web: TestClient, store: Store) -> None:
    number = asked(store)
    form = {"kind": "approve", "step": BANK, **LIV}
    assert web.post(f"/cases/{number}/acts", data=form).status_code == 303
    again = web.post(f"/cases/{number}/acts", data=form)
    assert again.status_code == 409
    assert "ida.it på vegne av Liv Leder var først, i dag kl." in again.text
    assert "Steg for steg" in again.text  # the case is shown, not an error page
    assert len(scene.open_acts(store, number)) == 1


def test_loading_a_refused_answer_again_is_the_case(page: TestClient) -> None:
    assert page.get("/cases/B-2026-000001/acts").headers["location"] == "/cases/B-2026-000001"


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"kind": "approve", "step": BANK}, 403, "Skriv hvem du gjør det på vegne av"),
        ({"kind": "decline", "step": BANK, **LIV}, 409, "Skriv kort hvorfor"),
        ({"kind": "approve", "step": "no:such", **LIV}, 409, "noe slikt steg"),
        ({"kind": "retry", "step": "ad:account"}, 409, "Steget har ikke begynt"),
        ({"kind": "move date", "value": "i morgen", **LIV}, 409, "Datoen kan ikke brukes"),
        ({"kind": "withdraw", **LIV}, 409, "Skriv kort hvorfor"),
        ({"kind": "nonsense"}, 422, "Vi forsto ikke det som ble sendt"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(
    page: TestClient, quick: Store, form: dict[str, str], status: int, said: str
) -> None:
    number = asked(quick)
    answer = page.post(f"/cases/{number}/acts", data=form)
    assert answer.status_code == status
    assert said in answer.text
    assert scene.open_acts(quick, number) == []


def test_a_received_case_is_withdrawn_at_once(web: TestClient, store: Store) -> None:
    number = scene.ordered(store)
    assert "Ingenting er gitt ennå" in web.get(f"/cases/{number}").text
    answer = web.post(f"/cases/{number}/acts", data={"kind": "withdraw", "note": "feil person", **LIV})
    assert answer.headers["location"].endswith("?told=withdrawn")
    text = web.get(answer.headers["location"]).text
    assert "<q>feil person</q>" in web.get(f"/cases/{number}/history").text
    assert 'value="withdraw"' not in text  # it is over


def test_the_date_is_moved(web: TestClient, store: Store) -> None:
    number = scene.begun(store)
    form = {"kind": "move date", "value": "2027-03-01", **LIV}
    assert web.post(f"/cases/{number}/acts", data=form).status_code == 303
    assert scene.open_acts(store, number) == [("move date", "")]
    assert 'value="move date"' not in web.get(f"/cases/{number}").text  # it is on its way


def test_each_task_has_its_own_answer(page: TestClient, quick: Store) -> None:
    gate = scene.begun(quick, 1, job_code="8527")
    scene.asked(quick, gate, "people:gate:contract", "gate")
    card = scene.begun(quick, 2)
    scene.asked(quick, card, "key:grant:card", "by hand")
    unknown = scene.begun(quick, 3, job_code="9999")
    role = next(step.id for step in scene.file_of(quick, unknown).steps if step.ask and step.ask.kind == "role")
    scene.asked(quick, unknown, role, "role")
    offered = {
        number: page.get(f"/api/v1/cases/{number}").json()["tasks"][0]["offers"] for number in (gate, card, unknown)
    }
    assert [(one["kind"], one["note"], one["on_behalf_of"]) for one in offered[gate]] == [("answer", False, "")]
    assert [(one["kind"], one["note"], one["on_behalf_of"]) for one in offered[card]] == [("by hand", True, None)]
    assert offered[unknown][0]["kind"] == "choose role"
    assert {"value": "nurse", "words": "nurse"} in offered[unknown][0]["choices"]
    chosen = {"kind": "choose role", "step": role, "value": "nurse", **LIV}
    assert page.post(f"/cases/{unknown}/acts", data=chosen).status_code == 303
    told = page.get(f"/api/v1/cases/{unknown}/history").json()["history"][0]["text"]
    assert told == "ida.it på vegne av Liv Leder valgte «Velg tilgangspakke»: nurse"


def test_what_it_may_do_about_a_stopped_step_is_offered_with_what_follows(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick)
    scene.refused(quick, number, "pay:account")
    step = next(one for one in page.get(f"/api/v1/cases/{number}").json()["steps"] if one["id"] == "pay:account")
    offers = {one["kind"]: one for one in step["offers"]}
    assert list(offers) == ["mend", "retry", "by hand", "skip"]
    assert offers["mend"]["proposal"] == "kari.nordmann@fjordvik.example"
    assert "Dette faller bort sammen med det" in offers["skip"]["consequence"]
    assert "en annen person enn du må bekrefte" in offers["skip"]["consequence"]
    assert "«kari@elsewhere»" in step["why"]
    form = {"kind": "skip", "step": "pay:account", "note": "ikke nå"}
    assert page.post(f"/cases/{number}/acts", data=form).headers["location"].endswith("?told=second")


def test_a_press_by_json(web: TestClient, store: Store) -> None:
    number = asked(store)
    body = {"kind": "approve", "step": BANK, **LIV}
    first = web.post(f"/api/v1/cases/{number}/acts", json=body, headers={"idempotency-key": "a"})
    again = web.post(f"/api/v1/cases/{number}/acts", json=body, headers={"idempotency-key": "a"})
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.json()["kind"] == "approve" and first.json()["second_needed"] is False
    other = web.post(f"/api/v1/cases/{number}/acts", json=body, headers={"idempotency-key": "b"})
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["key"] == "act.somebody-first"
    assert other.json()["detail"].startswith("ida.it på vegne av Liv Leder var først")


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "Vi finner ingen"), ("nn", "Vi finn inga"), ("en", "There is no order")]
)
def test_a_case_that_is_not_there(page: TestClient, language: str, said: str) -> None:
    asked = {"accept-language": language}
    answer = page.get("/cases/B-1999-000001", headers=asked)
    assert answer.status_code == 404 and said in answer.text
    problem = page.get("/api/v1/cases/B-1999-000001", headers=asked)
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404 and problem.json()["title"] == "Not Found"
    assert said in problem.json()["detail"]
    body = {"kind": "retry", "step": "x"}
    assert page.post("/api/v1/cases/B-1999-000001/acts", json=body).status_code == 404
    assert page.post("/cases/B-1999-000001/acts", data=body).status_code == 404

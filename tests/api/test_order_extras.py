"""What is asked for beyond what the post gives: offered in plain words, kept, refused by name, and never lost."""

import pytest
from fastapi.testclient import TestClient

from onboarding.domain.catalogue import Clash
from onboarding.operations.reading import case_file
from onboarding.store.engine import Store
from tests import municipality
from tests.api import scene
from tests.api.conftest import client_of
from tests.api.test_order import ORDER, POST
from tests.municipality import HERE, entitlement, title

RIGHTS = (
    entitlement("remote", "ad", requestable=True, promise=0),
    entitlement("phone", "key", requestable=True, promise=5),
    entitlement("shared", "ad", requestable=True, needs=("mail", "contract"), promise=1),
    entitlement("mail", "ad", approval="owner"),
    entitlement("book", "pay", requestable=True, approval="owner", owner="books@fjordvik.example"),
)
CLASH = Clash(id="own", between=("book", "payslip"), why=title("Two pairs of eyes."), place=HERE)


@pytest.fixture
def wide(quick: Store) -> TestClient:
    """A policy where each kind of thing that may be asked for is to be had."""
    base = municipality.catalogue()
    rights = {**base.entitlements, **{one.id: one for one in RIGHTS}}
    scene.moved_in(quick, base.model_copy(update={"entitlements": rights, "clashes": (CLASH,), "hash": "wide"}))
    return client_of(quick)


def offered(text: str) -> dict[str, str]:
    """What stands below each box."""
    found = {}
    for part in text.split('name="extras" value="')[1:]:
        id = part.split('"')[0]
        found[id] = part.split(f'id="extra-{id}-about">')[1].split("</p>")[0]
    return found


def ticked(text: str) -> set[str]:
    boxes = [part.split(">")[0] for part in text.split('name="extras" value="')[1:]]
    return {box.split('"')[0] for box in boxes if box.endswith(" checked")}


def test_what_may_be_asked_for_is_offered_with_what_follows_from_it(wide: TestClient) -> None:
    text = wide.get("/order", params=POST).text
    assert "Trengs det noe mer?" in text
    assert offered(text) == {
        "bank": "Må godkjennes av pay@fjordvik.example. Blir gjort innen én virkedag etter det.",
        "vault": "Må godkjennes av pay@fjordvik.example og én til. Blir gjort innen én virkedag etter det.",
        "remote": "Blir gjort samme dag.",
        "phone": "Blir gjort innen fem virkedager.",
        "shared": "Da følger dette med: mail. Må godkjennes av ad@fjordvik.example."
        " Venter på at lederen bekrefter dette: contract signed. Blir gjort innen én virkedag etter det.",
        "book": "Må godkjennes av books@fjordvik.example. Skal ikke være hos samme person som «payslip», så"
        " books@fjordvik.example må si ja først. Blir gjort innen én virkedag etter det.",
    }


def test_what_the_post_gives_is_not_offered(page: TestClient) -> None:
    assert set(offered(page.get("/order", params={**POST, "job_code": "7531"}).text)) == {"vault"}


def test_where_nothing_may_be_asked_for_nobody_is_asked(quick: Store) -> None:
    base = municipality.catalogue()
    none = {id: one.model_copy(update={"requestable": False}) for id, one in base.entitlements.items()}
    scene.moved_in(quick, base.model_copy(update={"entitlements": none, "hash": "none"}))
    assert "Trengs det noe mer?" not in client_of(quick).get("/order", params=POST).text


def test_it_is_ordered_with_the_rest_and_the_case_says_so(web: TestClient, store: Store) -> None:
    answer = web.post("/order", data={**ORDER, "extras": ["bank", "vault"]})
    assert answer.status_code == 303
    number = answer.headers["location"].split("/cases/")[1].split("?")[0]
    assert case_file(store, number).employment.extras == ("bank", "vault")
    scene.begin_case(store, number)
    text = web.get(f"/cases/{number}").text
    happened = web.get(f"/cases/{number}/history").text
    assert "ida.it på vegne av Liv Leder la inn bestillingen, og ba også om dette: bank og vault." in happened
    gifts = text.split('class="gifts"')[1].split("</dl>")[0]
    assert [part.split("</dt>")[0] for part in gifts.split("<dt>")[1:]] == [
        "Følger med tilgangspakken nurse", "Får alle", "Bestilt i tillegg",
    ]  # fmt: skip
    told = {one["what"]: (one["rank"], one["because"]) for one in web.get(f"/api/v1/cases/{number}").json()["gifts"]}
    assert told["bank"] == (2, "Bestilt i tillegg") and told["login"] == (1, "Får alle")
    again = web.post("/order", data={**ORDER, "extras": ["vault", "bank"]})
    assert again.headers["location"] == f"/cases/{number}?told=already"


def test_what_was_ticked_is_kept_when_something_else_is_wrong(page: TestClient) -> None:
    answer = page.post("/order", data={**ORDER, "given_name": "", "extras": ["vault"]})
    assert answer.status_code == 422 and ticked(answer.text) == {"vault"}


def test_what_is_wrong_is_told_in_the_order_of_the_page(page: TestClient) -> None:
    answer = page.post("/order", data={**POST, "extras": ["gone"]})
    summary = answer.text.split('class="ds-error-summary"')[1].split("</ul>")[0]
    assert [part.split('"')[0] for part in summary.split('href="#')[1:]] == [
        "extras", "given_name", "family_name", "employee_number", "on_behalf_of",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "named"),
    [("vpn", "vpn"), ("gone", "gone"), ("<b>", "…"), ("13097248022", "…")],
)
def test_what_may_not_be_asked_for_is_named_at_the_field(page: TestClient, extra: str, named: str) -> None:
    answer = page.post("/order", data={**ORDER, "extras": ["bank", extra]})
    assert answer.status_code == 422
    assert f"Dette kan ikke bestilles i tillegg: {named}. Ta det bort, eller spør IT." in answer.text
    assert 'href="#extras"' in answer.text and 'id="extras-wrong"' in answer.text and 'id="extras"' in answer.text
    assert ticked(answer.text) == {"bank"} and "13097248022" not in answer.text
    wrong = page.post("/api/v1/orders", json={**ORDER, "extras": ["bank", extra]})
    assert (wrong.status_code, [one["field"] for one in wrong.json()["errors"]]) == (422, ["extras"])
    assert page.get("/api/v1/cases?state=all").json()["cases"] == []


def test_nothing_is_asked_for_beyond_a_post_that_gives_nothing(quick: Store) -> None:
    base = municipality.catalogue()
    nothing = base.kinds["ansatt"].model_copy(update={"id": "oppdrag", "counts": False})
    scene.moved_in(quick, base.model_copy(update={"kinds": {**base.kinds, "oppdrag": nothing}, "hash": "more-kinds"}))
    page = client_of(quick)
    assert "Trengs det noe mer?" not in page.get("/order", params={**POST, "kind": "oppdrag"}).text
    answer = page.post("/order", data={**ORDER, "kind": "oppdrag", "extras": ["bank"]})
    assert answer.status_code == 422 and "så ingenting kan bestilles i tillegg" in answer.text


def test_what_is_added_to_a_hire_that_is_ordered_is_refused_and_named(web: TestClient, store: Store) -> None:
    first = web.post("/order", data={**ORDER, "extras": ["bank"]})
    number = first.headers["location"].split("/cases/")[1].split("?")[0]
    answer = web.post("/order", data={**ORDER, "extras": ["bank", "vault"]})
    assert answer.status_code == 409
    assert f"Dette er bestilt fra før, som {number}. Det du la til nå, ble ikke bestilt: vault." in answer.text
    assert f'href="/cases/{number}"' in answer.text and ticked(answer.text) == {"bank", "vault"}
    assert case_file(store, number).employment.extras == ("bank",)


def test_the_same_form_again_is_the_same_case_also_when_policy_no_longer_offers_it(
    page: TestClient, quick: Store
) -> None:
    first = page.post("/order", data={**ORDER, "extras": ["bank"]}).headers["location"]
    base = municipality.catalogue()
    less = {**base.entitlements, "bank": base.entitlements["bank"].model_copy(update={"requestable": False})}
    scene.moved_in(quick, base.model_copy(update={"entitlements": less, "hash": "less"}))
    again = page.post("/order", data={**ORDER, "extras": ["bank"]})
    assert (again.status_code, again.headers["location"]) == (303, first.replace("=ordered", "=already"))
    for another in ({"employee_number": "200102"}, {"unit": "1310"}):  # another person, and another post of hers
        other = page.post("/order", data={**ORDER, **another, "extras": ["bank"]})
        assert other.status_code == 422 and "Dette kan ikke bestilles i tillegg: bank." in other.text
        assert 'href="#extras"' in other.text


def test_by_json_the_same_holds(page: TestClient) -> None:
    first = page.post("/api/v1/orders", json={**ORDER, "extras": ["bank"]})
    assert (first.status_code, first.json()["result"]) == (201, "ordered")
    again = page.post("/api/v1/orders", json={**ORDER, "extras": ["bank"]})
    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
    more = page.post("/api/v1/orders", json={**ORDER, "extras": ["vault"]})
    assert (more.status_code, more.json()["key"]) == (409, "order.extras-too-late")
    assert first.json()["number"] in more.json()["detail"] and "vault" in more.json()["detail"]
    assert page.post("/api/v1/orders", json={**ORDER, "extras": ["x" * 65]}).status_code == 422
    assert page.post("/api/v1/orders", json={**ORDER, "extras": ["bank"] * 51}).status_code == 422

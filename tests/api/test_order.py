"""An order from its fields to its case: what it gives is shown first, what is wrong is said at the field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from onboarding.planning.moments import today
from onboarding.store.engine import Store
from tests import municipality
from tests.api import scene

START = (today(datetime.now(UTC)) + timedelta(days=20)).isoformat()
POST = {
    "kind": "ansatt", "unit": "1210", "job_code": "7174", "title": "Sykepleier", "percentage": "100", "first_day": START
}  # fmt: skip
PERSON = {"employee_number": "200101", "given_name": "Kari", "family_name": "Nordmann"}
ORDER = {**POST, **PERSON, "on_behalf_of": "Liv Leder"}


def test_the_post_is_shown_with_what_it_gives(page: TestClient) -> None:
    text = page.get("/order", params=POST).text
    assert "Tilgangspakke: <strong>nurse</strong>" in text
    assert all(f"<li>{right}</li>" in text for right in ("vpn", "payslip", "card", "login"))
    assert "Hvem er det?" in text


def test_a_job_code_is_shown_with_what_it_gives(page: TestClient) -> None:
    text = page.get("/order").text
    assert '<option value="8527">doctor</option>' in text
    label = text.split('for="title">')[1].split("</label>")[0]
    assert "(valgfritt)" in label
    assert "(valgfritt)" not in text.split('for="first_day">')[1].split("</label>")[0]


def test_what_waits_for_somebody_is_told(page: TestClient) -> None:
    text = page.get("/order", params={**POST, "job_code": "8527"}).text
    assert "records blir gitt når lederen har bekreftet dette: contract signed." in text
    text = page.get("/order", params={**POST, "job_code": "7531"}).text
    assert "bank blir gitt når pay@fjordvik.example har godkjent det." in text


def test_an_unknown_job_code_is_told_before_it_is_ordered(page: TestClient) -> None:
    assert "Ingen tilgangspakke nevner stillingskoden." in page.get("/order", params={**POST, "job_code": "9999"}).text


def test_the_post_can_be_changed_again(page: TestClient) -> None:
    """Who it is goes along, and stands in no address."""
    answer = page.post("/order", data={**ORDER, "extras": "bank", "change": "1"})
    assert answer.status_code == 200 and "Hvem er det?" not in answer.text
    assert f'type="date" value="{START}"' in answer.text and '<form class="fields" method="post"' in answer.text
    kept = {**PERSON, "on_behalf_of": "Liv Leder", "extras": "bank"}
    assert all(f'type="hidden" name="{name}" value="{value}"' in answer.text for name, value in kept.items())
    seen = page.post("/order", data={**ORDER, "unit": "1310", "see": "1"})
    assert seen.status_code == 200 and "Hvem er det?" in seen.text and "ds-validation-message" not in seen.text
    assert all(f'name="{name}"' in seen.text and f'value="{value}"' in seen.text for name, value in PERSON.items())
    assert page.get("/api/v1/cases?state=all").json()["cases"] == []


def test_a_post_that_is_wrong_is_mended_first_and_who_it_is_is_kept(page: TestClient) -> None:
    answer = page.post("/order", data={**ORDER, "unit": "0000", "given_name": "x" * 200})
    assert answer.status_code == 422
    assert 'href="#unit"' in answer.text and 'href="#given_name"' not in answer.text
    assert 'type="hidden" name="family_name" value="Nordmann"' in answer.text


def test_in_another_language_what_was_sent_is_kept(page: TestClient) -> None:
    refused = page.post("/order", data={**ORDER, "given_name": ""})
    languages = refused.text.split('<nav class="languages"')[1].split("</nav>")[0]
    assert 'formaction="/order?lang=nn"' in languages and "<a " not in languages
    assert 'type="hidden" name="family_name" value="Nordmann"' in languages
    nynorsk = page.post("/order?lang=nn", data={**ORDER, "given_name": "", "see": "1"})
    assert "Kven er det?" in nynorsk.text and 'value="Nordmann"' in nynorsk.text
    assert 'href="/order?lang=nn"' in page.get("/order").text


def test_it_is_placed_once_and_sends_on_to_the_case(web: TestClient, store: Store) -> None:
    first = web.post("/order", data=ORDER)
    assert first.status_code == 303
    assert first.headers["location"].endswith("?told=ordered")
    text = web.get(first.headers["location"]).text
    assert "Bestillingen er tatt imot." in text and "Kari Nordmann" in text
    happened = web.get(f"{first.headers['location'].partition('?')[0]}/history").text
    assert "ida.it på vegne av Liv Leder la inn bestillingen." in happened
    again = web.post("/order", data=ORDER)
    assert again.headers["location"] == first.headers["location"].replace("ordered", "already")
    assert len(web.get("/api/v1/cases?state=all").json()["cases"]) == 1


LATER = (today(datetime.now(UTC)) + timedelta(days=40)).isoformat()


@pytest.mark.parametrize(
    ("other", "told", "said"),
    [
        ({"title": "sykepleier"}, "", []),
        ({"first_day": LATER}, "first-day,move", ["Første arbeidsdag: ", "Flytt datoen her"]),
        ({"last_day": LATER}, "last-day,anew", ["Siste arbeidsdag: ingen", "må bestillingen trekkes"]),
        ({"percentage": "60"}, "percentage,anew", ["Stillingsprosent: 100"]),
        ({"title": "Avdelingsleder"}, "title,anew", ["Stillingstittel: Sykepleier"]),
        ({"kind": "konsulent"}, "kind,anew", ["Ansettelsesform: ansatt"]),
        ({"extras": ()}, "extras,anew", [": bank"]),
        (
            {"first_day": LATER, "percentage": "60"},
            "first-day,percentage,anew",
            ["Første arbeidsdag: ", "Stillingsprosent: 100"],
        ),
    ],
)
def test_what_is_ordered_otherwise_is_told_and_nothing_is_changed(
    web: TestClient, store: Store, other: dict[str, Any], told: str, said: list[str]
) -> None:
    base = municipality.catalogue()
    hired = base.kinds["ansatt"].model_copy(update={"id": "konsulent"})
    scene.moved_in(store, base.model_copy(update={"kinds": {**base.kinds, "konsulent": hired}, "hash": "more-kinds"}))
    order: dict[str, Any] = {**ORDER, "extras": ("bank",)}
    first = web.post("/order", data=order).headers["location"].partition("?")[0]
    answer = web.post("/order", data={**order, **other})
    assert answer.headers["location"] == f"{first}?told=already{told and ','}{told}"
    text = web.get(answer.headers["location"]).text
    assert all(one in text for one in ("Dette er bestilt fra før", *said))
    assert ('data-color="warning" role="alert"' in text) == bool(told)
    by_json = web.post("/api/v1/orders", json={**order, **other}).json()
    assert by_json["differs"] == [one.replace("-", "_") for one in told.split(",") if one not in ("", "move", "anew")]
    assert by_json["stands"] == "open"
    assert web.get(f"/api/v1{first}").json()["first_day"] == START


def test_what_cannot_be_put_right_on_the_order_is_not_said_to_be(web: TestClient, store: Store) -> None:
    first = web.post("/order", data=ORDER).headers["location"].partition("?")[0]
    number = first.rpartition("/")[2]
    scene.begin_case(store, number)
    scene.done(store, number, "ad:name", "ad:account")
    scene.act(store, number, "withdraw")
    others: list[dict[str, Any]] = [{}, {"first_day": LATER}, {"percentage": "60"}, {"extras": ("bank",)}]
    for other in others:
        answer = web.post("/order", data={**ORDER, **other})
        assert answer.headers["location"] == f"{first}?told=withdrawing"
        assert "Legg denne inn på nytt når det er gjort." in web.get(answer.headers["location"]).text
    assert web.post("/api/v1/orders", json=ORDER).json()["stands"] == "withdrawing"
    scene.taken_over(store, number)
    over = web.post("/order", data={**ORDER, "percentage": "60"}).headers["location"]
    assert over == f"{first}?told=already,percentage,over" and "si fra til HR" in web.get(over).text


def test_after_a_withdrawal_all_of_it_is_as_it_is_ordered_now(web: TestClient, store: Store) -> None:
    first = web.post("/order", data=ORDER).headers["location"].partition("?")[0]
    web.post(f"{first}/acts", data={"kind": "withdraw", "note": "feil", "on_behalf_of": "Liv Leder"})
    again = web.post("/order", data={**ORDER, "percentage": "60", "title": "Avdelingsleder", "first_day": LATER})
    assert again.headers["location"].endswith("?told=ordered")
    post = scene.file_of(store, again.headers["location"].partition("?")[0].rpartition("/")[2]).employment
    assert (int(post.percentage), post.title, post.start.isoformat()) == (60, "Avdelingsleder", LATER)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_day", "1926-12-01", "så langt tilbake at den må være feil"),
        ("first_day", "2099-12-01", "mer enn to år fram"),
        ("first_day", "i morgen", "Dette er ikke en dato"),
        ("first_day", "2027-02-30", "finnes ikke i kalenderen"),
        ("first_day", "", "Feltet må fylles ut"),
        ("last_day", "2026-01-01", "Siste dag er før første dag"),
        ("percentage", "120", "fra 0 til 100"),
        ("percentage", "mye", "ikke en prosent"),
        ("kind", "konge", "Velg en ansettelsesform"),
        ("unit", "0000", "Velg en enhet"),
        ("job_code", "71 74", "uten mellomrom"),
        ("title", "<b>sjef</b>", "kan ikke brukes her"),
        ("given_name", "", "Feltet må fylles ut"),
        ("given_name", "x" * 10_000, "lengre enn 100 tegn"),
        ("given_name", "<script>", "kan ikke brukes her"),
        ("family_name", "123", "ingen bokstaver"),
        ("family_name", "Nord\u200bmann", "skjulte tegn"),
        ("employee_number", "20 01", "uten mellomrom"),
        ("on_behalf_of", " ", "Feltet må fylles ut"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(page: TestClient, field: str, value: str, said: str) -> None:
    answer = page.post("/order", data={**ORDER, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{field}"' in answer.text and f'id="{field}-wrong"' in answer.text
    assert page.get("/api/v1/cases?state=all").json()["cases"] == []


def test_an_identity_number_does_not_stay_in_the_address(page: TestClient) -> None:
    sent = page.get("/order", params={**POST, "title": "Sykepleier 13097248022"})
    assert sent.status_code == 303 and "13097248022" not in sent.headers["location"]
    shown = page.get(sent.headers["location"])
    assert shown.status_code == 422 and "13097248022" not in shown.text
    assert 'href="#title"' in shown.text and "fødselsnummer. Det er ikke lagret" in shown.text
    assert f'value="{START}"' in shown.text
    assert page.get("/order?not_kept=ingenting").status_code == 200


@pytest.mark.parametrize("title", ["13097248022", "1 3 0 9 7 2 4 8 0 2 2"])
def test_an_identity_number_is_refused_and_not_shown_again(page: TestClient, title: str) -> None:
    answer = page.post("/order", data={**ORDER, "employee_number": "010190 00151", "title": title})
    assert "fødselsnummer. Det er ikke lagret" in answer.text
    assert title not in answer.text


def test_somebody_elses_number_is_refused(web: TestClient, store: Store) -> None:
    web.post("/order", data=ORDER)
    answer = web.post("/order", data={**ORDER, "given_name": "Per", "unit": "1310"})
    assert answer.status_code == 422
    assert "Ansattnummeret tilhører en annen" in answer.text
    assert len(web.get("/api/v1/cases?state=all").json()["cases"]) == 1


def test_no_policy_says_what_to_do(quick: Store) -> None:
    from tests.api.conftest import client_of

    answer = client_of(quick).get("/order")
    assert answer.status_code == 404
    assert "Ingen tilgangspakker er i bruk ennå" in answer.text


def test_an_order_by_json_is_one_case_however_often_it_is_sent(web: TestClient, store: Store) -> None:
    key = {"idempotency-key": "4f1c"}
    first, again = (web.post("/api/v1/orders", json=ORDER, headers=key) for _ in range(2))
    assert (first.status_code, first.json()["result"]) == (201, "ordered")
    assert (again.status_code, again.json()) == (201, first.json())
    without = web.post("/api/v1/orders", json=ORDER)
    assert (without.status_code, without.json()["result"]) == (200, "already")
    assert without.json()["number"] == first.json()["number"]
    other = web.post("/api/v1/orders", json={**ORDER, "employee_number": "200102"}, headers=key)
    assert (other.status_code, other.json()["key"]) == (409, "page.key-used")
    assert len(web.get("/api/v1/cases?state=all").json()["cases"]) == 1


def test_a_key_whose_order_was_refused_may_be_used_again(page: TestClient) -> None:
    key = {"idempotency-key": "1"}
    wrong = page.post("/api/v1/orders", json={**ORDER, "first_day": "1926-12-01"}, headers=key)
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "first_day"
    assert page.post("/api/v1/orders", json=ORDER, headers=key).status_code == 201


def test_an_operator_orders_for_somebody(page: TestClient) -> None:
    answer = page.post("/api/v1/orders", json={**ORDER, "on_behalf_of": ""})
    assert (answer.status_code, answer.json()["key"]) == (403, "act.operator-needs-on-behalf")


def test_a_body_that_is_not_an_order_says_where_and_repeats_nothing(page: TestClient) -> None:
    answer = page.post("/api/v1/orders", json={"given_name": "Hemmelig", "surprise": "Hemmelig"})
    assert answer.status_code == 422
    assert "Hemmelig" not in answer.text
    assert {"field": "body.surprise", "detail": "Extra inputs are not permitted"} in answer.json()["errors"]


def test_kinds_that_hr_alone_orders_are_not_offered(page: TestClient, quick: Store) -> None:
    base = municipality.catalogue()
    only_hr = base.kinds["ansatt"].model_copy(update={"id": "folkevalgt", "ordered_by": ("hr",)})
    limited = base.kinds["ansatt"].model_copy(update={"id": "konsulent", "end_date": "required", "longest_months": 12})
    kinds = {**base.kinds, "folkevalgt": only_hr, "konsulent": limited}
    scene.moved_in(quick, base.model_copy(update={"kinds": kinds, "hash": "more-kinds"}))
    assert 'value="folkevalgt"' not in page.get("/order").text
    assert page.post("/order", data={**ORDER, "kind": "folkevalgt"}).status_code == 422
    assert "må ha en siste dag" in page.post("/order", data={**ORDER, "kind": "konsulent"}).text
    long = {**ORDER, "kind": "konsulent", "last_day": "2035-01-01"}
    assert "ikke vare lenger enn 12 måneder" in page.post("/order", data=long).text

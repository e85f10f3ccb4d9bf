"""Each page in each language begins with what it is there to say, and shows nothing it should not."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from onboarding.api.gifts import gift
from onboarding.api.rendering import HERE
from onboarding.domain.catalogue import Title
from onboarding.operations import listing, ordering
from onboarding.operations.reading import Gift
from onboarding.planning.moments import today
from onboarding.store.case_lists import Wanted
from onboarding.store.engine import Store
from onboarding.texts.catalogue import messages
from onboarding.texts.words import Titles
from tests import municipality
from tests.api import scene

ORDER = "/order?kind=ansatt&unit=1210&job_code=7174&title=Sykepleier&percentage=100&first_day={day}"


def a_day(days: int = 20) -> str:
    return (today(datetime.now(UTC)) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("language", "cases", "case", "order", "stuck"),
    [
        ("nb", "hvis lederen bekrefter «contract signed»", "Steg for steg", "Dette blir gitt:", "Prøv igjen nå"),
        ("nn", "dersom leiaren stadfestar «contract signed»", "Steg for steg", "Dette blir gitt:", "Prøv igjen no"),
        ("en", "but first the manager must confirm “contract signed”", "Step by step", "This is given:", "Retry now"),
    ],
)
def test_every_page_in_every_language(
    web: TestClient, store: Store, language: str, cases: str, case: str, order: str, stuck: str
) -> None:
    number = scene.begun(store, 1, job_code="8527")
    scene.asked(store, number, "people:gate:contract", "gate")
    other = scene.begun(store, 2)
    scene.stands(store, other, "pay:account", "stuck", reason="system.away")
    expected = {
        "/cases": cases, f"/cases/{number}": case, "/order": "</form>",
        ORDER.format(day=a_day()): order, "/stuck": stuck,
    }  # fmt: skip
    for address, said in expected.items():
        separator = "&" if "?" in address else "?"
        answer = web.get(f"{address}{separator}lang={language}")
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        assert said in answer.text
    assert cases in web.get(f"/cases/{number}").text  # the sentence, and the language was kept


@pytest.mark.parametrize("number", ["%00", "B%3F%23", "%C3%B8%20%22%3E"])
def test_what_cannot_stand_in_an_address_stands_in_none(page: TestClient, number: str) -> None:
    text = page.get(f"/cases/{number}/history").text
    assert f'href="/cases/{number}/history?lang=nn"' in text and "\x00" not in text


def test_an_empty_list_says_what_to_do(page: TestClient) -> None:
    answer = page.get("/cases").text
    assert "Ingen åpne bestillinger. Legg inn en" in answer
    assert 'href="/order"' in answer
    assert "Ingen bestillinger passer til dette" in page.get("/cases?state=closed").text


def test_the_first_page_is_the_list(page: TestClient) -> None:
    assert page.get("/").headers["location"] == "/cases"


def test_a_case_shows_tasks_then_steps_then_why_then_what_can_be_changed(web: TestClient, store: Store) -> None:
    number = scene.begun(store, 1, job_code="7531")
    scene.asked(store, number, "people:approve:bank", "approve")
    scene.done(store, number, "ad:name", "ad:account")
    text = web.get(f"/cases/{number}").text
    order = (
        "Blir klar til", "(om 20 dager)", "Dette gjør andre", "Godkjenning: bank", ">Godkjenn<", ">Avslå<",
        "Steg for steg", "Ferdig: 2 av", "Konto i ad", ">Nå<", "Skjer automatisk senere",
        "Venter på godkjenning av «bank»", "tilgangspakken clerk", "Får alle", "Flytt datoen",
        "Trekk bestillingen", "Hva som har skjedd",
    )  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert "Dette blir tatt bort igjen: Konto i ad" in text  # what follows from a withdrawal, before the press
    assert "Dette flytter med datoen: Slå på kontoen i ad" in text


def test_the_managers_own_task_is_first_and_open(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1, job_code="8527")
    scene.asked(quick, number, "pay:account", "by hand")
    scene.asked(quick, number, "people:gate:contract", "gate")
    assert [task["managers"] for task in page.get(f"/api/v1/cases/{number}").json()["tasks"]] == [True, False]
    mine, others = page.get(f"/cases/{number}").text.split("Dette gjør andre")
    assert "Bekreftelse: contract signed" in mine.split("Dette må lederen gjøre")[1]
    assert "Svar her" in others and "Svar her" not in mine


def test_steps_are_what_is_done_what_goes_on_and_what_comes_by_its_day(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1, job_code="8527")
    scene.done(quick, number, "ad:name", "ad:account")
    scene.asked(quick, number, "people:gate:contract", "gate")
    scene.stands(quick, number, "pay:account", "stuck", reason="system.away")
    steps = page.get(f"/api/v1/cases/{number}").json()["steps"]
    phases = [step["phase"] for step in steps]
    assert phases == sorted(phases, key=["done", "now", "later"].index)
    by_id = {step["id"]: step for step in steps}
    assert by_id["ad:grant:records@1210"]["waits_for"] == "«contract signed»"
    assert by_id["pay:grant:payslip"]["waits_for"] == "kontoen i pay"
    assert by_id["pay:enable"]["waits_for"] == "kontoen i pay" and "Begynner" in by_id["pay:enable"]["why"]
    assert by_id["ad:account"]["waits_for"] == by_id["pay:account"]["waits_for"] == ""
    dated = ["Begynner" in step["why"] for step in steps if step["phase"] == "later"]
    assert dated == sorted(dated)
    assert "Stoppet hos IT" in page.get(f"/cases/{number}").text


def test_what_comes_by_itself_is_folded_where_it_is_much(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1)
    later = [step["id"] for step in page.get(f"/api/v1/cases/{number}").json()["steps"] if step["phase"] == "later"]
    assert len(later) > 6
    closed = '<details class="ds-details" id="steps-later" data-color="neutral">'
    assert f"{closed}\n<summary>Skjer automatisk senere: {len(later)} steg" in page.get(f"/cases/{number}").text
    scene.done(quick, number, *later[:-1])
    text = page.get(f"/cases/{number}").text
    assert 'id="steps-later" data-color="neutral" open>' in text and "Skjer automatisk senere: ett steg" in text


def test_a_case_without_steps_promises_none_when_it_is_over(page: TestClient, quick: Store) -> None:
    number = scene.ordered(quick, 1)
    assert "Stegene kommer her når planen er lagt." in page.get(f"/cases/{number}").text
    scene.act(quick, number, "withdraw")
    text = page.get(f"/cases/{number}").text
    assert "Stegene kommer" not in text and "Ingenting var begynt, så det er ingen steg å vise." in text


@pytest.mark.parametrize("address", ["/cases?state=strange", "/cases?order=strange", "/order?job_code=" + "9" * 5000])
def test_a_link_that_is_not_whole_is_not_somebody_who_sent_something(page: TestClient, address: str) -> None:
    answer = page.get(address)
    assert answer.status_code in (200, 422)
    assert "ingenting er gjort" not in answer.text
    if answer.status_code == 422:
        assert "Se etter om lenken er hel" in answer.text


def test_an_absurd_number_is_not_said_again_at_length(page: TestClient) -> None:
    answer = page.get("/cases/" + "9" * 3000)
    said = answer.text.split("<main")[1].split("</main>")[0]
    assert answer.status_code == 404 and "9…" in said and "9" * 100 not in said


def test_a_case_at_risk_says_so(page: TestClient, quick: Store) -> None:
    well, ill = scene.begun(quick, 1), scene.begun(quick, 2, start=today(datetime.now(UTC)))
    told = {case["number"]: (case["at_risk"], case["countdown"]) for case in page.get("/api/v1/cases").json()["cases"]}
    assert told == {well: (False, "om 20 dager"), ill: (True, "i dag")}
    assert '<span class="late">(i dag)</span>' in page.get(f"/cases/{ill}").text
    assert '<span class="muted">(om 20 dager)</span>' in page.get(f"/cases/{well}").text


def test_names_are_shown_as_text(web: TestClient, store: Store) -> None:
    hire = scene.hire(1, given_name="<script>alert(1)</script>", family_name='O\'Brien & "Co"')
    done = ordering.order_hire(store, hire, scene.HR, datetime.now(UTC))
    for address in ("/cases", f"/cases/{done.number}"):
        text = web.get(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_no_name_or_number_stands_in_an_address(web: TestClient, store: Store) -> None:
    number = scene.ordered(store, 1)
    for address in ("/cases", f"/cases/{number}", "/order", "/stuck"):
        for piece in web.get(address).text.split('href="')[1:]:
            assert not any(personal in piece.split('"')[0] for personal in ("Kari", "Nordmann", "E0001"))
    form = web.get("/cases").text.split('<form class="filters"')[1].split("</form>")[0]
    assert form.startswith(' method="post"')
    preview = web.get(ORDER.format(day=a_day())).text
    assert all(f'name="{name}"' not in page_get_forms(preview) for name in ("given_name", "employee_number"))


def page_get_forms(text: str) -> str:
    return "".join(form.split("</form>")[0] for form in text.split("<form")[1:] if 'method="get"' in form[:80])


@pytest.mark.parametrize("text", ["karib", "KARIB nordmanna", "B-2026", "Åse", "åse ødegård"])
def test_a_search_finds_by_name_and_number(web: TestClient, store: Store, text: str) -> None:
    scene.ordered(store, 1)
    scene.ordered(store, 2, given_name="Åse", family_name="Ødegård")
    year = datetime.now(UTC).year
    found = web.post("/cases", data={"text": text.replace("2026", str(year))}).text
    assert ("Åse Ødegård" in found) == (text not in ("karib", "KARIB nordmanna"))
    assert ("Karib" in found) == (text.lower().startswith(("karib", "b-")))
    assert "Ingen bestillinger passer" in web.post("/cases", data={"text": "100%_nobody"}).text


def test_without_a_text_the_search_is_an_address(page: TestClient) -> None:
    answer = page.post("/cases", data={"state": "all", "unit": "1210", "order": "first-day"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?state=all&unit=1210&order=first-day")


@pytest.mark.parametrize(
    ("asked", "opened"), [("", False), ("?state=all", True), ("?unit=1310", True), ("?order=first-day", True)]
)
def test_the_choices_are_folded_until_one_is_made(page: TestClient, quick: Store, asked: str, opened: bool) -> None:
    scene.ordered(quick, 1, unit="1310")
    assert ('id="narrow" open>' in page.get(f"/cases{asked}").text) == opened


def test_filters_and_pages(web: TestClient, store: Store) -> None:
    numbers = [scene.ordered(store, n, unit="1310" if n % 2 else "1210") for n in range(1, 31)]
    first = web.get("/cases").text
    assert [number for number in numbers if f'/cases/{number}"' in first] == numbers[5:]
    after = first.split('href="/cases?after=')[1].split('"')[0]
    second = web.get(f"/cases?after={after}").text
    assert [number for number in numbers if f'/cases/{number}"' in second] == numbers[:5]
    assert "Vis flere" not in second
    there = web.get("/cases?unit=1310&order=first-day").text
    assert sum(f'/cases/{number}"' in there for number in numbers) == 15
    assert "Neset skole" in first
    assert web.get("/cases?after=nonsense").status_code == 200


def test_by_first_day(web: TestClient, store: Store) -> None:
    days = {3: 9, 1: 12, 2: 10}
    soon = today(datetime.now(UTC))
    numbers = {n: scene.ordered(store, n, start=soon + timedelta(days=day)) for n, day in days.items()}
    found = web.get("/api/v1/cases?order=first-day&limit=2").json()
    assert [case["number"] for case in found["cases"]] == [numbers[3], numbers[2]]
    rest = web.get(f"/api/v1/cases?order=first-day&limit=2&after={found['after']}").json()
    assert ([case["number"] for case in rest["cases"]], rest["after"]) == ([numbers[1]], None)


def test_a_protected_person_is_in_no_list_and_no_search_by_name(web: TestClient, store: Store) -> None:
    number = scene.ordered(store, 1)
    scene.protect(store, number)
    assert "Karib" not in web.get("/cases").text
    assert "Skjermet navn" in web.get("/cases").text
    assert number not in web.post("/cases", data={"text": "Karib"}).text
    assert number in web.post("/cases", data={"text": number}).text
    assert "Karib Nordmann" in web.get(f"/cases/{number}").text  # who must act sees whom it is about


def test_what_has_stopped_is_seen_first_in_the_list(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1)
    scene.stands(quick, number, "pay:account", "stuck", reason="system.away")
    line = page.get("/api/v1/cases").json()["cases"][0]
    assert line["mark"] == {"glyph": "!", "colour": "danger", "words": "stoppet hos IT"}
    assert line["sentence"].startswith("Blir kanskje ikke klar til")


def test_units_with_cases_can_be_chosen_and_no_other(web: TestClient, store: Store) -> None:
    assert listing.listed(store, Wanted(), datetime.now(UTC)).units == ()
    for n, unit in enumerate(("1310", "1210", "1310", "1210"), 1):
        scene.ordered(store, n, unit=unit)
    units = listing.listed(store, Wanted(), datetime.now(UTC)).units
    assert units == (("1210", "Fjordgløtt sykehjem"), ("1310", "Neset skole"))


def counted(store: Store, ask: object) -> int:
    seen: list[str] = []

    def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", see)
    try:
        assert callable(ask)
        ask()
    finally:
        event.remove(store.engine, "before_cursor_execute", see)
    return len(seen)


def test_how_often_the_store_is_asked(page: TestClient, quick: Store) -> None:
    """Rows, and the units to choose from: as many for thirty cases as for one, once the policy has been met."""
    number = scene.begun(quick, 1)
    for n in range(2, 20):
        scene.begun(quick, n)
    page.get("/cases")
    assert counted(quick, lambda: page.get("/api/v1/cases")) == 2
    assert counted(quick, lambda: page.get("/cases")) == 2
    assert counted(quick, lambda: page.get(f"/cases/{number}")) == 2
    assert counted(quick, lambda: page.get(f"/cases/{number}/history")) == 3


def test_every_text_a_template_speaks_of_is_there() -> None:
    spoken = [
        (file.name, key)
        for file in sorted((Path(HERE) / "templates").glob("*.html"))
        for key in re.findall(r'"((?:page|act|rule)\.[a-z-]+)"', file.read_text(encoding="utf-8"))
    ]
    assert len(spoken) > 60
    put_together = {"page.field-"}
    assert [one for one in spoken if one[1] not in messages() and one[1] not in put_together] == []


def test_what_a_replaced_order_never_came_to_is_not_promised(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1)
    scene.asked(quick, number, "key:grant:card", "by hand")
    scene.done(quick, number, "ad:name")
    scene.taken_over(quick, number)
    text = page.get(f"/cases/{number}").text
    told = page.get(f"/api/v1/cases/{number}").json()["steps"]
    never = [step for step in told if step["phase"] == "never"]
    assert len(never) == len(told) - 1 and not any(step["waits_for"] for step in never)
    assert f"Ble ikke gjort: {len(never)} steg" in text
    assert "Skjer automatisk senere" not in text and ">Nå<" not in text
    assert "Dette får" not in text


@pytest.mark.parametrize(
    ("title", "beside"), [("Tilgang til AD", ""), ("Skademelding", "AD"), ("ADgang", "AD"), ("AD: vpn", "")]
)
def test_the_system_stands_beside_what_does_not_name_it(title: str, beside: str) -> None:
    base = municipality.catalogue()
    system = base.systems["ad"].model_copy(update={"title": Title(nb="AD")})
    right = base.entitlements["vpn"].model_copy(update={"title": Title(nb=title)})
    catalogue = base.model_copy(
        update={"systems": {**base.systems, "ad": system}, "entitlements": {**base.entitlements, "vpn": right}}
    )
    given = Gift(entitlement="vpn", system="ad", unit=None, rules=("nurse",))
    assert gift(given, Titles(catalogue, "nb")).beside == beside

"""What has stopped: one card for each cause, one press for all of it; and tasks, over all cases."""

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from onboarding.operations import systems
from onboarding.store.engine import Store
from tests.api import scene


def test_alike_is_one_card_and_one_press_is_one_act_for_each(web: TestClient, store: Store) -> None:
    numbers = [scene.begun(store, n) for n in (1, 2, 3)]
    for number in numbers:
        scene.stands(store, number, "pay:account", "stuck", reason="system.away")
    scene.stands(store, numbers[0], "ad:account", "stuck", reason="system.throttled")
    text = web.get("/stuck").text
    assert text.count('class="ds-card cause"') == 2
    assert "IT må se på tre bestillinger som har stoppet. Tidligste første dag er" in text
    assert "pay svarer ikke." in text and "Prøv alle 3 igjen nå" in text and "3 steg, siden i" in text
    found = web.get("/api/v1/stuck").json()["causes"]
    assert [(cause["system"], cause["reason"], cause["count"]) for cause in found] == [
        ("pay", "system.away", 3),
        ("ad", "system.throttled", 1),
    ]
    form = {"system": "pay", "reason": "system.away"}
    assert web.post("/stuck/retry", data=form).headers["location"] == "/stuck?told=retried"
    assert [scene.open_acts(store, number) for number in numbers] == [[("retry", "pay:account")]] * 3
    assert web.post("/stuck/retry", data=form).headers["location"] == "/stuck?told=retried-none"
    assert [scene.open_acts(store, number) for number in numbers] == [[("retry", "pay:account")]] * 3
    assert web.post("/api/v1/stuck/retry", json={"system": "ad", "reason": "system.throttled"}).json() == {"retried": 1}


def test_a_case_is_one_line_however_many_of_its_steps_have_stopped(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick)
    soon = datetime.now(UTC) + timedelta(minutes=3)
    for id in ("ad:account", "ad:grant:vpn"):
        scene.stands(quick, number, id, "stuck", reason="system.away", theirs=False, next_at=soon)
    cause = page.get("/api/v1/stuck").json()["causes"][0]
    assert [(case["number"], case["what"]) for case in cause["cases"]] == [(number, ["Konto i ad", "Tilgang: vpn"])]
    assert cause["next_words"].startswith("Vi prøver igjen av oss selv i")
    text = page.get("/stuck").text
    assert "Én bestilling har stoppet hos IT. Første dag er" in text and "om 20 dager." in text
    assert "Åpne bestillingen for å rette verdien." not in text


def test_a_refused_value_is_mended_where_it_is_shown(page: TestClient, quick: Store) -> None:
    scene.refused(quick, scene.begun(quick), "pay:account")
    assert "Åpne bestillingen for å rette verdien." in page.get("/stuck").text


def test_nothing_that_has_stopped_says_so(page: TestClient) -> None:
    assert "Ingenting har stoppet." in page.get("/stuck").text


def test_a_held_system_is_shown_with_why_and_released(web: TestClient, store: Store) -> None:
    number = scene.begun(store)
    systems.hold(store, scene.IT, "pay", "flytter database")
    scene.stands(store, number, "pay:account", "held", reason="system.held")
    text = web.get("/stuck").text
    assert "Satt på pause av ida.it, siden i dag kl." in text
    assert "<q>flytter database</q>" in text and "Steg som venter: 1" in text
    assert web.post("/stuck/release", data={"system": "pay"}).headers["location"] == "/stuck?told=released"
    assert scene.open_acts(store, number) == [("release", "pay:account")]
    again = web.post("/stuck/release", data={"system": "pay"})
    assert again.status_code == 409 and "Ingenting har stoppet." in again.text
    assert web.post("/stuck/release", data={"system": "none"}).status_code == 404


def test_tasks_over_all_cases(web: TestClient, store: Store) -> None:
    number = scene.begun(store, 1, job_code="7531")
    scene.asked(store, number, "people:approve:bank", "approve")
    found = web.get("/api/v1/tasks").json()["tasks"]
    assert [(task["number"], task["kind"], task["for_words"]) for task in found] == [
        (number, "approve", "Systemeier pay@fjordvik.example")
    ]
    assert "Skal Karib Nordmanna" in found[0]["instructions"]

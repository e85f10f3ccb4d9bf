"""What has stopped: one card for each cause, one press for all of it; and tasks, over all cases."""

from datetime import UTC, date, datetime, timedelta

from fastapi.testclient import TestClient

from onboarding.domain.catalogue import Title
from onboarding.operations import systems
from onboarding.planning.moments import today
from onboarding.store import case_lists
from onboarding.store import systems as kept
from onboarding.store.engine import Store
from tests import municipality
from tests.api import scene


def day(in_days: int) -> date:
    return today(datetime.now(UTC)) + timedelta(days=in_days)


def test_alike_is_one_card_and_one_press_is_one_act_for_each(web: TestClient, store: Store) -> None:
    numbers = [scene.begun(store, n) for n in (1, 2, 3)]
    for number in numbers:
        scene.stands(store, number, "pay:account", "stuck", reason="system.away")
    scene.stands(store, numbers[0], "ad:account", "stuck", reason="system.throttled")
    text = web.get("/stuck").text
    assert text.count('class="ds-card cause"') == 2
    assert "Tre bestillinger har stoppet hos IT. Tidligste første dag er" in text
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
    assert cause["next_words"].startswith("Neste forsøk er i")
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


def test_a_held_system_names_who_waits_and_the_soonest_is_in_the_sentence(web: TestClient, store: Store) -> None:
    soon, later, shielded, elsewhere = (
        scene.begun(store, n, start=day(in_days)) for n, in_days in enumerate((3, 9, 12, 1), 1)
    )
    scene.protect(store, shielded)
    systems.hold(store, scene.IT, "pay", "flytter database")
    for number in (later, soon, shielded):
        scene.stands(store, number, "pay:account", "held", reason="system.held")
    held = web.get("/api/v1/stuck").json()["held"][0]
    assert [case["number"] for case in held["cases"]] == [soon, later, shielded]
    assert [case["name"] for case in held["cases"]] == ["Karib Nordmanna", "Karic Nordmanna", ""]
    assert held["cases"][0]["what"] == ["Konto i pay"]
    text = web.get("/stuck").text
    assert "Tre bestillinger har stoppet hos IT." in text and "om tre dager." in text
    assert f'href="/cases/{soon}">Karib Nordmanna</a>' in text and elsewhere not in text


def test_what_waited_for_a_system_that_was_let_go_is_not_among_what_has_stopped(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick)
    for system in ("key", "ad"):
        systems.hold(quick, scene.IT, system, "flytter database")
    scene.stands(quick, number, "key:grant:card", "held", reason="system.held")
    systems.release(quick, scene.IT, "key")  # and nobody has carried it out yet
    found = page.get("/api/v1/stuck").json()
    assert (found["sentence"], [(one["system"], one["cases"]) for one in found["held"]]) == ("", [("ad", [])])


def test_of_very_many_who_wait_those_are_named_who_begin_first(quick: Store) -> None:
    scene.moved_in(quick)
    later, soon = (scene.begun(quick, n, start=day(in_days)) for n, in_days in ((1, 9), (2, 3)))
    systems.hold(quick, scene.IT, "pay", "flytter database")
    for number in (later, soon):
        scene.stands(quick, number, "pay:account", "held", reason="system.held")
    with quick.reading() as tx:
        assert [one.number for one in case_lists.waiting_steps(tx, limit=1)] == [soon]


def test_who_waits_for_a_held_system_with_what_the_first_day_does_not_need_is_named_too(
    page: TestClient, quick: Store
) -> None:
    number = scene.begun(quick)
    systems.hold(quick, scene.IT, "key", "flytter database")
    assert not scene.step_of(quick, number, "key:grant:card").before_first_day
    scene.stands(quick, number, "key:grant:card", "held", reason="system.held")
    held = page.get("/api/v1/stuck").json()["held"][0]
    assert [(case["number"], case["what"]) for case in held["cases"]] == [(number, ["Tilgang: card"])]
    scene.taken_over(quick, number)
    held = page.get("/api/v1/stuck").json()["held"][0]
    assert (held["steps"], held["cases"]) == (0, [])


def test_a_system_that_does_not_let_us_in_comes_before_what_stopped_one_by_one(page: TestClient, quick: Store) -> None:
    scene.stands(quick, scene.begun(quick), "ad:account", "stuck", reason="system.away")
    with quick.writing() as tx:
        now = datetime.now(UTC)
        kept.hold(tx, "pay", "Onboarding", "system.credentials-refused", now, next_probe=now + timedelta(minutes=15))
    systems.hold(quick, scene.IT, "key", "flytter database")
    text = page.get("/stuck").text
    places = [text.index(f'id="{uid}"') for uid in ("held-pay", "cause-ad-system-away", "held-key")]
    assert places == sorted(places)
    assert "Pay slipper oss ikke inn" in text


def test_of_many_who_wait_ten_are_named_and_the_rest_can_be_laid_open(page: TestClient, quick: Store) -> None:
    for n in range(1, 13):
        scene.stands(quick, scene.begun(quick, n), "pay:account", "stuck", reason="system.away")
    shown, folded = page.get("/stuck").text.split("Vis 2 til")
    assert (shown.count("/cases/B-"), folded.count("/cases/B-")) == (10, 2)


def test_a_system_that_is_not_held_is_told_by_its_title(page: TestClient, quick: Store) -> None:
    systems_ = municipality.catalogue().systems
    ad = systems_["ad"].model_copy(update={"title": Title(nb="Datakonto")})
    scene.moved_in(
        quick, municipality.catalogue().model_copy(update={"hash": "titled", "systems": {**systems_, "ad": ad}})
    )
    answer = page.post("/stuck/release", data={"system": "ad"})
    assert (answer.status_code, "Datakonto er ikke satt på pause" in answer.text) == (409, True)
    assert 'href="/stuck?lang=nn"' in answer.text  # and not where a form is sent to
    assert page.get("/stuck/release").headers["location"] == page.get("/stuck/retry").headers["location"] == "/stuck"


def test_tasks_over_all_cases(web: TestClient, store: Store) -> None:
    number = scene.begun(store, 1, job_code="7531")
    scene.asked(store, number, "people:approve:bank", "approve")
    found = web.get("/api/v1/tasks").json()["tasks"]
    assert [(task["number"], task["kind"], task["for_words"]) for task in found] == [
        (number, "approve", "Systemeier pay@fjordvik.example")
    ]
    assert "Skal Karib Nordmanna" in found[0]["instructions"]
    scene.protect(store, number)
    [hidden] = web.get("/api/v1/tasks").json()["tasks"]
    assert (hidden["number"], hidden["instructions"]) == (number, "")

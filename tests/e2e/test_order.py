"""A manager orders for a hire on a telephone and sees what becomes of it, with scripts and without."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from onboarding.operations.reading import case_files
from onboarding.planning.moments import today
from onboarding.store.engine import Store
from tests.api import scene
from tests.e2e.conftest import Opened

# A date's own parts, day and month and the calendar's button, are shown by the browser; the skip link by being there.
# Of a box to tick the whole field is marked, with its label.
SEEN = """(style => style.outlineStyle != "none" || style.boxShadow != "none"
    || document.activeElement.matches(".ds-skip-link, [type=date]"))(getComputedStyle(
    document.activeElement.closest(".ds-field:has([type=checkbox])") ?? document.activeElement))"""
START = (today(datetime.now(UTC)) + timedelta(days=20)).isoformat()


def ordered(page: Page, address: str, extra: str = "") -> str:
    """Through the pages, as a person would; the number of the case."""
    page.goto(address)
    page.get_by_role("link", name="Ny bestilling").first.click()
    page.get_by_label("Enhet").select_option("Fjordgløtt sykehjem")
    page.get_by_label("Stillingstittel").fill("Sykepleier")
    page.get_by_label("Stillingskode").fill("7174")
    page.get_by_label("Første arbeidsdag").fill(START)
    page.get_by_role("button", name="Se hva stillingen gir").click()
    expect(page.get_by_text("Tilgangspakke: nurse")).to_be_visible()
    if extra:
        page.get_by_role("checkbox", name=extra, exact=True).check()
    say_who(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Kari Nordmann")
    expect(page.get_by_text("Bestillingen er tatt imot.")).to_be_visible()
    assert "Kari" not in page.url
    return page.url.split("/cases/")[1].split("?")[0]


def say_who(page: Page, presses: int = 1) -> None:
    page.get_by_label("Fornavn").fill("Kari")
    page.get_by_label("Etternavn").fill("Nordmann")
    page.get_by_label("Ansattnummer").fill("200101")
    page.get_by_label("Bestilles på vegne av").fill("Liv Leder")
    page.get_by_role("button", name="Bestill", exact=True).click(click_count=presses)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_order_on_a_telephone(address: str, store: Store, opened: Opened, scripts: bool) -> None:
    page = opened(390, scripts=scripts)
    number = ordered(page, address, extra="bank")
    page.get_by_role("link", name="Hva som har skjedd").click()
    expect(page.get_by_text("og ba også om dette: bank.")).to_be_visible()
    assert scene.file_of(store, number).person.name == "Kari Nordmann"
    assert scene.file_of(store, number).employment.extras == ("bank",)
    page.get_by_role("link", name="Bestillinger").first.click()
    expect(page.get_by_role("link", name="Kari Nordmann")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_back_after_an_order_and_sent_again_is_the_same_case(
    address: str, store: Store, opened: Opened, scripts: bool
) -> None:
    page = opened(390, scripts=scripts)
    number = ordered(page, address)
    page.go_back()
    expect(page.get_by_role("heading", name="Hvem er det?")).to_be_visible()
    say_who(page)
    expect(page.get_by_text("Dette er bestilt fra før, så det ble ikke bestilt en gang til.")).to_be_visible()
    assert page.url.split("/cases/")[1].split("?")[0] == number
    page.go_back()
    page.get_by_role("checkbox", name="bank", exact=True).check()
    say_who(page)
    expect(page.get_by_role("alert")).to_contain_text(f"som {number}. Det du la til nå, ble ikke bestilt: bank.")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kari Nordmann")
    assert len(list(case_files(store))) == 1


def test_two_presses_are_one_order(address: str, store: Store, opened: Opened) -> None:
    page = opened(390)
    page.goto(f"{address}/order?kind=ansatt&unit=1210&job_code=7174&title=&percentage=100&first_day={START}")
    say_who(page, presses=2)
    expect(page.get_by_role("heading", level=1)).to_have_text("Kari Nordmann")
    assert len(list(case_files(store))) == 1


def test_the_page_follows_what_happens(address: str, store: Store, opened: Opened) -> None:
    page = opened(390)
    number = ordered(page, address)
    page.get_by_text("Trekk bestillingen").first.click()
    page.get_by_label("Hvorfor?").fill("halvskrev")
    scene.begin_case(store, number)
    expect(page.get_by_text("Skjer automatisk senere: ")).to_be_visible()
    # What the reader has opened and written is still there, and no page was loaded.
    expect(page.get_by_label("Hvorfor?")).to_have_value("halvskrev")
    scene.asked(store, number, "key:grant:card", "by hand")
    expect(page.get_by_role("heading", name="Tilgang: card")).to_be_visible()


def test_what_is_written_stays_with_its_task_when_another_is_answered(
    address: str, store: Store, opened: Opened
) -> None:
    number = scene.begun(store, 1, job_code="7531")
    scene.asked(store, number, "people:approve:bank", "approve")
    scene.stands(store, number, "pay:account", "stuck", reason="system.away")
    page = opened(390)
    page.goto(f"{address}/cases/{number}")
    step = page.locator(".steps > li").filter(has_text="Konto i pay")
    step.get_by_text("For IT: gjør noe med steget").click()
    step.get_by_label("Hva er gjort?").fill("Laget i pay")
    scene.act(store, number, "approve", "people:approve:bank")
    expect(page.locator(".task")).to_have_count(0)
    expect(step.get_by_label("Hva er gjort?")).to_have_value("Laget i pay")
    step.get_by_role("button", name="Gjort for hånd").click()
    expect(page.get_by_text("Det er tatt imot, og vi går videre")).to_be_visible()
    assert scene.open_acts(store, number) == [("by hand", "pay:account")]


def test_without_scripts_a_task_is_answered(address: str, store: Store, opened: Opened) -> None:
    number = scene.begun(store, 1, job_code="7531")
    scene.asked(store, number, "people:approve:bank", "approve")
    first, later = (opened(390, scripts=False) for _ in range(2))
    for page in (first, later):
        page.goto(f"{address}/cases/{number}")
        page.get_by_text("Svar her").click()
        page.get_by_label("På vegne av").first.fill("Liv Leder")
    first.get_by_role("button", name=re.compile("^Godkjenn")).click()
    expect(first.get_by_text("Det er tatt imot, og vi går videre")).to_be_visible()
    later.get_by_role("button", name=re.compile("^Godkjenn")).click()
    expect(later.get_by_role("alert")).to_contain_text("Liv Leder var først")
    later.get_by_role("link", name="Oppdater siden").click()
    expect(later.get_by_role("heading", level=1)).to_have_text("Karib Nordmanna")


def test_a_mistake_takes_the_reader_to_its_field(address: str, opened: Opened) -> None:
    page = opened(390)
    query = f"kind=ansatt&unit=1210&job_code=7174&title=&percentage=100&first_day={START}"
    page.goto(f"{address}/order?{query}")
    page.get_by_label("Fornavn").fill("123")
    page.get_by_label("Etternavn").fill("Nordmann")
    page.get_by_label("Ansattnummer").fill("200101")
    page.get_by_label("Bestilles på vegne av").fill("Liv Leder")
    page.get_by_role("button", name="Bestill", exact=True).click()
    expect(page.locator(".ds-error-summary")).to_be_focused()
    page.get_by_role("link", name="Fornavn").click()
    expect(page.get_by_label("Fornavn")).to_be_focused()
    expect(page.get_by_label("Etternavn")).to_have_value("Nordmann")


def test_all_of_it_by_keyboard(address: str, store: Store, opened: Opened) -> None:
    page = opened(390)
    keys = page.keyboard

    def tab_to(field: str) -> None:
        """Forwards only, and each stop can be seen."""
        for _ in range(40):
            keys.press("Tab")
            here = page.evaluate("[document.activeElement.id, document.activeElement.innerText || '']")
            assert page.evaluate(SEEN), here
            if field in (here[0], here[1].split(":")[0].strip()):
                return
        raise AssertionError(f"Tab does not come to {field}")

    page.goto(f"{address}/cases")
    tab_to("Ny bestilling")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ny bestilling")
    tab_to("unit")
    keys.type("Fjordg")
    tab_to("title")
    keys.type("Sykepleier")
    tab_to("job_code")
    keys.type("7174")
    tab_to("first_day")
    keys.type(the_same_in_any_order())
    tab_to("Se hva stillingen gir")
    keys.press("Enter")
    expect(page.get_by_text("Tilgangspakke: nurse")).to_be_visible()
    for field, value in (
        ("given_name", "Kari"),
        ("family_name", "Nordmann"),
        ("employee_number", "200101"),
        ("on_behalf_of", "Liv Leder"),
    ):
        tab_to(field)
        keys.type(value)
    keys.press("Enter")
    expect(page.get_by_text("Bestillingen er tatt imot.")).to_be_visible()
    number = page.url.split("/cases/")[1].split("?")[0]
    scene.begin_case(store, number)
    scene.asked(store, number, "key:grant:card", "by hand")
    expect(page.get_by_role("heading", name="Tilgang: card")).to_be_visible()
    tab_to("Svar her")
    keys.press("Enter")
    tab_to("task-key-grant-card-1-note")
    keys.type("Levert")
    tab_to("Meld som gjort")
    keys.press("Enter")
    expect(page.get_by_text("Det er tatt imot, og vi går videre")).to_be_visible()
    assert scene.open_acts(store, number) == [("by hand", "key:grant:card")]


def the_same_in_any_order() -> str:
    """A browser asks for day and month in the order of its own language: the next day that has both alike."""
    soon = today(datetime.now(UTC)) + timedelta(days=7)
    days = (soon + timedelta(days=days) for days in range(62))
    return next(day.strftime("%d%m%Y") for day in days if day.day == day.month)

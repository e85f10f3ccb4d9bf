"""An open page keeps itself up to date, and keeps what it shows while we cannot answer."""

from playwright.sync_api import Route, expect
from structlog.testing import capture_logs

from onboarding.operations import systems
from onboarding.store.engine import Store
from tests.api import scene
from tests.e2e.conftest import Opened


def test_a_page_stays_when_it_cannot_be_brought_up_to_date_and_goes_on_when_it_can(
    address: str, store: Store, opened: Opened
) -> None:
    scene.ordered(store, 1)
    page = opened()
    page.goto(f"{address}/cases")
    first = page.get_by_role("link", name="Karib Nordmanna")
    expect(first).to_be_visible()
    with capture_logs():
        with store.writing() as tx:
            tx.exec_driver_sql("ALTER TABLE employments RENAME TO away")
        with page.expect_response(
            lambda answer: answer.url.startswith(f"{address}/cases") and answer.status == 500
        ) as asked:
            systems.hold(store, scene.IT, "pay", "flytter")  # the bell rings
        asked.value.finished()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(first).to_be_visible()
    with store.writing() as tx:
        tx.exec_driver_sql("ALTER TABLE away RENAME TO employments")
    scene.ordered(store, 2)
    expect(page.get_by_role("listitem").filter(has_text="B-")).to_have_count(2)


HTMX_HAS_BEGUN = """async () => {
    while (!window.htmx) await new Promise(requestAnimationFrame)
    await new Promise(done => setTimeout(() => setTimeout(done)))  // what it does next comes before this
}"""


def test_a_page_listens_however_late_a_part_of_it_arrives(address: str, store: Store, opened: Opened) -> None:
    page = opened()
    late: list[Route] = []
    page.route("**/hx-sse.js*", lambda route: late.append(route))  # Playwright marks what it is given
    with page.expect_request("**/hx-sse.js*"):
        page.goto(f"{address}/cases", wait_until="commit")
    page.evaluate(HTMX_HAS_BEGUN)
    late[0].continue_()
    scene.ordered(store, 1)
    expect(page.get_by_role("link", name="Karib Nordmanna")).to_be_visible()


def test_a_page_is_not_brought_up_to_date_under_a_finger(address: str, store: Store, opened: Opened) -> None:
    """What is pressed would have moved before it is let go, and the press be lost."""
    number = scene.begun(store, 1)
    page = opened(390)
    page.goto(f"{address}/cases/{number}")
    page.evaluate("document.fonts.ready.then(() => true)")  # another letter moves what stands below it
    pressed = page.get_by_text("Trekk bestillingen").first
    pressed.scroll_into_view_if_needed()
    place = pressed.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    with page.expect_response(f"{address}/cases/{number}?lang=nb") as asked:
        scene.asked(store, number, "key:grant:card", "by hand")
    asked.value.finished()
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    assert pressed.bounding_box() == place
    page.mouse.up()
    change = page.get_by_role("region", name="Endre bestillingen")
    expect(change.get_by_label("Hvorfor?")).to_be_visible()
    expect(page.get_by_role("heading", name="Tilgang: card")).to_be_visible()

"""Every page passes axe: light and dark, on a small telephone and a desk, and fits both."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from structlog.testing import capture_logs

from onboarding.operations import systems
from onboarding.planning.moments import today
from onboarding.store import systems as kept
from onboarding.store.engine import Store
from tests.api import scene
from tests.e2e.conftest import AXE, Opened

RUN = """async tags => (await axe.run(document, {runOnly: {type: "tag", values: tags}})).violations
    .map(found => [found.id, ...found.nodes.map(node => node.target.join(" ") + ": " + node.failureSummary)])"""
TOO_LARGE, A_FAULT = "Det du sendte, er for stort", "Noe er galt hos oss"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pages(store: Store) -> list[str]:
    """One of each, with everything they may show."""
    approval = scene.begun(store, 1, job_code="7531")
    scene.asked(store, approval, "people:approve:bank", "approve")
    stopped = scene.begun(store, 2, given_name="Marte Elisabeth", family_name="Bjørnstad-Thorbjørnsen Hagen")
    scene.done(store, stopped, "ad:name", "ad:account")
    scene.refused(store, stopped, "pay:account")
    scene.stands(store, stopped, "ad:grant:vpn", "held", reason="system.held")
    scene.asked(store, stopped, "key:grant:card", "by hand")
    systems.hold(store, scene.IT, "ad", "flytter")
    now = datetime.now(UTC)
    with store.writing() as tx:  # a card of its own: it does not let us in
        kept.hold(tx, "key", "Onboarding", "system.credentials-refused", now, next_probe=now + timedelta(minutes=15))
    scene.stands(store, approval, "ad:account", "held", reason="system.held")
    day = (today(datetime.now(UTC)) + timedelta(days=20)).isoformat()
    post = f"/order?kind=ansatt&unit=1210&job_code=8527&title=Lege&percentage=100&first_day={day}"
    cases = [f"/cases/{approval}?told=taken", f"/cases/{stopped}", f"/cases/{stopped}/history"]
    return [
        "/cases",
        "/cases?state=closed",
        *cases,
        "/order",
        post,
        post.replace(day, "1926-01-01"),
        "/stuck",
        "/nowhere",
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_keeps_anybody_out(address: str, store: Store, opened: Opened, width: int, dark: bool) -> None:
    page = opened(width, dark=dark)
    page.context.add_init_script(AXE.read_text(encoding="utf-8"))  # outside the page's own strict rules
    found = {}
    for path in pages(store):
        page.goto(f"{address}{path}")
        found[path] = wrong_with(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_answer_to_an_order_keeps_anybody_out(
    address: str, store: Store, opened: Opened, width: int, dark: bool
) -> None:
    """Fields that are wrong, something that comes too late, something too large, and a fault of ours."""
    page = opened(width, dark=dark)
    page.set_default_timeout(30_000)
    page.context.add_init_script(AXE.read_text(encoding="utf-8"))
    day = (today(datetime.now(UTC)) + timedelta(days=20)).isoformat()
    scene.ordered(store, 1, start=today(datetime.now(UTC)) + timedelta(days=20))
    known = {"given_name": "Karib", "family_name": "Nordmanna", "employee_number": "E0001", "on_behalf_of": "Liv"}
    found = {}
    for said, filled in {
        "Rett dette, så går det videre": {"given_name": "<script>", "family_name": "x" * 10_000},
        "Det du la til nå, ble ikke bestilt: vault": known,
        TOO_LARGE: known,
        A_FAULT: known,
    }.items():
        page.goto(f"{address}/order?kind=ansatt&unit=1210&job_code=7174&title=&percentage=100&first_day={day}")
        page.get_by_role("checkbox", name="vault", exact=True).check()
        page.evaluate("document.querySelectorAll('[required]').forEach(one => one.required = false)")
        for field, value in filled.items():
            page.locator(f"#{field}").fill(value)
        if said == TOO_LARGE:  # in a field that is not drawn
            page.evaluate("document.querySelector('form[method=post] [name=title]').value = 'x'.repeat(70000)")
        if said == A_FAULT:
            with store.writing() as tx:
                tx.exec_driver_sql("ALTER TABLE employments RENAME TO away")
        with capture_logs():
            page.get_by_role("button", name="Bestill", exact=True).click()
            expect(page.get_by_text(said).first).to_be_visible(timeout=30_000)
        found[said] = wrong_with(page)
    assert not any(found.values()), found


def wrong_with(page: Page) -> list[object]:
    """What axe finds, with all that is folded laid open; and whether it fits the window."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    wrong: list[object] = page.evaluate(RUN, TAGS)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("wider than the window")
    return wrong


def test_the_keyboard_gets_past_the_menu(address: str, opened: Opened) -> None:
    page = opened()
    page.goto(f"{address}/cases")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

"""The bell rings when a case has changed, at most one look a second, and the OpenAPI document is true."""

import asyncio
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from onboarding.api.bell import Bell
from onboarding.operations import listing
from onboarding.store.engine import Store
from tests.api import scene


async def first(bell: Bell, since: datetime | None = None) -> str:
    async with asyncio.timeout(5):
        async for text in bell.rings(since):
            return text
    raise AssertionError("the stream ended")


async def test_it_rings_for_what_changes_after(store: Store) -> None:
    scene.moved_in(store)
    number = scene.ordered(store)
    bell = Bell(lambda: listing.pulse(store), every=0.02)
    before, _ = listing.pulse(store)
    waiting = asyncio.create_task(first(bell))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await asyncio.to_thread(scene.act, store, number, "withdraw")
    assert await waiting not in ("", before)


async def test_what_changed_while_the_page_was_under_way_rings_at_once(store: Store) -> None:
    scene.moved_in(store)
    made = datetime.now(UTC) - timedelta(seconds=1)
    scene.ordered(store)
    bell = Bell(lambda: listing.pulse(store), every=60)
    assert await first(bell, made) == listing.pulse(store)[0]


async def test_what_changes_as_a_page_comes_is_not_missed() -> None:
    """Its own look came before the change, and the first of those for all pages after it."""
    answers = iter(["a", "b"])
    assert await first(Bell(lambda: (next(answers, "b"), None), every=0.01)) == "b"


async def test_many_pages_are_one_look() -> None:
    looks: list[int] = []

    def look() -> tuple[str, datetime | None]:
        looks.append(1)
        return str(len(looks) > 60), None

    bell = Bell(look, every=0.01)
    listeners = [asyncio.create_task(first(bell)) for _ in range(50)]
    heard = await asyncio.gather(*listeners)
    assert set(heard) == {"True"}
    assert len(looks) < 50 + 30  # one each as they came, and then one for all


async def test_a_store_that_is_away_for_a_moment_does_not_end_it() -> None:
    answers = iter(["a", "a", None, "b"])

    def look() -> tuple[str, datetime | None]:
        text = next(answers, "b")
        if text is None:
            raise OSError("away")
        return text, None

    assert await first(Bell(look, every=0.01)) == "b"


async def test_closed_it_lets_go_of_every_page() -> None:
    bell = Bell(lambda: ("a", None), every=0.01)
    waiting = asyncio.create_task(first(bell))
    await asyncio.sleep(0.05)
    bell.close()
    async with asyncio.timeout(5):
        assert await waiting == ""


def test_a_page_listens_and_knows_when_it_was_made(page: TestClient, quick: Store) -> None:
    text = page.get("/cases?state=all&lang=nb").text
    assert 'hx-sse:connect="/events?since=' in text
    assert 'hx-get="/cases?state=all&amp;lang=nb"' in text
    # What was posted is not asked for again.
    assert "hx-sse:connect" not in page.post("/cases", data={"text": "x"}).text


def test_the_openapi_document_says_what_is_answered(page: TestClient) -> None:
    found = page.get("/api/v1/openapi.json").json()
    assert sorted(found["paths"]) == [
        "/api/v1/cases",
        "/api/v1/cases/search",
        "/api/v1/cases/{number}",
        "/api/v1/cases/{number}/acts",
        "/api/v1/cases/{number}/history",
        "/api/v1/orders",
        "/api/v1/stuck",
        "/api/v1/stuck/retry",
        "/api/v1/tasks",
    ]
    order = found["paths"]["/api/v1/orders"]["post"]
    assert {"200", "201", "403", "409", "422"} <= set(order["responses"])
    assert any(one["name"] == "idempotency-key" for one in order["parameters"])
    for path in found["paths"].values():
        for method in path.values():
            ok = next(answer for status, answer in method["responses"].items() if status.startswith("2"))
            assert "$ref" in ok["content"]["application/json"]["schema"]
            refused = method["responses"].get("409")
            assert refused is None or "application/problem+json" in refused["content"]


def test_search_by_json(page: TestClient, quick: Store) -> None:
    number = scene.ordered(quick)
    found = page.post("/api/v1/cases/search", json={"text": "nordmann"}).json()["cases"]
    assert [case["number"] for case in found] == [number]


def test_a_form_is_not_changed_under_who_fills_it_in(page: TestClient) -> None:
    """A page that is brought up to date in the moment of a press loses the press."""
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    for address in ("/order", f"/order?kind=ansatt&unit=1210&job_code=7174&first_day={day}"):
        shown = page.get(address)
        assert shown.status_code == 200
        assert "hx-sse:connect" not in shown.text and "hx-get" not in shown.text

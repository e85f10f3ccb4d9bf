"""What the web says in its log of what people do: which case and which step, and neither who nor for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from onboarding.planning.moments import today
from onboarding.store.engine import Store
from tests.api import scene

SOON = (today(datetime.now(UTC)) + timedelta(days=20)).isoformat()
ORDER = {
    "given_name": "Ragnhildur", "family_name": "Øyehaug", "unit": "1210", "job_code": "7174", "title": "Sykepleier",
    "kind": "ansatt", "percentage": "100", "first_day": SOON, "employee_number": "E7771",
}  # fmt: skip
NOBODY = ("Ragnhildur", "Øyehaug", "E7771", "ida.it", "Liv Leder", "fordi hun")


def test_an_order_and_an_act_say_which_case(page: TestClient, quick: Store) -> None:
    with capture_logs() as lines:
        placed = page.post("/api/v1/orders", json={**ORDER, "on_behalf_of": "Liv Leder"})
        assert placed.status_code == 201, placed.text
        number = placed.json()["number"]
        scene.begin_case(quick, number)
        asked = {"kind": "skip", "step": "pay:grant:payslip", "note": "fordi hun slutter", "on_behalf_of": "Liv Leder"}
        assert page.post(f"/api/v1/cases/{number.lower()}/acts", json=asked).status_code == 202
        form = {"kind": "skip", "step": "ad:grant:vpn", "note": "fordi hun slutter"}
        assert page.post(f"/cases/{number}/acts", data=form).status_code == 303
    told = [{key: line.get(key) for key in ("event", "case", "act", "step", "via")} for line in lines]
    assert [one for one in told if one["event"] in ("order taken in", "act taken in")] == [
        {"event": "order taken in", "case": number, "act": None, "step": None, "via": "api"},
        {"event": "act taken in", "case": number, "act": "skip", "step": "pay:grant:payslip", "via": "api"},
        {"event": "act taken in", "case": number, "act": "skip", "step": "ad:grant:vpn", "via": "web"},
    ]
    assert [value for value in NOBODY if value in str(lines)] == []


def test_what_was_refused_is_no_line(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick)
    with capture_logs() as lines:
        assert page.post(f"/cases/{number}/acts", data={"kind": "retry", "step": "Kari Nordmann"}).status_code == 409
        page.post("/stuck/retry", data={"system": "Kari Nordmann", "reason": "x"})
    assert lines == []


@pytest.mark.parametrize("way", ["/stuck/retry", "/api/v1/stuck/retry"])
def test_a_retry_of_many_says_how_many(page: TestClient, quick: Store, way: str) -> None:
    scene.stands(quick, scene.begun(quick), "ad:account", "stuck", theirs=False, reason="system.away")
    asked = {"system": "ad", "reason": "system.away"}
    with capture_logs() as lines:
        page.post(way, json=asked) if "api" in way else page.post(way, data=asked)
    assert [(line["event"], line["system"], line["reason"], line["steps"]) for line in lines] == [
        ("retry taken in", "ad", "system.away", 1)
    ]

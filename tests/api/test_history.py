"""What has happened to a case, as its page and its JSON tell it."""

from fastapi.testclient import TestClient

from onboarding.store.engine import Store
from tests.api import scene


def test_what_has_happened_is_a_page_of_its_own(web: TestClient, store: Store) -> None:
    number = scene.begun(store, 1)
    scene.asked(store, number, "key:grant:card", "by hand")
    scene.act(store, number, "by hand", "key:grant:card", note="Lå <i>klart</i>")
    text = web.get(f"/cases/{number}").text
    assert f'href="/cases/{number}/history"' in text and "Planen ble laget." not in text
    told = web.get(f"/cases/{number}/history").text
    newest_first = (
        "valgte «Gjort for hånd»",
        "<q>Lå &lt;i&gt;klart&lt;/i&gt;</q>",
        "Planen ble laget.",
        "la inn bestillingen",
    )
    places = [told.index(one) for one in newest_first]
    assert places == sorted(places) and f'href="/cases/{number}"' in told
    assert "The plan was made." in web.get(f"/cases/{number}/history?lang=en").text
    answer = web.get(f"/api/v1/cases/{number}/history", headers={"accept-language": "en"}).json()
    assert answer["number"] == number
    assert [line["note"] for line in answer["history"] if line["note"]] == ["Lå <i>klart</i>"]
    assert answer["history"][-1]["text"].endswith("placed the order.")
    for address in ("/cases/B-1999-000001/history", "/api/v1/cases/B-1999-000001/history"):
        assert web.get(address).status_code == 404


def test_a_withdrawal_does_not_change_what_was_told_before_it(page: TestClient, quick: Store) -> None:
    number = scene.begun(quick, 1)
    scene.done(quick, number, "ad:name", "ad:account")
    scene.asked(quick, number, "key:grant:card", "by hand")
    scene.act(quick, number, "by hand", "key:grant:card", note="Kort 4411")

    def told() -> list[str]:
        lines = page.get(f"/api/v1/cases/{number}/history").json()["history"]
        return [line["text"] for line in reversed(lines)]

    before = told()
    assert "ida.it på vegne av Liv Leder valgte «Gjort for hånd»: Tilgang: card" in before
    scene.act(quick, number, "withdraw")
    assert told()[: len(before)] == before
    scene.asked(quick, number, "key:grant:card", "by hand")
    scene.act(quick, number, "by hand", "key:grant:card")
    assert told()[-1] == "«Gjort for hånd» er utført: Ta bort igjen: tilgang: card"

"""User names: one for each person, free in every system that makes them, and never another's."""

from pathlib import Path

from temporalio.client import Client

from onboarding.domain.accounts import Account
from onboarding.domain.catalogue import Naming
from onboarding.operations import reading
from onboarding.store.schema import usernames
from tests import municipality
from tests.activities.rows import rows
from tests.municipality import post, with_system
from tests.workflows.house import House, house, in_days


def stranger(name: str, key: str | None = "X1") -> Account:
    shown = {"display_name": "Ola Annen"}
    return Account(native_id=f"native-{name}", name=name, key=key, enabled=True, attributes=shown)


def ours(h: House, system: str = "ad") -> dict[str | None, str]:
    """Employee number -> account name."""
    return {account.key: account.name for account in h.systems[system].accounts()}


async def test_twenty_of_the_same_name_get_twenty_names(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(database_url, temporal_client, tmp_path) as h:
        same = {"given_name": "Kari", "family_name": "Nordmann"}
        numbers = h.order(*(post(n, in_days(10), **same) for n in range(20)))
        await h.until(lambda: {h.state(number) for number in numbers} == {"prepared"}, limit=90)
        names = ours(h)
        assert len(names) == len(set(names.values())) == 20
        assert {row["name"] for row in rows(h.store, usernames)} == set(names.values())
        assert names == ours(h, "pay")


async def test_a_name_taken_in_the_system_is_passed_over(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.systems["ad"].put(stranger("KarNor"))
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(number) == "prepared")
        assert ours(h) == {"X1": "KarNor", "E0001": "kanord"}


async def test_where_all_that_were_asked_about_are_taken_the_next_are_asked_about(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        taken = ["karnor", "kanord", *(f"karnor{n}" for n in range(2, 31))]
        h.systems["ad"].put(*(stranger(name, None) for name in taken))
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(number) == "prepared")
        assert ours(h)["E0001"] == "karnor31"


async def test_two_systems_that_make_names_are_both_asked(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    catalogue = with_system(municipality.catalogue(), "pay", naming=Naming())
    async with house(database_url, temporal_client, tmp_path, catalogue) as h:
        h.systems["ad"].put(stranger("karnor"))
        h.systems["pay"].put(stranger("kanord"), stranger("karnor2", "X2"))
        numbers = h.order(*(post(n, in_days(10)) for n in range(6)))
        await h.until(lambda: {h.state(number) for number in numbers} == {"prepared"}, limit=60)
        names = {key: name for key, name in ours(h).items() if key and key.startswith("E")}
        assert len(names) == len(set(names.values())) == 6
        assert not {"karnor", "kanord", "karnor2"} & set(names.values())
        assert names.items() <= ours(h, "pay").items()
        assert {row["name"] for row in rows(h.store, usernames)} == set(names.values())


async def test_the_name_of_an_account_she_has_from_before_stays_hers(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        h.systems["ad"].put(stranger("kari99", "E0001"))
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(number) == "prepared")
        assert ours(h) == ours(h, "pay") == {"E0001": "kari99"}


async def test_a_name_that_was_free_and_is_taken_since_is_refused_with_the_next_proposed(
    database_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    catalogue = with_system(municipality.catalogue(), "ad", not_made_before=5)
    async with house(database_url, temporal_client, tmp_path, catalogue) as h:
        [number] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.states(number).get("ad:name") == "done")
        h.systems["ad"].put(stranger("karnor"))
        h.act(number, "move date", value=in_days(3).isoformat())
        await h.until(lambda: h.states(number)["ad:account"] == "stuck")
        refusal = reading.case_file(h.store, number).refusals["ad:account"]
        assert (refusal.attribute, refusal.value, refusal.proposal) == ("username", "karnor", "kanord")
        h.act(number, "mend", "ad:account")
        await h.until(lambda: h.state(number) == "prepared")
        assert ours(h) == {"X1": "karnor", "E0001": "kanord"}
        assert ours(h, "pay") == {"E0001": "kanord"}


async def test_the_second_case_of_a_person_uses_the_name_of_the_first(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        [first] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(first) == "prepared")
        [second] = h.order(post(1, in_days(12), unit="1310", job_code="7523"))
        await h.until(lambda: h.state(second) == "prepared")
        assert "ad:name" not in h.states(second)
        assert [row["name"] for row in rows(h.store, usernames)] == ["karnor"]
        assert ours(h) == ours(h, "pay") == {"E0001": "karnor"}


async def test_the_name_of_a_withdrawn_hire_is_never_given_to_another(
    sqlite_url: str, temporal_client: Client, tmp_path: Path
) -> None:
    async with house(sqlite_url, temporal_client, tmp_path) as h:
        [first] = h.order(post(1, in_days(10)))
        await h.until(lambda: h.state(first) == "prepared")
        h.act(first, "withdraw")
        await h.until(lambda: h.state(first) == "withdrawn")
        assert ours(h) == {}
        [second] = h.order(post(2, in_days(10)))
        await h.until(lambda: h.state(second) == "prepared")
        assert ours(h) == {"E0002": "kanord"}

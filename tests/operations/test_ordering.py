"""Orders: one case for each post, whoever asks, however often, and also at the same moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from onboarding.activities.begin import begin
from onboarding.domain.errors import Conflict, NotAllowed, NotFound
from onboarding.domain.people import Actor, Unit
from onboarding.hr.posts import HrPost
from onboarding.hr.table import BadRow
from onboarding.operations import ordering, policies
from onboarding.operations.acting import act
from onboarding.operations.history import lines
from onboarding.operations.reading import case_file, case_history
from onboarding.planning.moments import today
from onboarding.store import cases, people
from onboarding.store.engine import Store
from onboarding.store.schema import events as event_table
from onboarding.store.schema import import_rows, imports, persons
from tests import municipality
from tests.operations.desk import FOR_THE_MANAGER, HR, IDA, OWNER, SOON, hire, order, the_case
from tests.store.at_once import at_once
from tests.store.rows import events_of

DAY = timedelta(days=1)


def results(ordered: list[ordering.Ordered]) -> list[str]:
    return [one.result for one in ordered]


def numbers(store: Store) -> list[str]:
    with store.reading() as tx:
        return [line.number for line in cases.listed(tx, limit=1000)]


def counted(store: Store) -> int:
    with store.reading() as tx:
        return tx.execute(select(func.count()).select_from(persons)).scalar_one()


def test_an_order_is_a_person_a_post_a_case_and_an_event(store: Store) -> None:
    post = hire(1, email="kari@example.com", mobile="00000101", manager="900")
    [one] = order(store, post)
    case = the_case(store, one.number or "")
    assert (one.result, one.case, one.post) == ("ordered", case.id, post)
    assert (case.kind, case.state, case.ordered_by, case.ordered_via, case.run) == (
        "onboard",
        "received",
        "hr",
        "feed",
        0,
    )
    with store.reading() as tx:
        person, employment = people.with_posts(tx, case.person).person, people.employment(tx, case.employment)
        [placed] = events_of(tx, case.id)
    assert (person.employee_number, person.name, person.email, person.mobile) == (
        post.employee_number, f"{post.given_name} {post.family_name}", "kari@example.com", "00000101",
    )  # fmt: skip
    same = ("unit", "job_code", "title", "kind", "percentage", "start", "end", "manager")
    assert [getattr(employment, name) for name in same] == [getattr(post, name) for name in same]
    assert (placed.what, placed.actor, placed.object) == ("case.ordered", "hr", case.policy)


def test_the_same_file_again_orders_nothing(store: Store) -> None:
    posts = [hire(n) for n in range(3)]
    first, second = order(store, *posts), order(store, *posts)
    assert results(first) == ["ordered"] * 3 and results(second) == ["already"] * 3
    assert [one.number for one in first] == [one.number for one in second] == numbers(store)
    assert counted(store) == 3


def test_a_file_that_stopped_half_way_is_finished_by_the_next(store: Store) -> None:
    order(store, hire(1))
    assert results(order(store, hire(1), hire(2))) == ["already", "ordered"]


@pytest.mark.parametrize(
    ("start", "end", "result"),
    [
        (SOON, SOON + 90 * DAY, "already"),
        (SOON + 7 * DAY, SOON + 90 * DAY, "changed"),
        (SOON, None, "changed"),
        (SOON, SOON + 30 * DAY, "changed"),
        (SOON + 90 * DAY, None, "changed"),  # they meet on one day
        (SOON + 91 * DAY, None, "changed"),  # they touch: a renewal
        (SOON + 92 * DAY, None, "ordered"),  # the same post again, when the first is over
        (SOON - 400 * DAY, SOON - 200 * DAY, "over"),
    ],
)
def test_what_hr_says_of_a_known_post(store: Store, start: date, end: date | None, result: str) -> None:
    [known] = order(store, hire(1, end=SOON + 90 * DAY))
    [one] = order(store, hire(1, start=start, end=end))
    assert one.result == result
    if result in ("already", "changed"):
        assert (one.case, one.number) == (known.case, known.number)
    assert len(numbers(store)) == (2 if result == "ordered" else 1)
    assert counted(store) == 1


def test_a_post_that_is_over_is_not_ordered(store: Store) -> None:
    yesterday, this_day = (today(datetime.now(UTC)) + n * DAY for n in (-1, 0))
    [over, last_day] = order(
        store, hire(1, start=yesterday - 9 * DAY, end=yesterday), hire(2, start=yesterday - 9 * DAY, end=this_day)
    )
    assert (over.result, over.case, over.number) == ("over", None, None)
    assert last_day.result == "ordered" and numbers(store) == [last_day.number]


def test_several_posts_of_one_person_are_several_cases(store: Store) -> None:
    posts = [hire(1), hire(1, unit="1310"), hire(1, job_code="8527", title="Overlege")]
    assert results(order(store, *posts)) == ["ordered"] * 3
    assert counted(store) == 1 and len(numbers(store)) == 3
    assert results(order(store, *posts)) == ["already"] * 3
    with store.reading() as tx:
        person = people.by_employee_number(tx, "E0001")
        assert person is not None and len(people.employments_of(tx, person.id)) == 3


def test_a_case_that_is_over_is_still_the_answer(store: Store) -> None:
    [one] = order(store, hire(1))
    act(store, OWNER, one.number or "", "withdraw", note="she does not come")
    assert [(again.result, again.number) for again in order(store, hire(1))] == [("already", one.number)]


@pytest.mark.parametrize("known", [False, True])
def test_one_file_fed_twice_at_the_same_moment(store: Store, known: bool) -> None:
    """With two posts of one person in it; new people, and such as are there already."""
    if known:
        order(store, *(hire(n, unit="1310") for n in range(5)))
    before = len(numbers(store))
    posts: list[HrPost] = [hire(n) for n in range(5)] + [hire(2, job_code="8527")]
    answers = at_once(2, lambda n: order(store, *(posts if n else reversed(posts))))
    assert len(numbers(store)) == before + len(posts)
    assert counted(store) == 5
    for post in posts:
        both = [one for answer in answers for one in answer if one.post == post]
        assert sorted(results(both)) == ["already", "ordered"] and both[0].number == both[1].number


@pytest.mark.parametrize(
    ("actor", "key"),
    [
        (IDA, "act.operator-needs-on-behalf"),
        (Actor(kind="person", id="kari", via="web"), "act.not-for-oneself"),  # with her own person behind it
        (FOR_THE_MANAGER, None),
        (OWNER, None),
    ],
)
def test_who_may_order(store: Store, actor: Actor, key: str | None) -> None:
    order(store, hire(1))
    with store.reading() as tx:
        kari = people.by_employee_number(tx, "E0001")
    assert kari is not None
    if actor.id == "kari":
        actor = actor.model_copy(update={"person": kari.id})
    if key is None:
        assert results([ordering.order_hire(store, hire(1, unit="1310"), actor, datetime.now(UTC))]) == ["ordered"]
        return
    with pytest.raises(NotAllowed) as error:
        ordering.order_hire(store, hire(1, unit="1310"), actor, datetime.now(UTC))
    assert error.value.key == key and len(numbers(store)) == 1
    with store.reading() as tx:
        assert len(people.employments_of(tx, kari.id)) == 1


def test_an_operator_without_anybody_leaves_no_person_behind(store: Store) -> None:
    with pytest.raises(NotAllowed):
        ordering.order_hires(store, [hire(1)], (), "digest", IDA)
    assert counted(store) == 0


def test_without_a_policy_nothing_is_ordered(bare: Store) -> None:
    with pytest.raises(NotFound) as error:
        order(bare, hire(1))
    assert error.value.key == "order.no-policy" and counted(bare) == 0


def test_an_import_is_written_down_row_by_row(store: Store) -> None:
    order(store, hire(1))
    over = hire(3, start=SOON - 90 * DAY, end=SOON - 60 * DAY)
    bad = BadRow(row=7, column="orgId", value="9999", key="hr.unknown-unit", params={})
    posts = (hire(1), hire(1, unit="1310"), over)
    done = ordering.order_hires(store, posts, [bad], "d" * 64, HR)
    assert done.bad == (bad,) and results(list(done.ordered)) == ["already", "ordered", "over"]
    with store.reading() as tx:
        [row] = tx.execute(select(imports).where(imports.c.id == done.id)).all()
        kept = tx.execute(
            select(import_rows).where(import_rows.c.import_id == done.id).order_by(import_rows.c.at)
        ).all()
        [said] = tx.execute(select(event_table).where(event_table.c.object == str(done.id))).all()
    assert (row.actor, row.digest, row.ordered, row.already, row.bad) == ("hr", "d" * 64, 1, 2, 1)
    assert [one.outcome for one in kept] == ["already", "ordered", "already", "bad"]
    assert (kept[3].row, kept[3].column, kept[3].reason) == (7, "orgId", "hr.unknown-unit")
    assert (said.what, said.detail) == ("file.imported", {"sha256": "d" * 64})


def test_a_unit_tree_is_adopted_once(store: Store) -> None:
    tree = [Unit(id="1000", name="Fjordvik"), Unit(id="1400", name="Plan", parent="1000")]

    def adoptions() -> int:
        with store.reading() as tx:
            query = select(func.count()).select_from(event_table).where(event_table.c.what == "units.adopted")
            return tx.execute(query).scalar_one()

    before = adoptions()
    for _ in range(2):
        ordering.adopt_units(store, tree, HR)
    assert adoptions() == before + 1
    with store.reading() as tx:
        assert set(people.all_units(tx).values()) == set(tree)


WEB = Actor(kind="person", id="901", via="web")


def test_what_was_withdrawn_is_ordered_again_by_a_person_and_not_by_the_same_file(store: Store) -> None:
    [first] = order(store, hire(1))
    act(store, OWNER, first.number or "", "withdraw", note="She changed her mind.")
    assert results(order(store, hire(1))) == ["already"] and numbers(store) == [first.number]
    again = ordering.order_hire(store, hire(1), WEB, datetime.now(UTC))
    assert again.number not in (None, first.number) and len(numbers(store)) == 2


def test_a_file_with_another_date_orders_a_withdrawn_hire_anew(store: Store) -> None:
    [first] = order(store, hire(1))
    act(store, OWNER, first.number or "", "withdraw", note="Not yet.")
    [again] = order(store, hire(1, start=SOON + 30 * DAY))
    assert again.number not in (None, first.number)
    with store.reading() as tx:
        case = the_case(store, again.number or "")
        assert people.employment(tx, case.employment).start == SOON + 30 * DAY


def test_a_renewal_from_the_day_after_is_the_same_employment(store: Store) -> None:
    [first] = order(store, hire(1, end=SOON + 30 * DAY))
    [renewed] = order(store, hire(1, start=SOON + 31 * DAY))
    assert (renewed.result, renewed.number) == ("changed", first.number)


def with_extras(store: Store, *extras: str, **changed: object) -> ordering.Ordered:
    return ordering.order_hire(store, hire(1, **changed), WEB, datetime.now(UTC), extras)


def recorded(store: Store, number: str | None) -> tuple[str, ...]:
    with store.reading() as tx:
        return people.employment(tx, the_case(store, number or "").employment).extras


def test_what_is_asked_for_beyond_the_post_is_stored_with_the_case_and_told(store: Store) -> None:
    one = with_extras(store, "vault", "bank", "vault")
    case = the_case(store, one.number or "")
    assert recorded(store, one.number) == ("vault", "bank")
    with store.reading() as tx:
        [placed] = events_of(tx, case.id)
    assert placed.detail == {"extras": "vault, bank"}
    [line] = lines(*case_history(store, case.number), "nb")
    assert line.text == "901 la inn bestillingen, og ba også om dette: vault og bank."
    begin(store, case.id, datetime.now(UTC))
    planned = {step.id: step for step in case_file(store, case.number).steps}
    assert {"pay:grant:vault", "people:approve-second:vault", "people:approve:bank"} <= planned.keys()
    assert not any(planned[id].before_first_day for id in ("pay:grant:vault", "people:approve:vault", "pay:grant:bank"))


@pytest.mark.parametrize("extras", [("vpn",), ("nothing",), ("bank", "vpn", "nothing")])
def test_what_may_not_be_asked_for_is_named_and_nothing_is_ordered(store: Store, extras: tuple[str, ...]) -> None:
    with pytest.raises(Conflict) as error:
        with_extras(store, *extras)
    assert error.value.key == "order.not-requestable"
    assert error.value.params == {"extras": ", ".join(one for one in extras if one != "bank")}
    assert numbers(store) == [] and counted(store) == 0


@pytest.mark.parametrize("again", [("bank", "vault"), ("vault", "bank"), ("bank",), ()])
def test_the_same_order_again_is_the_same_case(store: Store, again: tuple[str, ...]) -> None:
    one = with_extras(store, "bank", "vault")
    two = with_extras(store, *again)
    assert (two.result, two.number) == ("already", one.number)
    assert recorded(store, one.number) == ("bank", "vault") and numbers(store) == [one.number]


def test_the_same_order_is_the_same_case_also_when_policy_has_taken_the_extra_away(store: Store) -> None:
    one = with_extras(store, "bank")
    base = municipality.catalogue()
    less = {**base.entitlements, "bank": base.entitlements["bank"].model_copy(update={"requestable": False})}
    policies.adopt(store, base.model_copy(update={"entitlements": less, "hash": "less"}), OWNER)
    two = with_extras(store, "bank")
    assert (two.result, two.number) == ("already", one.number)
    with pytest.raises(Conflict) as error:
        ordering.order_hire(store, hire(2), WEB, datetime.now(UTC), ["bank"])
    assert error.value.key == "order.not-requestable"


def test_nothing_is_ordered_beyond_a_post_that_gives_nothing(store: Store) -> None:
    base = municipality.catalogue()
    nothing = base.kinds["ansatt"].model_copy(update={"id": "oppdrag", "counts": False})
    policies.adopt(store, base.model_copy(update={"kinds": {**base.kinds, "oppdrag": nothing}, "hash": "more"}), OWNER)
    with pytest.raises(Conflict) as error:
        with_extras(store, "bank", kind="oppdrag")
    assert (error.value.key, error.value.params) == ("order.extras-of-nothing", {"extras": "bank"})
    assert numbers(store) == [] and counted(store) == 0


@pytest.mark.parametrize(
    ("changed", "why"), [({}, "order.extras-too-late"), ({"start": SOON + DAY}, "order.changes-too-late")]
)
def test_what_is_added_to_a_hire_that_is_ordered_is_refused_and_named(
    store: Store, changed: dict[str, date], why: str
) -> None:
    one = with_extras(store, "bank")
    with pytest.raises(Conflict) as error:
        with_extras(store, "bank", "vault", **changed)
    assert (error.value.key, error.value.params) == (why, {"number": one.number, "extras": "vault"})
    assert recorded(store, one.number) == ("bank",)


def test_after_a_withdrawal_the_new_extras_count(store: Store) -> None:
    first = with_extras(store, "bank")
    act(store, OWNER, first.number or "", "withdraw", note="She changed her mind.")
    again = with_extras(store, "vault")
    assert again.number != first.number and recorded(store, again.number) == ("vault",)
    act(store, OWNER, again.number or "", "withdraw", note="And again.")
    [fed] = order(store, hire(1, start=SOON + 30 * DAY))
    assert fed.result == "ordered" and recorded(store, fed.number) == ()


def test_two_orders_at_the_same_moment_lose_nothing_that_was_asked_for(store: Store) -> None:
    """One of them is placed; the other is told which and that its own was not ordered."""

    def ask(n: int) -> object:
        try:
            return with_extras(store, ("bank", "vault")[n])
        except Conflict as error:
            return error

    answers = at_once(2, ask)
    [placed] = [one for one in answers if isinstance(one, ordering.Ordered)]
    [refused] = [one for one in answers if isinstance(one, Conflict)]
    assert refused.params["number"] == placed.number
    assert {refused.params["extras"], *recorded(store, placed.number)} == {"bank", "vault"}

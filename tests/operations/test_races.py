"""Two persons at the same moment: one wins, the other is told who it was; and what a case that ends meanwhile does."""

from datetime import UTC, datetime, timedelta

from onboarding.domain.errors import Conflict
from onboarding.domain.people import Actor
from onboarding.operations.acting import Acted, act
from onboarding.store import acts
from onboarding.store.engine import Store
from tests.operations.desk import IDA, OLE, begun, ordered, refuse_open, stand, the_case
from tests.store.at_once import at_once

ROUNDS = 100
LATER = (datetime.now(UTC).date() + timedelta(days=60)).isoformat()


def test_two_persons_act_on_one_step_at_the_same_moment_and_one_wins_each_time(store: Store) -> None:
    case = begun(store)
    stand(store, case, "ad:account", state="stuck")
    two = (IDA, OLE)

    def press(n: int) -> Acted | Conflict:
        try:
            return act(store, two[n], case.number, "retry" if n else "by hand", "ad:account", note="because")
        except Conflict as conflict:
            return conflict

    wins = dict.fromkeys((IDA.id, OLE.id), 0)
    for _ in range(ROUNDS):
        answers = at_once(2, press)
        [won] = [answer for answer in answers if isinstance(answer, Acted)]
        [lost] = [answer for answer in answers if isinstance(answer, Conflict)]
        assert won.act is not None and lost.key == "act.somebody-first"
        assert lost.params["actor"] == won.act.actor != two[answers.index(lost)].id
        assert lost.params["act"] == won.act.kind and datetime.fromisoformat(lost.params["at"]) == won.act.at
        with store.reading() as tx:
            assert [row.id for row in acts.open_of(tx, case.id)] == [won.act.id]
        wins[won.act.actor_id] += 1
        refuse_open(store, case.id)
    assert sum(wins.values()) == ROUNDS


def test_of_two_who_withdraw_a_received_case_one_does(store: Store) -> None:
    for number in range(10):
        case = ordered(store, employee_number=f"W{number}")

        def withdraw(n: int, number: str = case.number) -> str:
            by = Actor(kind="person", id=f"manager-{n}", via="web")
            try:
                return "withdrawn" if act(store, by, number, "withdraw", note="because").withdrawn else "asked"
            except Conflict as conflict:
                return conflict.key

        assert sorted(at_once(2, withdraw)) == ["act.case-is-over", "withdrawn"]
        assert the_case(store, case.number).state == "withdrawn"


def test_no_act_is_left_open_on_a_case_that_ends_at_the_same_moment(store: Store) -> None:
    for number in range(20):
        case = ordered(store, employee_number=f"M{number}")

        def press(n: int, number: str = case.number) -> str:
            by = Actor(kind="person", id=f"manager-{n}", via="web")
            try:
                act(store, by, number, "move date" if n else "withdraw", value=LATER, note="because")
            except Conflict as conflict:
                return conflict.key
            return "taken"

        answers = at_once(2, press)
        assert answers[0] == "taken" and answers[1] in ("taken", "act.case-is-over")
        with store.reading() as tx:
            assert acts.open_of(tx, case.id) == [] == acts.to_ring(tx, datetime.now(UTC), 10)

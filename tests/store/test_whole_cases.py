"""One case whole: each step once, with all that belongs to it, and nothing of another case."""

from onboarding.domain.catalogue import Title
from onboarding.domain.people import Unit
from onboarding.domain.plan import Plan, PlannedStep
from onboarding.store import acts, cases, people, refusals, steps, tasks, whole_cases
from onboarding.store.engine import Store
from onboarding.store.refusals import Refusal
from tests.store.rows import CATALOGUE, NOW, a_case, a_step, an_act, open_tasks

ACCOUNT, CARD = "ad:account", "key:grant:card"
NO = Refusal(attribute="title", value="Sykepleier🙂", reason="ad.letters", proposal=None)


def test_a_step_is_there_once_however_much_belongs_to_it(store: Store) -> None:
    with store.writing() as tx:
        case, other = a_case(tx), a_case(tx)
        for one in (case, other):
            steps.add(tx, one.id, [a_step(ACCOUNT), a_step(CARD, unit="1310")], 0, NOW)
        people.replace_units(tx, [Unit(id="1310", name="Neset skole")])
        tasks.ask(tx, case.id, CARD, "by hand", "key@fjordvik.example", Title(nb="Lag et kort."), NOW)
        tasks.ask(tx, case.id, CARD, "confirm", "it", Title(nb="Er det greit?"), NOW)
        tasks.ask(tx, case.id, ACCOUNT, "by hand", "it", Title(nb="Lag en konto."), NOW)
        tasks.close(tx, case.id, ACCOUNT, NOW, "Ida", "done")
        refusals.write(tx, case.id, ACCOUNT, NO, NOW)
        assert acts.add(tx, an_act(case.id, ACCOUNT))
        acts.close_all(tx, case.id, NOW, "act.case-is-over")
        assert acts.add(tx, an_act(case.id, CARD))
        account, card = whole_cases.steps_of(tx, case.id)
        assert [one.step for one in (account, card)] == steps.of_case(tx, case.id)
        assert (account.refused, account.tasks, account.answered) == (NO, (), False)
        assert (account.unit, card.unit) == (None, "Neset skole")
        assert card.refused is None and card.answered
        assert {task.kind for task in card.tasks} == {"by hand", "confirm"}
        assert set(card.tasks) == set(open_tasks(tx))
        assert all(
            one.refused is None and not one.tasks and not one.answered for one in whole_cases.steps_of(tx, other.id)
        )


def test_its_newest_plan_and_an_answer_for_the_whole_case(store: Store) -> None:
    first = Plan(policy=CATALOGUE.hash, steps=())
    second = first.model_copy(update={"steps": (PlannedStep(id=ACCOUNT, system="ad", action="account"),)})
    with store.writing() as tx:
        case = a_case(tx)
        found = whole_cases.by_number(tx, f" {case.number.lower()} ")
        assert found is not None and (found.case, found.plan, found.unit, found.answered) == (case, None, None, False)
        cases.add_plan(tx, case.id, 1, first, NOW)
        cases.add_plan(tx, case.id, 2, second, NOW)
        people.replace_units(tx, [Unit(id="1210", name="Fjordgløtt sykehjem")])
        assert acts.add(tx, an_act(case.id, ""))
        found = whole_cases.by_number(tx, case.number)
        assert found is not None and found.plan and Plan.model_validate_json(found.plan) == second
        assert (found.unit, found.answered) == ("Fjordgløtt sykehjem", True)
        acts.close_all(tx, case.id, NOW, "act.case-is-over")
        found = whole_cases.by_number(tx, case.number)
        assert found is not None and not found.answered
        assert whole_cases.by_number(tx, "B-1999-000001") is None

"""Those who ask for something, and cases that stand as a test wants them, without a workflow."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from onboarding.activities.begin import begin
from onboarding.domain.cases import Step
from onboarding.domain.people import Actor
from onboarding.hr.posts import HrPost
from onboarding.operations import ordering
from onboarding.store import acts, cases, steps
from onboarding.store.engine import Store
from tests.municipality import post
from tests.store.rows import case_numbered

HR = Actor(kind="feed", id="hr", via="feed")
IDA = Actor(kind="operator", id="ida.it", via="cli")
OLE = Actor(kind="operator", id="ole.it", via="cli")
FOR_THE_MANAGER = Actor(kind="operator", id="ida.it", via="cli", on_behalf_of="900")
OWNER = Actor(kind="person", id="owner-1", via="web")
SOON = datetime.now(UTC).date() + timedelta(days=10)


def hire(number: int, **changed: object) -> HrPost:
    values: dict[str, object] = {"start": SOON, **changed}
    return post(number, SOON).model_copy(update=values)


def order(store: Store, *posts: HrPost) -> list[ordering.Ordered]:
    return list(ordering.order_hires(store, posts, (), "digest", HR).ordered)


def ordered(store: Store, **changed: object) -> cases.Case:
    """A received case: a nurse's unless said otherwise."""
    [one] = order(store, hire(1, **changed))
    return the_case(store, one.number or "")


def begun(store: Store, **changed: object) -> cases.Case:
    """A case with its plan."""
    return again(store, ordered(store, **changed))


def again(store: Store, case: cases.Case) -> cases.Case:
    """What a workflow does first, also when it was rung in vain: open acts are settled."""
    begin(store, case.id, datetime.now(UTC))
    return the_case(store, case.number)


def the_case(store: Store, number: str) -> cases.Case:
    with store.reading() as tx:
        case = case_numbered(tx, number)
    assert case is not None
    return case


def the_step(store: Store, case: cases.Case, id: str) -> Step:
    with store.reading() as tx:
        return next(step for step in steps.of_case(tx, case.id) if step.id == id)


def stand(store: Store, case: cases.Case, id: str, **changed: object) -> None:
    """The step stands so from now on."""
    step = the_step(store, case, id).model_copy(update=changed)
    with store.writing() as tx:
        steps.settle(tx, case.id, [step])


def refuse_open(store: Store, case: UUID) -> None:
    """Whatever was asked for is out of the way again."""
    with store.writing() as tx:
        acts.close_all(tx, case, datetime.now(UTC), "act.try-again")

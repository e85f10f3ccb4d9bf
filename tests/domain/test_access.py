"""Who may: the whole table, for each kind of actor and each act."""

from typing import get_args
from uuid import UUID, uuid4

import pytest

from onboarding.domain.access import OF_IT, may_act, may_order
from onboarding.domain.acts import ActKind
from onboarding.domain.cases import Step
from onboarding.domain.people import Actor
from tests.domain.lines import question, step

KARI, OLA = uuid4(), uuid4()
BEHALF, ONESELF = "act.operator-needs-on-behalf", "act.not-for-oneself"


def actor(kind: str, person: UUID | None = None, on_behalf_of: str | None = None) -> Actor:
    return Actor.model_validate(
        {"kind": kind, "id": "somebody", "via": "cli", "person": person, "on_behalf_of": on_behalf_of}
    )


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (actor("person", OLA), None),
        (actor("person", KARI), ONESELF),
        (actor("person"), None),
        (actor("operator"), BEHALF),
        (actor("operator", on_behalf_of="900"), None),
        (actor("operator", KARI), ONESELF),
        (actor("operator", KARI, "900"), ONESELF),  # nor on behalf of another
        (actor("feed"), None),
        (actor("schedule"), None),
        (actor("dev"), None),
    ],
)
def test_who_may_order(who: Actor, why: str | None) -> None:
    assert may_order(who, KARI) == why


def test_what_is_its_own() -> None:
    assert {"retry", "mend", "by hand", "skip", "release"} == OF_IT


@pytest.mark.parametrize("kind", get_args(ActKind))
@pytest.mark.parametrize("who", ["person", "operator", "feed", "schedule", "dev"])
def test_who_may_act(kind: ActKind, who: str) -> None:
    asked = question("approve")
    assert may_act(actor(who, KARI), KARI, kind, asked) == ONESELF
    assert may_act(actor(who, KARI, "900"), KARI, kind, None) == ONESELF
    assert may_act(actor(who, OLA, "900"), KARI, kind, asked) is None
    alone = may_act(actor(who, OLA), KARI, kind, asked)
    assert alone == (BEHALF if who == "operator" and kind not in OF_IT else None)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (step("key:grant:card", state="asked"), None),  # a task by hand
        (question("gate"), BEHALF),  # a question somebody must answer for
        (question("role"), BEHALF),
        (None, BEHALF),
    ],
)
def test_an_operators_answer(asked: Step | None, why: str | None) -> None:
    assert may_act(actor("operator"), KARI, "answer", asked) == why

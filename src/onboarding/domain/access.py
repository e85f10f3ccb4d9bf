"""Who may: plain functions over values. None is yes; otherwise the key of the text that says why not."""

from uuid import UUID

from onboarding.domain.acts import ActKind
from onboarding.domain.cases import Step
from onboarding.domain.people import Actor

OF_IT: frozenset[ActKind] = frozenset({"retry", "mend", "by hand", "skip", "release"})


def may_order(actor: Actor, person: UUID) -> str | None:
    """Order access for this person. Nobody orders for oneself."""
    if actor.person == person:
        return "act.not-for-oneself"
    if actor.kind == "operator" and actor.on_behalf_of is None:
        return "act.operator-needs-on-behalf"
    return None


def may_act(actor: Actor, person: UUID, kind: ActKind, step: Step | None) -> str | None:
    """Do this to this step of this person's case.

    The work of IT is an operator's own. What a manager or an owner must answer for, an operator does on their behalf.
    """
    if actor.person == person:
        return "act.not-for-oneself"
    if kind in OF_IT or actor.kind != "operator":
        return None
    if kind == "answer" and step is not None and step.ask is None:
        return None  # a task by hand, not a question somebody must answer for
    return None if actor.on_behalf_of else "act.operator-needs-on-behalf"

"""The user name.

Each naming system is asked on its own queue, then one name is reserved, in one transaction, for good.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from onboarding.activities.answering import ENGINE
from onboarding.activities.entering import Entered, lock
from onboarding.domain.cases import Step, Visit
from onboarding.planning.usernames import candidates
from onboarding.store import events, steps, usernames
from onboarding.store.engine import Store, Transaction

AT_ONCE = 12  # names a system is asked about in one visit


def names_to_ask(store: Store, e: Entered) -> tuple[str, ...]:
    """The next names that nobody has had, and that no naming system has called taken. None left: ()."""
    with store.reading() as tx:
        return tuple(_free(tx, e, AT_ONCE))


def to_propose(store: Store, e: Entered, theirs: str | None) -> str | None:
    """Where a name that was free has been taken since: what the system proposed, or the next that nobody has had."""
    with store.reading() as tx:
        if theirs and not usernames.given(tx, [theirs]):
            return theirs
        return next(iter(_free(tx, e, 1)), None)


def reserved(store: Store, e: Entered) -> str | None:
    with store.looking() as tx:
        return usernames.current(tx, e.case.person)


def reserve(
    store: Store, e: Entered, v: Visit, step: Step, asked: Sequence[str], taken: frozenset[str], now: datetime
) -> Step:
    """Writes the system's answer; the last of them reserves the first name that is free everywhere.

    Two cases may want the same name at the same moment: the unique row decides, and the loser takes its next.
    """
    with store.writing() as tx:
        case = lock(tx, v).case
        answers = steps.answers(tx, case.id)
        taken_there = sorted(taken | set(answers[step.id]["taken"]))
        answers[step.id] = steps.Answer(asked=list(asked), taken=taken_there)
        steps.remember_answer(tx, case.id, step.id, answers[step.id])
        named = [other for other in steps.names(tx, case.id) if other.want == "do" and other.state != "skipped"]
        if any(not other.over for other in named if other.id != step.id):
            return _write(tx, e, _done(step, now))
        asked_of = [answers[other.id] for other in named]
        in_use = {name for answer in asked_of for name in answer["taken"]}
        known = [set(answer["asked"]) for answer in asked_of]
        for name in asked:
            free = name not in in_use and all(name in asked_of_one for asked_of_one in known)
            if free and (usernames.reserve(tx, case.person, name, now) or usernames.current(tx, case.person)):
                events.record(tx, ENGINE, "name.reserved", now, case=case.id, step=step.id)
                return _write(tx, e, _done(step, now))
        # None of them is free in all: every naming system is asked about the next ones.
        again = [other.model_copy(update={"state": "waiting", "verified_at": None}) for other in named]
        steps.settle(tx, case.id, [other for other in again if other.id != step.id])
        return step.model_copy(update={"state": "waiting", "since": now})


def keep(store: Store, e: Entered, v: Visit, step: Step, name: str, now: datetime) -> Step | None:
    """She has an account here from before: its name stays hers. None where we know it as another's."""
    with store.writing() as tx:
        case = lock(tx, v).case
        if not usernames.reserve(tx, case.person, name, now):
            return None
        events.record(tx, ENGINE, "name.reserved", now, case=case.id, step=step.id)
        return _write(tx, e, _done(step, now))


def _write(tx: Transaction, e: Entered, step: Step) -> Step:
    """At once, and not on the way out: of two systems that answer at the same moment one must know that it is last."""
    steps.write(tx, e.case.id, [step], e.stamp)
    return step


def _free(tx: Transaction, e: Entered, count: int) -> list[str]:
    limits = [system.naming.max_length for system in e.catalogue.systems.values() if system.naming]
    longest = min([e.catalogue.usernames.lengths, *limits])
    taken = {name for answer in steps.answers(tx, e.case.id).values() for name in answer["taken"]}
    made = candidates(e.catalogue.usernames, e.want.given_name, e.want.family_name, longest)
    found: list[str] = []
    while len(found) < count and (some := list(islice(made, AT_ONCE))):
        gone = usernames.given(tx, some) | taken
        found += [name for name in some if name not in gone]
    return found[:count]


def _done(step: Step, now: datetime) -> Step:
    return step.model_copy(
        update={"state": "done", "since": now, "verified_at": now, "next_at": None, "faults_since": None}
    )

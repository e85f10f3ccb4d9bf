"""Places orders: a hire from HR's file, or one that a person asks for. One way, whoever asks."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from onboarding.domain.access import may_order
from onboarding.domain.errors import Conflict, NotAllowed, NotFound
from onboarding.domain.people import Actor, Employment, Person, Unit, Value
from onboarding.hr.posts import HrPost
from onboarding.hr.table import BadRow
from onboarding.planning.extras import refused
from onboarding.planning.moments import today
from onboarding.planning.resolve import resolve
from onboarding.store import cases, events, imports, people, policies
from onboarding.store.engine import Store, Transaction

Result = Literal["ordered", "already", "changed", "over"]
Detail = Literal["first_day", "last_day", "kind", "percentage", "title", "extras"]

Stands = Literal["open", "withdrawing", "over"]
DATES: frozenset[Detail] = frozenset({"first_day", "last_day"})


class Ordered(Value):
    post: HrPost
    result: Result
    case: UUID | None
    number: str | None
    stands: Stands | None = None  # of one that was ordered before: how that order stands
    differs: tuple[Detail, ...] = ()  # and what this says otherwise. Nothing of it has been changed


class Imported(Value):
    id: UUID
    ordered: tuple[Ordered, ...]
    bad: tuple[BadRow, ...]


def adopt_units(store: Store, units: Sequence[Unit], actor: Actor) -> None:
    """The unit tree as HR has it now."""
    now = datetime.now(UTC)
    with store.writing() as tx:
        if set(people.all_units(tx).values()) == set(units):
            return
        people.replace_units(tx, units)
        events.record(tx, actor, "units.adopted", now, detail={"units": str(len(units))})


def order_hires(store: Store, posts: Sequence[HrPost], bad: Sequence[BadRow], digest: str, actor: Actor) -> Imported:
    """A case for each post that has none. A bad row starts nothing, a good one does, each in its own transaction.

    The same file again orders nothing twice: the store answers "already", also when the first time stopped half-way.
    """
    now = datetime.now(UTC)
    done = [order_hire(store, post, actor, now) for post in posts]
    rows = [imports.ImportRow(row=None, outcome=_outcome(one.result), case=one.case) for one in done]
    rows += [imports.ImportRow(row=row.row, outcome="bad", column=row.column, reason=row.key) for row in bad]
    with store.writing() as tx:
        id = imports.record(tx, actor.label, digest, rows, now)
        events.record(tx, actor, "file.imported", now, object=str(id), detail={"sha256": digest})
    return Imported(id=id, ordered=tuple(done), bad=tuple(bad))


def order_hire(store: Store, post: HrPost, actor: Actor, now: datetime, extras: Sequence[str] = ()) -> Ordered:
    """Person, employment, case and event in one transaction, before anybody is told yes.

    `extras`: what is asked for beyond what the post gives. Raises Conflict where one of them cannot be, and where the
    hire is ordered already without one: nothing that was asked for is passed over in silence.
    """
    with store.writing() as tx:
        person = _person(tx, post)
        if why := may_order(actor, person.id):
            raise NotAllowed(why)
        employment = _employment(tx, person, post)
        latest = cases.latest_of_employment(tx, employment.id)
        differs = tuple(_differs(employment, post, extras))
        moved = not DATES.isdisjoint(differs)
        if latest is not None and _asked_anew(latest, actor, moved=moved):
            employment = _as_now(employment, post)
            people.order_anew(tx, employment)
        elif latest is not None:
            stands = _stands(latest)
            left = [one for one in dict.fromkeys(extras) if one not in employment.extras]
            if left and stands != "withdrawing":
                key = "order.changes-too-late" if set(differs) - {"extras"} else "order.extras-too-late"
                raise Conflict(key, number=latest.number, extras=", ".join(left))
            result: Result = "changed" if moved else "already"
            return Ordered(
                post=post, result=result, case=latest.id, number=latest.number, stands=stands, differs=differs
            )
        if post.end is not None and post.end < today(now):
            return Ordered(post=post, result="over", case=None, number=None)
        _check(tx, person, employment, extras)
        case = _place(tx, employment, tuple(dict.fromkeys(extras)), actor, now)
        return Ordered(post=post, result="ordered", case=case.id, number=case.number)


def _check(tx: Transaction, person: Person, employment: Employment, extras: Sequence[str]) -> None:
    hash = policies.current_hash(tx)
    if extras and hash is not None:
        catalogue = policies.load(tx, hash)
        alone = employment.model_copy(update={"extras": ()})
        resolved = resolve(catalogue, people.all_units(tx), person, [alone], employment.start)
        if found := refused(catalogue, resolved, extras):
            why, which = found
            raise Conflict(f"order.{why}", extras=", ".join(which))


def _asked_anew(latest: cases.Case, actor: Actor, *, moved: bool) -> bool:
    """After a withdrawal: by a person for this one hire, or by a file that says other dates than the withdrawn order.

    The same row of the same file is still "already": a nightly feed must not undo what a manager withdrew.
    """
    return latest.state == "withdrawn" and (moved or actor.via in ("web", "api"))


def _stands(case: cases.Case) -> Stands:
    return "over" if not case.open else "withdrawing" if case.withdrawn else "open"


def _differs(known: Employment, post: HrPost, extras: Sequence[str]) -> Iterator[Detail]:
    now = _as_now(known, post)
    if known.start != now.start:
        yield "first_day"
    if known.end != now.end:
        yield "last_day"
    if known.kind != now.kind:
        yield "kind"
    if known.percentage != now.percentage:
        yield "percentage"
    if known.title.casefold() != now.title.casefold():
        yield "title"
    if set(known.extras) - set(extras):
        yield "extras"


def _as_now(known: Employment, post: HrPost) -> Employment:
    """What an order need not say stays as it was."""
    return known.model_copy(
        update={
            "title": post.title or known.title,
            "kind": post.kind,
            "percentage": post.percentage,
            "start": post.start,
            "end": post.end,
            "manager": post.manager or known.manager,
        }
    )


def _person(tx: Transaction, post: HrPost) -> Person:
    known = people.to_order_for(tx, post.employee_number)
    if known is not None:
        return known
    person = Person(
        id=uuid4(),
        employee_number=post.employee_number,
        given_name=post.given_name,
        family_name=post.family_name,
        email=post.email,
        mobile=post.mobile,
    )
    if people.add_person(tx, person):
        return person
    return _person(tx, post)  # another order for her was placed at the same moment


def _employment(tx: Transaction, person: Person, post: HrPost) -> Employment:
    """The one HR means: the same unit and job code, and periods that touch; else a new one."""
    same = [
        known
        for known in people.employments_of(tx, person.id)
        if (known.unit, known.job_code) == (post.unit, post.job_code) and _meets(known, post)
    ]
    if same:
        return same[0]
    employment = Employment(
        id=uuid4(),
        person=person.id,
        unit=post.unit,
        job_code=post.job_code,
        title=post.title,
        kind=post.kind,
        percentage=post.percentage,
        start=post.start,
        end=post.end,
        manager=post.manager,
    )
    people.add_employment(tx, employment)
    return employment


def _meets(known: Employment, post: HrPost) -> bool:
    """Overlapping, or touching: one begins the day after the other ends."""
    day = timedelta(days=1)
    return (known.end is None or post.start <= known.end + day) and (post.end is None or known.start <= post.end + day)


def _place(tx: Transaction, employment: Employment, extras: Sequence[str], actor: Actor, now: datetime) -> cases.Case:
    hash = policies.current_hash(tx)
    if hash is None:
        raise NotFound("order.no-policy")
    case = cases.Case(
        id=uuid4(),
        number=cases.next_number(tx, today(now).year),
        kind="onboard",
        person=employment.person,
        employment=employment.id,
        epoch=employment.epoch,
        policy=hash,
        state="received",
        withdrawn=False,
        plan=0,
        run=0,
        revision=0,
        ordered_by=actor.label,
        ordered_via=actor.via,
        received_at=now,
        state_since=now,
        prepared_at=None,
    )
    cases.place(tx, case)
    if extras != employment.extras:
        people.order_extras(tx, employment.id, extras)
    detail = {"extras": ", ".join(extras)} if extras else None
    events.record(tx, actor, "case.ordered", now, case=case.id, object=hash, detail=detail)
    return case


def _outcome(result: Result) -> str:
    return "already" if result == "over" else result

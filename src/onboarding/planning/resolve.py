"""What a person should have on a day: the union over the posts that count, each thing with the rules that give it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from onboarding.domain.catalogue import Active, Catalogue, Condition, Give, Place, Role
from onboarding.domain.people import Employment, Person, Unit
from onboarding.domain.plan import Because
from onboarding.planning.conditions import Post, filling, misses, post_of
from onboarding.planning.given import (
    EVERYONE,
    ORDERED,
    Given,
    Key,
    NotGiven,
    Resolved,
    add,
    add_needs,
    held,
    in_order,
    meetings,
)


class _Rule(NamedTuple):
    id: str
    wrong: tuple[str, ...]  # why it does not fit this post
    condition: Condition
    active: Active
    gives: tuple[Give, ...]
    place: Place | None


def managers_of(units: Mapping[str, Unit]) -> frozenset[str]:
    """Employee numbers of the named managers."""
    return frozenset(unit.manager for unit in units.values() if unit.manager)


def resolve(
    catalogue: Catalogue,
    units: Mapping[str, Unit],
    person: Person,
    employments: Sequence[Employment],
    day: date,
    managers: frozenset[str] | None = None,
) -> Resolved:
    """What the policy gives this person on this day, and why. `managers` None: those whom the units name."""
    known = managers_of(units) if managers is None else managers
    manages = person.employee_number is not None and person.employee_number in known
    active = sorted((post for post in employments if post.active(day)), key=lambda post: str(post.id))
    posts = [post_of(employment, units, manages=manages) for employment in active]
    why_not = {post.employment.id: _not_counted(catalogue, post) for post in posts}
    counting = [post for post in posts if why_not[post.employment.id] is None]
    nearly = [reason for reason in why_not.values() if reason] or ([] if active else [_no_post(employments, day)])
    given: dict[Key, Given] = {}
    undecided = []
    for post in counting:
        rules = _rules(catalogue, post)
        for rule in rules:
            nearly += _apply(catalogue, post, rule, given)
        nearly += _role_gone(catalogue, post)
        nearly += _ordered(catalogue, post, given)
        if _must_be_chosen(catalogue, post, rules):
            undecided.append(post.employment.id)
    add_needs(catalogue, given, {post.employment.id: post.employment.unit for post in counting})
    union = in_order(given)
    return Resolved(
        given=union,
        undecided=tuple(undecided),
        clashes=meetings(catalogue, union),
        nearly=(*_not_given_otherwise(nearly, union), *held(catalogue, union)),
    )


def _no_post(employments: Sequence[Employment], day: date) -> NotGiven:
    params = {"day": day.isoformat()}
    starts = [post.start for post in employments if post.start > day]
    if starts:
        return NotGiven(key="rule.not-begun", params={**params, "first_day": min(starts).isoformat()})
    ends = [post.end for post in employments if post.end]
    if ends:
        return NotGiven(key="rule.has-ended", params={**params, "last_day": max(ends).isoformat()})
    return NotGiven(key="rule.no-post", params=params)


def _not_counted(catalogue: Catalogue, post: Post) -> NotGiven | None:
    here = {"title": post.employment.title, "here": post.unit_name}
    own = post.employment.id
    kind = catalogue.kinds.get(post.employment.kind)
    if kind is None:  # nothing is given for a kind the policy has never heard of
        params = {**here, "unknown": post.employment.kind}
        return NotGiven(key="rule.kind-unknown", params=params, employment=own)
    if not kind.counts:
        params = {**here, "kind": kind.id}
        return NotGiven(key="rule.kind-gives-nothing", params=params, place=kind.place, employment=own)
    for index, row in enumerate(catalogue.not_counted):
        if not misses(row.where, post, catalogue):
            params = {**here, "why": str(index)}
            return NotGiven(key="rule.not-counted", params=params, place=row.place, employment=own)
    return None


def _rules(catalogue: Catalogue, post: Post) -> tuple[_Rule, ...]:
    everyone = _Rule(EVERYONE, (), Condition(), catalogue.everyone_active, catalogue.everyone, None)
    roles = (catalogue.roles[role] for role in sorted(catalogue.roles))
    return everyone, *(
        _Rule(role.id, _wrong(catalogue, role, post), role.for_, role.active, role.gives, role.place) for role in roles
    )


def _chosen(catalogue: Catalogue, post: Post) -> str | None:
    return post.employment.role if post.employment.role in catalogue.roles else None


def _wrong(catalogue: Catalogue, role: Role, post: Post) -> tuple[str, ...]:
    """The role a person chose is used as it is, in place of those that go by job code; the others stay."""
    chosen = _chosen(catalogue, post)
    if role.id == chosen:
        return ()
    wrong = misses(role.for_, post, catalogue)
    if chosen and role.for_.job_codes:
        wrong = (*wrong, "rule.another-role")
    return (*wrong, "rule.only-chosen") if role.chosen else wrong


def _apply(catalogue: Catalogue, post: Post, rule: _Rule, given: dict[Key, Given]) -> list[NotGiven]:
    """Add what the rule gives; the answer is what it nearly gives."""
    gives = [(give, misses(give.where, post, catalogue)) for give in rule.gives]
    if rule.wrong:
        fits = tuple(give.entitlement for give, wrong in gives if not wrong)
        return [_nearly(post, rule, rule.wrong[0], rule.condition, rule.place, fits)] if len(rule.wrong) == 1 else []
    for give, wrong in gives:
        if not wrong:
            add(given, _given(catalogue, post, rule, give))
    return [
        _nearly(post, rule, wrong[0], give.where, give.place, (give.entitlement,))
        for give, wrong in gives
        if len(wrong) == 1
    ]


def _nearly(
    post: Post, rule: _Rule, key: str, condition: Condition, place: Place | None, entitlements: tuple[str, ...]
) -> NotGiven:
    return NotGiven(
        key=key,
        params=filling(key, condition, post),
        place=place,
        rule=rule.id,
        entitlements=entitlements,
        employment=post.employment.id,
    )


def _given(catalogue: Catalogue, post: Post, rule: _Rule, give: Give) -> Given:
    entitlement = catalogue.entitlements[give.entitlement]
    unit, employment = post.employment.unit, post.employment.id
    return Given(
        entitlement=entitlement.id,
        # The target tells whether there is one per unit; a give says `unit: own` so that its reader sees it too.
        unit=unit if entitlement.per_unit else None,
        target=entitlement.target.replace("{unit}", unit),
        employment=employment,
        because=(Because(rule=rule.id, place=give.place, employment=str(employment)),),
        days_before=rule.active.days_before,
        before_first_day=give.before_first_day,
        off_at=rule.active.off_at,
    )


def _role_gone(catalogue: Catalogue, post: Post) -> list[NotGiven]:
    role = post.employment.role
    if not role or role in catalogue.roles:
        return []
    return [NotGiven(key="rule.role-gone", params={"unknown": role}, employment=post.employment.id)]


def _ordered(catalogue: Catalogue, post: Post, given: dict[Key, Given]) -> list[NotGiven]:
    """Add what was ordered beyond the rules; the answer is what policy no longer knows.

    It counts from the first day, and the first day does not wait for it. What policy no longer lets anybody ask for is
    still given: it was ordered while it could be.
    """
    employment = post.employment
    for name in employment.extras:
        if entitlement := catalogue.entitlements.get(name):
            rule = _Rule(ORDERED, (), Condition(), Active(), (), None)
            add(
                given,
                _given(catalogue, post, rule, Give(entitlement=name, before_first_day=False, place=entitlement.place)),
            )
    gone = [name for name in employment.extras if name not in catalogue.entitlements]
    return [NotGiven(key="rule.ordered-gone", params={"unknown": name}, employment=employment.id) for name in gone]


def _must_be_chosen(catalogue: Catalogue, post: Post, rules: Iterable[_Rule]) -> bool:
    """No role fits, and policy has said nothing about this job code: only a person knows what the post is."""
    code = post.employment.job_code
    named = {code for role in catalogue.roles.values() if not role.chosen for code in role.for_.job_codes}
    fits = any(rule.id != EVERYONE and not rule.wrong for rule in rules)
    return bool(catalogue.roles) and not fits and code not in named


def _not_given_otherwise(nearly: Iterable[NotGiven], given: Sequence[Given]) -> list[NotGiven]:
    """What another rule gives the same employment is not missed."""
    has = {(one.entitlement, one.employment) for one in given}
    left = []
    for one in nearly:
        missed = tuple(name for name in one.entitlements if (name, one.employment) not in has)
        if missed or one.rule is None:
            left.append(one.model_copy(update={"entitlements": missed}))
    return left

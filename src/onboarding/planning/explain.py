"""Why somebody gets what she gets, and why not what she nearly gets: lines, each with where it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from onboarding.domain.catalogue import Catalogue, Place, Title
from onboarding.domain.people import Value
from onboarding.planning.asks import owner_of
from onboarding.planning.given import HELD, NOT_ROLES, Given, Meeting, NotGiven, Resolved

About = Literal["given", "waits", "clash", "undecided", "not given"]


class Line(Value):
    """One sentence: a key of `texts` and what fills it, in words; days as ISO dates."""

    about: About
    key: str
    params: dict[str, str] = {}
    rule: str | None = None  # as in `Because`
    rule_title: str = ""  # the role's; '' for what is not one
    place: Place | None = None
    entitlements: tuple[str, ...] = ()


def explain(resolved: Resolved, catalogue: Catalogue, language: str = "nb") -> tuple[Line, ...]:
    """A line per right and rule that gives it, then what waits, clashes, is undecided, and what nearly applied."""
    words = _Words(catalogue, language)
    held = [near for near in resolved.nearly if near.key in HELD.values()]
    missed = [near for near in resolved.nearly if near.key not in HELD.values()]
    return (
        *(line for given in resolved.given for line in _given(given, words)),
        *(_near(near, "waits", words) for near in held),
        *_approvals(resolved.given, words),
        *_clashes(resolved.clashes, words),
        *(Line(about="undecided", key="rule.undecided") for _ in resolved.undecided),
        *(_near(near, "not given", words) for near in missed),
    )


class _Words:
    """Titles for ids, in one language."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self.catalogue = catalogue
        self.language = language

    def title(self, title: Title) -> str:
        return title.in_(self.language)

    def entitlement(self, id_: str) -> str:
        return self.title(self.catalogue.entitlements[id_].title)

    def entitlements(self, ids: Iterable[str]) -> str:
        return ", ".join(self.entitlement(id_) for id_ in ids)

    def rule(self, id_: str | None) -> str:
        return "" if id_ is None or id_ in NOT_ROLES else self.title(self.catalogue.roles[id_].title)

    def unit(self, id_: str) -> str:
        named = (unit for unit in self.catalogue.units.values() if unit.org_id == id_)
        return next((self.title(unit.title) for unit in named), id_)

    def number(self, digits: str) -> str:
        plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return plain if self.language == "en" else plain.replace(".", ",")

    def param(self, name: str, value: str) -> str:
        """What stands in `NotGiven.params`, as words."""
        of: Mapping[str, Callable[[str], str]] = {
            "gate": lambda id_: self.title(self.catalogue.gates[id_].title),
            "kind": lambda id_: self.title(self.catalogue.kinds[id_].title),
            "kinds": lambda ids: ", ".join(self.title(self.catalogue.kinds[id_].title) for id_ in ids.split(", ")),
            "units": lambda ids: ", ".join(self.title(self.catalogue.units[id_].title) for id_ in ids.split(", ")),
            "why": lambda index: self.title(self.catalogue.not_counted[int(index)].why),
            "limit": self.number,
            "percentage": self.number,
        }
        return of[name](value) if name in of else value


def _given(given: Given, words: _Words) -> Iterator[Line]:
    system = words.catalogue.systems[words.catalogue.entitlements[given.entitlement].system]
    params = {"entitlement": words.entitlement(given.entitlement), "system": words.title(system.title)}
    if given.unit is not None:
        params["unit"] = words.unit(given.unit)
    if given.needed_by:
        params["needed_by"] = words.entitlements(given.needed_by)
    key = "rule.given-along" if given.needed_by else "rule.given"
    for because in given.because:
        yield Line(
            about="given",
            key=key if given.unit is None else f"{key}-in-unit",
            params=params,
            rule=because.rule,
            rule_title=words.rule(because.rule),
            place=because.place,
            entitlements=(given.entitlement,),
        )


def _near(near: NotGiven, about: About, words: _Words) -> Line:
    params = {name: words.param(name, value) for name, value in near.params.items()}
    return Line(
        about=about,
        key=near.key,
        params={**params, "entitlements": words.entitlements(near.entitlements)} if near.entitlements else params,
        rule=near.rule,
        rule_title=words.rule(near.rule),
        place=near.place,
        entitlements=near.entitlements,
    )


def _approvals(given: Iterable[Given], words: _Words) -> Iterator[Line]:
    for id_ in dict.fromkeys(one.entitlement for one in given):
        entitlement = words.catalogue.entitlements[id_]
        if entitlement.approval != "none":
            yield Line(
                about="waits",
                key=f"rule.approved-by-{entitlement.approval}",
                params={"entitlements": words.entitlement(id_), "owner": owner_of(words.catalogue, entitlement)},
                place=entitlement.place,
                entitlements=(id_,),
            )


def _clashes(meetings: Iterable[Meeting], words: _Words) -> Iterator[Line]:
    found = {meeting.clash: meeting for meeting in meetings}  # the same two may meet in several units
    for clash in words.catalogue.clashes:
        if clash.id in found:
            between = found[clash.id].first.entitlement, found[clash.id].later.entitlement
            yield Line(
                about="clash",
                key="rule.clash",
                params={
                    "first": words.entitlement(between[0]),
                    "later": words.entitlement(between[1]),
                    "why": words.title(clash.why),
                },
                place=clash.place,
                entitlements=between,
            )

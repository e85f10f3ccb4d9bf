"""What a page says of what was just asked for: it travels in the address as words of ours, and as nothing else."""

from typing import NamedTuple

from onboarding.api.front import Reader
from onboarding.api.shapes import OrderOut
from onboarding.operations.reading import CaseFile, titles_of
from onboarding.texts import words
from onboarding.texts.catalogue import say
from onboarding.texts.dates import day, local_day

DIFFERS = frozenset({"first-day", "last-day", "kind", "percentage", "title", "extras"})  # from the order that stands
NOT_DONE = frozenset({*DIFFERS, "move", "anew", "over", "withdrawing"})
TOLD = frozenset({"ordered", "already", "taken", "second", "withdrawn"}) | NOT_DONE


class Told(NamedTuple):
    words: str  # a line for each
    done: bool


def of_order(done: OrderOut) -> str:
    """For the address. What is not as it was ordered is told one by one, and what can be done about it."""
    if done.stands == "withdrawing":
        return "withdrawing"
    told = ["ordered" if done.result == "ordered" else "already", *(one.replace("_", "-") for one in done.differs)]
    if done.differs:
        told.append("over" if done.stands == "over" else "move" if done.differs == ("first_day",) else "anew")
    return ",".join(told)


def in_words(address: str, file: CaseFile, reader: Reader) -> Told:
    """Of what stands in an address; what is not ours says nothing."""
    told = [one for one in dict.fromkeys(address.split(",")) if one in TOLD]
    if DIFFERS.intersection(told):
        told = ["otherwise" if one == "already" else one for one in told]
    return Told("\n".join(_line(one, file, reader) for one in told), done=NOT_DONE.isdisjoint(told))


def _line(what: str, file: CaseFile, reader: Reader) -> str:
    language = reader.language
    if what not in DIFFERS:
        return say(f"page.told-{what}", language)
    value = _ordered(what, file, reader) or say("page.told-none", language)
    return say("page.told-value", language, what=say(f"page.field-{what}", language), value=value)


def _ordered(what: str, file: CaseFile, reader: Reader) -> str:
    post, language = file.employment, reader.language
    match what:
        case "first-day":
            return day(post.start, language, local_day(reader.now))
        case "last-day":
            return day(post.end, language, local_day(reader.now)) if post.end else ""
        case "kind":
            kind = file.catalogue.kinds.get(post.kind)
            return kind.title.in_(language) if kind else post.kind
        case "percentage":
            return words.decimal(post.percentage, language)
        case "title":
            return post.title
        case _:
            titles = titles_of(file, language)
            return words.listed([titles.of(one) for one in post.extras], language)

"""What a person gets and why: by a role, as everyone, or because it was ordered in addition."""

import re

from onboarding.api.shapes import GiftOut
from onboarding.operations.reading import Gift
from onboarding.planning.given import EVERYONE
from onboarding.texts.catalogue import say
from onboarding.texts.words import Titles, listed


def gift(one: Gift, titles: Titles) -> GiftOut:
    """Of several reasons the strongest: what a role gives stays, whoever asked for it too."""
    roles, language = titles.catalogue.roles, titles.language
    why = [roles[rule].title.in_(language) for rule in one.rules if rule in roles]
    if why:
        rank, because = 0, say("page.because", language, why=listed(why, language))
    elif EVERYONE in one.rules:
        rank, because = 1, say("page.everyone", language)
    else:
        rank, because = 2, say("rule.ordered", language)
    what, system = titles.of(one.entitlement, one.unit), titles.system(one.system)
    named = re.search(rf"\b{re.escape(system)}\b", what)
    beside = "" if named else system
    return GiftOut(what=what, system=system, beside=beside, why=tuple(why), because=because, rank=rank)

"""What every page and answer is given: the store, who asks, in which language, and when."""

import re
from datetime import UTC, datetime
from operator import itemgetter
from typing import Annotated, Literal

from fastapi import Depends, Request

from onboarding.api.bell import Bell
from onboarding.api.once import Once
from onboarding.domain.people import Actor, Value
from onboarding.monitoring.meters import Process
from onboarding.monitoring.watch import Watch
from onboarding.store.engine import Store
from onboarding.texts.catalogue import DEFAULT, LANGUAGES

COOKIE = "language"
WEIGHT = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
API = "/api/v1"


class Front:
    """What the application is put together from; it stands at `app.state.front`."""

    def __init__(self, store: Store, operator: str, bell: Bell) -> None:
        self.store = store
        self.operator = operator
        self.bell = bell
        self.once = Once()
        self.watch = Watch(store)
        self.process = Process()


class Reader(Value):
    """Who reads, as far as words go."""

    language: str
    now: datetime


# Dependencies wait for nothing: as coroutines none of them is sent through a thread.
async def front(request: Request) -> Front:
    return _front(request)


def _front(request: Request) -> Front:
    found: Front = request.app.state.front
    return found


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def language_of(request: Request) -> str:
    """What was asked for in the address, else chosen before, else what the browser prefers; bokmål otherwise."""
    asked = request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")
    return next((one for one in (*asked, *_accepted(request)) if one in LANGUAGES), DEFAULT)


def _accepted(request: Request) -> list[str]:
    """`no` is bokmål. The best liked first; of those liked as well as each other the first (RFC 9110, 12.5.4)."""
    wanted = [_liked(part) for part in request.headers.get("accept-language", "").split(",")]
    wanted.sort(key=itemgetter(1), reverse=True)
    return [{"no": DEFAULT}.get(one, one) for one, weight in wanted if weight > 0]


def _liked(part: str) -> tuple[str, float]:
    """A language, and how well it is liked; what cannot be read is not."""
    tag, _, weight = part.partition(";")
    said = WEIGHT.fullmatch(weight.strip() or "q=1")
    return tag.strip().lower().partition("-")[0], float(said[1]) if said else 0


async def reader(request: Request) -> Reader:
    return Reader(language=language_of(request), now=datetime.now(UTC))


async def actor(request: Request) -> Actor:
    """The one who asks. Nobody signs in yet: it is whoever runs the program, on this machine alone."""
    via: Literal["api", "web"] = "api" if is_api(request) else "web"
    return Actor(kind="operator", id=_front(request).operator, via=via)


def on_behalf(actor: Actor, other: str) -> Actor:
    """The same, answering for somebody: shown so, and logged so."""
    return actor.model_copy(update={"on_behalf_of": " ".join(other.split()) or None})


FrontDep = Annotated[Front, Depends(front)]
ReaderDep = Annotated[Reader, Depends(reader)]
ActorDep = Annotated[Actor, Depends(actor)]

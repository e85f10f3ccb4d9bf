"""The people who are hired to be measured: no two with the same name, all nurses in one unit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from onboarding.domain.catalogue import Catalogue
from onboarding.domain.people import Actor, Unit
from onboarding.hr.posts import HrPost
from onboarding.operations import ordering
from onboarding.operations import policies as adopted
from onboarding.planning.moments import today
from onboarding.policy.load import load
from onboarding.store.engine import Store

ROLES = Path(__file__).parent / "roles"
HR = Actor(kind="feed", id="bench", via="feed")
UNITS = (
    Unit(id="1000", name="Fjordvik kommune"),
    Unit(id="1200", name="Helse og omsorg", parent="1000"),
    Unit(id="1210", name="Fjordgløtt sykehjem", parent="1200"),
)
_LETTERS = "abcdefghijklmnoprstuv"


def furnish(store: Store, roles: Path = ROLES) -> Catalogue:
    """The policy and the units an order is checked against."""
    catalogue = load(roles)
    adopted.adopt(store, catalogue, HR)
    ordering.adopt_units(store, UNITS, HR)
    return catalogue


def nurse(number: int, *, in_days: int = 0) -> HrPost:
    """From today unless said otherwise: then nothing waits for the calendar, and the case goes to its end."""
    return HrPost(
        employee_number=f"B{number:06d}",
        given_name=_word(number).capitalize(),
        family_name=_word(number * 7919 + 17).capitalize(),
        unit="1210",
        job_code="7174",
        title="Sykepleier",
        kind="ansatt",
        percentage=Decimal(100),
        start=today(datetime.now(UTC)) + timedelta(days=in_days),
    )


def order(store: Store, post: HrPost) -> str:
    """Its number."""
    number = ordering.order_hire(store, post, HR, datetime.now(UTC)).number
    if number is None:
        raise RuntimeError("the order was not placed")
    return number


def simulated(directory: Path, systems: list[str], extra: str = "") -> Path:
    """The file of connections: each of these systems a file of the simulator's."""
    tables = [f'[{id}]\nconnector = "simulator"\nfile = "{directory / id}.db"\n' for id in systems]
    file = directory / "connections.toml"
    file.write_text("\n".join([*tables, extra]), encoding="utf-8")
    return file


def _word(number: int) -> str:
    """Six letters; another for each number up to some millions."""
    found = ""
    for _ in range(6):
        number, at = divmod(number, len(_LETTERS))
        found += _LETTERS[at]
    return found

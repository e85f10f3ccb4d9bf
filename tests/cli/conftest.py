"""A desk: the commands as somebody types them, on a store of its own with the small municipality's policy in use."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onboarding.activities.begin import begin
from onboarding.cli.main import app
from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue, Title
from onboarding.domain.people import Actor
from onboarding.operations import ordering, policies
from onboarding.planning.moments import today
from onboarding.store import refusals, steps, tasks
from onboarding.store.engine import Store
from tests import municipality
from tests.store.rows import case_numbered

HR = Actor(kind="feed", id="hr", via="feed")
NOW = datetime.now(UTC)
SOON = today(NOW) + timedelta(days=21)
HEADER = (
    "hrm_id;fornavn;etternavn;orgId;stillingstype;stillingskode;stillingsprosent;"
    "startdatoStilling;sluttdatoStilling;stillingskodeNavn;privatEpostHRM\n"
)
UNITS = "orgId;orgNavn;overordnetOrgId;lederId\n1000;Fjordvik kommune;;\n1210;Fjordgløtt sykehjem;1000;900\n"


class Desk:
    def __init__(self, store: Store, env: dict[str, str], place: Path) -> None:
        self.store, self.env, self.place = store, env, place

    def run(self, *arguments: str, typed: str = "") -> Result:
        result = CliRunner().invoke(app, list(arguments), env=self.env, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def adopt(self, catalogue: Catalogue) -> None:
        policies.adopt(self.store, catalogue, HR)
        ordering.adopt_units(self.store, list(municipality.UNITS.values()), HR)

    def order(self, number: int = 1, *, begun: bool = True, start: date = SOON, **changed: object) -> str:
        post = municipality.post(number, start, **changed)
        (done,) = ordering.order_hires(self.store, [post], (), "digest", HR).ordered
        assert done.case is not None
        assert done.number is not None
        if begun:
            begin(self.store, done.case, datetime.now(UTC))
        return done.number

    def steps(self, number: str) -> dict[str, Step]:
        with self.store.reading() as tx:
            case = case_numbered(tx, number)
            assert case is not None
            return {step.id: step for step in steps.of_case(tx, case.id)}

    def put(self, number: str, id: str, **changed: object) -> None:
        """As a visit would leave the step."""
        step = self.steps(number)[id].model_copy(update={"since": datetime.now(UTC), **changed})
        with self.store.writing() as tx:
            case = case_numbered(tx, number)
            assert case is not None
            steps.settle(tx, case.id, [step])

    def ask(self, number: str, id: str, kind: tasks.TaskKind, for_: str, deadline: datetime | None = None) -> None:
        """As a visit would ask it."""
        self.put(number, id, state="asked", theirs=True)
        with self.store.writing() as tx:
            case = case_numbered(tx, number)
            assert case is not None
            tasks.ask(tx, case.id, id, kind, for_, Title(nb="Gi Kari kortet."), datetime.now(UTC), deadline=deadline)

    def refuse(self, number: str, id: str, refusal: refusals.Refusal) -> None:
        self.put(number, id, state="stuck", theirs=True, reason=refusal.reason, params={"system": "ad"})
        with self.store.writing() as tx:
            case = case_numbered(tx, number)
            assert case is not None
            refusals.write(tx, case.id, id, refusal, datetime.now(UTC))

    def settle(self, number: str) -> None:
        """As the worker would: what people asked for is carried out."""
        with self.store.reading() as tx:
            case = case_numbered(tx, number)
        assert case is not None
        begin(self.store, case.id, datetime.now(UTC))

    def file(self, *rows: str, name: str = "hires.csv") -> str:
        (self.place / "enheter.csv").write_text(UNITS, encoding="utf-8")
        path = self.place / name
        path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return str(path)


@pytest.fixture
def bare_desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """No policy is in use yet."""
    store = Store(sqlite_url)
    env = {
        "ONBOARDING_DATABASE_URL": sqlite_url,
        "ONBOARDING_ROLES_DIR": str(Path(__file__).parents[2] / "roles"),
        "COLUMNS": "100",
        "LOGNAME": "ola.it",
    }
    yield Desk(store, env, tmp_path)
    store.close()


@pytest.fixture
def desk(bare_desk: Desk) -> Desk:
    bare_desk.adopt(municipality.catalogue())
    return bare_desk

"""One simulated system per test, and somebody who should be in it."""

from datetime import date
from pathlib import Path

import pytest

from onboarding.connectors.base import Options
from onboarding.connectors.simulator import Simulator
from onboarding.connectors.simulator_file import SimulatorFile
from onboarding.domain.accounts import Desired

# Before they are imported: then a failing assert in them says what it saw.
pytest.register_assert_rewrite("onboarding.connectors.conformance", "onboarding.connectors.conformance_faults")


@pytest.fixture
def file(tmp_path: Path) -> SimulatorFile:
    return Simulator.at(tmp_path / "simulated.db")


@pytest.fixture
def simulator(file: SimulatorFile) -> Simulator:
    return Simulator(Options(system="fagsystem", settings={"file": str(file.path)}, secrets={}))


@pytest.fixture
def kari() -> Desired:
    return Desired(
        key="100234",
        username="karnor",
        given_name="Kari",
        family_name="Nordmann",
        display_name="Kari Nordmann",
        title="Sykepleier",
        unit="Sone nord",
        unit_id="1200",
        first_day=date(2026, 12, 1),
    )

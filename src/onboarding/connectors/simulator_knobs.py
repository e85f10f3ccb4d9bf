"""Turn a simulator's knobs from a shell: python -m onboarding.connectors.simulator_knobs FILE down=true slow=0.5."""

import json
import sys
from pathlib import Path

from onboarding.connectors.simulator_file import Knobs, SimulatorFile


def turn(file: Path, changes: list[str]) -> Knobs:
    """Each change is knob=value, the value as JSON or, where it is not JSON, as it stands."""
    simulated = SimulatorFile(file)
    wanted = dict(change.split("=", 1) for change in changes)
    return simulated.turn(**{knob: _value(text) for knob, text in wanted.items()}) if wanted else simulated.knobs


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    knobs = turn(Path(sys.argv[1]), sys.argv[2:])
    sys.stdout.write(knobs.model_dump_json(indent=2, exclude={"password"}) + "\n")

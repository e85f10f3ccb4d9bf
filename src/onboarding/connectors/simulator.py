"""A small real system in one SQLite file: what a development machine provisions to, and what faults are made with."""

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from onboarding.connectors.base import NOTHING, Capabilities, Expected, Finding, Health, Options, Session
from onboarding.connectors.connections import check, whole_number
from onboarding.connectors.simulator_accounts import unknown_targets
from onboarding.connectors.simulator_file import SimulatorFile, read_knobs, write_log, writing
from onboarding.connectors.simulator_session import SimulatorSession, answering
from onboarding.domain.errors import NeedsHuman, Transient


class Simulator:
    """Settings: `file`, and `page_size` (500). Secret: `password`, where the file's knob asks for one."""

    def __init__(self, options: Options) -> None:
        check(options, settings=("file",), optional=("page_size",), optional_secrets=("password",))
        self._system = options.system
        self._path = Path(options.settings["file"])
        self._page = whole_number(options, "page_size", 500)
        self._password = options.secrets.get("password")

    @staticmethod
    def at(path: Path) -> SimulatorFile:
        """The system seen from its own side: its knobs, its log, its accounts."""
        return SimulatorFile(path)

    def capabilities(self) -> Capabilities:
        return Capabilities(moves=True, deletes=True)

    def test(self, expected: Expected = NOTHING) -> Health:
        reachable = Finding(ok=True, key="system.reachable", params={"system": self._system})
        try:
            with self.session():
                good = Finding(ok=True, key="system.credentials-ok", params={"system": self._system})
                return Health(findings=(reachable, good, *self._targets(expected.targets)))
        except Transient:
            return Health(findings=(Finding(ok=False, key="system.away", params={"system": self._system}),))
        except NeedsHuman as no:
            return Health(findings=(reachable, Finding(ok=False, key=no.key, params=dict(no.params))))

    def _targets(self, expected: Collection[str]) -> Iterator[Finding]:
        with answering("no"), closing(SimulatorFile(self._path).open()) as db:
            missing = unknown_targets(db, expected)
        for target in missing:
            about = {"system": self._system, "target": target}
            yield Finding(ok=False, key="system.target-missing", params=about, stops=False)
        if expected and not missing:
            count = {"system": self._system, "count": str(len(expected))}
            yield Finding(ok=True, key="system.targets-there", params=count)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with answering("no"):
            db = SimulatorFile(self._path).open()
        with closing(db):
            with answering("no"):
                knobs = read_knobs(db)
                if knobs.down:
                    raise Transient(sent="no")
                good = knobs.password in (None, self._password)
                with writing(db):
                    write_log(db, "bind", self._system, "ok" if good else "credentials refused", changed=False)
            if not good:
                raise NeedsHuman("system", "system.credentials-refused", system=self._system)
            yield SimulatorSession(db, self._system, self._page, self._password)

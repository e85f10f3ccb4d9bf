"""`onboarding dev`: all parts on this machine; orders hires, and plays manager and caretaker by ordinary operations."""

import asyncio
import getpass
import shutil
import socket
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onboarding.api.app import create_app
from onboarding.api.serving import serve
from onboarding.connectors.connections import Connection, FromFile
from onboarding.domain.acts import ActKind
from onboarding.domain.cases import only_the_calendar
from onboarding.domain.catalogue import Catalogue, System
from onboarding.domain.errors import Conflict
from onboarding.domain.people import Actor, Value
from onboarding.hr.example import shifted
from onboarding.hr.units import read_units
from onboarding.operations import acting, feeding, listing, ordering, reading
from onboarding.operations import policies as adopted
from onboarding.planning.conditions import misses, post_of
from onboarding.planning.moments import today
from onboarding.policy.load import load
from onboarding.serving import listen
from onboarding.settings import Settings
from onboarding.store import tasks
from onboarding.store.engine import Store
from onboarding.store.upgrading import upgrade
from onboarding.temporal import Server, connect
from onboarding.texts.catalogue import say
from onboarding.texts.words import case_state
from onboarding.twins import postgres, samba, temporal_cli, temporal_server
from onboarding.worker import connectors_for, work

FEED = Actor(kind="dev", id="hr", via="dev")
EXAMPLE = Path("examples/hr/hires.csv")
SERVER = Path("temporal-dev.yaml")
WEB = ("127.0.0.1", 8080)
LONGEST = timedelta(minutes=10)  # --once gives up after this
READY = frozenset({"prepared", "ready", "closed"})
NOT_READY, BAD_ROWS = 1, 3  # exit codes


class Demo(Value):
    once: bool
    hires: Path | None
    postgres: bool
    samba: bool
    language: str
    settings: Settings


class Parts(Value):
    database_url: str
    temporal: Server
    ui: str | None
    systems: Path  # where the simulated systems keep their files
    connections: dict[str, Connection]


async def run(demo: Demo) -> int:
    """The exit code: 0 every case prepared or ready, 1 some are not, 3 some rows of the file were bad."""
    catalogue = load(demo.settings.roles_dir)
    with ExitStack() as stack:
        # Before anything is started or ordered: the second demo on a machine is told at once.
        listening = None if demo.once else stack.enter_context(_listening())
        parts = stack.enter_context(_parts(demo, catalogue))
        upgrade(parts.database_url)
        store = Store(parts.database_url)
        try:
            client = await connect(parts.temporal, deadline=timedelta(seconds=30))
            playing = asyncio.create_task(_play(demo, parts, store, catalogue))
            others = [asyncio.create_task(work(store, client, catalogue, parts.connections))]
            if listening is not None:
                app = create_app(store, operator=getpass.getuser())
                others.append(asyncio.create_task(serve(app, listening)))
            try:
                done, _ = await asyncio.wait({playing, *others}, return_when=asyncio.FIRST_COMPLETED)
                for task in done - {playing}:
                    await task  # they run until cancelled: here one raises what ended it
                return await playing
            finally:
                for task in (playing, *others):
                    task.cancel()
                await asyncio.wait({playing, *others})
        finally:
            store.close()


def _listening() -> socket.socket:
    try:
        return listen(*WEB)
    except OSError:
        raise Conflict("dev.port-taken", port=str(WEB[1])) from None


@contextmanager
def _parts(demo: Demo, catalogue: Catalogue) -> Iterator[Parts]:
    """Temporal, the database and a place for the systems. What ends by itself leaves nothing behind."""
    with ExitStack() as stack:
        data = demo.settings.data_dir.absolute() / "dev"
        config = temporal_server.read(SERVER) if SERVER.is_file() else temporal_server.DevServer()
        if demo.once or demo.postgres or demo.samba:
            data = Path(tempfile.mkdtemp(prefix="onboarding-dev-"))
            stack.callback(shutil.rmtree, data, ignore_errors=True)
            config = config.model_copy(update={"address": "127.0.0.1:0", "database": None})
        if demo.once:
            config = config.model_copy(update={"ui_port": None})
        (data / "systems").mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{data / 'store.db'}"
        if demo.postgres:
            url = stack.enter_context(_postgres())
        binary = temporal_cli.find_or_get()
        running = stack.enter_context(temporal_server.running(binary, config, data=data))
        server = Server(address=running.address, namespace=running.namespace)
        connections = simulated(catalogue, data / "systems")
        if demo.samba:
            connections.update(stack.enter_context(_active_directory(demo, catalogue)))
        yield Parts(database_url=url, temporal=server, ui=running.ui, systems=data / "systems", connections=connections)


@contextmanager
def _postgres() -> Iterator[str]:
    """In a place of its own that PostgreSQL's own user can reach, where we are root."""
    directory = Path(tempfile.mkdtemp(prefix="onboarding-postgres-", dir="/var/tmp"))  # mkdtemp makes it ours alone
    directory.chmod(0o711)
    try:
        with postgres.running(directory, fsync=True) as server:
            server.create_database("onboarding")
            yield server.url("onboarding")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _active_directory(demo: Demo, catalogue: Catalogue) -> Iterator[dict[str, Connection]]:
    """A real domain controller, with what we never make ourselves: the OU, the groups policy gives, the leaders."""
    directory = Path(tempfile.mkdtemp(prefix="onboarding-samba-"))
    units, _ = read_units((demo.hires or EXAMPLE).with_name("enheter.csv").read_bytes())
    ours = [one.id for one in catalogue.systems.values() if one.connector == "active_directory"]
    rights = [right for right in catalogue.entitlements.values() if right.system in ours]
    groups = {right.target.replace("{unit}", unit) for right in rights for unit in units}
    try:
        with samba.running(directory, fsync=True) as server:
            leaders = {unit.manager for unit in units.values() if unit.manager}
            samba.furnish(server, "Fjordvik", sorted(groups), sorted(leaders))
            settings = {
                "servers": server.address,
                "base": server.base_dn,
                "people_ou": f"OU=Fjordvik,{server.base_dn}",
                "upn_suffix": "fjordvik.example",
                "bind_dn": server.bind_dn,
                "ca_file": str(server.ca_file),
            }
            connection = Connection(settings=settings, secrets={"password": FromFile(file=directory / "password")})
            print(say("dev.samba", demo.language, directory=str(directory)), flush=True)
            yield dict.fromkeys(ours, connection)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def simulated(catalogue: Catalogue, directory: Path) -> dict[str, Connection]:
    """The simulator stands for every system that is not work by hand."""
    stand_ins = [id for id, system in catalogue.systems.items() if system.connector != "manual"]
    return {id: Connection(connector="simulator", settings={"file": str(directory / f"{id}.db")}) for id in stand_ins}


async def _play(demo: Demo, parts: Parts, store: Store, catalogue: Catalogue) -> int:
    """Orders, answers what people are asked, says when each hire is ready; goes on where it need not end."""
    await asyncio.to_thread(adopted.adopt, store, catalogue, FEED)
    done = await asyncio.to_thread(_order, demo, store)
    for line in _bad_rows(done, demo.language):
        print(line, flush=True)
    numbers = [one.number for one in done.ordered if one.number]
    print(say("dev.ordered", demo.language, cases=str(len(numbers))), flush=True)
    if not demo.once:
        _say_where(parts, demo.language)
    left, late, began = dict.fromkeys(numbers), 0, datetime.now(UTC)
    while left or not demo.once:
        await asyncio.to_thread(_answer_all, store, catalogue)
        for number in [number for number in left if await asyncio.to_thread(_is_settled, store, number)]:
            del left[number]
            late += not _is_ready(store, number)
            print(await asyncio.to_thread(_line, store, number, demo.language), flush=True)
            if not left:
                counts = {"ready": str(len(numbers) - late), "cases": str(len(numbers))}
                print(say("dev.all-done", demo.language, **counts))
                _show_systems(store, parts, catalogue, demo.language)
        if demo.once and datetime.now(UTC) - began > LONGEST:
            break
        await asyncio.sleep(0.25)
    if left:
        print(say("dev.gave-up", demo.language, left=str(len(left)), minutes=str(int(LONGEST.total_seconds() // 60))))
    for number in left:
        print(await asyncio.to_thread(_line, store, number, demo.language), flush=True)
    return NOT_READY if left or late else BAD_ROWS if done.bad else 0


def _order(demo: Demo, store: Store) -> ordering.Imported:
    file = demo.hires or EXAMPLE
    units = file.with_name("enheter.csv")
    day = today(datetime.now(UTC))
    # The example's dates are some day in the past or future: moved together, its first hire begins in a week.
    change = None if demo.hires else (lambda posts: shifted(posts, day))
    return feeding.feed_hires(store, file.read_bytes(), units.read_bytes(), FEED, change)


def _bad_rows(done: ordering.Imported, language: str) -> Iterator[str]:
    for row in done.bad:
        reason = say(row.key, language, **row.params)
        yield say("cli.row-bad", language, row=str(row.row), column=row.column, value=row.value, reason=reason)


def _is_ready(store: Store, number: str) -> bool:
    return reading.case_file(store, number).case.state in READY


def _is_settled(store: Store, number: str) -> bool:
    """Ready, or nothing but the calendar is left: a system may not want its accounts so early."""
    file = reading.case_file(store, number)
    return file.case.state in READY or (bool(file.steps) and only_the_calendar(file.steps, datetime.now(UTC)))


def _line(store: Store, number: str, language: str) -> str:
    """number, name, role, unit, first day, state, seconds."""
    file = reading.case_file(store, number)
    roles = ", ".join(file.catalogue.roles[role].title.in_(language) for role in file.roles)
    took = file.case.prepared_at - file.case.received_at if file.case.prepared_at else None
    return "  ".join(
        (
            number,
            f"{file.person.name:28}",
            f"{(roles or file.employment.title)[:40]:40}",
            f"{file.units.get(file.employment.unit, file.employment.unit):28}",
            file.employment.start.isoformat(),
            f"{case_state(file.case.state, language):14}",
            f"{took.total_seconds():6.1f} s" if took else "",
        )
    )


def _show_systems(store: Store, parts: Parts, catalogue: Catalogue, language: str) -> None:
    """Per system what the store says was verified, beside what the system itself has."""
    hired = {file.person.employee_number or str(file.person.id) for file in reading.case_files(store)}
    for id, (accounts, grants, read_back) in reading.counted(store).items():
        title = catalogue.systems[id].title.in_(language)
        own = say("dev.by-hand", language)
        if id in parts.connections:
            there = str(_of_the_hires(catalogue.systems[id], parts.connections[id], hired))
            own = say("dev.in-system", language, accounts=there)
        counts = {"accounts": str(accounts), "grants": str(grants), "verified": str(read_back)}
        print(say("dev.system", language, system=f"{title:36}", **counts), own, flush=True)


def _of_the_hires(system: System, connection: Connection, hired: Collection[str]) -> int:
    """How many accounts with a hire's employee number the system itself has: their leaders may have one too."""
    [connector] = connectors_for([system], {system.id: connection}).values()
    count, token, first = 0, None, True
    with connector.session() as session:
        while first or token:
            page = session.snapshot(token)
            count, token, first = count + sum(one.key in hired for one in page.accounts if one.key), page.next, False
    return count


def _say_where(parts: Parts, language: str) -> None:
    print(say("dev.where", language, database=parts.database_url))
    if parts.ui:
        print(say("dev.temporal-pages", language, address=parts.temporal.address, ui=parts.ui))
    else:
        print(say("dev.temporal", language, address=parts.temporal.address))
    print(say("dev.pages", language, address="http://{}:{}".format(*WEB)))
    print(say("dev.look", language, database=parts.database_url))
    print(say("dev.stop", language), flush=True)


def _answer_all(store: Store, catalogue: Catalogue) -> None:
    """Every question a person has been asked, answered as the one it was put to; and what was refused is mended."""
    for one in listing.open_tasks(store):
        number, task = one.number, one.task
        kinds: Mapping[tasks.TaskKind, ActKind] = {
            "approve": "approve", "gate": "answer", "role": "choose role", "by hand": "by hand", "confirm": "approve",
        }  # fmt: skip
        second = task.kind == "confirm" or ":approve-second:" in task.step
        actor = Actor(kind="dev", id=f"second of {task.for_}" if second else task.for_, via="dev")
        value = _role_for(store, catalogue, number) if task.kind == "role" else None
        _try(store, actor, number, kinds[task.kind], task.step, value)
    for number, step in reading.proposals(store):
        _try(store, Actor(kind="dev", id="it", via="dev"), number, "mend", step, None)


def _try(store: Store, actor: Actor, number: str, kind: ActKind, step: str, value: str | None) -> None:
    try:
        acting.act(store, actor, number, kind, step, value=value, note=say("dev.note"))
    except Conflict:
        return  # already on its way, or no longer asked


def _role_for(store: Store, catalogue: Catalogue, number: str) -> str:
    """What a manager would do: the first role that fits the post in all but its job code."""
    post = post_of(reading.case_file(store, number).employment, listing.ground(store).units, manages=False)
    of_a_code = [role for role in catalogue.roles.values() if role.for_.job_codes and not role.chosen]
    fits = [role for role in of_a_code if set(misses(role.for_, post, catalogue)) <= {"rule.other-job-code"}]
    return (fits or of_a_code)[0].id

"""`onboarding systems`: test a system before a case meets it, hold it, and let it go again."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from onboarding.cli.edge import REFUSED, AsJson, Language, opened, operator, show_json
from onboarding.connectors.connections import read_connections
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import NotFound
from onboarding.operations import policies, reading
from onboarding.operations import systems as operations
from onboarding.settings import Settings
from onboarding.store.engine import Store
from onboarding.texts import dates
from onboarding.texts.catalogue import DEFAULT, say
from onboarding.worker import connectors_for

app = typer.Typer(no_args_is_help=True, help="Systems: are they there, do they let us in, and may cases go there.")


@app.command("test")
def test_(
    system: Annotated[str | None, typer.Argument(help="One system; all of them if left out.")] = None,
    language: Language = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Reachable, our credentials, our rights: one line for each finding. Exit code 1 where something is wrong."""
    with opened(language) as store:
        catalogue = _current(store)
        _known(catalogue, system)
        wanted = [one for one in catalogue.systems.values() if system in (None, one.id)]
        file = Settings().connections_file
        connectors = connectors_for(wanted, read_connections(file) if file else {})
        found = {id: connector.test() for id, connector in connectors.items()}
        for id, health in found.items():
            operations.tested(store, operator(), id, health)
    if as_json:
        show_json({id: health.model_dump(mode="json") for id, health in found.items()})
    else:
        for id, health in found.items():
            title = catalogue.systems[id].title.in_(language)
            for finding in health.findings:
                print(
                    f"{'✓' if finding.ok else '✗'} {say(finding.key, language, **{**finding.params, 'system': title})}"
                )
    if not all(health.ok for health in found.values()):
        raise typer.Exit(REFUSED)


@app.command()
def hold(
    system: str,
    note: Annotated[str, typer.Option(help="Why: it is shown to all who wait.")],
    language: Language = DEFAULT,
) -> None:
    """From now on no case begins anything in this system."""
    with opened(language) as store:
        operations.hold(store, operator(), system, note)
        print(say("cli.held", language, system=_current(store).systems[system].title.in_(language)))


@app.command()
def release(system: str, language: Language = DEFAULT) -> None:
    """Let the cases that wait for this system go on."""
    with opened(language) as store:
        freed = operations.release(store, operator(), system)
        title = _current(store).systems[system].title.in_(language)
        print(say("cli.released", language, system=title, cases=str(freed)))


@app.command("list")
def list_(language: Language = DEFAULT, as_json: AsJson = False) -> None:
    """Each system, and how it stands with us."""
    with opened(language) as store:
        states = reading.system_states(store)
        catalogue = _current(store)
    if as_json:
        show_json({id: states[id].model_dump(mode="json") if id in states else None for id in catalogue.systems})
        return
    now = datetime.now(UTC)
    for id, one in catalogue.systems.items():
        state = states.get(id)
        told = ""
        if state and state.held_at:
            told = say(
                "cli.is-held", language, who=state.held_by or "", since=dates.since(state.held_at, language, now)
            )
        elif state and state.silent_since:
            told = say("cli.is-silent", language, since=dates.since(state.silent_since, language, now))
        print(f"{id:24} {one.title.in_(language)}  {told}".rstrip())


def _current(store: Store) -> Catalogue:
    catalogue = policies.current(store)
    if catalogue is None:
        raise NotFound("order.no-policy")
    return catalogue


def _known(catalogue: Catalogue, system: str | None) -> None:
    if system is not None and system not in catalogue.systems:
        raise NotFound("system.unknown", system=system)

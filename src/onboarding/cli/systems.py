"""`onboarding systems`: test a system before a case meets it, hold it, and let it go again."""

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.edge import (
    REFUSED,
    AsJson,
    Language,
    fail,
    known_settings,
    opened,
    operator,
    policy_in_use,
    show_json,
)
from onboarding.cli.layout import wrapped
from onboarding.connectors.base import Expected, Finding, Health
from onboarding.connectors.connections import Connection, read_connections
from onboarding.domain.catalogue import Catalogue, System
from onboarding.domain.errors import NotFound, OnboardingError
from onboarding.hr.units import read_units
from onboarding.operations import reading
from onboarding.operations import systems as operations
from onboarding.store import acts
from onboarding.store.engine import Store
from onboarding.store.systems import SystemState
from onboarding.texts import dates
from onboarding.texts.catalogue import DEFAULT, say
from onboarding.texts.sentence import reason
from onboarding.texts.words import Titles, label_in_words
from onboarding.worker import connectors_for

app = typer.Typer(no_args_is_help=True, help="Systems: are they there, do they let us in, and may cases go there.")


@app.command("test")
def test_(
    system: Annotated[str | None, typer.Argument(help="One system; all of them if left out.")] = None,
    units: Annotated[
        Path | None,
        typer.Option(
            help="HR's units (enheter.csv), in place of those of the last order.", exists=True, dir_okay=False
        ),
    ] = None,
    language: Language = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Reachable, our credentials, our rights, and whether all that roles give there is there: a line for each finding.

    Exit code 1 where something is wrong.
    """
    with opened(language) as store:
        catalogue = policy_in_use(store)
        _known(catalogue, system)
        wanted = [one for one in catalogue.systems.values() if system in (None, one.id)]
        file = known_settings(language).connections_file
        connections = read_connections(file) if file else {}
        tree, bad = read_units(units.read_bytes()) if units else (None, ())
        if bad:  # half a tree would be looked for, and called whole
            fail(say("cli.units-have-mistakes", language, rows=str(len(bad))))
        expected = operations.expected(store, catalogue, tree)
        if not any(one.units for one in expected.values()) and any(
            right.per_unit for right in catalogue.entitlements.values()
        ):
            print(say("cli.units-unknown", language), file=sys.stderr)
        found: dict[str, Health] = {}
        for one in wanted:
            found[one.id] = _tested(one, connections, expected[one.id])
            operations.tested(store, operator(), one.id, found[one.id])
            if not as_json:
                _show(one.title.in_(language), found[one.id], language)
    if as_json:
        show_json({id: health.model_dump(mode="json") for id, health in found.items()})
    if not all(health.ok for health in found.values()):
        raise typer.Exit(REFUSED)


def _tested(system: System, connections: Mapping[str, Connection], expected: Expected) -> Health:
    """What is wrong with its table in the file of connections is a finding too: one never hides another's."""
    try:
        [connector] = connectors_for([system], connections).values()
    except OnboardingError as error:
        return Health(findings=(Finding(ok=False, key=error.key, params=dict(error.params)),))
    return connector.test(expected)


def _show(title: str, health: Health, language: str) -> None:
    for finding in health.findings:
        print(f"{'✓' if finding.ok else '✗'} {say(finding.key, language, **{**finding.params, 'system': title})}")


@app.command()
def hold(
    system: str,
    note: Annotated[str, typer.Option(help="Why: `systems list` shows it.")],
    language: Language = DEFAULT,
) -> None:
    """From now on no case begins anything in this system."""
    with opened(language) as store:
        operations.hold(store, operator(), system, note)
        print(say("cli.held", language, system=policy_in_use(store).systems[system].title.in_(language)))


@app.command()
def release(system: str, language: Language = DEFAULT) -> None:
    """Let the cases that wait for this system go on."""
    with opened(language) as store:
        freed = operations.release(store, operator(), system)
        title = policy_in_use(store).systems[system].title.in_(language)
        print(say("cli.released", language, system=title, cases=str(freed)))


@app.command("list")
def list_(language: Language = DEFAULT, as_json: AsJson = False) -> None:
    """Each system, and how it stands with us."""
    with opened(language) as store:
        states = reading.system_states(store)
        catalogue = policy_in_use(store)
        reasons = _reasons(store, states.values(), Titles(catalogue, language))
    if as_json:
        show_json({id: states[id].model_dump(mode="json") if id in states else None for id in catalogue.systems})
        return
    for id, one in catalogue.systems.items():
        told = _told(states[id], language) if id in states else ""
        print(f"{id:24} {one.title.in_(language):30} {told}".rstrip())
        if reason := reasons.get(id):
            print(wrapped(reason, 25))


def _told(state: SystemState, language: str) -> str:
    """How it stands; nothing where nothing is out of the ordinary."""
    now = datetime.now(UTC)
    if state.held_at and state.next_probe:
        since = dates.since(state.held_at, language, now)
        return say("cli.is-held-by-us", language, since=since, when=dates.moment(state.next_probe, language, now))
    if state.held_at:
        who = label_in_words(state.held_by or "", language)
        return say("cli.is-held", language, who=who, since=dates.since(state.held_at, language, now))
    if state.silent_since:
        return say("cli.is-silent", language, since=dates.since(state.silent_since, language, now))
    return ""


def _reasons(store: Store, states: Iterable[SystemState], titles: Titles) -> dict[str, str]:
    """What the system answered us; or what somebody wrote when he put it on hold."""
    found = {}
    with store.reading() as tx:
        for state in states:
            if state.hold_note:
                found[state.system] = f"«{acts.note(tx, state.hold_note)}»"
            elif state.hold_reason and state.next_probe:
                found[state.system] = reason(state.hold_reason, state.hold_params or {}, state.system, titles)
    return found


def _known(catalogue: Catalogue, system: str | None) -> None:
    if system is not None and system not in catalogue.systems:
        raise NotFound("system.unknown", system=system)

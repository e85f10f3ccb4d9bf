"""Holds a system and lets it go again: a pause that IT decides, for all cases at once."""

from collections.abc import Mapping
from datetime import UTC, datetime

from onboarding.connectors.base import Expected, Health
from onboarding.domain.catalogue import Catalogue
from onboarding.domain.errors import Conflict, NotFound
from onboarding.domain.people import Actor, Unit
from onboarding.operations.acting import refuse_identity
from onboarding.operations.policies import current
from onboarding.planning.targets import targets
from onboarding.store import acts, events, people, systems
from onboarding.store.engine import Store


def hold(store: Store, actor: Actor, system: str, note: str) -> None:
    """From now on no case begins anything there. Raises Conflict where it is held already."""
    _known(store, system)
    if not note:
        raise Conflict("act.needs-note")
    refuse_identity(note)
    now = datetime.now(UTC)
    with store.writing() as tx:
        reason = acts.add_note(tx, note)
        if not systems.hold(tx, system, actor.label, "system.held", now, note=reason):
            state = systems.state(tx, system)
            raise Conflict("act.somebody-first", actor=state.held_by or "", at=str(state.held_at), act="hold")
        events.record(tx, actor, "system.held", now, object=system, note=reason)


def release(store: Store, actor: Actor, system: str) -> int:
    """Clears the hold and lets every waiting case go on, in one transaction. How many cases that is."""
    _known(store, system)
    now = datetime.now(UTC)
    with store.writing() as tx:
        if not systems.release(tx, system):
            raise Conflict("system.not-held", system=system)
        freed = acts.release_waiting(tx, system, actor.label, actor.id, now)
        events.record(tx, actor, "system.released", now, object=system, detail={"cases": str(freed)})
        return freed


def expected(store: Store, catalogue: Catalogue, units: Mapping[str, Unit] | None = None) -> dict[str, Expected]:
    """What `test` should look for in each system. `units`: in place of those HR's last file brought."""
    if units is None:
        with store.reading() as tx:
            units = people.all_units(tx)
    given = targets(catalogue, units)
    return {id: Expected(targets=given.get(id, frozenset()), units=frozenset(units)) for id in catalogue.systems}


def tested(store: Store, actor: Actor, system: str, health: Health) -> None:
    """Remembers what a test found. One that our credentials failed holds the system, before forty cases fail it too."""
    now = datetime.now(UTC)
    refused = any(finding.key == "system.credentials-refused" and not finding.ok for finding in health.findings)
    with store.writing() as tx:
        systems.tested(tx, system, health.ok, now)
        if refused and systems.hold(
            tx, system, actor.label, "system.credentials-refused", now, next_probe=now + systems.PROBE_AGAIN
        ):
            events.record(tx, actor, "system.held", now, object=system, detail={"why": "system.credentials-refused"})
        events.record(tx, actor, "system.tested", now, object=system, detail={"ok": str(health.ok)})


def _known(store: Store, system: str) -> None:
    catalogue = current(store)
    if catalogue is None or system not in catalogue.systems:
        raise NotFound("system.unknown", system=system)

"""Sentences as people read them, word for word, in three languages."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from onboarding.domain.cases import Step
from onboarding.domain.catalogue import Catalogue
from onboarding.planning.forecast import Forecast, forecast, outlook
from onboarding.texts.sentence import sentence, step_line
from onboarding.texts.words import Titles
from tests.planning.test_forecast import ACCOUNT, CARD, ENABLE, HELD, LATE_CARD, NOW, STUCK, ask, at, step

FIRST = date(2025, 12, 1)
JOURNAL = step("epj:account", "stuck")


def _made(steps: Sequence[Step], now: datetime = NOW, **how: Any) -> Forecast:
    whole: dict[str, Any] = {"kind": "onboard", "state": "running", "first_day": FIRST, "today": now.date()} | how
    seen = outlook(whole["kind"], steps, whole["first_day"], withdrawn=whole.get("withdrawn", False))
    return forecast(seen=seen, now=now, **whole)


SENTENCES: list[tuple[str, list[Step], dict[str, Any], str, str, str]] = [
    (
        "received",
        [],
        {"state": "received"},
        "Bestillingen er mottatt. Vi legger planen nå, og sier straks om alt blir klart til mandag 1. desember.",
        "Bestillinga er motteken. Vi legg planen no, og seier straks om alt blir klart til måndag 1. desember.",
        "The order is received. We are planning it now, and will soon say whether it will be ready for "
        "Monday 1 December.",
    ),
    (
        "sure",
        [ENABLE],
        {},
        "Blir klar til mandag 1. desember.",
        "Blir klar til måndag 1. desember.",
        "Will be ready for Monday 1 December.",
    ),
    (
        "one approval",
        [ENABLE, ask("approve", due=at(3))],
        {},
        "Blir klar til mandag 1. desember hvis lederen godkjenner én tilgang innen torsdag.",
        "Blir klar til måndag 1. desember dersom leiaren godkjenner éin tilgang innan torsdag.",
        "Will be ready for Monday 1 December, but first the manager must approve one access right by Thursday.",
    ),
    (
        "two approvals, a gate that has no date, and a role that is late",
        [
            ask("approve", due=at(3)),
            ask("approve", "mail", due=at(1)),
            ask("gate", "contract", "hr", since=at(-1, 15)),
            ask("role", "", due=at(-3)),
        ],
        {},
        "Blir klar til mandag 1. desember hvis lederen godkjenner to tilganger innen i morgen, "
        "lederen velger tilgangspakke straks (fristen var fredag 21. november) og "
        "HR bekrefter «Arbeidsavtalen er signert» (har ventet siden i går kl. 16:00).",
        "Blir klar til måndag 1. desember dersom leiaren godkjenner to tilgangar innan i morgon, "
        "leiaren vel tilgangspakke straks (fristen var fredag 21. november) og "
        "HR stadfestar «Arbeidsavtalen er signert» (har venta sidan i går kl. 16:00).",
        "Will be ready for Monday 1 December, but first the manager must approve two access rights by tomorrow, "
        "the manager must choose a role at once (it was due Friday 21 November) and "
        "HR must confirm “The contract is signed” (waiting since yesterday at 16:00).",
    ),
    (
        "a key card",
        [CARD.model_copy(update={"due": at(0)})],
        {},
        "Blir klar til mandag 1. desember hvis systemeieren ordner «Adgangskort» i dag.",
        "Blir klar til måndag 1. desember dersom systemeigaren ordnar «Tilgangskort» i dag.",
        "Will be ready for Monday 1 December, but first the system owner must see to “Key card” today.",
    ),
    (
        "more tasks than one can take in: the manager's own is named",
        [
            CARD,
            step("keys:grant:locker", "asked", due=at(3)),
            ask("gate", "contract", "hr", due=at(3)),
            ask("role", "", due=at(3)),
        ],
        {},
        "Blir klar til mandag 1. desember hvis lederen velger tilgangspakke innen torsdag, "
        "systemeieren ordner «Adgangskort» innen torsdag og to oppgaver til blir gjort.",
        "Blir klar til måndag 1. desember dersom leiaren vel tilgangspakke innan torsdag, "
        "systemeigaren ordnar «Tilgangskort» innan torsdag og to oppgåver til blir gjorde.",
        "Will be ready for Monday 1 December, but first the manager must choose a role by Thursday, "
        "the system owner must see to “Key card” by Thursday and two more tasks must be done.",
    ),
    (
        "the second person",
        [ask("approve", for_="a@b.no", second=True, due=at(3))],
        {},
        "Blir klar til mandag 1. desember hvis systemeieren godkjenner én tilgang som person nummer to innen torsdag.",
        "Blir klar til måndag 1. desember dersom systemeigaren godkjenner éin tilgang som person nummer to "
        "innan torsdag.",
        "Will be ready for Monday 1 December, but first the system owner must approve one access right as the "
        "second person by Thursday.",
    ),
    (
        "two persons for one right are one right",
        [ask("approve", due=at(3)), ask("approve", second=True, due=at(3))],
        {},
        "Blir klar til mandag 1. desember hvis lederen godkjenner én tilgang innen torsdag.",
        "Blir klar til måndag 1. desember dersom leiaren godkjenner éin tilgang innan torsdag.",
        "Will be ready for Monday 1 December, but first the manager must approve one access right by Thursday.",
    ),
    (
        "stuck in two systems",
        [STUCK, step("ad:grant:mail", "stuck"), JOURNAL],
        {},
        "Blir kanskje ikke klar til mandag 1. desember: to steg i Active Directory og ett steg i Journalsystemet "
        "er stoppet hos IT.",
        "Blir kanskje ikkje klar til måndag 1. desember: to steg i Active Directory og eitt steg i Journalsystemet "
        "er stoppa hos IT.",
        "May not be ready for Monday 1 December: IT must look at two steps in Active Directory and one step in "
        "the health record that stopped.",
    ),
    (
        "held, and an approval",
        [HELD, ask("approve", due=at(3))],
        {},
        "Blir kanskje ikke klar til mandag 1. desember: Journalsystemet er satt på pause hos IT. "
        "Venter også på at lederen godkjenner én tilgang innen torsdag.",
        "Blir kanskje ikkje klar til måndag 1. desember: Journalsystemet er sett på pause hos IT. "
        "Ventar også på at leiaren godkjenner éin tilgang innan torsdag.",
        "May not be ready for Monday 1 December: there is a hold on the health record, which is with IT. "
        "Also, the manager must approve one access right by Thursday.",
    ),
    (
        "promised too late",
        [LATE_CARD, ask("approve", due=at(8))],
        {},
        "Blir trolig ikke klar til mandag 1. desember: «Adgangskort» er lovet onsdag 3. desember og "
        "godkjenning av «VPN» er lovet tirsdag 2. desember.",
        "Blir truleg ikkje klar til måndag 1. desember: «Tilgangskort» er lova onsdag 3. desember og "
        "godkjenning av «VPN» er lova tysdag 2. desember.",
        "Will probably not be ready for Monday 1 December: “Key card” is promised for Wednesday 3 December and "
        "approval of “VPN” is promised for Tuesday 2 December.",
    ),
    (
        "slower than promised",
        [step("ad:account", "in progress", due=at(-3))],
        {},
        "Blir kanskje ikke klar til mandag 1. desember: kontoen i Active Directory skulle vært ferdig "
        "fredag 21. november.",
        "Blir kanskje ikkje klar til måndag 1. desember: kontoen i Active Directory skulle ha vore ferdig "
        "fredag 21. november.",
        "May not be ready for Monday 1 December: the account in Active Directory should have been done by "
        "Friday 21 November.",
    ),
    (
        "prepared",
        [ENABLE],
        {"state": "prepared"},
        "Alt er klargjort til mandag 1. desember, og blir slått på automatisk.",
        "Alt er klargjort til måndag 1. desember, og blir slått på automatisk.",
        "Everything is prepared for Monday 1 December, and will be switched on automatically.",
    ),
    (
        "ready, without what was declined",
        [ACCOUNT, step("ad:grant:vpn", "skipped")],
        {"state": "ready"},
        "Klar til mandag 1. desember. Uten «VPN», som er tatt ut av bestillingen. Kontoen må aktiveres første dag.",
        "Klar til måndag 1. desember. Utan «VPN», som er teke ut av bestillinga. Kontoen må aktiverast første dag.",
        "Ready for Monday 1 December. Without “VPN”, taken out of the order. "
        "The account must be activated on the first day.",
    ),
    (
        "the first day, and it goes by itself",
        [ENABLE],
        {"now": at(7, 8)},
        "Er ikke klar ennå, og skal være klar i dag. Resten skjer automatisk.",
        "Er ikkje klar enno, og skal vere klar i dag. Resten skjer automatisk.",
        "Not ready yet, and needed today. The rest happens automatically.",
    ),
    (
        "late, stuck and not approved",
        [JOURNAL, ask("approve", due=at(3))],
        {"now": at(8)},
        "Er ikke klar. Skulle ha vært klar mandag 1. desember. Ett steg i Journalsystemet er stoppet hos IT. "
        "Venter også på at lederen godkjenner én tilgang straks (fristen var torsdag 27. november).",
        "Er ikkje klar. Skulle ha vore klar måndag 1. desember. Eitt steg i Journalsystemet er stoppa hos IT. "
        "Ventar også på at leiaren godkjenner éin tilgang straks (fristen var torsdag 27. november).",
        "Not ready. It should have been ready on Monday 1 December. IT must look at one step in the health record "
        "that stopped. Also, the manager must approve one access right at once (it was due Thursday 27 November).",
    ),
    (
        "closed the year after",
        [ACCOUNT],
        {"state": "closed", "now": datetime(2026, 2, 1, tzinfo=UTC)},
        "Ferdig.",
        "Ferdig.",
        "Finished.",
    ),
    (
        "the day is next year",
        [ENABLE.model_copy(update={"not_before": None, "due": None})],
        {"first_day": date(2026, 1, 5)},
        "Blir klar til mandag 5. januar 2026.",
        "Blir klar til måndag 5. januar 2026.",
        "Will be ready for Monday 5 January 2026.",
    ),
    (
        "being withdrawn, and stuck",
        [step("ad:account", "stuck", want="undo")],
        {"withdrawn": True},
        "Bestillingen er trukket. Vi tar bort det som rakk å bli gitt. Ett steg i Active Directory er stoppet hos IT.",
        "Bestillinga er trekt. Vi tek bort det som rakk å bli gitt. Eitt steg i Active Directory er stoppa hos IT.",
        "The order is withdrawn. We are taking back what had already been given. "
        "IT must look at one step in Active Directory that stopped.",
    ),
    (
        "withdrawn before anything was given",
        [],
        {"state": "withdrawn", "withdrawn": True},
        "Bestillingen er trukket. Ingenting var gitt ennå.",
        "Bestillinga er trekt. Ingenting var gitt enno.",
        "The order is withdrawn. Nothing had been given yet.",
    ),
    (
        "withdrawn",
        [ACCOUNT.model_copy(update={"want": "undo", "state": "undone", "before": False})],
        {"state": "withdrawn", "withdrawn": True},
        "Bestillingen er trukket, og det som rakk å bli gitt, er tatt bort.",
        "Bestillinga er trekt, og det som rakk å bli gitt, er teke bort.",
        "The order is withdrawn, and what had already been given is taken back.",
    ),
    (
        "superseded",
        [STUCK],
        {"state": "superseded"},
        "Erstattet av en nyere bestilling.",
        "Erstatta av ei nyare bestilling.",
        "Replaced by a newer order.",
    ),
    (
        "an extra nobody has promised",
        [ask("approve")],
        {"kind": "extra", "first_day": date(2019, 1, 1)},
        "Arbeidet er i gang. Venter på at lederen godkjenner én tilgang.",
        "Arbeidet er i gang. Ventar på at leiaren godkjenner éin tilgang.",
        "Work is under way. First the manager must approve one access right.",
    ),
    (
        "a leaver",
        [step("ad:disable", not_before=at(7, 23))],
        {"kind": "offboard"},
        "Tilgangene blir stengt etter siste dag, mandag 1. desember.",
        "Tilgangane blir stengde etter siste dag, måndag 1. desember.",
        "Access will be closed after the last day, Monday 1 December.",
    ),
    (
        "a leaver with a card",
        [step("keys:revoke:key-card", "asked", due=at(7))],
        {"kind": "offboard"},
        "Alt blir stengt etter siste dag, mandag 1. desember, hvis systemeieren ordner "
        "fjerning av «Adgangskort» innen mandag 1. desember.",
        "Alt blir stengt etter siste dag, måndag 1. desember, dersom systemeigaren ordnar "
        "fjerning av «Tilgangskort» innan måndag 1. desember.",
        "Everything will be closed after the last day, Monday 1 December, but first the system owner "
        "must see to removal of “Key card” by Monday 1 December.",
    ),
    (
        "a leaver still logged on",
        [step("ad:disable", "stuck")],
        {"kind": "offboard", "now": at(9)},
        "Ikke alt er stengt. Siste dag var mandag 1. desember. Ett steg i Active Directory er stoppet hos IT.",
        "Ikkje alt er stengt. Siste dag var måndag 1. desember. Eitt steg i Active Directory er stoppa hos IT.",
        "Not everything is closed. The last day was Monday 1 December. "
        "IT must look at one step in Active Directory that stopped.",
    ),
]


@pytest.mark.parametrize("case", SENTENCES, ids=[case[0] for case in SENTENCES])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_sentence(
    catalogue: Catalogue, case: tuple[str, list[Step], dict[str, Any], str, str, str], language: str
) -> None:
    _, steps, how, *expected = case
    now = how.get("now", NOW)
    said = sentence(_made(steps, **how), catalogue, language, now=now)
    assert said == expected[["nb", "nn", "en"].index(language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nb", "Blir klar til mandag 1. desember hvis du godkjenner én tilgang innen torsdag."),
        ("nn", "Blir klar til måndag 1. desember dersom du godkjenner éin tilgang innan torsdag."),
        ("en", "Will be ready for Monday 1 December, but first you must approve one access right by Thursday."),
    ],
)
def test_the_reader_is_told_du(catalogue: Catalogue, language: str, expected: str) -> None:
    made = _made([ask("approve", due=at(3))])
    assert sentence(made, catalogue, language, now=NOW, you=frozenset({"manager"})) == expected


def test_what_policy_no_longer_knows_is_called_by_its_id(catalogue: Catalogue) -> None:
    made = _made([step("gone:grant:old", "asked", due=at(3)), step("away:account", "stuck")])
    said = sentence(made, catalogue, "nb", now=NOW)
    assert "ett steg i away er stoppet" in said
    assert "IT ordner «old»" in said


YESTERDAY, MORNING = at(-1, 13), at(0, 9)
LINES: list[tuple[Step, str, str, str]] = [
    (
        ENABLE,
        "Slå på kontoen i Active Directory: venter, hos oss (automatisk). Begynner mandag 1. desember.",
        "Slå på kontoen i Active Directory: ventar, hos oss (automatisk). Byrjar måndag 1. desember.",
        "Switch on the account in Active Directory: waiting, with us (automatic). Begins Monday 1 December.",
    ),
    (
        ask("approve", since=YESTERDAY),
        "Godkjenning: VPN: venter på en person, hos lederen, siden i går kl. 14:00",
        "Godkjenning: VPN: ventar på ein person, hos leiaren, sidan i går kl. 14:00",
        "Approval: VPN: waiting for a person, with the manager, since yesterday at 14:00",
    ),
    (
        step("keys:grant:key-card", "asked", since=at(-4)),
        "Tilgang: Adgangskort: venter på en person, hos systemeier vakt@example.com, siden torsdag 20. november",
        "Tilgang: Tilgangskort: ventar på ein person, hos systemeigar vakt@example.com, sidan torsdag 20. november",
        "Access: Key card: waiting for a person, with system owner vakt@example.com, since Thursday 20 November",
    ),
    (
        STUCK.model_copy(update={"since": MORNING, "reason": "act.needs-value"}),
        "Tilgang: VPN: stoppet hos IT, siden i dag kl. 10:00. Det mangler en verdi. "
        "Skriv den riktige verdien, og prøv igjen.",
        "Tilgang: VPN: stoppa hos IT, sidan i dag kl. 10:00. Det manglar ein verdi. "
        "Skriv den rette verdien, og prøv igjen.",
        "Access: VPN: stopped, with IT, since today at 10:00. A value is missing. Write the right value and try again.",
    ),
    (
        HELD.model_copy(update={"since": MORNING}),
        "Konto i Journalsystemet: satt på pause, hos IT, siden i dag kl. 10:00",
        "Konto i Journalsystemet: sett på pause, hos IT, sidan i dag kl. 10:00",
        "Account in the health record: on hold, with IT, since today at 10:00",
    ),
    (
        step("epj:grant:journal", "in progress", unit="1211", since=MORNING),
        "Tilgang: Journal lesing (Avd. 1): systemet arbeider, hos Journalsystemet, siden i dag kl. 10:00",
        "Tilgang: Journal lesing (Avd. 1): systemet arbeider, hos Journalsystemet, sidan i dag kl. 10:00",
        "Access: Record reading (Avd. 1): the system is working, with the health record, since today at 10:00",
    ),
    (
        step("ad:account", "retrying", want="undo", since=MORNING, next_at=at(0, 14), reason="system.throttled"),
        "Ta bort igjen: konto i Active Directory: prøver igjen, hos oss (automatisk), siden i dag kl. 10:00. "
        "Active Directory har for mye å gjøre og har bedt oss vente. Ingenting er tapt: vi fortsetter av oss selv. "
        "Varer det, må IT se på det. Prøver igjen i dag kl. 15:00.",
        "Ta bort igjen: konto i Active Directory: prøver igjen, hos oss (automatisk), sidan i dag kl. 10:00. "
        "Active Directory har for mykje å gjere og har bede oss vente. Ingenting er tapt: vi held fram av oss "
        "sjølve. Varer det, må IT sjå på det. Prøver igjen i dag kl. 15:00.",
        "Take back: account in Active Directory: trying again, with us (automatic), since today at 10:00. "
        "Active Directory is too busy and has asked us to wait. Nothing is lost: we go on by ourselves. If it lasts, "
        "IT must look at it. Tries again today at 15:00.",
    ),
    (
        ACCOUNT.model_copy(update={"since": YESTERDAY, "verified_at": MORNING}),
        "Konto i Active Directory: ferdig, i dag kl. 10:00",
        "Konto i Active Directory: ferdig, i dag kl. 10:00",
        "Account in Active Directory: done, today at 10:00",
    ),
    (
        step("ad:grant:mail", "skipped", by="ida.it on behalf of Liv", since=MORNING, reason="gone.away"),
        "Tilgang: E-post: hoppet over, i dag kl. 10:00. Gjort av ida.it på vegne av Liv. "
        "Årsaken kan ikke vises her. Spør IT, som kan slå den opp.",
        "Tilgang: E-post: hoppa over, i dag kl. 10:00. Gjort av ida.it på vegner av Liv. "
        "Årsaka kan ikkje visast her. Spør IT, som kan slå ho opp.",
        "Access: E-mail: skipped, today at 10:00. Done by ida.it on behalf of Liv. "
        "The reason cannot be shown here. Ask IT, who can look it up.",
    ),
]


@pytest.mark.parametrize("line", LINES, ids=[line[0].state for line in LINES])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_step_in_a_line(catalogue: Catalogue, line: tuple[Step, str, str, str], language: str) -> None:
    one, *expected = line
    said = step_line(one, Titles(catalogue, language, {"1211": "Avd. 1"}), NOW)
    assert str(said) == expected[["nb", "nn", "en"].index(language)]


def test_what_is_over_is_with_nobody(catalogue: Catalogue) -> None:
    assert step_line(ACCOUNT, Titles(catalogue, "nb"), NOW + timedelta(days=1)).who == ""

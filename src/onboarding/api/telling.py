"""A case as its page and its JSON tell it: the sentence, the tasks, the steps, what is given and why."""

from datetime import datetime

from onboarding.api import marks
from onboarding.api.front import Reader
from onboarding.api.history import happened
from onboarding.api.offers import Offers
from onboarding.api.shapes import CaseLine, CaseOut, GiftOut, StepOut, TaskLine, TaskOut
from onboarding.domain.cases import Step
from onboarding.domain.people import Actor
from onboarding.operations.history import names_of
from onboarding.operations.listing import CasePage, Gift, Line
from onboarding.operations.reading import CaseFile
from onboarding.store.tasks import Task
from onboarding.texts import dates, words
from onboarding.texts.catalogue import say
from onboarding.texts.sentence import sentence, step_line
from onboarding.texts.words import Titles


def line(one: Line, reader: Reader) -> CaseLine:
    row, language = one.row, reader.language
    role = one.catalogue.roles.get(row.role or "")
    return CaseLine(
        number=row.number,
        name="" if row.protected else f"{row.given_name} {row.family_name}",
        role=role.title.in_(language) if role else row.title,
        unit=row.unit_name or row.unit,
        first_day=row.start,
        first_day_words=dates.day(row.start, language, dates.local_day(reader.now)),
        state=row.state,
        mark=marks.of_case(row.state, language, stuck=row.stuck),
        sentence=sentence(one.forecast, one.catalogue, language, now=reader.now),
    )


def case(page: CasePage, actor: Actor, reader: Reader) -> CaseOut:
    file, language = page.file, reader.language
    offers, names = Offers(file, actor, language, reader.now), names_of(file, language)
    roles = [file.catalogue.roles[role].title.in_(language) for role in file.roles]
    titles = Titles(file.catalogue, language, file.units)
    stuck = any(step.state == "stuck" for step in file.steps)
    return CaseOut(
        number=file.case.number,
        name=file.person.name,
        role=words.listed(roles, language) if roles else file.employment.title,
        unit=file.units.get(file.employment.unit, file.employment.unit),
        first_day=file.employment.start,
        first_day_words=dates.day(file.employment.start, language, dates.local_day(reader.now)),
        state=file.case.state,
        mark=marks.of_case(file.case.state, language, stuck=stuck),
        sentence=sentence(file.forecast, file.catalogue, language, now=reader.now),
        kind=file.case.kind,
        kind_words=words.case_kind(file.case.kind, language),
        since_words=dates.since(file.case.state_since, language, reader.now),
        tasks=tuple(_task(one, offers, reader) for one in file.tasks if one.step not in page.taken),
        steps=tuple(_step(step, file, names, offers, reader, answered=step.id in page.taken) for step in file.steps),
        gifts=tuple(_gift(gift, titles) for gift in page.gifts),
        history=tuple(happened(file, page.notes, reader)),
        offers=() if "" in page.taken else offers.of_case(),
        answered="" in page.taken,
    )


def _task(task: Task, offers: Offers, reader: Reader) -> TaskOut:
    late = task.deadline is not None and task.deadline < reader.now
    return TaskOut(
        step=task.step,
        kind=task.kind,
        for_words=words.capitalised(words.who(task.for_, reader.language)),
        when_words=_when(task, reader, late=late),
        asked_at=task.asked_at,
        deadline=task.deadline,
        late=late,
        instructions=task.instructions,
        offers=offers.of_task(task),
    )


def task_line(number: str, task: Task, language: str) -> TaskLine:
    return TaskLine(
        number=number,
        step=task.step,
        kind=task.kind,
        for_words=words.capitalised(words.who(task.for_, language)),
        asked_at=task.asked_at,
        deadline=task.deadline,
        instructions=task.instructions,
    )


def _when(task: Task, reader: Reader, *, late: bool) -> str:
    if task.deadline is None:
        return dates.since(task.asked_at, reader.language, reader.now)
    key = "cli.was-due" if late else "cli.due"
    return say(key, reader.language, when=dates.moment(task.deadline, reader.language, reader.now))


def _step(
    step: Step, file: CaseFile, names: dict[str, str], offers: Offers, reader: Reader, *, answered: bool
) -> StepOut:
    said = step_line(step, file.catalogue, reader.language, now=reader.now, units=file.units, names=names)
    at: datetime | None = step.verified_at or step.since if step.over else step.since
    return StepOut(
        id=step.id,
        what=said.what,
        state=step.state,
        mark=marks.of_step(step.state, reader.language),
        who="" if said.state.endswith(said.who) else said.who,
        since=at,
        since_words=said.since,
        why=_with_refusal(said.why, step, file, reader.language),
        needed=step.before_first_day,
        answered=answered,
        offers=() if answered else offers.of_step(step),
    )


def _with_refusal(why: str, step: Step, file: CaseFile, language: str) -> str:
    """Also the value that was refused: who mends it must see it."""
    refusal = file.refusals.get(step.id)
    return f"{why} «{refusal.value}»".strip() if refusal else why


def _gift(gift: Gift, titles: Titles) -> GiftOut:
    roles = titles.catalogue.roles
    everyone = say("page.everyone", titles.language)
    why = [roles[rule].title.in_(titles.language) if rule in roles else everyone for rule in gift.rules]
    return GiftOut(what=titles.of(gift.entitlement, gift.unit), system=titles.system(gift.system), why=tuple(why))

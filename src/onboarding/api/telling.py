"""A case as its page and its JSON tell it: the sentence, the tasks, the steps, what is given and why."""

from onboarding.api import marks
from onboarding.api.front import Reader
from onboarding.api.gifts import gift
from onboarding.api.offers import Offers
from onboarding.api.shapes import CaseLine, CaseOut, TaskLine, TaskOut
from onboarding.api.timeline import timeline
from onboarding.domain.people import Actor
from onboarding.operations.listing import Line
from onboarding.operations.reading import CaseFile, titles_of
from onboarding.planning.forecast import Key
from onboarding.store.case_lists import OpenTask
from onboarding.store.tasks import Task
from onboarding.texts import dates, words
from onboarding.texts.catalogue import say
from onboarding.texts.sentence import sentence, step_name

AT_RISK: frozenset[Key] = frozenset(
    {"case.at-risk", "case.unlikely", "case.late-today", "case.late", "case.off-at-risk", "case.off-unlikely",
     "case.off-late"}
)  # fmt: skip


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
        countdown=words.countdown(row.start, language, dates.local_day(reader.now)),
        state=row.state,
        mark=marks.of_case(row.state, language, stuck=row.stuck),
        sentence=sentence(one.forecast, one.catalogue, language, now=reader.now),
        at_risk=one.forecast.key in AT_RISK,
    )


def case(file: CaseFile, actor: Actor, reader: Reader) -> CaseOut:
    language = reader.language
    titles = titles_of(file, language)
    offers = Offers(file, actor, titles)
    roles = [file.catalogue.roles[role].title.in_(language) for role in file.roles]
    stuck = any(step.state == "stuck" for step in file.steps)
    taken_back = file.case.withdrawn or file.case.state in ("withdrawn", "superseded")
    return CaseOut(
        number=file.case.number,
        name=file.person.name,
        role=words.listed(roles, language) if roles else file.employment.title,
        unit=file.units.get(file.employment.unit, file.employment.unit),
        first_day=file.employment.start,
        first_day_words=dates.day(file.employment.start, language, dates.local_day(reader.now)),
        countdown=words.countdown(file.employment.start, language, dates.local_day(reader.now)),
        state=file.case.state,
        mark=marks.of_case(file.case.state, language, stuck=stuck),
        sentence=sentence(file.forecast, file.catalogue, language, now=reader.now),
        at_risk=file.forecast.key in AT_RISK,
        kind=file.case.kind,
        kind_words=words.case_kind(file.case.kind, language),
        since_words=dates.since(file.case.state_since, language, reader.now),
        tasks=_tasks(file, offers, reader),
        steps=timeline(file, offers, titles, reader.now),
        gifts=() if taken_back else tuple(gift(one, titles) for one in file.gifts),
        offers=() if "" in file.answered else offers.of_case(),
        answered="" in file.answered,
    )


def _tasks(file: CaseFile, offers: Offers, reader: Reader) -> tuple[TaskOut, ...]:
    """The manager's first, and of each the one that is due first."""
    left = [task for task in file.tasks if task.step not in file.answered]
    left.sort(key=lambda task: (task.for_ != "manager", task.deadline or task.asked_at))
    return tuple(_task(task, offers, reader) for task in left)


def _task(task: Task, offers: Offers, reader: Reader) -> TaskOut:
    late = task.deadline is not None and task.deadline < reader.now
    step = offers.steps.get(task.step)
    return TaskOut(
        step=task.step,
        kind=task.kind,
        what=_asked(task, step_name(step, offers.titles) if step else "", reader.language),
        managers=task.for_ == "manager",
        for_words=words.capitalised(words.who(task.for_, reader.language)),
        when_words=_when(task, reader, late=late),
        asked_at=task.asked_at,
        deadline=task.deadline,
        late=late,
        instructions=task.instructions.in_(reader.language),
        instructions_language=task.instructions.language_of(reader.language),
        offers=offers.of_task(task),
    )


def _asked(task: Task, step: str, language: str) -> str:
    return say("page.skip-what", language, what=step) if task.kind == "confirm" else step


def task_line(one: OpenTask, language: str) -> TaskLine:
    task = one.task
    return TaskLine(
        number=one.number,
        step=task.step,
        kind=task.kind,
        for_words=words.capitalised(words.who(task.for_, language)),
        asked_at=task.asked_at,
        deadline=task.deadline,
        instructions="" if one.protected else task.instructions.in_(language),
        instructions_language=task.instructions.language_of(language),
    )


def _when(task: Task, reader: Reader, *, late: bool) -> str:
    if task.deadline is None:
        return dates.since(task.asked_at, reader.language, reader.now)
    key = "cli.was-due" if late else "cli.due"
    return say(key, reader.language, when=dates.moment(task.deadline, reader.language, reader.now))

"""What a person may do about a case and its steps, with what follows from it told before the press."""

from onboarding.api.shapes import Choice, Offer
from onboarding.domain.access import may_act
from onboarding.domain.acts import ActKind, goes_with, is_ours, why_not
from onboarding.domain.cases import Step
from onboarding.domain.people import Actor
from onboarding.operations.acting import NEEDS_NOTE
from onboarding.operations.reading import CaseFile
from onboarding.store.tasks import Task, TaskKind
from onboarding.texts import words
from onboarding.texts.catalogue import say
from onboarding.texts.sentence import step_name
from onboarding.texts.words import PEOPLE_IN_WORDS, Titles, listed

ANSWERS: dict[TaskKind, tuple[ActKind, ...]] = {
    "by hand": ("by hand",),
    "approve": ("approve", "decline"),
    "gate": ("answer",),
    "role": ("choose role",),
    "confirm": ("approve", "decline"),
}
OF_TASKS: dict[ActKind, str] = {"by hand": "page.report-done"}  # it is how it was meant, and goes without saying
OF_CONFIRMING: dict[ActKind, str] = {"approve": "page.agree-skip", "decline": "page.disagree-skip"}
OF_STEPS: tuple[ActKind, ...] = ("mend", "retry", "release", "by hand", "skip")


class Offers:
    """For one reader of one case."""

    def __init__(self, file: CaseFile, actor: Actor, titles: Titles) -> None:
        self.file, self.actor, self.titles = file, actor, titles
        self.language = titles.language
        self.steps = {step.id: step for step in file.steps}
        self.confirming = {task.step for task in file.tasks if task.kind == "confirm"}
        self.asked = {(task.step, kind) for task in file.tasks for kind in ANSWERS[task.kind]}

    def of_task(self, task: Task) -> tuple[Offer, ...]:
        step = self.steps.get(task.step)
        if step is None:
            return ()
        offers = [self.offer(kind, step, task.for_) for kind in ANSWERS[task.kind]]
        keys = OF_CONFIRMING if task.kind == "confirm" else OF_TASKS
        named = {one.kind: say(keys[one.kind], self.language) for one in offers if one.kind in keys}
        return tuple(one.model_copy(update={"words": named.get(one.kind, one.words)}) for one in offers)

    def of_step(self, step: Step) -> tuple[Offer, ...]:
        """What is left to IT: not what somebody has been asked, and nothing where all goes by itself."""
        if step.over or step.state == "waiting":
            return ()
        possible = [kind for kind in OF_STEPS if (step.id, kind) not in self.asked and self.may(kind, step)]
        return tuple(self.offer(kind, step) for kind in possible)

    def of_case(self) -> tuple[Offer, ...]:
        if not self.file.case.open or self.file.case.withdrawn:
            return ()
        kinds: tuple[ActKind, ...] = ("move date", "withdraw")
        return tuple(self.offer(kind, None, "manager") for kind in kinds)

    def may(self, kind: ActKind, step: Step) -> bool:
        if (kind == "mend" and step.id not in self.file.refusals) or (kind == "by hand" and step.ask):
            return False  # there is nothing to mend; what is asked has its own answer
        confirming = step.id in self.confirming
        return why_not(kind, self.file.case.state, step, confirming=confirming) is None

    def offer(self, kind: ActKind, step: Step | None, for_: str = "") -> Offer:
        refusal = self.file.refusals.get(step.id) if step and kind == "mend" else None
        must_answer = may_act(self.actor, self.file.person.id, kind, step) == "act.operator-needs-on-behalf"
        return Offer(
            kind=kind,
            step=step.id if step else "",
            words=words.act_kind(kind, self.language),
            consequence=self.consequence(kind, step),
            note=kind in NEEDS_NOTE,
            value=kind in ("choose role", "mend", "move date"),
            on_behalf_of=self.answers_for(for_) if must_answer else None,
            proposal=self.file.employment.start.isoformat() if kind == "move date" else self.proposed(refusal),
            choices=self.roles() if kind == "choose role" else (),
        )

    def answers_for(self, for_: str) -> str:
        """Whom it was asked of. A manager has a name, which only the one at the keyboard knows."""
        return "" if for_ in PEOPLE_IN_WORDS else for_

    def proposed(self, refusal: object) -> str:
        return str(getattr(refusal, "proposal", None) or getattr(refusal, "value", ""))

    def roles(self) -> tuple[Choice, ...]:
        """Those that fit this kind of post first chosen by job code: the others come by themselves."""
        kind = self.file.employment.kind
        fits = [role for role in self.file.catalogue.roles.values() if not role.for_.kinds or kind in role.for_.kinds]
        named = [Choice(value=role.id, words=role.title.in_(self.language)) for role in fits]
        return tuple(sorted(named, key=lambda choice: choice.words.casefold()))

    def consequence(self, kind: ActKind, step: Step | None) -> str:
        match kind:
            case "withdraw":
                return self.withdrawing()
            case "move date":
                return self.moving()
            case "skip" | "decline" if step is not None:
                return self.falling(kind, step)
            case _:
                return ""

    def withdrawing(self) -> str:
        undone = [step for step in self.file.steps if is_ours(step) and step.action != "name"]  # a name is never freed
        if not undone:
            return say("page.withdraw-nothing", self.language)
        return say("page.withdraw-undoes", self.language, steps=self.named(undone))

    def moving(self) -> str:
        dated = [step for step in self.file.steps if step.not_before and not step.over]
        if not dated:
            return say("page.move-nothing", self.language)
        return say("page.move-follows", self.language, steps=self.named(dated))

    def falling(self, kind: ActKind, step: Step) -> str:
        confirming = step.id in self.confirming
        gone = set() if kind == "decline" and confirming else set(goes_with(self.file.steps, step.id))
        told = []
        if gone:
            falls = self.named([other for other in self.file.steps if other.id in gone])
            told.append(say("cli.goes-with", self.language, steps=falls))
        if kind == "skip" and step.before_first_day and step.want == "do":
            told.append(say("cli.needs-second", self.language))
        return " ".join(told)

    def named(self, steps: list[Step]) -> str:
        named = [step_name(step, self.titles) for step in steps]
        return listed(list(dict.fromkeys(named)), self.language)

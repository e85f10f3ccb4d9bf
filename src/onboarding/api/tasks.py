"""What people have been asked and not yet answered, over all cases."""

from fastapi import APIRouter

from onboarding.api import telling
from onboarding.api.front import API, FrontDep, ReaderDep
from onboarding.api.problems import tells
from onboarding.api.shapes import Tasks
from onboarding.operations import listing

api = APIRouter(prefix=API, tags=["tasks"])


@api.get("/tasks", responses=tells())
def list_tasks(front: FrontDep, reader: ReaderDep) -> Tasks:
    """Those that have waited longest first."""
    found = listing.open_tasks(front.store)
    return Tasks(tasks=tuple(telling.task_line(one, reader.language) for one in found))

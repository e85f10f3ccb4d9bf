"""The shipped example on any day: its posts moved so that they all begin soon."""

from collections.abc import Sequence
from datetime import date, timedelta

from onboarding.hr.posts import HrPost

SOONEST = 7  # days from today to the first of the first days


def shifted(posts: Sequence[HrPost], today: date) -> tuple[HrPost, ...]:
    """All dates moved by the same number of whole weeks: the earliest start is then seven to thirteen days away.

    Whole weeks, because a first day on a Sunday would be no example of anything.
    """
    if not posts:
        return ()
    earliest = min(post.start for post in posts)
    away = (earliest - today).days - SOONEST
    by = timedelta(days=-(away // 7) * 7)
    return tuple(
        post.model_copy(update={"start": post.start + by, "end": post.end + by if post.end else None}) for post in posts
    )

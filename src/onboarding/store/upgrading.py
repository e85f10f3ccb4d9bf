"""The way up to today's schema, and whether the database is there."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from onboarding.domain.errors import NotAllowed, NotFound
from onboarding.store import outlooks
from onboarding.store.away import is_away
from onboarding.store.engine import Store, address_of

MAY_NOT = "42501"  # PostgreSQL's insufficient_privilege


def alembic_config(url: str | URL) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("onboarding.migrations")))
    config.attributes["url"] = address_of(url)
    return config


def upgrade(url: str | URL) -> None:
    """Brings the database to today's schema, and what is kept of each case to today's rules.

    Does nothing where they are. Raises NotFound where nothing answers.
    """
    with told_in_words():
        command.upgrade(alembic_config(url), "head")
        with closing(Store(url)) as store:
            outlooks.tell_anew(store)


def is_current(store: Store) -> bool:
    """Is the schema the one this code was written for? Raises NotFound where the database does not answer."""
    head = ScriptDirectory.from_config(alembic_config(store.url)).get_current_head()
    with told_in_words(), store.reading() as tx:
        return MigrationContext.configure(tx).get_current_revision() == head


@contextmanager
def told_in_words() -> Iterator[None]:
    """A database that is away, or where our role may not, becomes an error of ours; what it was quoted stays behind."""
    try:
        yield
    except DBAPIError as error:
        if is_away(error):
            raise NotFound("store.away") from None
        if getattr(error.orig, "sqlstate", None) == MAY_NOT:
            raise NotAllowed("store.may-not") from None
        raise
    except NoConnectionFree:
        raise NotFound("store.away") from None

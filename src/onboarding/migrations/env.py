"""Runs the migrations on the database that the caller names; never from an alembic.ini."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import NullPool, create_engine

from onboarding.store.schema import Utc, metadata


def render(kind: str, item: Any, _: object) -> str | Literal[False]:
    """A migration speaks SQLAlchemy's words only: our types may change after it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


engine = create_engine(context.config.attributes["url"], poolclass=NullPool)  # nothing is left open where a step fails
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render,
        render_as_batch=context.config.attributes.get("batch", False),
    )
    with context.begin_transaction():
        context.run_migrations()

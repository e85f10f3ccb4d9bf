"""Runs the migrations on the database that the caller names; never from an alembic.ini."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import NullPool, create_engine, event

from onboarding.store.schema import Utc, metadata


def render(kind: str, item: Any, _: object) -> str | Literal[False]:
    """A migration speaks SQLAlchemy's words only: our types may change after it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


engine = create_engine(context.config.attributes["url"], poolclass=NullPool)  # nothing is left open where a step fails
if engine.dialect.name == "sqlite":  # its driver begins nothing before DDL: half a step would stay where one fails
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
with engine.connect() as connection:
    context.configure(
        connection=connection,
        transactional_ddl=True,
        target_metadata=metadata,
        render_item=render,
        render_as_batch=context.config.attributes.get("batch", False),
    )
    with context.begin_transaction():
        context.run_migrations()

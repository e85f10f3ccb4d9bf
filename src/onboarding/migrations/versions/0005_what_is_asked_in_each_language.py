"""what people are asked, in each language."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


TASKS = sa.table("tasks", sa.column("instructions"), sa.column("in_bokmal"))


def upgrade() -> None:
    """What has been asked before this was asked in bokmål."""
    op.execute("ALTER TABLE tasks RENAME COLUMN instructions TO in_bokmal")
    op.add_column("tasks", sa.Column("instructions", sa.JSON(), server_default='{"nb": ""}', nullable=False))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    made_of = sa.func.json_object if on_sqlite else sa.func.json_build_object
    op.execute(TASKS.update().values(instructions=made_of("nb", TASKS.c.in_bokmal)))
    op.drop_column("tasks", "in_bokmal")


def downgrade() -> None:
    op.execute("ALTER TABLE tasks RENAME COLUMN instructions TO in_each")
    op.add_column("tasks", sa.Column("instructions", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE tasks SET instructions = in_each->>'nb'")
    op.drop_column("tasks", "in_each")

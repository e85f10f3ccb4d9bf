"""what fills the reason of a hold."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("system_state") as system_state:
        system_state.add_column(sa.Column("hold_params", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("system_state") as system_state:
        system_state.drop_column("hold_params")

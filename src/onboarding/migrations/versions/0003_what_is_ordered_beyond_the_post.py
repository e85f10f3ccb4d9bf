"""what is ordered with a hire beyond what the post gives."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("employments", sa.Column("extras", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("employments", "extras")

"""the outlook of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("outlook", sa.Text(), server_default="{}", nullable=False))
    op.create_index(op.f("ix_employments_unit"), "employments", ["unit"])


def downgrade() -> None:
    op.drop_index(op.f("ix_employments_unit"), table_name="employments")
    op.drop_column("cases", "outlook")

"""the outlook of a case."""

import sqlalchemy as sa
from alembic import op

from onboarding.domain.cases import Step
from onboarding.planning.forecast import outlook
from onboarding.store.schema import cases, employments, steps

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ENDED = ("closed", "withdrawn", "superseded")


def upgrade() -> None:
    op.add_column("cases", sa.Column("outlook", sa.Text(), server_default="{}", nullable=False))
    op.create_index(op.f("ix_employments_unit"), "employments", ["unit"])
    _tell_of_open_cases(op.get_bind())


def downgrade() -> None:
    op.drop_index(op.f("ix_employments_unit"), table_name="employments")
    op.drop_column("cases", "outlook")


def _tell_of_open_cases(connection: sa.Connection) -> None:
    """What each activity writes from now on, for the cases that wait for a person, and meet none for a while."""
    open_ones = (
        sa.select(cases.c.id, cases.c.kind, cases.c.withdrawn, employments.c.start)
        .join(employments, employments.c.id == cases.c.employment)
        .where(cases.c.state.not_in(ENDED), cases.c.plan > 0)
    )
    for case in connection.execute(open_ones).all():
        query = sa.select(*(steps.c[name] for name in Step.model_fields)).where(steps.c.case == case.id)
        rows = connection.execute(query.order_by(steps.c.at)).all()
        of_case = [Step.model_validate(dict(row._mapping)) for row in rows]
        seen = outlook(case.kind, of_case, case.start, withdrawn=case.withdrawn)
        told = seen.model_dump_json(exclude_defaults=True)
        connection.execute(sa.update(cases).where(cases.c.id == case.id).values(outlook=told))

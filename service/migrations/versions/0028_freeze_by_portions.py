"""How far the freezing of a large audience has come."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "freezing",
        sa.Column("issue_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_freezing_issue_id_issue")),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_freezing")),
    )


def downgrade() -> None:
    op.drop_table("freezing")

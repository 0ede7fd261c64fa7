"""Which issue was sent to put another one right."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "issue_correction",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_correction_issue_id_issue")),
        sa.ForeignKeyConstraint(["corrects_id"], ["issue.id"], name=op.f("fk_issue_correction_corrects_id_issue")),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_issue_correction")),
    )
    op.create_index(op.f("ix_issue_correction_corrects_id"), "issue_correction", ["corrects_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_issue_correction_corrects_id"), table_name="issue_correction")
    op.drop_table("issue_correction")

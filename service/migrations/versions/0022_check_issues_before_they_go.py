"""What the links in an issue answered when somebody asked."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_OUTCOME = sa.Enum("answers", "gone", "doubtful", name="outcome", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "issue_link_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("url_sha256", sa.String(64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", _OUTCOME, nullable=False),
        sa.Column("sentence", sa.String(300), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_link_check_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_link_check")),
        sa.UniqueConstraint("issue_id", "url_sha256", name=op.f("uq_issue_link_check_issue_id_url_sha256")),
    )


def downgrade() -> None:
    op.drop_table("issue_link_check")

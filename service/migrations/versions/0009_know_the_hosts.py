"""How each host that is asked has been answering, and how much it may still be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "source_host",
        sa.Column("host", sa.String(260), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=True),
        sa.Column("tokens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_calls", sa.Integer(), nullable=True),
        sa.Column("told_seconds", sa.Integer(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.String(40), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(32), nullable=True),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_answer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_source_host")),
    )
    op.add_column("source", sa.Column("asked_for_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("source", sa.Column("next_listing_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("dataset", sa.Column("failed_attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("dataset", sa.Column("listed_as", sa.String(40), nullable=True))
    op.add_column("fetch", sa.Column("trouble", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("fetch", "trouble")
    op.drop_column("dataset", "listed_as")
    op.drop_column("dataset", "failed_attempts")
    op.drop_column("source", "next_listing_at")
    op.drop_column("source", "asked_for_at")
    op.drop_table("source_host")

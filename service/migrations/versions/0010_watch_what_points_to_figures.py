"""Feeds, calendars and pages that say when a table is worth asking."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_watch_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_watch")),
    )
    op.create_table(
        "pointer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("link", sa.String(2000), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("dataset_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_pointer_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pointer")),
        sa.UniqueConstraint("source_id", "key", name=op.f("uq_pointer_source_id_key")),
    )
    op.create_table(
        "wake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_wake_dataset_id_dataset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wake")),
        sa.UniqueConstraint("dataset_id", "at", name=op.f("uq_wake_dataset_id_at")),
    )
    op.create_index(op.f("ix_wake_at"), "wake", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_wake_at"), table_name="wake")
    op.drop_table("wake")
    op.drop_table("pointer")
    op.drop_table("watch")

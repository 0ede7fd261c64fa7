"""Figures that are pushed, dropped in a folder or uploaded."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "incoming_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "arrival",
            sa.Enum("upload", "folder", "push", name="arrival", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "taken",
                "refused",
                "discarded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("embargo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_incoming_file_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_file")),
    )
    op.create_index(op.f("ix_incoming_file_source_id"), "incoming_file", ["source_id"], unique=False)
    op.create_index(op.f("ix_incoming_file_sha256"), "incoming_file", ["sha256"], unique=False)
    op.create_index(op.f("ix_incoming_file_state"), "incoming_file", ["state"], unique=False)
    op.create_table(
        "seen_file",
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_seen_file_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", "name", name=op.f("pk_seen_file")),
    )
    op.create_table(
        "push_key",
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_sealed", sa.String(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_push_key_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_push_key")),
    )
    op.create_table(
        "push_receipt",
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("message_id", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_push_receipt_source_id_source")),
        sa.PrimaryKeyConstraint("source_id", "message_id", name=op.f("pk_push_receipt")),
    )
    op.create_index(op.f("ix_push_receipt_at"), "push_receipt", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_push_receipt_at"), table_name="push_receipt")
    op.drop_table("push_receipt")
    op.drop_table("push_key")
    op.drop_table("seen_file")
    op.drop_index(op.f("ix_incoming_file_state"), table_name="incoming_file")
    op.drop_index(op.f("ix_incoming_file_sha256"), table_name="incoming_file")
    op.drop_index(op.f("ix_incoming_file_source_id"), table_name="incoming_file")
    op.drop_table("incoming_file")

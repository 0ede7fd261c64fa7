"""States held back, what a person decided about them, and how an indicator's figures are read."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_STATUS = ("waiting", "accepted", "refused", "passed")


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("flags", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("provisional", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("breaks", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("frequency", sa.String(20), nullable=True),
        sa.Column("lag_years", sa.Integer(), nullable=True),
        sa.Column("earlier_slices", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("heard_seq", sa.Integer(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "held_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*_STATUS, name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("canonical_hash", sa.String(64), nullable=False),
        sa.Column("units_hash", sa.String(64), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared_with", sa.Integer(), nullable=True),
        sa.Column("fetch_id", sa.Integer(), nullable=True),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("vintage_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_held_state_dataset_id_dataset")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_held_state_fetch_id_fetch")),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.id"], name=op.f("fk_held_state_vintage_id_vintage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_state")),
    )
    op.create_index(op.f("ix_held_state_dataset_id"), "held_state", ["dataset_id"], unique=False)
    op.create_index(op.f("ix_held_state_status"), "held_state", ["status"], unique=False)
    op.create_table(
        "held_figures",
        sa.Column("held_id", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["held_id"], ["held_state.id"], name=op.f("fk_held_figures_held_id_held_state")),
        sa.PrimaryKeyConstraint("held_id", name=op.f("pk_held_figures")),
    )
    op.add_column("dataset", sa.Column("held_id", sa.Integer(), nullable=True))
    op.add_column("vintage", sa.Column("discontinued", sa.Boolean(), nullable=False, server_default=sa.false()))
    for column in _columns():
        op.add_column("indicator", column)


def downgrade() -> None:
    for column in _columns():
        op.drop_column("indicator", column.name)
    op.drop_column("vintage", "discontinued")
    op.drop_column("dataset", "held_id")
    op.drop_table("held_figures")
    op.drop_index(op.f("ix_held_state_status"), table_name="held_state")
    op.drop_index(op.f("ix_held_state_dataset_id"), table_name="held_state")
    op.drop_table("held_state")

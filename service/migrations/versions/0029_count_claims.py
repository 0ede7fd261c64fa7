"""Sending counts its claims, so that a ledger that was put back can be told from the one it was."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "high_water",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_high_water")),
    )


def downgrade() -> None:
    op.drop_table("high_water")

"""What a finding says, how newsworthy it is, and what an editor did with it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _of_findings() -> list[sa.Column[Any]]:
    return [
        sa.Column("statements", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("news_value", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("on_request", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _of_indicators() -> list[sa.Column[Any]]:
    return [
        sa.Column("statements", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("draft_on_request", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def upgrade() -> None:
    for column in _of_findings():
        op.add_column("finding", column)
    for column in _of_indicators():
        op.add_column("indicator", column)


def downgrade() -> None:
    for column in _of_indicators():
        op.drop_column("indicator", column.name)
    for column in _of_findings():
        op.drop_column("finding", column.name)

"""Subscribers are counted, by whatever they are found by, from one index; how they came stands in their own row."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0029"

_CRITERIA = (
    "status", "suppressed", "paused_until", "language", "frequency", "topics", "brought", "created_at",
)  # fmt: skip
_HELD_BACK = sa.text("suppressed IS NOT NULL")


def upgrade() -> None:
    op.add_column("subscriber", sa.Column("brought", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        sa.text(
            "UPDATE subscriber SET brought = true"
            " WHERE id IN (SELECT subscriber_id FROM consent WHERE action = 'imported')"
        )
    )
    if op.get_bind().dialect.name == "postgresql":  # its JSON has no order, so no index holds it; on SQLite it is text
        op.execute(sa.text("ALTER TABLE subscriber ALTER COLUMN topics TYPE VARCHAR USING topics::text"))
    op.drop_index("ix_subscriber_status", "subscriber")
    op.create_index("ix_subscriber_criteria", "subscriber", list(_CRITERIA))
    op.create_index(
        "ix_subscriber_suppressed", "subscriber", ["suppressed"], sqlite_where=_HELD_BACK, postgresql_where=_HELD_BACK
    )


def downgrade() -> None:
    op.drop_index("ix_subscriber_suppressed", "subscriber")
    op.drop_index("ix_subscriber_criteria", "subscriber")
    op.create_index("ix_subscriber_status", "subscriber", ["status"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("ALTER TABLE subscriber ALTER COLUMN topics TYPE JSON USING topics::json"))
    op.drop_column("subscriber", "brought")

"""Why deliveries did not arrive, and when readers left, stand in indexes of their own: most rows are in neither."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"

_HAS_REASON, _HAS_LEFT = sa.text("category IS NOT NULL"), sa.text("unsubscribed_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_delivery_reason", "delivery", ["issue_id", "state", "category"],
        sqlite_where=_HAS_REASON, postgresql_where=_HAS_REASON,
    )  # fmt: skip
    op.create_index(
        "ix_subscriber_left", "subscriber", ["status", "unsubscribed_at"],
        sqlite_where=_HAS_LEFT, postgresql_where=_HAS_LEFT,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_subscriber_left", "subscriber")
    op.drop_index("ix_delivery_reason", "delivery")

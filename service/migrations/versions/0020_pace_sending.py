"""How fast each receiver may be sent to, and how each relay is doing."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_WAITS = sa.text("state = 'queued'")


def upgrade() -> None:
    op.add_column("delivery", sa.Column("domain_group", sa.String(16), nullable=True))
    op.create_index(
        "ix_delivery_waits_for_group",
        "delivery",
        ["issue_id", "domain_group", "id"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )
    # What waits of an issue is taken in order; without the id, all of it would be sorted for each batch.
    op.drop_index("ix_delivery_issue_id_state", "delivery")
    op.create_index("ix_delivery_issue_id_state", "delivery", ["issue_id", "state", "id"])
    _page_fill("SET (fillfactor = 70)")
    op.create_table(
        "lane_state",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("speed", sa.Float(), nullable=False),
        sa.Column("limit", sa.Float(), nullable=False),
        sa.Column("slowed", sa.JSON(), nullable=False),
        sa.Column("stopped_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    _page_fill("RESET (fillfactor)")
    op.drop_index("ix_delivery_issue_id_state", "delivery")
    op.create_index("ix_delivery_issue_id_state", "delivery", ["issue_id", "state"])
    op.drop_table("lane_state")
    op.drop_index("ix_delivery_waits_for_group", "delivery")
    op.drop_column("delivery", "domain_group")


def _page_fill(change: str) -> None:
    """Every row is written four times on its way out; PostgreSQL does it in place where the page has room."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER TABLE delivery {change}"))

"""Feeds, calendars and pages that say when a table is worth asking."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""Figures that are pushed, dropped in a folder or uploaded."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

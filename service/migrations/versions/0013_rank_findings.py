"""What a finding says, how newsworthy it is, and what an editor did with it."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

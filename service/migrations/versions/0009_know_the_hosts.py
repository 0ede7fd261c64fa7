"""How each host that is asked has been answering, and how much it may still be asked."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
